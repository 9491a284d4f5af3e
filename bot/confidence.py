"""How likely it is that the evidence answers the question: a logistic model over three features."""

from __future__ import annotations

import math
from dataclasses import dataclass

from bot.evidence import Weights
from bot.types import Evidence
from kb.knowledge import Knowledge

ANSWER_FROM = 0.5
"""Below this the system abstains."""

_INTERCEPT, _COVERAGE, _COSINE, _CODE = -38.0, 6.0, 40.0, 4.0


@dataclass(frozen=True, slots=True)
class Features:
    """What confidence rests on.

    `coverage`: share 0..1 of the question's weight found in the evidence's passage, its headings and the
    matched question; `cosine`: of question and passage, -1..1; `code`: an exact code was matched.
    """

    coverage: float
    cosine: float
    code: bool


def features_of(knowledge: Knowledge, evidence: Evidence, weights: Weights, best_cosine: float) -> Features:
    """Measure the evidence; a passage that only the keyword leg found has the ranking's lowest cosine."""
    hit = evidence.hit
    text = " ".join((hit.passage.title, *hit.passage.headings, hit.question, hit.passage.text))
    coverage = weights.coverage(knowledge.tokenizer.tokens(text))
    return Features(coverage, hit.cosine if hit.cosine is not None else best_cosine - 0.05, hit.code_match)


def confidence_of(features: Features) -> float:
    """Probability 0..1 that the evidence answers the question."""
    logit = (
        _INTERCEPT
        + _COVERAGE * features.coverage
        + _COSINE * features.cosine
        + _CODE * features.code
    )
    return 1 / (1 + math.exp(-max(-30.0, min(30.0, logit))))
