"""`manage.py search` and `ask` give on the command line what the service gives."""

from __future__ import annotations

import json

import pytest

from tests.scripts.conftest import Manage


def test_without_an_index_they_say_how_to_make_one(manage_cli: Manage) -> None:
    for command in ("search", "ask"):
        ended = manage_cli(command, "失业金")
        assert (ended.status, ended.out) == (1, "")
        assert "python3 scripts/manage.py index" in ended.err


def test_an_answer_names_its_article_and_day(indexed: Manage) -> None:
    ended = indexed("ask", "失业金能领几个月")
    assert ended.status == 0
    assert "二十四个月" in ended.out
    assert "来源：" in ended.out
    assert "policy/unemployment#" in ended.out
    assert "2022-08-01 起" in ended.out


def test_an_abstention_is_no_failure(indexed: Manage) -> None:
    ended = indexed("ask", "火星上怎么种土豆")
    assert ended.status == 0
    assert "没有找到" in ended.out


def test_ask_json_is_the_body_of_the_api(indexed: Manage) -> None:
    body = json.loads(indexed("ask", "失业金能领几个月", "--json").out)
    assert body["outcome"] == "answer"
    assert body["citations"][0]["slug"] == "policy/unemployment"
    assert {"answer", "confidence", "choices", "nearest", "warnings", "took_ms"} <= body.keys()


def test_search_lists_passages_with_their_ranks(indexed: Manage) -> None:
    ended = indexed("search", "ora-12541", "--limit", "1")
    assert ended.status == 0
    assert "playbook/ora-12541#" in ended.out
    assert "2. " not in ended.out


def test_an_article_stands_once_with_its_other_sections_under_it(indexed: Manage) -> None:
    out = indexed("search", "失业金怎么算").out
    first = next(line for line in out.splitlines() if line.startswith("   policy/unemployment#"))
    also = next(line for line in out.splitlines() if "同篇另有" in line)
    assert out.count("\n   policy/unemployment#") == 1
    assert {first.split()[0], also.partition("：")[2]} == {
        "policy/unemployment#lead",
        "policy/unemployment#怎么算",
    }


def test_search_json_is_the_body_of_the_api(indexed: Manage) -> None:
    body = json.loads(indexed("search", "失业金", "--kind", "policy", "--json").out)
    assert {hit["kind"] for hit in body["hits"]} == {"policy"}
    assert {"slug", "anchor", "snippet", "score", "keyword_rank"} <= body["hits"][0].keys()


def test_the_day_asked_about_decides_what_is_found(indexed: Manage) -> None:
    assert "policy/unemployment" in indexed("search", "失业金").out
    assert "policy/unemployment" not in indexed("search", "失业金", "--as-of", "2020-01-01").out


def test_only_those_who_may_read_an_article_find_it(indexed: Manage) -> None:
    assert "howto/inside" not in indexed("search", "机房钥匙").out
    assert "howto/inside" in indexed("search", "机房钥匙", "--access", "engineer").out


def test_personal_numbers_are_masked_before_anything_is_asked(indexed: Manage) -> None:
    ended = indexed("ask", "11010519491231002X 失业金能领几个月")
    assert "身份证号已隐去" in ended.out
    assert "11010519491231002X" not in ended.out


@pytest.mark.parametrize("command", ["ask", "search"])
@pytest.mark.parametrize("more", [(), ("--json",)])
def test_names_and_landlines_are_masked_too(
    indexed: Manage, command: str, more: tuple[str, ...]
) -> None:
    typed = "参保人王建国，家里电话0575-83012345，失业金能领几个月"
    ended = indexed(command, typed, *more)
    assert "问题里的姓名、电话号码已隐去" in ended.out
    assert not [secret for secret in ("王建国", "83012345") if secret in ended.out + ended.err]


@pytest.mark.parametrize("question", ["", "  ", "？？？", "问" * 501])
def test_questions_that_cannot_be_asked_are_refused_with_a_remedy(
    indexed: Manage, question: str
) -> None:
    ended = indexed("ask", question)
    assert ended.status == 1
    assert "处理办法" in ended.err


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ((), "缺少参数"),
        (("search",), "缺少参数：问题"),
        (("nonsense",), "不能是 'nonsense'"),
        (("search", "问", "--as-of", "2025-02-30"), "不是日期"),
        (("search", "问", "--limit", "0"), "不是 1 到 100 的整数"),
        (("search", "问", "--region", "北京"), "可选："),
        (("ask", "问", "--nonsense"), "不认识的参数"),
    ],
)
def test_wrong_usage_ends_with_status_2_and_a_chinese_message(
    manage_cli: Manage, arguments: tuple[str, ...], said: str
) -> None:
    ended = manage_cli(*arguments)
    assert (ended.status, ended.out) == (2, "")
    assert ended.err.startswith("用法：")
    assert said in ended.err


@pytest.mark.parametrize(
    "command", ["index", "lint", "new", "search", "ask", "explain", "doctor", "audit"]
)
def test_every_command_explains_itself(manage_cli: Manage, command: str) -> None:
    ended = manage_cli(command, "--help")
    assert ended.status == 0
    assert "用法：" in ended.out
