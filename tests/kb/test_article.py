"""One file, one parse: page, sections and passages agree, and no file can stop the others."""

from __future__ import annotations

import time
from pathlib import Path, PurePosixPath

import lxml.html
import pytest

from kb.article import Parsed, parse_article, read_article, revision_of, slug_of
from kb.types import Article

LIBRARY = Path(__file__).resolve().parents[2] / "articles"
HEAD = "---\ntitle: 断缴与补缴\nkind: policy\n---\n"
LIMIT = 2_000_000


def parse(text: str, path: str = "policy/back-payment.md") -> Parsed:
    return parse_article(text, PurePosixPath(path), "r1")


def article_of(body: str) -> Article:
    article = parse(HEAD + body).article
    assert article is not None
    return article


def ids_of(article: Article) -> list[str]:
    tree = lxml.html.fragment_fromstring(article.html, create_parent="div")
    return [str(element.get("id")) for element in tree.iter() if element.get("id")]


def assert_one_parse(article: Article) -> None:
    ids = ids_of(article)
    assert len(ids) == len(set(ids))
    assert ids == [section.anchor for section in article.sections]
    assert {passage.anchor for passage in article.passages} <= {"lead", *ids}
    assert len({passage.id for passage in article.passages}) == len(article.passages)


@pytest.mark.parametrize(
    "path", sorted(path.relative_to(LIBRARY).as_posix() for path in LIBRARY.rglob("*.md"))
)
def test_every_anchor_of_the_library_stands_on_its_page(path: str) -> None:
    article = read_article(LIBRARY, PurePosixPath(path), LIMIT).article
    assert article is not None
    assert article.passages
    assert_one_parse(article)


@pytest.mark.parametrize(
    "body",
    [
        "开头。\n\n## 怎么办\n\n一\n\n## 怎么办\n\n二\n\n### 怎么办\n\n三",
        "## 怎么办 {#how}\n\n一\n\n## 怎么做 {#how}\n\n二",
        "## lead\n\n一\n\n## Lead {#lead}\n\n二",
        "## ！！！\n\n一\n\n## 😀\n\n二\n\n##\n\n三",
        "## 甲-2\n\n一\n\n## 甲\n\n二\n\n## 甲\n\n三",
        "> ## 引文里的标题 {#same}\n> 内容\n\n## 正文的标题 {#same}\n\n一",
        "!!! note\n    ## 提示里的标题 {#lead}\n    内容\n\n- 条目\n\n    ## 条目里的标题 {#x}\n\n## 尾 {#x}\n\n一",
        "标题\n===\n\n一\n\n小标题\n---\n\n二",
        "<h2 id='lead'>网页写法</h2>\n\n一\n\n<h2 id='a b\"c'>网页写法</h2>\n\n二",
    ],
)
def test_page_sections_and_passages_carry_the_same_anchors(body: str) -> None:
    assert_one_parse(article_of(body))


def test_anchors_are_the_words_of_the_heading_and_repeats_are_numbered() -> None:
    article = article_of(
        "## 怎么办\n\n一\n\n## 怎么办\n\n二\n\n## （ORA）无监听！ {#ora}\n\n三\n\n## ！\n\n四"
    )
    assert [section.anchor for section in article.sections] == [
        "怎么办",
        "怎么办-2",
        "ora",
        "section",
    ]


def test_a_heading_called_lead_does_not_take_the_anchor_of_the_lead() -> None:
    article = article_of("结论在前。\n\n## lead\n\n别的。")
    assert [(passage.anchor, passage.text) for passage in article.passages] == [
        ("lead", "结论在前。"),
        ("lead-2", "别的。"),
    ]


def test_text_before_the_first_heading_is_a_passage_of_the_lead() -> None:
    lead = article_of("没有小标题的开头。\n\n## 一\n\n内容。").passages[0]
    assert (lead.id, lead.text, lead.headings) == (
        "policy/back-payment#lead",
        "没有小标题的开头。",
        (),
    )


def test_a_first_heading_that_repeats_the_title_is_not_shown_twice() -> None:
    article = article_of("# 断缴与补缴\n\n正文。")
    assert article.html == "<p>正文。</p>"
    assert article.sections == ()


def test_without_a_title_the_first_heading_is_taken_else_the_file_name() -> None:
    named, bare = (
        parse("# 挂失补换 {#x}\n\n正文。").article,
        parse("正文。", "howto/lost-card.md").article,
    )
    assert named is not None
    assert named.title == "挂失补换"
    assert bare is not None
    assert bare.title == "lost-card"


@pytest.mark.parametrize(
    ("heading", "title"),
    [("甲 ##", "甲"), ("甲 {#x} <!-- 注 -->", "甲"), ("甲  乙", "甲 乙"), ("{#x}", "a"), ("", "a")],
)
def test_a_title_from_a_heading_leaves_out_what_is_not_shown(heading: str, title: str) -> None:
    article = parse(f"# {heading}\n\n正文。", "a.md").article
    assert article is not None
    assert article.title == title


@pytest.mark.parametrize(
    "text", [f"# a{' ' * 500}b x\n\n正文", f"# a{'{ <!-- # ' * 300}\n\n正文", "## 同\n\n" * 9_000]
)
def test_no_heading_takes_more_than_seconds(text: str) -> None:
    started = time.perf_counter()
    assert parse(text).article is not None
    assert time.perf_counter() - started < 20


def test_the_pictures_and_files_that_an_article_shows_are_known() -> None:
    text = "![图](img/图.png) [表](../forms/a%20b.docx) ![图](img/图.png) [网](https://a.cn/x.png) [文](b.md)"
    article = parse(HEAD + text).article
    assert article is not None
    assert article.attachments == ("policy/img/图.png", "forms/a b.docx")


def test_links_to_articles_are_kept_with_their_anchor_and_as_written() -> None:
    parsed = parse(HEAD + "见[一](../faq/tax.md#退费)、[二](base.md)、[三](../faq/tax.md)。")
    assert parsed.article is not None
    assert parsed.article.links == ("faq/tax", "policy/base")
    assert [(link.slug, link.anchor, link.written) for link in parsed.links] == [
        ("faq/tax", "退费", "../faq/tax.md#退费"),
        ("policy/base", "", "base.md"),
        ("faq/tax", "", "../faq/tax.md"),
    ]


@pytest.mark.parametrize(
    "written", ["../../secret.md", "../../../etc/passwd", r"..\\..\\x.md", "%2e%2e/%2e%2e/x.md"]
)
def test_a_path_out_of_the_library_is_a_finding_on_its_line_and_no_link(written: str) -> None:
    parsed = parse(f"{HEAD}第一行。\n\n见[外面]({written})和![图]({written})。")
    assert parsed.article is not None
    assert "secret" not in parsed.article.html
    assert "href" not in parsed.article.html
    assert "src" not in parsed.article.html
    assert {finding.severity for finding in parsed.findings} == {"error"}
    assert all("跳出了文章目录" in finding.message for finding in parsed.findings)
    assert "外面" in parsed.article.html


def test_a_refused_path_is_reported_on_the_line_where_it_stands() -> None:
    finding = parse(f"{HEAD}第一行。\n\n见[外面](../../secret.md)。").findings[0]
    assert (finding.path, finding.line) == ("policy/back-payment.md", 7)


@pytest.mark.parametrize("written", ["http://[bad", "//[x", "http://[::1"])
def test_a_malformed_address_is_taken_out_and_reported(written: str) -> None:
    parsed = parse(f"{HEAD}见[坏的]({written})和<img src='{written}'>。")
    assert parsed.article is not None
    assert "坏的" in parsed.article.html


@pytest.mark.parametrize(
    ("path", "warned"),
    [
        ("policy/back-payment.md", False),
        ("faq/a1/b-2.md", False),
        ("policy/补缴.md", True),
        ("policy/Back_Payment.md", True),
    ],
)
def test_a_file_name_that_makes_no_good_address_is_a_warning(path: str, warned: bool) -> None:
    parsed = parse(f"{HEAD}正文。", path)
    assert parsed.article is not None
    assert [finding.severity for finding in parsed.findings] == (["warning"] if warned else [])


def test_the_slug_is_the_path_without_the_ending() -> None:
    assert slug_of(PurePosixPath("policy/a.md")) == "policy/a"


# What people's editors and copied text bring along


@pytest.mark.parametrize(
    "content",
    [
        "---\r\ntitle: 甲\r\n---\r\n第一行。\r\n\r\n## 二\r\n\r\n- 条\r\n".encode(),
        "---\rtitle: 甲\r---\r第一行。\r\r## 二\r\r- 条\r".encode(),
        b"\xef\xbb\xbf" + "---\ntitle: 甲\n---\n第一行。\n\n## 二\n\n- 条\n".encode(),
        "---\ntitle: 甲\n---\n第\x00一\x01行\x0b。\x0c\n\n## 二\x1f\n\n-\t条\x7f\n".encode(),
    ],
)
def test_line_ends_byte_order_marks_tabs_and_control_characters_do_no_harm(
    tmp_path: Path, content: bytes
) -> None:
    (tmp_path / "a.md").write_bytes(content)
    parsed = read_article(tmp_path, PurePosixPath("a.md"), LIMIT)
    assert parsed.article is not None
    assert parsed.article.title == "甲"
    assert [passage.text for passage in parsed.article.passages] == ["第一行。", "· 条"]
    assert parsed.article.sections[0].text == "二"
    assert parsed.article.revision == revision_of(content)


def test_control_characters_in_addresses_and_picture_texts_do_no_harm() -> None:
    html = article_of("![a\x01b](http://x/\x02y.png) [t](http://x/\x03y) [u](a\x04.md)").html
    assert "［外部图片：ab］" in html


def test_emoji_and_halves_of_surrogate_pairs_do_no_harm() -> None:
    assert article_of("👨‍👩‍👧‍👦 全家 \ud83d 半个").passages[0].text == "👨‍👩‍👧‍👦 全家 半个"


@pytest.mark.parametrize(
    "content",
    [b"\xff\xfe\x00", "标题".encode("gbk"), "---\ntitle: 甲\n---\n行\n".encode() + b"\xb2\xb9"],
)
def test_a_file_that_is_not_utf_8_gives_a_finding_with_its_line(
    tmp_path: Path, content: bytes
) -> None:
    (tmp_path / "a.md").write_bytes(content)
    parsed = read_article(tmp_path, PurePosixPath("a.md"), LIMIT)
    assert parsed.article is None
    assert parsed.findings[0].line == content.count(b"\n") + 1
    assert "UTF-8" in parsed.findings[0].message


def test_a_file_that_is_too_large_or_cannot_be_read_gives_a_finding(tmp_path: Path) -> None:
    (tmp_path / "a.md").write_text("字" * 100, encoding="utf-8")
    large = read_article(tmp_path, PurePosixPath("a.md"), 200)
    gone = read_article(tmp_path, PurePosixPath("b.md"), 200)
    assert large.article is None
    assert "300" in large.findings[0].message
    assert gone.article is None
    assert "读不出来" in gone.findings[0].message


@pytest.mark.parametrize("line", ["字" * 100_000, "这是一句话。" * 17_000, "a, " * 33_000])
def test_a_line_of_a_hundred_thousand_characters_is_cut_into_passages(line: str) -> None:
    passages = article_of(line).passages
    assert max(len(passage.text) for passage in passages) <= 400
    joined = "".join(passage.text for passage in passages)
    assert joined.replace(" ", "") == line.replace(" ", "")


@pytest.mark.parametrize("depth", [20, 90])
def test_quotations_in_quotations_keep_their_text(depth: int) -> None:
    texts = [passage.text for passage in article_of(">" * depth + " 深处\n\n后面").passages]
    assert texts == ["深处\n后面"]


@pytest.mark.parametrize(
    "body",
    [">" * 300 + " 深处", ">" * 3000 + " 深处", "<div>" * 5000 + "深处", "<b>" * 5000 + "深处"],
)
def test_what_is_nested_too_deeply_is_a_finding_not_a_crash(body: str) -> None:
    parsed = parse(f"{HEAD}前面\n\n{body}\n\n后面")
    assert parsed.article is None
    assert "嵌套太深" in parsed.findings[-1].message


def test_an_article_without_text_is_a_warning() -> None:
    parsed = parse("---\ntitle: 空的\n---\n")
    assert parsed.article is not None
    assert [finding.message for finding in parsed.findings] == ["文章没有正文"]
