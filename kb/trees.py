"""Decision trees, read from a file and added up with NumPy: growing them needs scikit-learn, using them does not."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from kb.listwise import Matrix, Sample, Vector

_DEPTH, _TREES, _RATE, _LEAF = 4, 200, 0.05, 40
"""How deep a tree is, how many there are, how much each corrects, and how many examples a leaf holds at least."""

_DIGITS = 5


@dataclass(frozen=True, slots=True)
class Forest:
    """Trees whose values are added up. Every array has shape (trees, nodes); node 0 is a tree's root.

    At a node that is no leaf, a row goes `left` where its `feature` is at most `threshold`, else `right`;
    a leaf leads to itself.
    """

    feature: npt.NDArray[np.intp]
    threshold: Matrix
    left: npt.NDArray[np.intp]
    right: npt.NDArray[np.intp]
    value: Matrix
    depth: int

    def scores(self, rows: Matrix) -> Vector:
        """The sum of all trees for each row; shape (n,)."""
        trees, size = self.feature.shape
        first = (np.arange(trees) * size)[:, None]  # nodes numbered through are found fast
        left, right = (self.left + first).ravel(), (self.right + first).ravel()
        feature, threshold = self.feature.ravel(), self.threshold.ravel()
        at = np.tile(first.ravel(), (len(rows), 1))
        row = (np.arange(len(rows)) * rows.shape[1])[:, None]
        for _ in range(self.depth):
            low = rows.take(row + feature.take(at)) <= threshold.take(at)
            at = np.where(low, left.take(at), right.take(at))
        return np.asarray(self.value.ravel().take(at).sum(axis=1))

    def as_json(self) -> dict[str, Any]:
        """What `read_forest` reads."""
        return {
            "depth": self.depth,
            "feature": self.feature.tolist(),
            "threshold": _rounded(self.threshold),
            "left": self.left.tolist(),
            "right": self.right.tolist(),
            "value": _rounded(self.value),
        }


def _rounded(values: npt.NDArray[np.float64]) -> list[list[float]]:
    return [[round(float(value), _DIGITS) for value in row] for row in values]


def read_forest(kept: dict[str, Any]) -> Forest:
    """The forest that `as_json` described."""
    feature, left, right = (np.array(kept[name], np.intp) for name in ("feature", "left", "right"))
    threshold, value = (np.array(kept[name], np.float64) for name in ("threshold", "value"))
    return Forest(feature, threshold, left, right, value, kept["depth"])


def grow(samples: Sequence[Sample], directions: Sequence[int]) -> Forest:
    """Trees that tell right candidates from wrong ones (gradient boosting, log loss: Friedman 2001).

    `directions` says of each feature whether more of it never counts against a candidate (1), never for it
    (-1), or either (0). Nothing is drawn by chance: the same samples give the same trees.
    """
    from sklearn.ensemble import HistGradientBoostingClassifier

    model = HistGradientBoostingClassifier(
        max_depth=_DEPTH,
        max_iter=_TREES,
        learning_rate=_RATE,
        min_samples_leaf=_LEAF,
        monotonic_cst=list(directions),
        early_stopping=False,
        random_state=0,
    )
    model.fit(
        np.vstack([item.features for item in samples]),
        np.concatenate([item.right for item in samples]),
    )
    return _forest([stage[0].nodes for stage in model._predictors])


def _forest(grown: Sequence[Any]) -> Forest:
    """`grown` holds a structured array of nodes for each tree, as scikit-learn keeps them."""
    size = max(map(len, grown))
    shape = (len(grown), size)
    feature, threshold = np.zeros(shape, np.intp), np.zeros(shape)
    left = np.tile(np.arange(size), (len(grown), 1))
    right, value = left.copy(), np.zeros(shape)
    for tree, nodes in enumerate(grown):
        count = len(nodes)
        inner = nodes["is_leaf"] == 0
        feature[tree, :count] = np.where(inner, nodes["feature_idx"], 0)
        threshold[tree, :count] = np.where(inner, nodes["num_threshold"], 0.0)
        left[tree, :count] = np.where(inner, nodes["left"], np.arange(count))
        right[tree, :count] = np.where(inner, nodes["right"], np.arange(count))
        value[tree, :count] = np.where(inner, 0.0, nodes["value"])
    return Forest(feature, threshold, left, right, value, _DEPTH)
