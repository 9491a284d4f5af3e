"""How likely it is that the evidence answers the question: a logistic model over three features."""

from __future__ import annotations

import math
from dataclasses import dataclass

from bot.evidence import Weights
from bot.types import Evidence
from kb.tokenizer import normalise
from kb.types import Query

_FEW_TOKENS = 2
ANSWER_FROM = 0.5
"""Below this the system abstains."""

_INTERCEPT, _COVERAGE, _COSINE, _EXACT = -95.46, 4.92, 105.24, 2.86
"""Fitted by logistic regression on the library's own questions, each asked with its own entry taken out,
against questions that a social-security library must not answer."""

_OTHER_PEOPLE = 6.0
"""Taken off when the rules of one group of people would be told to another: enough to abstain."""

_PEOPLE: tuple[tuple[str, ...], ...] = (
    ("居民", "居保"),
    ("灵活就业", "个体工商户", "自由职业"),
    ("超龄",),
    ("公务员", "机关", "事业单位"),
    ("军人", "退役", "退伍"),
    ("被征地", "失地"),
    ("外国人", "港澳台"),
)
"""Groups of people whose rules differ, with the words that name them."""


@dataclass(frozen=True, slots=True)
class Features:
    """What confidence rests on.

    `coverage`: share 0..1 of the question's weight found in the evidence's passage, its headings and the
    matched question; `cosine`: of question and passage, -1..1; `exact`: a code of the question was matched,
    or a question of one or two words is what the article or section is called; `other_people`: the question is about a group of people that
    the evidence does not speak of.
    """

    coverage: float
    cosine: float
    exact: bool
    other_people: bool


def features_of(query: Query, evidence: Evidence, weights: Weights, best_cosine: float) -> Features:
    """Measure the evidence; a passage that only the keyword leg found has the ranking's lowest cosine."""
    hit = evidence.hit
    text = normalise(
        " ".join((hit.passage.title, *hit.passage.headings, hit.question, hit.passage.text))
    )
    coverage = weights.coverage(text, hit.passage.codes)
    above = normalise(f"{hit.passage.title} {hit.passage.section} {hit.question}")
    named = len(weights.of) <= _FEW_TOKENS and weights.coverage(above, hit.passage.codes) > 0.99
    return Features(
        coverage=coverage,
        cosine=hit.cosine if hit.cosine is not None else best_cosine - 0.05,
        exact=hit.code_match or named,
        other_people=any(
            any(word in query.text for word in group) and not any(word in text for word in group)
            for group in _PEOPLE
        ),
    )


def confidence_of(features: Features) -> float:
    """Probability 0..1 that the evidence answers the question."""
    logit = (
        _INTERCEPT
        + _COVERAGE * features.coverage
        + _COSINE * features.cosine
        + _EXACT * features.exact
        - _OTHER_PEOPLE * features.other_people
    )
    return 1 / (1 + math.exp(-max(-30.0, min(30.0, logit))))
