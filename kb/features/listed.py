"""What all the questions that a section lists say together, found or not; of a section that lists few, what it
says itself stands in for the rest, so that a new article is not behind one whose questions grew for years."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache

import numpy as np

from kb.candidates import Candidate
from kb.features.words import bare
from kb.listed import Listed
from kb.listwise import Matrix
from kb.tokenizer import normalise

LISTED_FEATURES = (
    "listed_cosine",  # mean cosine of the five nearest questions listed; for each missing that of the best passage
    "listed_exact",  # one of them is the question, word for word
    "listed_characters",  # share of the question's characters that they hold together; of few, headings and text too
)
"""What is measured, in the order of the columns of `measure_listed`."""

ENOUGH = 5
"""A section that lists fewer questions is spoken for by its passages as well."""

_KEPT = 8192


def measure_listed(
    question: str,
    candidates: Sequence[Candidate],
    listed: Sequence[Listed],
    cosines: Mapping[str, float],
) -> Matrix:
    """A row for each candidate with a column for each of LISTED_FEATURES.

    `listed` is what each candidate lists; `cosines` are those of the passages that `compared` names to what was
    asked, by id: one that is not embedded is missing.
    """
    asked = frozenset(bare(question))
    rows = [
        (
            _cosine(candidate, section, cosines),
            float(bare(question) in _spelt(section.questions)),
            _share(asked, candidate, section),
        )
        for candidate, section in zip(candidates, listed, strict=True)
    ]
    return np.array(rows, np.float64).reshape(len(rows), len(LISTED_FEATURES))


def compared(candidates: Sequence[Candidate], listed: Sequence[Listed]) -> Iterator[str]:
    """The ids of the passages whose cosines `measure_listed` needs."""
    for candidate, section in zip(candidates, listed, strict=True):
        yield from section.ids
        if len(section.ids) < ENOUGH:
            yield from (hit.passage.id for hit in candidate.hits)


def _cosine(candidate: Candidate, section: Listed, cosines: Mapping[str, float]) -> float:
    known = [cosines[identifier] for identifier in section.ids if identifier in cosines]
    nearest = sorted(known, reverse=True)[:ENOUGH]
    own = (cosines.get(hit.passage.id, 0.0) for hit in candidate.hits)
    missing = ENOUGH - len(nearest)
    return (sum(nearest) + (missing * max(own, default=0.0) if missing else 0.0)) / ENOUGH


def _share(asked: frozenset[str], candidate: Candidate, section: Listed) -> float:
    if not asked:
        return 0.0
    left = asked - _characters(section.questions)
    if left and len(section.questions) < ENOUGH:
        place = candidate.place
        texts = (place.title, *place.headings, *(hit.passage.text for hit in candidate.hits))
        left = left.difference(*map(normalise, texts))
    return 1 - len(left) / len(asked)


@lru_cache(maxsize=_KEPT)
def _spelt(questions: tuple[str, ...]) -> frozenset[str]:
    return frozenset(map(bare, questions))


@lru_cache(maxsize=_KEPT)
def _characters(questions: tuple[str, ...]) -> frozenset[str]:
    return frozenset().union(*map(bare, questions))
