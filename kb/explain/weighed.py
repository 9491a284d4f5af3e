"""What the order that decided a look-up made of each section read: every feature with its weight."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from kb.document_order import document_order
from kb.features import DOCUMENT_FEATURES, FEATURES, SCORE_FEATURES, TREES
from kb.listwise import Matrix
from kb.reranker import learned_weights
from kb.search import Found
from kb.shortlist import rough_weights


@dataclass(frozen=True, slots=True)
class Weighed:
    """Names and weights of the features, and a row of them for each candidate; the sum of the products is its
    score, what the conversation adds aside."""

    names: tuple[str, ...]
    weights: tuple[float, ...]
    rows: Matrix


def weighed(found: Found) -> Weighed:
    """Say it of the order of sections that list questions, or of that of documents, whose trees count as one
    feature."""
    if found.documents is None:
        return Weighed(FEATURES, tuple(learned_weights().tolist()), found.features)
    order = document_order()
    trees = order.of_trees(found.documents)
    return Weighed(
        (*DOCUMENT_FEATURES, TREES),
        (*order.weights.tolist(), 1.0),
        np.hstack([found.documents, trees[:, None]]),
    )


def weighed_roughly(found: Found) -> Weighed:
    """Say it of all the sections found, by what decides which of them are read."""
    return Weighed(SCORE_FEATURES, tuple(rough_weights().tolist()), found.scores)
