"""What all the questions that a section lists say together, found or not."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache

import numpy as np

from kb.features.words import bare
from kb.listed import Listed
from kb.listwise import Matrix

LISTED_FEATURES = (
    "listed_cosine",  # mean cosine of the five nearest questions that the section lists, 0 for each missing
    "listed_characters",  # the share of the question's characters that those questions hold together
)
"""What is measured, in the order of the columns of `measure_listed`."""

_NEAREST = 5
_KEPT = 8192


def measure_listed(
    question: str, sections: Sequence[Listed], cosines: Mapping[str, float]
) -> Matrix:
    """A row for each section with a column for each of LISTED_FEATURES.

    `cosines`: of the listed questions to the one asked, by passage id; one that is not embedded is missing.
    """
    asked = frozenset(bare(question))
    rows = [(_cosine(section, cosines), _share(asked, section)) for section in sections]
    return np.array(rows, np.float64).reshape(len(rows), len(LISTED_FEATURES))


def _cosine(section: Listed, cosines: Mapping[str, float]) -> float:
    known = [cosines[identifier] for identifier in section.ids if identifier in cosines]
    return sum(sorted(known, reverse=True)[:_NEAREST]) / _NEAREST


def _share(asked: frozenset[str], section: Listed) -> float:
    return len(asked & _characters(section.questions)) / len(asked) if asked else 0.0


@lru_cache(maxsize=_KEPT)
def _characters(questions: tuple[str, ...]) -> frozenset[str]:
    return frozenset().union(*map(bare, questions))
