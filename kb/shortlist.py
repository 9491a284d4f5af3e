"""Says which sections are worth reading, by what the rankings and a section's place tell before it is read.

The weights are fitted by `manage.py fit shortlist`, apart from those of kb/reranker.py: what is decisive once a
section was read says little of which to read.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np

from kb.features import SCORE_FEATURES
from kb.listwise import Matrix, Vector, read_weights

WEIGHTS_PATH = Path(__file__).with_suffix(".json")
"""Where the learned weights lie: a number for each name of SCORE_FEATURES."""

READ = 24
"""How many sections are read; a code is looked for in all of them."""


def rough_weights() -> Vector:
    """The weights that come with the project, in the order of SCORE_FEATURES."""
    return read_weights(WEIGHTS_PATH, SCORE_FEATURES)


def shortlist(scores: Matrix) -> list[int]:
    """The rows worth a closer look, best first; `scores` has a column for each of SCORE_FEATURES."""
    return rough_order(scores)[:READ]


def rough_order(scores: Matrix) -> list[int]:
    """All rows of `scores`, best first."""
    order: list[int] = np.argsort(-(scores @ rough_weights()), kind="stable").tolist()
    return order
