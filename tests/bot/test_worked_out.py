"""A figure that was worked out is said first, with its sum and the rows that it rests on; what is missing is
asked for, and what is not known is not invented."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest

from bot.ask import ask
from bot.types import Abstention, Answer, Clarification, Outcome
from kb.knowledge import Knowledge
from kb.types import Scope

TODAY = date(2026, 11, 22)
AskLibrary = Callable[..., Outcome]
WORKED_OUT = (
    "1967年3月出生的男职工什么时候退休",
    "女工人1976年3月出生几岁退休",
    "六级伤残本人工资8000元一次性伤残补助金多少",
    "失业保险交满6年能领几个月",
    "60岁退休个人账户计发月数多少",
)


@pytest.fixture(scope="module")
def asked_library(library: Knowledge) -> AskLibrary:
    """Ask the bureau's own articles on TODAY, or on another day."""
    return lambda question, day=TODAY: ask(library, question, Scope(as_of=day))


def worked_out(outcome: Outcome) -> Answer:
    assert isinstance(outcome, Answer), outcome
    assert outcome.calculation is not None
    return outcome


@pytest.mark.parametrize("question", WORKED_OUT)
def test_the_result_is_said_first_and_then_how_it_came_about(
    asked_library: AskLibrary, question: str
) -> None:
    answer = worked_out(asked_library(question))
    result, formula = answer.lines[:2]
    assert answer.calculation is not None
    assert (result.text, result.is_key) == (answer.calculation.result, True)
    assert formula.text == f"算法：{answer.calculation.formula}"
    assert [line.is_key for line in answer.lines[1:]] == [False] * (len(answer.lines) - 1)
    assert answer.text.startswith(f"{result.text}［1］\n{formula.text}［1］")


@pytest.mark.parametrize("question", WORKED_OUT)
def test_it_quotes_the_rows_and_cites_every_article_that_it_rests_on(
    asked_library: AskLibrary, library: Knowledge, question: str
) -> None:
    answer = worked_out(asked_library(question))
    assert answer.calculation is not None
    cites = answer.calculation.cites
    found = library.engine.passages(cites)
    assert [part.id for part in found] == list(cites)
    cited = [f"{item.slug}#{item.anchor}" for item in answer.citations]
    assert cited == [part.section_id for part in found[:3]]
    rows = [part.text for part in found[:3] if part.form == "row"]
    assert [line.text for line in answer.lines[2:]] == rows
    for line in answer.lines:
        assert 1 <= line.number <= len(answer.citations)
    for line in answer.lines[2:]:
        assert line.text in answer.citations[line.number - 1].quote


def test_the_month_of_retirement_is_that_of_the_quoted_row(asked_library: AskLibrary) -> None:
    answer = worked_out(asked_library("1967年3月出生的男职工什么时候退休"))
    assert answer.lines[0].text.startswith("2027年10月退休（60岁7个月")
    assert "出生年月=1967年3月" in answer.lines[2].text
    assert "法定退休年月=2027年10月" in answer.lines[2].text
    assert any("最低缴费年限" in warning for warning in answer.warnings)
    assert answer.citations[0].slug == "policy/retirement-table-male"


def test_what_is_not_verified_in_the_articles_is_said_with_the_figure(
    asked_library: AskLibrary,
) -> None:
    answer = worked_out(asked_library("失业保险交满6年能领几个月"))
    assert answer.calculation is not None
    for warning in answer.calculation.warnings:
        assert warning in answer.warnings


@pytest.mark.parametrize(
    ("question", "choices"),
    [
        ("女职工1976年3月出生什么时候退休", 2),
        ("1976年3月出生的什么时候退休", 3),
        ("看看我账户养老金除以几", 4),
    ],
)
def test_what_is_missing_is_asked_for_and_every_choice_leads_to_the_figure(
    asked_library: AskLibrary, question: str, choices: int
) -> None:
    outcome = asked_library(question)
    assert isinstance(outcome, Clarification)
    assert "请选" in outcome.prompt
    assert len(outcome.choices) == choices
    results = [worked_out(asked_library(choice)).lines[0].text for choice in outcome.choices]
    assert len(set(results)) == choices


@pytest.mark.parametrize(
    ("question", "said"),
    [
        ("男职工1967年3月出生原55周岁什么时候退休", "没有按50、55周岁退的"),
        ("1905年3月出生的男职工什么时候退休", "不合常理"),
    ],
)
def test_what_cannot_be_is_refused_without_a_figure(
    asked_library: AskLibrary, question: str, said: str
) -> None:
    outcome = asked_library(question)
    assert isinstance(outcome, Abstention)
    assert said in outcome.message
    assert outcome.confidence == 0.0
    assert 1 <= len(outcome.nearest) <= 3


def test_a_refusal_offers_the_rows_that_show_why_first(asked_library: AskLibrary) -> None:
    outcome = asked_library("2026年灵活就业养老每月最低交多少")
    assert isinstance(outcome, Abstention), outcome
    assert outcome.nearest[0].slug in (
        "policy/flexible-worker-contribution",
        "policy/contribution-base",
    )


def test_a_vague_figure_is_not_reckoned_with(asked_library: AskLibrary) -> None:
    outcome = asked_library("失业保险交了6年多能领几个月")
    assert not isinstance(outcome, Answer) or outcome.calculation is None


def test_an_article_that_the_day_does_not_know_yet_works_nothing_out(
    asked_library: AskLibrary,
) -> None:
    outcome = asked_library("1967年3月出生的男职工什么时候退休", date(2024, 6, 1))
    assert not isinstance(outcome, Answer) or outcome.calculation is None
