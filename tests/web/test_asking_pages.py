"""Searching, asking, and what a reader says of an answer."""

from __future__ import annotations

import re
import sqlite3
from pathlib import Path
from urllib.parse import quote, unquote

import pytest
from flask.testing import FlaskClient

from tests.web.reading import (
    ARTICLE,
    ID,
    QUESTION,
    links,
    page,
    select,
    submit,
    text,
    tree_of,
)
from web.chat import fields

# Search


def test_a_search_lists_articles_with_the_words_marked(client: FlaskClient) -> None:
    tree = page(client, "/search?q=失业金 复核")
    first = select(tree, ".find")[0]
    assert links(first, "h2 a")[0].startswith("/wiki/")
    assert {mark.text_content() for mark in select(tree, ".snippet mark")} >= {"失业金", "复核"}
    assert "现行" in text(first, ".badges")


def test_every_article_is_listed_once_and_all_links_lead_to_their_sections(
    client: FlaskClient,
) -> None:
    tree = page(client, f"/search?q={QUESTION}")
    slugs = [re.split("[?#]", address)[0] for address in links(tree, ".find h2 a")]
    assert len(set(slugs)) == len(slugs) > 3
    assert f"找到 {len(slugs)} 篇" in text(tree)
    addresses = links(tree, ".find a")
    places = [re.sub(r"\?[^#]*", "", address) for address in addresses]
    assert len(set(places)) == len(places) > len(slugs)
    for address in addresses:
        slug, _, anchor = address.partition("#")
        assert page(client, slug).xpath("//*[@id=$name]", name=unquote(anchor)), address


def test_the_other_sections_of_an_article_are_named_under_it(client: FlaskClient) -> None:
    tree = page(client, f"/search?q={QUESTION}")
    find = next(item for item in select(tree, ".find") if ARTICLE in links(item, "h2 a")[0])
    also = select(find, ".find-also")[0]
    assert text(find, ".find-also").startswith("同篇另有：")
    named = {item.text_content() for item in select(also, "a")}
    assert named <= {"概要", "领取月数", "计算例子", "办理步骤"}
    assert {re.split("[?#]", address)[0] for address in links(also, "a")} == {ARTICLE}


def test_a_row_of_a_table_is_marked_where_a_search_leads_to_it(client: FlaskClient) -> None:
    addresses = links(page(client, "/search?q=第47档月缴费"), ".find h2 a")
    assert "?mark=" in addresses[0]
    assert quote("第47档") in addresses[0]


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


def rows(folder: Path, table: str) -> list[tuple[object, ...]]:
    """What was recorded, by another program's eyes."""
    with sqlite3.connect(folder / "wenzhi.sqlite") as database:
        return list(database.execute(f"select * from {table}"))


@pytest.mark.parametrize(("value", "thanks"), [("yes", "这条答案有用"), ("no", "这条答案没用")])
def test_feedback_is_recorded(client: FlaskClient, tmp_path: Path, value: str, thanks: str) -> None:
    form = select(page(client, f"/ask?q={QUESTION}"), ".feedback")[0]
    sent = {"question": form.fields["question"], "helpful": value}
    tree = tree_of(submit(client, form.get("action"), sent))
    assert thanks in text(tree)
    assert f"/ask?q={quote(QUESTION)}" in links(tree)
    recorded = rows(tmp_path, "feedback")
    assert [row[2] for row in recorded] == [value == "yes"]
    assert bool(select(tree, ".problem-form")) == (value == "no")


def test_feedback_on_an_unknown_answer_is_not_found(client: FlaskClient) -> None:
    tree = tree_of(submit(client, "/answers/unknown/feedback", {"helpful": "yes"}), 404)
    assert "没有这条问答记录" in text(tree)


def test_a_problem_is_recorded_masked_and_listed(client: FlaskClient) -> None:
    sent = {"question": f"消毒柜几点关门 {ID}", "answer_id": ""}
    number = text(tree_of(submit(client, "/problems", sent), 201), "main strong")
    assert re.fullmatch(r"20\d\d-0001", number)
    listed = page(client, "/problems")
    assert f"{number} 消毒柜几点关门 ［身份证号］ 新建" in text(listed, "tbody")
    assert "共 1 条" in text(listed)
    assert ID not in client.get("/problems").text


@pytest.mark.parametrize("question", ["", "  ", "长" * 10_000])
def test_a_problem_without_a_question_is_refused(client: FlaskClient, question: str) -> None:
    tree = tree_of(submit(client, "/problems", {"question": question}), 400)
    assert "处理办法" in text(tree)
    assert "还没有人提交问题" in text(page(client, "/problems"))


def test_an_article_of_markup_in_a_problem_stays_text(client: FlaskClient) -> None:
    submit(client, "/problems", {"question": "<script>alert(1)</script> 打印机"})
    listed = client.get("/problems").text
    assert "&lt;script&gt;alert(1)" in listed
    assert "<script>alert" not in listed
