"""Fits the order of sections to questions whose right sections are known, and says how well it does on others."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

import numpy as np

from kb.article import read_article
from kb.features import FEATURES
from kb.library import scan
from kb.listwise import Matrix, Sample, Vector, fit
from kb.search import Found
from kb.types import Passage

FOLDS = 5
"""How many parts the questions are cut into to judge weights on questions that they were not fitted to."""


@dataclass(frozen=True, slots=True)
class Held:
    """Shares (0..1) of questions with a right section first, and among the first three, when each was judged
    with weights fitted to other questions; and what the fused score alone does."""

    questions: int
    hit_1: float
    hit_3: float
    fused_1: float
    fused_3: float


def sample_of_sections(found: Found, right: Collection[str]) -> Sample:
    """The sections read for a question, with FEATURES; `right` are those (`slug#anchor`) that answer it."""
    return _sample(found.features, (item.place.section_id for item in found.candidates), right)


def sample_of_places(found: Found, right: Collection[str]) -> Sample:
    """All the sections found, with SCORE_FEATURES."""
    return _sample(found.scores, (place.id for place in found.places), right)


def _sample(features: Matrix, sections: Iterable[str], right: Collection[str]) -> Sample:
    return Sample(features, np.array([section in right for section in sections], np.bool_))


def held_out_ranks(samples: Sequence[Sample]) -> list[int]:
    """The rank of the first right candidate of each sample, by weights fitted to all folds but its own;
    question n belongs to fold n modulo FOLDS."""
    ranks = [0] * len(samples)
    for fold in range(FOLDS):
        weights = fit([item for place, item in enumerate(samples) if place % FOLDS != fold])
        for place in range(fold, len(samples), FOLDS):
            ranks[place] = _rank(samples[place], samples[place].features @ weights)
    return ranks


def cross_check(samples: Sequence[Sample]) -> Held:
    """Judge each fold by weights fitted to the others; features are FEATURES."""
    ranks = held_out_ranks(samples)
    fused = [_rank(item, item.features[:, FEATURES.index("fused")]) for item in samples]
    return Held(
        len(samples),
        share_within(ranks, 1),
        share_within(ranks, 3),
        share_within(fused, 1),
        share_within(fused, 3),
    )


def _rank(sample: Sample, scores: Vector) -> int:
    """The place (from 1) of the first right candidate; one behind the last when there is none."""
    order = np.argsort(-scores, kind="stable")
    places = np.flatnonzero(sample.right[order])
    return int(places[0]) + 1 if len(places) else len(scores) + 1


def share_within(ranks: Sequence[int], most: int) -> float:
    """The share (0..1) of ranks that are `most` at most."""
    return sum(rank <= most for rank in ranks) / len(ranks) if ranks else 0.0


def passages_of(library: Path, limit: int) -> Iterator[Passage]:
    """All passages of the published articles of a library, questions included."""
    for path in scan(library):
        article = read_article(library, PurePosixPath(path), limit).article
        if article is not None and article.head.status == "published":
            yield from article.passages
