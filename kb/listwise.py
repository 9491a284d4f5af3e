"""Learns what matters from examples of right choices: linear scores whose softmax makes the right ones likely."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
import numpy.typing as npt

from kb.learned import write_learned

Vector = npt.NDArray[np.float64]
Matrix = npt.NDArray[np.float64]

_PENALTY = 1e-3
_STEPS = 200


@dataclass(frozen=True, slots=True)
class Sample:
    """What there was to choose from, a row of measures for each, and which of them are right."""

    features: Matrix
    right: npt.NDArray[np.bool_]


@cache
def read_weights(path: Path, names: tuple[str, ...]) -> Vector:
    """The weights kept in a file, in the order of the names; 0 for a name not learned yet."""
    kept = json.loads(path.read_text("utf-8"))
    return np.array([kept.get(name, 0.0) for name in names], np.float64)


def keep_weights(path: Path, weights: Mapping[str, float]) -> None:
    """Write other weights in the place of those that come with the project."""
    write_learned(path, dict(weights), indent=2)
    read_weights.cache_clear()


def softmax(scores: Vector) -> Vector:
    """Positive numbers that add up to 1, in the order of the scores."""
    grown = np.exp(scores - scores.max())
    return np.asarray(grown / grown.sum())


def fit(samples: Sequence[Sample], rising: npt.NDArray[np.bool_] | None = None) -> Vector:
    """Weights that make the right candidates of all samples likely (listwise softmax, L2 penalty).

    The loss is convex, so that the outcome does not depend on the start; features are scaled by their
    spread while fitting. Samples without a right candidate, or without a wrong one, are left out.
    Source of the loss: ListNet's top-one probability (Cao et al. 2007). `rising` says of each feature whether
    more of it must never count against a candidate: its weight is then at least 0.
    """
    useful = [item for item in samples if item.right.any() and not item.right.all()]
    spread = np.vstack([item.features for item in useful]).std(axis=0)
    spread[spread < 1e-9] = 1.0
    scaled = [(item.features / spread, item.right) for item in useful]
    start = np.zeros(len(spread))
    found = _minimise(scaled, start) if rising is None else _minimise_within(scaled, start, rising)
    return np.asarray(found / spread)


def _minimise_within(
    samples: Sequence[tuple[Matrix, npt.NDArray[np.bool_]]],
    start: Vector,
    rising: npt.NDArray[np.bool_],
) -> Vector:
    from scipy.optimize import minimize

    def loss(weights: Vector) -> tuple[float, Vector]:
        return _loss(samples, weights), _gradient(samples, weights)

    bounds = [(0.0 if bounded else None, None) for bounded in rising]
    return np.asarray(minimize(loss, start, jac=True, method="L-BFGS-B", bounds=bounds).x)


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


def _gradient(samples: Sequence[tuple[Matrix, npt.NDArray[np.bool_]]], weights: Vector) -> Vector:
    """Of the loss."""
    total = np.zeros(len(weights))
    for features, right in samples:
        total += softmax(features @ weights) @ features
        total -= softmax(features[right] @ weights) @ features[right]
    return total / len(samples) + 2 * _PENALTY * weights


def _derivatives(
    samples: Sequence[tuple[Matrix, npt.NDArray[np.bool_]]], weights: Vector
) -> tuple[Vector, Matrix]:
    """Gradient of the loss, and the positive part of its curvature."""
    size = len(weights)
    curvature = np.zeros((size, size))
    for features, _ in samples:
        chances = softmax(features @ weights)
        mean = chances @ features
        curvature += (features * chances[:, None]).T @ features - np.outer(mean, mean)
    return _gradient(samples, weights), curvature / len(samples) + 2 * _PENALTY * np.eye(size)
