"""`manage.py explain` says on the command line why a question found what it found."""

from __future__ import annotations

import json

import pytest

from tests.scripts.conftest import Manage

QUESTION = "失业金能领几个月"


def test_it_shows_the_way_from_the_question_to_the_answer(indexed: Manage) -> None:
    ended = indexed("explain", QUESTION)
    assert ended.status == 0
    for step in ("词的权重：", "关键词名次：", "语义名次：", "两路合并：", "候选小节：", "把握："):
        assert step in ended.out
    assert "1. policy/unemployment#lead  概率" in ended.out
    assert "结果：回答。失业保险金按缴费时间计算，缴费满一年的领三个月" in ended.out
    assert "应该找到的" not in ended.out


def test_it_follows_an_expected_section(indexed: Manage) -> None:
    ended = indexed("explain", QUESTION, "--expect", "policy/unemployment#怎么算")
    assert "应该找到的：policy/unemployment#怎么算  进了候选，不是第 1" in ended.out
    assert "与 policy/unemployment#lead 相比" in ended.out


def test_the_day_and_the_rights_decide(indexed: Manage) -> None:
    then = ("explain", QUESTION, "--expect", "policy/unemployment", "--as-of", "2020-01-01")
    assert "从 2022-08-01 起施行，那时还没有生效" in indexed(*then).out
    key = ("explain", "机房钥匙在哪", "--expect", "howto/inside")
    assert "只有 engineer 权限能看" in indexed(*key).out
    assert "howto/inside#lead  排在第 1" in indexed(*key, "--access", "engineer").out


def test_json_holds_all_of_it(indexed: Manage) -> None:
    arguments = (QUESTION, "--expect", "policy/unemployment#怎么算", "--json")
    body = json.loads(indexed("explain", *arguments).out)
    asked = json.loads(indexed("ask", QUESTION, "--json").out)
    assert body["outcome"]["answer"] == asked["answer"]
    assert body["confidence"]["value"] == asked["confidence"]
    first = body["sections"][0]
    total = sum(item["amount"] for item in first["contributions"])
    assert total == pytest.approx(first["score"])
    assert first["section_id"] == "policy/unemployment#lead"
    assert {"value", "weight", "name", "feature"} <= first["contributions"][0].keys()
    assert body["keyword"][0]["rank"] == body["nearest"][0]["rank"] == body["fused"][0]["rank"] == 1
    assert (body["expected"]["stage"], body["expected"]["rival"]) == (
        "candidate",
        first["section_id"],
    )
    assert body["expected"]["ranks"]["final"] > 1
    assert "能领" in body["expected"]["lacking"]


def test_a_question_before_is_joined(indexed: Manage) -> None:
    ended = indexed("explain", "那最长呢", "--before", QUESTION)
    assert f"检索：{QUESTION} 那最长呢（与上一个问题合起来）" in ended.out


def test_personal_numbers_are_masked(indexed: Manage) -> None:
    for more in ((), ("--json",)):
        ended = indexed("explain", f"11010519491231002X {QUESTION}", *more)
        assert "11010519491231002X" not in ended.out
        assert "身份证号" in ended.out


@pytest.mark.parametrize(
    ("arguments", "status", "said"),
    [
        (("",), 1, "问题是空的"),
        ((QUESTION, "--expect", "policy/none"), 1, "没有这篇文章"),
        ((QUESTION, "--expect", "policy/unemployment#没有"), 1, "没有“没有”这一节"),
        ((QUESTION, "--as-of", "2025-02-30"), 2, "不是日期"),
        ((), 2, "缺少参数：问题"),
    ],
)
def test_what_cannot_be_explained_is_refused_with_a_remedy(
    indexed: Manage, arguments: tuple[str, ...], status: int, said: str
) -> None:
    ended = indexed("explain", *arguments)
    assert (ended.status, ended.out) == (status, "")
    assert said in ended.err


def test_without_an_index_it_says_how_to_make_one(manage_cli: Manage) -> None:
    ended = manage_cli("explain", QUESTION)
    assert ended.status == 1
    assert "python3 scripts/manage.py index" in ended.err
