"""The article page, the evidence that it shows and what is attached to it."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from urllib.parse import quote

import pytest
from flask.testing import FlaskClient

from tests.web.reading import ARTICLE, QUESTION, links, page, select, text
from web.app import create_app
from web.services import Services

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
    open_library: Callable[[Path], Services], tmp_path: Path
) -> None:
    library = tmp_path / "articles"
    library.mkdir()
    names = ("a.md.bak", "a.MD", "a.md~", "b.Yml", "c.markdown", "d.md.png", "e.txt")
    for name in names:
        (library / name).write_text("草稿", encoding="utf-8")
    linked = "".join(f"[{name}]({name})\n" for name in names)
    (library / "all.md").write_text(f"---\ntitle: 附件\n---\n{linked}", encoding="utf-8")
    reader = create_app(open_library(library)).test_client()
    found = []
    for name in names:
        with reader.get(f"/attachments/{name}") as response:
            found.append(response.status_code)
    assert found == [404] * 6 + [200]
