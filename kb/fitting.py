"""Makes what the reranker learns from: every question that the articles list, asked as if it were not listed."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

import numpy as np

from kb.article import read_article
from kb.candidates import gather
from kb.features import measure
from kb.knowledge import Knowledge
from kb.library import scan
from kb.passages import question_id, questions_by_anchor
from kb.reranker import Sample, Vector, fit
from kb.search import keyword_leg, make_query, nearest_leg, subject_weights
from kb.types import Passage, Scope


@dataclass(frozen=True, slots=True)
class Halves:
    """How well weights fitted on one half of the articles order the sections of the other half, 0..1."""

    samples: int
    hit_1: float
    hit_3: float
    before_1: float
    before_3: float


def listed_questions(knowledge: Knowledge) -> list[Passage]:
    """The question passages of all articles in force, in the order of the articles."""
    listed = [
        question_id(article.slug, anchor, number)
        for article in knowledge.engine.articles()
        if article.head.status == "published"
        for anchor, questions in questions_by_anchor(article.head)
        for number, _ in enumerate(questions, 1)
    ]
    return knowledge.engine.passages(listed)


def passages_of(library: Path, limit: int) -> Iterator[Passage]:
    """All passages of the published articles of a library, questions included."""
    for path in scan(library):
        article = read_article(library, PurePosixPath(path), limit).article
        if article is not None and article.head.status == "published":
            yield from article.passages


def samples_of(
    knowledge: Knowledge, questions: Sequence[Passage], progress: Callable[[int, int], None]
) -> Iterator[Sample]:
    """A sample per question: its own entry is taken out of both rankings before they are joined."""
    for number, question in enumerate(questions, 1):
        query = make_query(knowledge, question.text, Scope())
        keyword, nearest = (
            [place for place in leg(knowledge, query) if place.id != question.id]
            for leg in (keyword_leg, nearest_leg)
        )
        candidates = gather(knowledge, query, keyword, nearest)
        yield Sample(
            features=measure(query, candidates, *subject_weights(knowledge, query)),
            right=np.array([item.place.section_id == question.section_id for item in candidates]),
        )
        progress(number, len(questions))


def cross_check(samples: Sequence[Sample], groups: Sequence[str], column: int) -> Halves:
    """Fit on the even and judge on the odd articles, then the other way round.

    `groups` names the article of each sample; `column` is the feature that alone gives the order before.
    """
    order = {name: place for place, name in enumerate(dict.fromkeys(groups))}
    ranks: list[int] = []
    before: list[int] = []
    for half in (0, 1):
        apart = [order[name] % 2 == half for name in groups]
        weights = fit([item for item, judged in zip(samples, apart, strict=True) if not judged])
        judged = [item for item, judged in zip(samples, apart, strict=True) if judged]
        ranks += [_rank(item, item.features @ weights) for item in judged]
        before += [_rank(item, item.features[:, column]) for item in judged]
    return Halves(
        len(samples), _share(ranks, 1), _share(ranks, 3), _share(before, 1), _share(before, 3)
    )


def _rank(sample: Sample, scores: Vector) -> int:
    """The place (from 1) of the first right candidate; one behind the last when there is none."""
    order = np.argsort(-scores, kind="stable")
    places = np.flatnonzero(sample.right[order])
    return int(places[0]) + 1 if len(places) else len(scores) + 1


def _share(ranks: Sequence[int], most: int) -> float:
    return sum(rank <= most for rank in ranks) / len(ranks) if ranks else 0.0
