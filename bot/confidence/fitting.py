"""Learns the weights of confidence from examples, and says how well they do on other ones."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from bot.confidence.examples import GROUPS, Example
from bot.confidence.features import LEARNED, Features
from bot.confidence.model import confidence_of
from kb.fitting import FOLDS

_SLACK = 0.3
"""The inverse of the L2 penalty, with the least log-loss over the folds (.112; .121 with hardly any penalty, which
also declines short questions: a few of them teach how much must be said)."""
_STEPS = 1000
_BINS = 10
_DECIMALS = 3


@dataclass(frozen=True, slots=True)
class Bin:
    """The questions whose confidence is at least `low` and less than a tenth more: how many, their mean
    confidence, and the shares (0..1) that the library answers and whose evidence is of a right section."""

    low: float
    questions: int
    confidence: float
    answerable: float
    right: float


@dataclass(frozen=True, slots=True)
class Held:
    """How each question went with weights fitted to other questions.

    `asked` and `answered`: how many questions of each of GROUPS there are, and what share (0..1) of them is
    answered, rules included. `bins`: the questions that the confidence decides, those of empty bins left out.
    """

    asked: Mapping[str, int]
    answered: Mapping[str, float]
    bins: tuple[Bin, ...]


def can_learn(examples: Sequence[Example]) -> bool:
    """Whether there is something to tell apart, in every fold."""
    parts = [_others(examples, fold) for fold in range(FOLDS)]
    return all(
        {item.group == "answerable" for item in part if item.teaches} == {True, False}
        for part in parts
    )


def fit_confidence(examples: Sequence[Example]) -> dict[str, float]:
    """Weights for `intercept` and for each of LEARNED, by logistic regression on standardised features.

    What rules decide is left out. The loss is convex and the solver deterministic.
    """
    from sklearn.linear_model import (
        LogisticRegression,
    )  # here: it takes a second, and only this needs it

    used = [(item.features, item) for item in examples if item.teaches and item.features]
    rows = np.array([_row(features) for features, _ in used])
    right = np.array([item.group == "answerable" for _, item in used])
    mean, spread = rows.mean(axis=0), rows.std(axis=0)
    spread[spread < 1e-9] = 1.0
    model = LogisticRegression(C=_SLACK, max_iter=_STEPS).fit((rows - mean) / spread, right)
    weights: npt.NDArray[np.float64] = model.coef_[0] / spread
    intercept = float(model.intercept_[0] - weights @ mean)
    named = zip(("intercept", *LEARNED), (intercept, *weights.tolist()), strict=True)
    return {name: round(value, _DECIMALS) for name, value in named}


def _row(features: Features) -> list[float]:
    return [float(getattr(features, name)) for name in LEARNED]


def cross_check(examples: Sequence[Example]) -> Held:
    """Fit to all folds but one and judge that one, in turn; question n belongs to fold n modulo FOLDS."""
    confidences = [0.0] * len(examples)
    for fold in range(FOLDS):
        weights = fit_confidence(_others(examples, fold))
        for place in range(fold, len(examples), FOLDS):
            features = examples[place].features
            confidences[place] = 0.0 if features is None else confidence_of(features, weights)
    judged = list(zip(examples, confidences, strict=True))
    groups = {name: [item for item in judged if item[0].group == name] for name in GROUPS}
    asked: dict[str, int] = {name: len(items) for name, items in groups.items() if items}
    answered: dict[str, float] = {
        name: float(np.mean([item.answered(confidence) for item, confidence in items]))
        for name, items in groups.items()
        if items
    }
    return Held(asked, answered, _bins(judged))


def _others(examples: Sequence[Example], fold: int) -> list[Example]:
    return [item for place, item in enumerate(examples) if place % FOLDS != fold]


def _bins(judged: Sequence[tuple[Example, float]]) -> tuple[Bin, ...]:
    """The reliability of the confidence where it decides; 1 belongs to the last bin."""
    binned: list[list[tuple[Example, float]]] = [[] for _ in range(_BINS)]
    for example, confidence in judged:
        if example.sure != example.unsure:
            binned[min(int(confidence * _BINS), _BINS - 1)].append((example, confidence))
    return tuple(_bin(place / _BINS, items) for place, items in enumerate(binned) if items)


def _bin(low: float, items: Sequence[tuple[Example, float]]) -> Bin:
    return Bin(
        low,
        len(items),
        float(np.mean([confidence for _, confidence in items])),
        float(np.mean([item.group == "answerable" for item, _ in items])),
        float(np.mean([item.right for item, _ in items])),
    )
