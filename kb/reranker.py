"""Orders the candidate sections of a question with weights learned from how people ask for each section.

The model is linear over kb/features.py, fitted by `manage.py fit` (docs/retrieval.md says on what, and how
well it does); the softmax of its scores is the probability that a section is the one asked for.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
import numpy.typing as npt

from kb.candidates import Candidate
from kb.features import FEATURES, SCORE_FEATURES, Matrix
from kb.learned import write_learned

WEIGHTS_PATH = Path(__file__).with_suffix(".json")
"""Where the learned weights lie: a number for each name of FEATURES."""

SHORTLIST = 32
"""How many sections are read; a code is looked for in all of them."""

Vector = npt.NDArray[np.float64]

_PENALTY = 1e-3
_STEPS = 200


@dataclass(frozen=True, slots=True)
class Sample:
    """A question with the measures of its candidates, and which of them are right."""

    features: Matrix
    right: npt.NDArray[np.bool_]


@cache
def learned_weights() -> Vector:
    """The weights that come with the project, in the order of FEATURES; 0 for a feature not learned yet."""
    kept = json.loads(WEIGHTS_PATH.read_text("utf-8"))
    return np.array([kept.get(name, 0.0) for name in FEATURES], np.float64)


def keep_weights(weights: Mapping[str, float]) -> None:
    """Write other weights in the place of those that come with the project."""
    write_learned(WEIGHTS_PATH, dict(weights), indent=2)
    learned_weights.cache_clear()


def shortlist(scores: Matrix) -> list[int]:
    """The rows worth a closer look, best first; `scores` has a column for each of SCORE_FEATURES."""
    rough = scores @ learned_weights()[: len(SCORE_FEATURES)]
    order: list[int] = np.argsort(-rough, kind="stable")[:SHORTLIST].tolist()
    return order


def rerank(
    candidates: Sequence[Candidate], measured: Matrix, bonus: Vector
) -> list[tuple[float, Candidate]]:
    """The candidates with their probability (0..1, together 1), best first; `measured` has a row for each,
    and `bonus` what is added to its score."""
    if not candidates:
        return []
    chances = softmax(measured @ learned_weights() + bonus)
    order = np.argsort(-chances, kind="stable")
    return [(float(chances[place]), candidates[place]) for place in order]


def softmax(scores: Vector) -> Vector:
    """Positive numbers that add up to 1, in the order of the scores."""
    grown = np.exp(scores - scores.max())
    return np.asarray(grown / grown.sum())


def fit(samples: Sequence[Sample]) -> Vector:
    """Weights that make the right candidates of all samples likely (listwise softmax, L2 penalty).

    The loss is convex, so that the outcome does not depend on the start; features are scaled by their
    spread while fitting. Samples without a right candidate, or without a wrong one, are left out.
    Source of the loss: ListNet's top-one probability (Cao et al. 2007).
    """
    useful = [item for item in samples if item.right.any() and not item.right.all()]
    spread = np.vstack([item.features for item in useful]).std(axis=0)
    spread[spread < 1e-9] = 1.0
    scaled = [(item.features / spread, item.right) for item in useful]
    found = _minimise(scaled, np.zeros(len(spread)))
    return np.asarray(found / spread)


def _minimise(samples: Sequence[tuple[Matrix, npt.NDArray[np.bool_]]], start: Vector) -> Vector:
    """Newton's method with step halving; the Hessian is small (one row per feature)."""
    weights, value = start, _loss(samples, start)
    for _ in range(_STEPS):
        gradient, curvature = _derivatives(samples, weights)
        step = np.linalg.solve(curvature, gradient)
        length = 1.0
        while (tried := _loss(samples, weights - length * step)) > value and length > 1e-6:
            length /= 2
        if value - tried < 1e-9:
            break
        weights, value = weights - length * step, tried
    return weights


def _loss(samples: Sequence[tuple[Matrix, npt.NDArray[np.bool_]]], weights: Vector) -> float:
    total = 0.0
    for features, right in samples:
        scores = features @ weights
        total += _log_sum(scores) - _log_sum(scores[right])
    return float(total / len(samples) + _PENALTY * weights @ weights)


def _log_sum(scores: Vector) -> float:
    """The logarithm of the sum of the exponentials."""
    top = scores.max()
    return float(top + np.log(np.exp(scores - top).sum()))


def _derivatives(
    samples: Sequence[tuple[Matrix, npt.NDArray[np.bool_]]], weights: Vector
) -> tuple[Vector, Matrix]:
    """Gradient of the loss, and the positive part of its curvature."""
    size = len(weights)
    gradient, curvature = np.zeros(size), np.zeros((size, size))
    for features, right in samples:
        chances = softmax(features @ weights)
        mean = chances @ features
        inside = softmax(features[right] @ weights) @ features[right]
        gradient += mean - inside
        curvature += (features * chances[:, None]).T @ features - np.outer(mean, mean)
    gradient = gradient / len(samples) + 2 * _PENALTY * weights
    return gradient, curvature / len(samples) + 2 * _PENALTY * np.eye(size)
