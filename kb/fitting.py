"""Fits the reranker to questions whose right sections are known, and says how well it does on others."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

import numpy as np

from kb.article import read_article
from kb.features import FEATURES
from kb.knowledge import Knowledge
from kb.library import scan
from kb.listwise import Sample, Vector, fit
from kb.search import look_up
from kb.types import Passage, Scope, Turn

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


def sample_of(
    knowledge: Knowledge,
    text: str,
    scope: Scope,
    right: Collection[str],
    before: Sequence[str] = (),
) -> Sample:
    """A question as the reranker sees it; `right` are the sections (`slug#anchor`) that answer it."""
    found = look_up(knowledge, text, scope, [Turn(question) for question in before])
    are_right = [item.place.section_id in right for item in found.candidates]
    return Sample(found.features, np.array(are_right, np.bool_))


def cross_check(samples: Sequence[Sample]) -> Held:
    """Fit to all folds but one and judge that one, in turn; question n belongs to fold n modulo FOLDS."""
    ranks = [0] * len(samples)
    for fold in range(FOLDS):
        weights = fit([item for place, item in enumerate(samples) if place % FOLDS != fold])
        for place in range(fold, len(samples), FOLDS):
            ranks[place] = _rank(samples[place], samples[place].features @ weights)
    fused = [_rank(item, item.features[:, FEATURES.index("fused")]) for item in samples]
    return Held(
        len(samples), _share(ranks, 1), _share(ranks, 3), _share(fused, 1), _share(fused, 3)
    )


def _rank(sample: Sample, scores: Vector) -> int:
    """The place (from 1) of the first right candidate; one behind the last when there is none."""
    order = np.argsort(-scores, kind="stable")
    places = np.flatnonzero(sample.right[order])
    return int(places[0]) + 1 if len(places) else len(scores) + 1


def _share(ranks: Sequence[int], most: int) -> float:
    return sum(rank <= most for rank in ranks) / len(ranks) if ranks else 0.0


def passages_of(library: Path, limit: int) -> Iterator[Passage]:
    """All passages of the published articles of a library, questions included."""
    for path in scan(library):
        article = read_article(library, PurePosixPath(path), limit).article
        if article is not None and article.head.status == "published":
            yield from article.passages
