"""The explanation tells the very outcome that the chat gives, and what its confidence adds up from."""

from __future__ import annotations

import math
from datetime import date

import pytest

from bot.ask import ask
from bot.confidence import TERM_NAMES, Features, terms_of
from bot.explain import explain
from bot.types import Answer
from kb.knowledge import Knowledge
from kb.types import Scope

TODAY = Scope(as_of=date(2026, 6, 1))
JUDGED = ("2024年缴费基数上限是多少", "1976年3月生的女职工几岁退休", "ORA-12541", "食堂几点开饭")
"""Questions whose outcome rests on the evidence found."""
SOME = Features(
    coverage=0.5,
    cosine=0.5,
    thin=True,
    known=0.5,
    pairs=0.5,
    term=True,
    margin=0.5,
    told=0.5,
    field=0.5,
    code=True,
    exact=True,
    code_alone=True,
    other_people=True,
)
QUESTIONS = ("2024年缴费基数上限是多少", "红烧肉怎么烧", "1976年3月生的女职工几岁退休", "ORA-12541")


@pytest.mark.parametrize("question", QUESTIONS)
def test_the_outcome_is_that_of_the_chat(counter: Knowledge, question: str) -> None:
    assert explain(counter, question, TODAY).outcome == ask(counter, question, TODAY)


@pytest.mark.parametrize("question", JUDGED)
def test_the_confidence_is_that_of_the_chat(counter: Knowledge, question: str) -> None:
    found = explain(counter, question, TODAY)
    assert found.confidence == pytest.approx(found.outcome.confidence)


@pytest.mark.parametrize("question", QUESTIONS[:2])
def test_the_terms_add_up_to_the_confidence(counter: Knowledge, question: str) -> None:
    found = explain(counter, question, TODAY)
    logit = sum(term.amount for term in found.terms)
    assert 1 / (1 + math.exp(-logit)) == pytest.approx(found.confidence)
    assert isinstance(found.outcome, Answer) == (found.confidence >= found.threshold)


def test_the_evidence_quoted_is_among_that_weighed(counter: Knowledge) -> None:
    found = explain(counter, "2024年缴费基数上限是多少", TODAY)
    scores = [score for score, _ in found.weighed]
    assert scores == sorted(scores, reverse=True)
    assert found.weighed[0][1] in found.quoted


def test_every_term_of_the_confidence_has_a_chinese_name() -> None:
    assert set(TERM_NAMES) == set(terms_of(SOME))


def test_what_identifies_a_person_is_masked_before_anything_is_looked_up(
    counter: Knowledge,
) -> None:
    found = explain(counter, "330682199001011233 几岁退休", TODAY, ["卡号 13800138000"])
    assert found.masked.found == ("身份证号",)
    assert "330682" not in repr(found)
    assert "13800138000" not in repr(found)
