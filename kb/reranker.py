"""Orders the candidate sections of a question with weights learned from how people ask for each section.

The model is linear over kb/features.py, fitted by `manage.py fit sections` (docs/retrieval.md says on what, and how
well it does); the softmax of its scores is the probability that a section is the one asked for.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from kb.candidates import Candidate, Scored
from kb.features import FEATURES
from kb.listwise import Matrix, Vector, read_weights, softmax

WEIGHTS_PATH = Path(__file__).with_suffix(".json")
"""Where the learned weights lie: a number for each name of FEATURES."""


def learned_weights() -> Vector:
    """The weights that come with the project, in the order of FEATURES."""
    return read_weights(WEIGHTS_PATH, FEATURES)


def section_scores(measured: Matrix) -> Vector:
    """A score for each row of FEATURES: the greater, the likelier is the section the one asked for."""
    return np.asarray(measured @ learned_weights())


def by_chance(candidates: Sequence[Candidate], scores: Vector) -> Scored:
    """The candidates with their probability (0..1, together 1), best first; `scores` has one for each."""
    if not candidates:
        return []
    chances = softmax(scores)
    order = np.argsort(-chances, kind="stable")
    return [(float(chances[place]), candidates[place]) for place in order]
