"""Engineers see on the page why a question found what it found; what a reader may not see stays hidden."""

from __future__ import annotations

from urllib.parse import parse_qs, urlsplit

import pytest
from flask.testing import FlaskClient
from lxml.html import HtmlElement

from tests.web.reading import ID, QUESTION, links, page, select, text, tree_of
from web.services import Services

PAGE = "/debug/retrieval"
EXPECTED = "policy/unemployment#办理步骤"


def explained(client: FlaskClient, status: int = 200, **given: str) -> HtmlElement:
    return tree_of(client.get(PAGE, query_string=given), status)


def test_without_a_question_the_page_says_what_it_is_for(client: FlaskClient) -> None:
    tree = page(client, PAGE)
    assert "不会留下问答记录" in text(tree, ".empty")
    assert select(tree, ".search-form")[0].get("method") == "get"
    assert not select(tree, ".trace")


def test_the_page_shows_every_step_up_to_the_answer_of_the_chat(client: FlaskClient) -> None:
    tree, chat = explained(client, q=QUESTION), page(client, f"/ask?q={QUESTION}")
    headings = text(tree, ".trace h2")
    for step in ("结果", "问题怎么理解", "候选小节", "关键词名次", "语义名次", "两路合并"):
        assert step in headings
    said = text(tree, "#outcome .line")
    assert said
    assert all(line.strip(" ①②") in said for line in text(chat, ".line").split("。") if line)
    assert text(tree, "#outcome mark") == text(chat, ".line mark")
    assert "失业金" in text(tree, "#wording")
    assert "所列问法里最近五个的语义相似度 +" in text(tree, "#sections")
    assert links(tree, "#sections tbody a")[0].startswith("/wiki/policy/unemployment#")


def test_an_expected_section_is_followed(client: FlaskClient) -> None:
    tree = explained(client, q=QUESTION, expect=EXPECTED)
    assert "进了候选，不是第 1" in text(tree, "#expected h2")
    assert "第 1 是 policy/unemployment#lead" in text(tree, "#expected .trace-reasons")
    assert "对方多得" in text(tree, "#expected th")
    assert not select(explained(client, q=QUESTION), "#expected")


def test_a_day_a_region_and_a_kind_are_filters(client: FlaskClient) -> None:
    given = {"q": QUESTION, "expect": "policy/unemployment"}
    tree = explained(client, **given, as_of="2010-01-01", region="全国", kind="howto")
    assert text(tree, "#expected h2").endswith("被条件过滤")
    reasons = text(tree, ".trace-reasons")
    for part in ("2010-01-01", "在全国适用", "经办指南类"):
        assert part in reasons
    assert "2010年1月1日" in text(tree, "#wording")
    assert [item.get("value") for item in select(tree, "option[selected]")] == ["全国", "howto"]


def test_a_question_that_goes_on_is_told(client: FlaskClient) -> None:
    tree = explained(client, q="那最长呢", before=QUESTION)
    assert f"{QUESTION} 那最长呢" in text(tree, "#wording")
    assert "是，合起来检索" in text(tree, "#wording")
    put = explained(client, q="那男的呢", before="女的几岁退休")
    assert "是，换进上一个问题检索" in text(put, "#wording")
    assert "作为追问时会与上一个合起来" in text(explained(client, q="那最长呢"), "#wording")


@pytest.mark.parametrize(
    "slug", ["policy/secret-plan", "playbook/server-room", "playbook/server-room#没有这一节"]
)
def test_what_a_reader_may_not_see_is_refused_as_what_does_not_exist(
    client: FlaskClient, slug: str
) -> None:
    none = "policy/never-written"
    refused, missing = (
        client.get("/debug/retrieval", query_string={"q": QUESTION, "expect": expect})
        for expect in (slug, none)
    )
    assert (refused.status_code, missing.status_code) == (404, 404)
    assert refused.text.replace(slug, none) == missing.text


@pytest.mark.parametrize(
    ("given", "status", "said"),
    [
        ({"q": ""}, 400, "问题是空的"),
        ({"q": "？？？"}, 400, "问题里没有可以检索的文字"),
        ({"q": "问" * 501}, 400, "超过 500 个字"),
        ({"q": QUESTION, "as_of": "2025-02-30"}, 400, "不是日期"),
        ({"q": QUESTION, "region": "北京"}, 400, "没有“北京”这个地区"),
        ({"q": QUESTION, "kind": "nothing"}, 400, "没有“nothing”这类文章"),
        ({"q": QUESTION, "expect": "policy/none"}, 404, "没有这篇文章"),
        ({"q": QUESTION, "expect": "../../secret"}, 404, "没有这篇文章"),
        ({"q": QUESTION, "expect": "policy/unemployment#没有"}, 404, "没有“没有”这一节"),
    ],
)
def test_a_bad_request_is_explained_beside_the_form(
    client: FlaskClient, given: dict[str, str], status: int, said: str
) -> None:
    tree = explained(client, status, **given)
    assert said in text(tree, ".notice-error")
    assert select(tree, "#q")
    assert not select(tree, ".trace")


def test_an_index_that_cannot_be_read_is_told_as_everywhere(broken: FlaskClient) -> None:
    assert "服务暂时不可用" in text(page(broken, f"{PAGE}?q={QUESTION}", 503))


def test_numbers_of_persons_are_masked_in_everything_that_is_shown(client: FlaskClient) -> None:
    given = {"q": f"{ID} {QUESTION}", "before": f"卡号 {ID}", "expect": "policy/unemployment"}
    response = client.get(PAGE, query_string=given)
    assert ID not in response.text
    assert "身份证号已隐去" in text(tree_of(response), ".notice")


def test_markup_in_what_was_typed_is_text(client: FlaskClient) -> None:
    tree = explained(client, q="<script>alert(1)</script>斑马线怎么画")
    assert [item for item in tree.iter("script") if not item.get("src")] == []
    refused = explained(client, 404, q=QUESTION, expect='"><img src=x>')
    assert not select(refused, "main img")


def test_nothing_is_recorded(client: FlaskClient, services: Services) -> None:
    explained(client, q=QUESTION)
    asked = services.records.problem_count(), client.get("/metrics").text
    explained(client, q=QUESTION)
    assert (services.records.problem_count(), client.get("/metrics").text) == asked


def test_an_answer_and_an_abstention_link_to_their_explanation(client: FlaskClient) -> None:
    for question in (QUESTION, "紫外线消毒柜几点关门"):
        address = urlsplit(links(page(client, f"/ask?q={question}"), "a.why")[0])
        assert (address.path, parse_qs(address.query)) == (PAGE, {"q": [question]})
