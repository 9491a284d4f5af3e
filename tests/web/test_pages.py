"""Readers see on every page what they may see, well-formed, in Chinese, and nothing else."""

from __future__ import annotations

import re
import shutil
import sqlite3
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from urllib.parse import quote, unquote

import lxml.html
import pytest
from flask.testing import FlaskClient
from lxml.html import HtmlElement
from werkzeug.test import TestResponse

from kb.engines import open_engine_at
from web.app import create_app
from web.chat import fields
from web.services import Services

QUESTION = "失业金能领几个月"
ARTICLE = "/wiki/policy/unemployment"
ID = "330682199001011233"
PAGES = (
    "/",
    "/wiki/",
    "/wiki/?kind=policy",
    "/wiki/tags/失业",
    ARTICLE,
    "/wiki/howto/markup",
    "/search",
    f"/search?q={QUESTION}",
    "/ask",
    f"/ask?q={QUESTION}",
    "/ask?q=紫外线消毒柜几点关门",
    "/findings",
    "/problems",
    "/debug/retrieval",
    f"/debug/retrieval?q={QUESTION}&expect=policy/unemployment",
    "/nowhere",
)


def tree_of(response: TestResponse, status: int = 200) -> HtmlElement:
    assert response.status_code == status
    assert response.mimetype == "text/html"
    return lxml.html.document_fromstring(response.text)


def page(client: FlaskClient, address: str, status: int = 200) -> HtmlElement:
    return tree_of(client.get(address), status)


def select(tree: HtmlElement, selector: str) -> list[HtmlElement]:
    """Elements by a CSS selector of tags, classes, ids, attributes and descent, in reading order."""
    paths = []
    for group in selector.split(","):
        steps = re.findall(r"[^\s]+", group)
        paths.append("." + "".join(f"//{_step(step)}" for step in steps))
    found: list[HtmlElement] = tree.xpath(" | ".join(paths))
    return found


def _step(step: str) -> str:
    tag = re.match(r"\w*", step)[0]  # type: ignore[index]
    tests = [f"[@id='{name}']" for name in re.findall(r"#([\w-]+)", step)]
    for name in re.findall(r"\.([\w-]+)", step):
        tests.append(f"[contains(concat(' ', @class, ' '), ' {name} ')]")
    tests += [f"[@{name}]" for name in re.findall(r"\[([\w-]+)\]", step)]
    return (tag or "*") + "".join(tests)


def text(tree: HtmlElement, selector: str = "main") -> str:
    return " ".join(" ".join(item.text_content().split()) for item in select(tree, selector))


def links(tree: HtmlElement, selector: str = "main a") -> list[str]:
    return [item.get("href") for item in select(tree, selector)]


# Home, tree and tags


def test_the_home_page_asks_and_offers_kinds_and_recent_articles(client: FlaskClient) -> None:
    tree = page(client, "/")
    form = select(tree, "#ask-form")[0]
    assert (form.get("action"), form.get("method"), form.inputs["q"].name) == ("/ask", "get", "q")
    assert "政策 6 篇" in text(tree, ".kind-grid")
    assert links(tree, ".recent a")[0] == "/wiki/policy/grades"  # written last
    assert len(links(tree, ".recent a")) == 8
    assert "试用模式：仅本机访问" in text(tree, "footer")


def test_the_tree_lists_articles_by_folder_with_counts(client: FlaskClient) -> None:
    tree = page(client, "/wiki/")
    assert [text(item, "summary") for item in select(tree, ".folder")] == [
        "政策 6 篇",
        "故障处置 / deep 1 篇",
        "经办指南 2 篇",
    ]
    assert "全部 9" in text(tree, ".kind-filter")


def test_the_tree_can_show_one_kind(client: FlaskClient) -> None:
    tree = page(client, "/wiki/?kind=howto")
    assert links(tree, ".article-title") == ["/wiki/howto/markup", "/wiki/howto/review"]
    assert text(tree, ".kind-filter [aria-current]") == "经办指南 2"


def test_a_kind_that_does_not_exist_is_refused(client: FlaskClient) -> None:
    assert "没有“nothing”这类文章" in text(page(client, "/wiki/?kind=nothing", 400))


def test_a_tag_lists_its_articles(client: FlaskClient) -> None:
    tree = page(client, "/wiki/tags/失业")
    assert links(tree, ".article-title") == [ARTICLE, "/wiki/policy/unemployment-old"]


def test_a_tag_nobody_uses_is_not_found(client: FlaskClient) -> None:
    assert "没有带“没有”标签的文章" in text(page(client, "/wiki/tags/没有", 404))


# What a reader may not see


@pytest.mark.parametrize(
    ("slug", "tag", "question", "telling"),
    [
        ("policy/secret-plan", "长颈鹿", "紫色长颈鹿方案什么时候公布", ("长颈鹿", "secret-plan")),
        ("playbook/server-room", "机房", "机房保密柜钥匙在哪里", ("保密柜", "server-room")),
    ],
    ids=["draft", "for engineers only"],
)
def test_what_a_reader_may_not_see_is_nowhere(
    client: FlaskClient, slug: str, tag: str, question: str, telling: tuple[str, ...]
) -> None:
    missing = page(client, f"/wiki/{slug}", 404)
    assert text(missing) == text(page(client, "/wiki/policy/never-written", 404))
    page(client, f"/wiki/tags/{tag}", 404)
    for address in ("/", "/wiki/", "/wiki/?kind=policy", "/wiki/?kind=playbook", ARTICLE):
        assert not any(word in client.get(address).text for word in telling), address
    for address in (f"/search?q={question}", f"/ask?q={question}"):
        found = client.get(address).text.replace(question, "").replace(quote(question), "")
        assert not any(word in found for word in telling), address


# The article page


def test_an_article_shows_what_is_known_of_it(client: FlaskClient) -> None:
    tree = page(client, ARTICLE)
    assert text(tree, "h1") == "失业保险金领取期限"
    assert text(tree, ".article-meta").split() == [
        "政策",
        "浙江",
        "现行",
        "2022年8月1日起施行",
        "浙人大〔2022〕7号",
    ]
    assert text(tree, "#lead") == "缴费满一年领三个月失业金，最长领取二十四个月。"
    assert "失业金最长领多久" in text(tree, ".article-footer")
    assert "浙江省失业保险条例 浙人大〔2022〕7号 2022年7月29日" in text(tree, ".article-footer")
    assert "下次复核2099年6月30日" in text(tree, ".record")
    assert "/wiki/tags/%E5%A4%B1%E4%B8%9A" in links(tree, ".tags a")
    assert f"/ask?q={quote('失业金最长领多久')}" in links(tree, ".article-footer a")
    assert links(tree, ".crumbs a") == ["/wiki/", "/wiki/?kind=policy"]


def test_the_table_of_contents_leads_to_headings_that_exist(client: FlaskClient) -> None:
    tree = page(client, ARTICLE)
    anchors = links(tree, ".toc-desk a")
    assert anchors == ["#领取月数", "#计算例子", "#办理步骤"]
    assert links(tree, ".toc-phone a") == anchors
    for anchor in anchors:
        assert len(tree.xpath("//*[@id=$name]", name=anchor[1:])) == 1


def test_old_and_new_rules_name_each_other(client: FlaskClient) -> None:
    assert "/wiki/policy/unemployment-old" in links(page(client, ARTICLE), ".article-footer a")
    old = page(client, "/wiki/policy/unemployment-old")
    assert "本文已被《失业保险金领取期限》代替" in text(old, ".notice")
    assert links(old, ".notice a") == [ARTICLE]


@pytest.mark.parametrize(
    ("slug", "standing", "phrase"),
    [
        ("policy/unemployment", "现行", "2022年8月1日起施行"),
        ("policy/unemployment-old", "已废止", "2004年1月1日至2022年7月31日施行"),
        ("policy/next-year", "未生效", "2099年1月1日起施行"),
        ("playbook/deep/ora-12541", "现行 待核实", ""),
    ],
)
def test_a_badge_tells_whether_an_article_is_in_force(
    client: FlaskClient, slug: str, standing: str, phrase: str
) -> None:
    meta = text(page(client, f"/wiki/{slug}"), ".article-meta")
    assert standing in meta
    assert phrase in meta


def test_links_and_pictures_of_an_article_work(client: FlaskClient) -> None:
    tree = page(client, ARTICLE)
    assert client.get(links(tree, ".prose a")[0]).status_code == 200
    with client.get(select(tree, ".prose img")[0].get("src")) as picture:
        assert picture.mimetype == "image/png"


# Evidence


def evidence(client: FlaskClient, address: str) -> list[str]:
    tree = page(client, address)
    assert len(select(tree, "#evidence")) <= 1
    return [mark.text_content() for mark in select(tree, "mark.evidence")]


def test_every_citation_of_an_answer_opens_its_evidence(client: FlaskClient) -> None:
    answer = page(client, f"/ask?q={QUESTION}")
    chips = links(answer, ".chip")
    assert chips
    for address in chips:
        marks = evidence(client, address)
        assert marks
        said = re.sub(r"[\s①②]", "", text(answer, ".line"))
        assert "".join("".join(marks).split()) in said


def test_a_table_row_is_marked(client: FlaskClient) -> None:
    marks = evidence(client, f"{ARTICLE}?mark=累计缴费=满5年；领取月数=11个月")
    assert marks == ["满5年", "11个月"]


def test_the_summary_can_be_evidence(client: FlaskClient) -> None:
    assert evidence(client, f"{ARTICLE}?mark=最长领取二十四个月。") == ["最长领取二十四个月。"]


def test_a_named_section_is_the_only_one_that_is_marked(client: FlaskClient) -> None:
    assert evidence(client, f"{ARTICLE}?mark=二十四个月&at=领取月数") == ["二十四个月"]
    assert evidence(client, f"{ARTICLE}?mark=二十四个月&at=办理步骤") == []


@pytest.mark.parametrize(
    "mark", ["", "没有这句话", "<script>alert(1)</script>", "\x00\x07", "字" * 9000]
)
def test_a_quote_that_is_not_there_changes_nothing(client: FlaskClient, mark: str) -> None:
    plain = client.get(ARTICLE).text
    assert client.get(ARTICLE, query_string={"mark": mark}).text == plain


# Attachments


def test_pictures_are_shown_and_other_files_are_downloaded(client: FlaskClient) -> None:
    with client.get("/attachments/policy/chart.png") as shown:
        assert (shown.status_code, shown.mimetype) == (200, "image/png")
        assert "attachment" not in shown.headers.get("Content-Disposition", "")
    for name in ("drawing.svg", "form.docx"):
        with client.get(f"/attachments/policy/{name}") as kept:
            assert kept.status_code == 200
            assert kept.headers["Content-Disposition"].startswith("attachment")
            assert "sandbox" in kept.headers["Content-Security-Policy"]


@pytest.mark.parametrize(
    "path",
    [
        "policy/unemployment.md",
        "policy/UNEMPLOYMENT.MD",
        "glossary/terms.yaml",
        "policy/.hidden.png",
        ".git/config.png",
        "policy/link.png",
        "policy",
        "policy/",
        "policy/none.png",
        "../outside.png",
        "..%2foutside.png",
        "%2e%2e/outside.png",
        "policy/..%2f..%2foutside.png",
        "policy/../../outside.png",
        "..%5coutside.png",
        "%2fetc%2fpasswd",
        "/etc/passwd",
        "policy/chart.png%00.md",
        "x" * 5000,
    ],
)
def test_nothing_but_attachments_is_served_as_one(client: FlaskClient, path: str) -> None:
    response = client.get(f"/attachments/{path}")
    assert response.status_code in (308, 404)
    assert "没有找到" in response.text or response.status_code == 308


def test_the_source_of_an_article_is_not_served_when_its_name_is_spelled_otherwise(
    services: Services, tmp_path: Path
) -> None:
    library = tmp_path / "articles"
    library.mkdir()
    names = ("a.md.bak", "a.MD", "a.md~", "b.Yml", "c.markdown", "d.md.png")
    for name in names:
        (library / name).write_text("草稿", encoding="utf-8")
    moved = replace(services, settings=replace(services.settings, articles=library))
    reader = create_app(moved).test_client()
    assert [reader.get(f"/attachments/{name}").status_code for name in names] == [404] * 6


# Search


def test_a_search_lists_sections_with_the_words_marked(client: FlaskClient) -> None:
    tree = page(client, "/search?q=失业金 复核")
    first = select(tree, ".find")[0]
    assert links(first, "h2 a")[0].startswith("/wiki/")
    assert {mark.text_content() for mark in select(tree, ".snippet mark")} >= {"失业金", "复核"}
    assert "现行" in text(first, ".badges")


def test_every_section_is_listed_once_and_its_link_leads_to_it(client: FlaskClient) -> None:
    addresses = links(page(client, f"/search?q={QUESTION}"), ".find h2 a")
    places = [re.sub(r"\?[^#]*", "", address) for address in addresses]
    assert len(set(places)) == len(places)
    for address in addresses:
        slug, _, anchor = address.partition("#")
        assert page(client, slug).xpath("//*[@id=$name]", name=unquote(anchor)), address


def test_a_code_is_found_exactly(client: FlaskClient) -> None:
    tree = page(client, "/search?q=ora12541")
    assert links(tree, ".find h2 a")[0].startswith("/wiki/playbook/deep/ora-12541")


def test_search_can_be_limited_to_a_kind_and_a_region(client: FlaskClient) -> None:
    by_kind = links(page(client, f"/search?q={QUESTION}&kind=howto"), ".find h2 a")
    assert by_kind
    assert all(address.startswith("/wiki/howto/") for address in by_kind)
    by_region = page(client, f"/search?q={QUESTION}&region=全国")
    assert not any(ARTICLE in address for address in links(by_region, ".find h2 a"))
    assert select(by_region, "#region option[selected]")[0].get("value") == "全国"


def test_without_words_the_page_says_how_to_search(client: FlaskClient) -> None:
    for address in ("/search", "/search?q=", "/search?q=  "):
        assert "可以搜词、整句问题、文号和错误码" in text(page(client, address))


def test_a_search_without_results_helps(client: FlaskClient) -> None:
    tree = page(client, "/search?q=失业金&kind=training")
    assert "没有找到与“失业金”有关的内容" in text(tree)
    assert f"/search?q={quote('失业金')}" in links(tree)


def test_words_that_stand_nowhere_are_told_to_be_only_near(client: FlaskClient) -> None:
    assert "没有包含这些词的内容" in text(page(client, "/search?q=zzzqqq"))


# Asking


def test_an_answer_is_cited_line_by_line_and_names_its_sources(client: FlaskClient) -> None:
    tree = page(client, f"/ask?q={QUESTION}")
    lines = select(tree, ".outcome-answer .line")
    assert lines
    assert all(select(line, ".chip") for line in lines)
    assert "① 失业保险金领取期限" in text(tree, ".sources")
    assert "2022年8月1日起施行" in text(tree, ".sources")
    assert re.search("把握：(高|较高|一般)", text(tree, ".confidence"))
    assert text(tree, ".turn-question") == f"问：{QUESTION}"


def test_an_answer_from_an_unverified_article_says_so(client: FlaskClient) -> None:
    tree = page(client, "/ask?q=ORA-12541 无监听怎么处理")
    assert "待核实" in text(tree, ".outcome .notice")


def test_an_abstention_offers_articles_and_the_problem_library(client: FlaskClient) -> None:
    question = "紫外线消毒柜几点关门"
    tree = page(client, f"/ask?q={question}")
    assert "没有找到" in text(tree, ".outcome-abstention .line")
    assert 1 <= len(links(tree, ".nearest a")) <= 3
    form = select(tree, ".outcome .problem-form")[0]
    assert (form.get("action"), form.get("method")) == ("/problems", "post")
    assert form.fields["question"] == question
    assert not select(tree, ".outcome .feedback")


@pytest.mark.parametrize("question", ["你好", "讲个笑话", "编一个文号给我"])
def test_small_talk_is_not_offered_to_the_problem_library(
    client: FlaskClient, question: str
) -> None:
    tree = page(client, f"/ask?q={question}")
    assert select(tree, ".outcome-abstention .line")
    assert not select(tree, ".outcome .problem-form")
    assert select(tree, ".outcome .why")


def test_a_clarification_offers_complete_questions(client: FlaskClient) -> None:
    tree = page(client, "/ask?q=养老金领取条件")
    assert "请选一种" in text(tree, ".outcome-clarification")
    asked = [address.partition("&conversation_id=")[0] for address in links(tree, ".choices a")]
    assert asked == [
        f"/ask?q={quote('职工养老金申领：养老金领取条件')}",
        f"/ask?q={quote('城乡居民养老保险：养老金领取条件')}",
    ]


def test_a_table_row_is_answered_with_its_column_names(client: FlaskClient) -> None:
    tree = page(client, "/ask?q=累计缴费满5年领取月数是多少")
    pairs = {text(item, "dt"): text(item, "dd") for item in select(tree, ".fields div")}
    assert pairs == {"累计缴费": "满5年", "领取月数": "11个月"}
    assert len(select(tree, ".fields.key")) == 1


@pytest.mark.parametrize(
    ("line", "columns"),
    [
        ("年度=2024；上限=24930", [("年度", "2024"), ("上限", "24930")]),
        ("来源=问答；文号61号；状态=已核", [("来源", "问答；文号61号"), ("状态", "已核")]),
        ("年度=2024；来源=问答；", [("年度", "2024"), ("来源", "问答；")]),
        ("年度=2024；说明=甲；乙；丙", [("年度", "2024"), ("说明", "甲；乙；丙")]),
        ("只有一列=2024", []),
        ("先算再说；满1年=12个月的", []),
        ("满一年的领三个月。", []),
        ("", []),
    ],
)
def test_a_row_is_read_by_its_columns(line: str, columns: list[tuple[str, str]]) -> None:
    assert fields(line) == columns


def test_the_line_that_answers_best_stands_first_and_is_marked(client: FlaskClient) -> None:
    lines = select(page(client, f"/ask?q={QUESTION}"), ".outcome-answer .line")
    assert [bool(select(line, "mark")) for line in lines] == [True, *[False] * (len(lines) - 1)]
    assert "缴费满一年领三个月失业金" in text(lines[0], "mark")


@pytest.mark.parametrize(
    ("question", "complaint"),
    [
        ("", "问题是空的"),
        ("  \n ", "问题是空的"),
        ("\x00\x01\x07\u200b", "问题是空的"),
        ("😀😀", "问题里没有可以检索的文字"),
        ("？！。", "问题里没有可以检索的文字"),
        ("长" * 10_000, "问题有 10000 个字，超过 500 个字"),
    ],
    ids=["empty", "blank", "control characters", "emoji", "punctuation", "10,000 characters"],
)
def test_a_question_that_cannot_be_processed_gets_a_polite_reason(
    client: FlaskClient, question: str, complaint: str
) -> None:
    response = client.get("/ask", query_string={"q": question})
    tree = tree_of(response, 400)
    assert complaint in text(tree, ".notice-error")
    assert select(tree, "#ask-form")
    found = client.get("/search", query_string={"q": question})
    assert found.status_code in (200, 400)
    if found.status_code == 400:
        assert complaint in text(tree_of(found, 400), ".notice-error")


@pytest.mark.parametrize(
    "question",
    [
        "失业金😀能领\x00几个\u202e月",
        "<b>失业金</b>能领几个月",
        "失业金能领几个月' OR 1=1 --",
        "%s{{7*7}}失业金",
    ],
)
def test_odd_questions_are_answered_and_stay_text(client: FlaskClient, question: str) -> None:
    tree = tree_of(client.get("/ask", query_string={"q": question}))
    assert select(tree, ".outcome")
    assert not select(tree, ".turn-question b")
    assert "49" not in text(tree, ".turn-question")


@pytest.mark.parametrize("arguments", [{"as_of": "gestern"}, {"region": "火星"}])
def test_a_day_or_region_that_does_not_exist_is_refused(
    client: FlaskClient, arguments: dict[str, str]
) -> None:
    response = client.get("/ask", query_string={"q": QUESTION, **arguments})
    assert text(tree_of(response, 400), ".notice-error")


def test_the_rules_of_an_earlier_day_can_be_asked_for(client: FlaskClient) -> None:
    tree = page(client, "/ask?q=失业金旧办法最长领取多少个月&as_of=2010-01-01")
    assert "失业保险金旧办法" in text(tree, ".sources")


@pytest.mark.parametrize("address", ["/ask", "/search"])
def test_a_number_of_a_person_is_not_shown_again(client: FlaskClient, address: str) -> None:
    response = client.get(address, query_string={"q": f"{ID} 失业金能领几个月"})
    assert ID not in response.text
    assert "身份证号已隐去" in text(tree_of(response), ".notice")


# Feedback and problems


def rows(services: Services, table: str) -> list[tuple[object, ...]]:
    path = str(
        services.records._engine.url.database
    )  # what was recorded, by another program's eyes
    with sqlite3.connect(path) as database:
        return list(database.execute(f"select * from {table}"))  # noqa: S608


@pytest.mark.parametrize(("value", "thanks"), [("yes", "这条答案有用"), ("no", "这条答案没用")])
def test_feedback_is_recorded(
    client: FlaskClient, services: Services, value: str, thanks: str
) -> None:
    form = select(page(client, f"/ask?q={QUESTION}"), ".feedback")[0]
    sent = {"question": form.fields["question"], "helpful": value}
    tree = tree_of(client.post(form.get("action"), data=sent))
    assert thanks in text(tree)
    assert f"/ask?q={quote(QUESTION)}" in links(tree)
    recorded = rows(services, "feedback")
    assert [row[2] for row in recorded] == [value == "yes"]
    assert bool(select(tree, ".problem-form")) == (value == "no")


def test_feedback_on_an_unknown_answer_is_not_found(client: FlaskClient) -> None:
    tree = tree_of(client.post("/answers/unknown/feedback", data={"helpful": "yes"}), 404)
    assert "没有这条问答记录" in text(tree)


def test_a_problem_is_recorded_masked_and_listed(client: FlaskClient) -> None:
    sent = {"question": f"消毒柜几点关门 {ID}", "answer_id": ""}
    number = text(tree_of(client.post("/problems", data=sent), 201), "main strong")
    assert re.fullmatch(r"20\d\d-0001", number)
    listed = page(client, "/problems")
    assert f"{number} 消毒柜几点关门 ［身份证号］ 新建" in text(listed, "tbody")
    assert "共 1 条" in text(listed)
    assert ID not in client.get("/problems").text


@pytest.mark.parametrize("question", ["", "  ", "长" * 10_000])
def test_a_problem_without_a_question_is_refused(client: FlaskClient, question: str) -> None:
    tree = tree_of(client.post("/problems", data={"question": question}), 400)
    assert "处理办法" in text(tree)
    assert "还没有人提交问题" in text(page(client, "/problems"))


def test_an_article_of_markup_in_a_problem_stays_text(client: FlaskClient) -> None:
    client.post("/problems", data={"question": "<script>alert(1)</script> 打印机"})
    assert "<script>alert" not in client.get("/problems").text


# Broken files


@pytest.fixture
def own(tmp_path: Path, library: Path, open_library: Callable[[Path], Services]) -> Services:
    """A copy of the library that a test may break."""
    copy = tmp_path / "articles"
    shutil.copytree(library, copy, symlinks=True)
    return open_library(copy)


def test_a_broken_file_leaves_the_last_good_article_and_says_so(own: Services) -> None:
    reader = create_app(own).test_client()
    assert not select(page(reader, "/wiki/howto/review"), ".notice")
    path = own.settings.articles / "howto" / "review.md"
    path.write_text("---\ntitle: [坏\n---\n正文。\n", encoding="utf-8")
    own.indexer.update()
    tree = page(reader, "/wiki/howto/review")
    assert "文件有错误，正在显示上一个正确的版本" in text(tree, ".notice")
    assert "复核岗逐项核对金额和账户。" in text(tree, ".prose")
    listed = text(page(reader, "/findings"), "tbody")
    assert listed.startswith("错误 howto/review.md")


def test_a_library_without_findings_says_so(own: Services) -> None:
    for path in own.settings.articles.rglob("*.md"):
        path.unlink()
    assert "没有发现问题" in text(page(create_app(own).test_client(), "/findings"))


def test_an_empty_library_is_no_error(own: Services) -> None:
    for path in own.settings.articles.rglob("*.md"):
        path.unlink()
    own.indexer.update()
    reader = create_app(own).test_client()
    for address in ("/", "/wiki/", f"/search?q={QUESTION}", f"/ask?q={QUESTION}"):
        page(reader, address)
    assert "资料库还没有文章" in text(page(reader, "/"))


# Errors


def test_an_unknown_address_is_explained(client: FlaskClient) -> None:
    tree = page(client, "/nowhere", 404)
    assert text(tree, "h1") == "没有找到"
    assert "处理办法" in text(tree)


def test_a_method_that_does_not_fit_is_explained(client: FlaskClient) -> None:
    response = client.post("/wiki/")
    assert text(tree_of(response, 405), "h1") == "不能这样操作"
    assert "GET" in response.headers["Allow"]


def test_too_much_content_is_refused(client: FlaskClient) -> None:
    response = client.post("/problems", data={"question": "长" * 200_000})
    assert text(tree_of(response, 413), "h1") == "内容太长"


def test_programs_get_problems_instead_of_pages(client: FlaskClient) -> None:
    response = client.get("/api/v1/nowhere")
    assert (response.status_code, response.mimetype) == (404, "application/problem+json")
    assert response.get_json()["title"] == "没有找到"


def test_broken_records_are_a_503_that_shows_nothing_of_the_inside(
    client: FlaskClient, tmp_path: Path
) -> None:
    (tmp_path / "wenzhi.sqlite").write_bytes(b"this is no database " * 500)
    for response in (client.get("/problems"), client.post("/problems", data={"question": "问题"})):
        tree = tree_of(response, 503)
        assert text(tree, "h1") == "服务暂时不可用"
        assert "请联系驻场工程师" in text(tree)
        assert "sqlite" not in response.text
    answered = page(client, f"/ask?q={QUESTION}")
    assert "本次问答未能记录" in text(answered, ".notice")
    assert not select(answered, ".outcome .feedback")


def test_a_broken_index_is_a_503(services: Services, tmp_path: Path) -> None:
    folder = tmp_path / "index"
    engine = open_engine_at("embedded", folder)
    folder.mkdir(exist_ok=True)
    (folder / "CURRENT").write_text("generation-000009", encoding="ascii")
    reader = create_app(
        replace(services, knowledge=replace(services.knowledge, engine=engine))
    ).test_client()
    for address in ("/", "/wiki/", ARTICLE, f"/ask?q={QUESTION}", f"/search?q={QUESTION}"):
        response = reader.get(address)
        assert text(tree_of(response, 503), "h1") == "服务暂时不可用"
        assert str(tmp_path) not in response.text


def test_an_unforeseen_error_is_a_500_that_shows_nothing_of_the_inside(services: Services) -> None:
    app = create_app(services)

    @app.get("/fails")
    def fails() -> str:
        raise ValueError("a secret of the inside")

    response = app.test_client().get("/fails")
    assert text(tree_of(response, 500), "h1") == "服务器出错了"
    assert "secret" not in response.text


# What holds for every page


@pytest.mark.parametrize("address", PAGES)
def test_every_page_is_well_formed_for_readers_of_all_kinds(
    client: FlaskClient, address: str
) -> None:
    tree = lxml.html.document_fromstring(client.get(address).text)
    assert tree.get("lang") == "zh-CN"
    assert len(select(tree, "h1")) == 1
    assert select(tree, "title")[0].text.strip()
    assert select(tree, "a.skip-link")[0].get("href") == "#main"
    assert select(tree, "main#main")
    ids = tree.xpath("//@id")
    assert len(set(ids)) == len(ids)
    named = {label.get("for") for label in select(tree, "label")}
    fields = [
        item for item in select(tree, "input, select, textarea") if item.get("type") != "hidden"
    ]
    assert {field.get("id") for field in fields} <= named
    assert all(image.get("alt") is not None for image in select(tree, "img"))


@pytest.mark.parametrize("address", PAGES)
def test_no_page_holds_inline_code_or_loads_from_elsewhere(
    client: FlaskClient, address: str
) -> None:
    tree = lxml.html.document_fromstring(client.get(address).text)
    assert [item for item in tree.iter("script") if not item.get("src") or item.text] == []
    assert list(tree.iter("style", "iframe", "object", "embed")) == []
    assert tree.xpath("//@style") == []
    assert [name for item in tree.iter() for name in item.attrib if name.startswith("on")] == []
    for value in tree.xpath("//script/@src | //link/@href | //img/@src | //form/@action"):
        assert value.startswith("/")
        assert not value.startswith("//")
    assert [href for href in tree.xpath("//a/@href") if href.lower().startswith("javascript")] == []


@pytest.mark.parametrize(
    "address",
    ["/wiki/howto/markup", "/wiki/?kind=howto", "/", "/search?q=斑马线", "/ask?q=斑马线怎么画"],
)
def test_markup_in_titles_tags_and_questions_is_text(client: FlaskClient, address: str) -> None:
    tree = page(client, address)
    assert not select(
        tree, "main script, main u, main i, main b, main img[onerror], main em[onclick]"
    )
    assert tree.xpath("//@*[starts-with(name(), 'on')]") == []


def test_a_tag_of_markup_has_a_page(client: FlaskClient) -> None:
    address = links(page(client, "/wiki/howto/markup"), ".tags a")[0]
    assert text(page(client, address), "h1") == "标签：<i>斜体</i>"


@pytest.mark.parametrize(
    "address", [*PAGES, "/static/wenzhi.css", "/attachments/policy/chart.png", "/healthz"]
)
def test_every_response_is_guarded(client: FlaskClient, address: str) -> None:
    with client.get(address) as response:
        headers = response.headers
    policy = headers["Content-Security-Policy"]
    assert "unsafe" not in policy
    assert policy.startswith(("default-src 'self'", "default-src 'none'"))
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "same-origin"
    assert headers["X-Frame-Options"] == "DENY"


@pytest.mark.parametrize(
    "header",
    [{"Origin": "https://evil.example"}, {"Origin": "null"}, {"Sec-Fetch-Site": "cross-site"}],
)
def test_a_write_from_another_site_is_refused(client: FlaskClient, header: dict[str, str]) -> None:
    response = client.post("/problems", data={"question": "打印机卡纸"}, headers=header)
    assert "不是从本系统的页面发出的" in text(tree_of(response, 403))
    assert "还没有人提交问题" in text(page(client, "/problems"))


def test_a_write_from_our_own_page_is_taken(client: FlaskClient) -> None:
    header = {"Origin": "http://localhost", "Sec-Fetch-Site": "same-origin"}
    response = client.post("/problems", data={"question": "打印机卡纸"}, headers=header)
    assert response.status_code == 201


def test_a_name_that_does_not_belong_to_this_machine_is_refused(client: FlaskClient) -> None:
    response = client.get("/", headers={"Host": "evil.example"})
    assert response.status_code == 400
    assert "知识库目录" not in response.text


def test_behind_a_proxy_any_name_is_served(services: Services) -> None:
    settings = replace(services.settings, host="0.0.0.0")  # noqa: S104
    reader = create_app(replace(services, settings=settings)).test_client()
    assert reader.get("/", headers={"Host": "kb.example"}).status_code == 200
