"""Conversations with the small library: follow-ups, substitutions, corrections, new topics."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from bot.ask import ask
from bot.talk import turn_of
from bot.types import Abstention, Answer, Outcome
from kb.knowledge import Knowledge
from kb.types import Scope, Turn
from tests.bot.conftest import TODAY

Talk = Callable[..., Outcome]


@pytest.fixture
def talk(counter: Knowledge) -> Talk:
    """Ask questions one after the other; gives the last outcome."""

    def converse(*questions: str) -> Outcome:
        history: list[Turn] = []
        for question in questions:
            outcome = ask(counter, question, Scope(as_of=TODAY), history)
            history.append(turn_of(question, outcome))
        return outcome

    return converse


def cited(outcome: Outcome) -> list[str]:
    assert isinstance(outcome, Answer), outcome
    return [f"{item.slug}#{item.anchor}" for item in outcome.citations]


def test_another_year_is_put_in_the_place_of_the_one_before(talk: Talk) -> None:
    answer = talk("2024年度社保缴费基数下限是多少", "那2023年的呢")
    assert isinstance(answer, Answer)
    assert "4462" in answer.text
    assert "4812" not in answer.text


def test_a_follow_up_to_a_follow_up_keeps_the_subject(talk: Talk) -> None:
    answer = talk("2024年度社保缴费基数下限是多少", "那2023年的呢", "2025年呢")
    assert isinstance(answer, Answer)
    assert "4986" in answer.text


def test_a_year_that_the_library_does_not_have_is_not_answered_with_another(talk: Talk) -> None:
    outcome = talk("2024年度社保缴费基数下限是多少", "那2019年呢")
    assert isinstance(outcome, Abstention)


def test_a_side_of_the_matter_is_answered_from_the_article_cited(talk: Talk) -> None:
    assert cited(talk("劳动能力鉴定怎么申请", "步骤呢"))[-1] == "policy/appraisal#办理步骤"


def test_a_new_topic_is_not_answered_from_the_article_before(talk: Talk) -> None:
    assert cited(talk("劳动能力鉴定怎么申请", "医保报销找谁"))[0].startswith("faq/medical")
    assert cited(talk("劳动能力鉴定怎么申请", "换个问题 滞纳金怎么算"))[0].startswith(
        "policy/back-payment"
    )


def test_not_this_one_offers_the_next_best_and_says_so(talk: Talk) -> None:
    first = talk("1976年3月出生的女职工几岁退休")
    outcome = talk("滞纳金怎么算", "不是这个")
    assert first.outcome == "clarification"
    assert not isinstance(outcome, Answer) or not any(
        "back-payment" in place for place in cited(outcome)
    )
    assert any("断缴与补缴" in warning and "略去" in warning for warning in outcome.warnings)


def test_a_correction_is_asked_instead(talk: Talk) -> None:
    answer = talk("劳动能力鉴定怎么申请", "不是这个，我问的是医保报销找谁")
    assert cited(answer)[0].startswith("faq/medical")


def test_a_clarification_is_answered_in_a_few_words(talk: Talk) -> None:
    assert talk("1976年3月出生的女职工几岁退休").outcome == "clarification"
    answer = talk("1976年3月出生的女职工几岁退休", "原50周岁女职工的")
    assert isinstance(answer, Answer)
    assert "50岁8个月" in answer.text


def test_the_article_shown_is_remembered_with_the_outcome(counter: Knowledge) -> None:
    outcome = ask(counter, "医保报销找谁", Scope(as_of=TODAY))
    assert turn_of("医保报销找谁", outcome) == Turn("医保报销找谁", "answer", ("faq/medical",))


def test_two_years_are_both_answered(talk: Talk) -> None:
    answer = talk("2025年度社保缴费基数下限是多少", "那2023年和2024年的呢")
    assert isinstance(answer, Answer)
    assert "4462" in answer.text
    assert "4812" in answer.text
    assert not answer.warnings


def test_two_months_of_birth_are_both_answered(talk: Talk) -> None:
    answer = talk("原50周岁女职工1976年11月出生几岁退休", "1976年2月和1976年3月的呢")
    assert isinstance(answer, Answer)
    assert "2026年9月" in answer.text
    assert "2026年11月" in answer.text


def test_a_year_that_is_not_there_is_named_beside_one_that_is(talk: Talk) -> None:
    answer = talk("2025年度社保缴费基数下限是多少", "那2019年和2024年的呢")
    assert isinstance(answer, Answer)
    assert "4812" in answer.text
    assert any("没有写明“2019年”" in warning for warning in answer.warnings)


def test_what_is_compared_stands_beside_what_was_asked_before(talk: Talk) -> None:
    answer = talk("ORA-00060是什么意思", "跟ORA-12541有什么区别")
    assert isinstance(answer, Answer)
    assert "死锁" in answer.text
    assert "没有监听" in answer.text


def test_a_month_of_birth_is_not_made_up_for_who_names_none(talk: Talk) -> None:
    answer = talk("原50周岁女职工几岁退休")
    assert isinstance(answer, Answer)
    assert "1976年" not in answer.text.partition("来源")[0]


def test_a_bare_reply_to_what_was_asked_back_leads_to_the_answer(talk: Talk) -> None:
    answer = talk("1976年3月出生的女职工几岁退休", "工人")
    assert isinstance(answer, Answer)
    assert "50岁8个月" in answer.text
