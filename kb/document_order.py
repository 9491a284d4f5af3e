"""Orders sections that list no questions, as imported documents don't: by weights and trees learned from such documents.

Sections that list questions are ordered by `kb/reranker.py`, which leans on those questions. The score here is
the sum of a linear model and of decision trees, both fitted by `manage.py fit documents` to data sets of documents
(docs/retrieval.md says which, and how well it does on questions that were not learned from). Both may only rise with
what a document shares with a question: what is free to fall learns the quirks of a data set and fails on others.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np

from kb.candidates import Place
from kb.features import DOCUMENT_FEATURES
from kb.learned import write_learned
from kb.listwise import Matrix, Sample, Vector, fit
from kb.trees import Forest, grow, read_forest

ORDER_PATH = Path(__file__).with_suffix(".json")
"""Where what was learned lies: a weight for each name of DOCUMENT_FEATURES, and the trees."""

READ = 40
"""How many sections are read: by what is known before, the right one is further behind than where questions
are listed."""


_EITHER = frozenset({"heading_characters_asked", "length", "question_length"})
"""More of these may speak for a document or against it."""

_RISING = np.array([name not in _EITHER for name in DOCUMENT_FEATURES])
_WEIGHT = 0.3
"""What the linear model counts beside the trees, chosen on halves of the data sets."""


@dataclass(frozen=True, slots=True)
class DocumentOrder:
    """A weight for each of DOCUMENT_FEATURES, and trees over what `_for_trees` makes of them."""

    weights: Vector
    forest: Forest

    def scores(self, measured: Matrix) -> Vector:
        """A score for each row of DOCUMENT_FEATURES: the greater, the likelier is the section the one asked for."""
        return np.asarray(measured @ self.weights + self.of_trees(measured))

    def of_trees(self, measured: Matrix) -> Vector:
        """What the trees alone say of each row."""
        return self.forest.scores(_for_trees(measured))


@cache
def document_order() -> DocumentOrder:
    """What comes with the project."""
    kept = json.loads(ORDER_PATH.read_text("utf-8"))
    weights = [kept["weights"].get(name, 0.0) for name in DOCUMENT_FEATURES]
    return DocumentOrder(np.array(weights, np.float64), read_forest(kept["trees"]))


def learn_order(samples: Sequence[Sample]) -> DocumentOrder:
    """Learn from questions whose right documents are known; features are DOCUMENT_FEATURES."""
    of_trees = [Sample(_for_trees(item.features), item.right) for item in samples]
    directions = [*_RISING.astype(int), *-_RISING.astype(int)]
    return DocumentOrder(_WEIGHT * fit(samples, _RISING), grow(of_trees, directions))


def keep_order(order: DocumentOrder) -> None:
    """Write what was learned in the place of what comes with the project."""
    weights = dict(zip(DOCUMENT_FEATURES, order.weights.round(4).tolist(), strict=True))
    write_learned(ORDER_PATH, {"weights": weights, "trees": order.forest.as_json()})
    document_order.cache_clear()


def _for_trees(measured: Matrix) -> Matrix:
    """The features, and how far each is behind the best of all candidates."""
    if not len(measured):
        return np.hstack([measured, measured])
    return np.hstack([measured, measured.max(axis=0) - measured])


def are_documents(places: Sequence[Place]) -> bool:
    """Whether nothing that was found lists a question."""
    return not any(place.questions for place in places)


def first_documents(places: Sequence[Place]) -> list[int]:
    """The rows of the sections worth reading; places come in the order of their best fused passage."""
    return list(range(min(READ, len(places))))
