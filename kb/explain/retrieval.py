"""The rankings that a question got, and the sections that it was decided among, as values to show."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from kb.explain.weighed import Weighed, weighed
from kb.explain.wording import Wording, wording_of
from kb.features import FEATURE_NAMES
from kb.fusion import fuse
from kb.knowledge import Knowledge
from kb.search import Found
from kb.types import Hit, Passage, Ranked, Ranking, Scope

SHOWN = 20
"""How many places of each ranking are shown."""


@dataclass(frozen=True, slots=True)
class Step:
    """A place of a ranking: `rank` from 1, `score` as the ranking counts (BM25, cosine, fused 0..1)."""

    rank: int
    score: float
    passage: Passage
    keyword_rank: int | None
    nearest_rank: int | None


@dataclass(frozen=True, slots=True)
class Contribution:
    """What one feature adds to a section's score: its value times the learned weight."""

    feature: str
    value: float
    weight: float

    @property
    def name(self) -> str:
        """What engineers read for it."""
        return FEATURE_NAMES[self.feature]

    @property
    def amount(self) -> float:
        return self.value * self.weight


@dataclass(frozen=True, slots=True)
class Contender:
    """A section that the question was decided among: `hit` is its best passage with the section's
    probability; `contributions` (none that is 0) add up to `score`, the largest amounts first."""

    rank: int
    hit: Hit
    score: float
    contributions: tuple[Contribution, ...]

    @property
    def id(self) -> str:
        return self.hit.passage.section_id


@dataclass(frozen=True, slots=True)
class Retrieval:
    """All that happened between the question and its ranking.

    Of each ranking the first SHOWN places are here; `counts` says how many passages the keyword and the
    nearest ranking had, how many both together, and how many sections those lie in.
    """

    wording: Wording
    scope: Scope
    keyword: tuple[Step, ...]
    nearest: tuple[Step, ...]
    fused: tuple[Step, ...]
    counts: tuple[int, int, int, int]
    contenders: tuple[Contender, ...]
    notices: tuple[str, ...]


def explain_retrieval(knowledge: Knowledge, found: Found, ranking: Ranking) -> Retrieval:
    """Put into words what a look-up found; `ranking` is the one made out of it."""
    fused = [Ranked(name, score) for name, score in fuse(found.keyword, found.nearest).items()]
    rankings = (found.keyword, found.nearest, fused)
    keyword, nearest, joined = (_steps(knowledge, found, item) for item in rankings)
    return Retrieval(
        wording=wording_of(knowledge, found),
        scope=found.query.scope,
        keyword=keyword,
        nearest=nearest,
        fused=joined,
        counts=(len(found.keyword), len(found.nearest), len(fused), len(found.places)),
        contenders=_contenders(found, ranking),
        notices=found.notices,
    )


def _contenders(found: Found, ranking: Ranking) -> tuple[Contender, ...]:
    """The sections of a ranking with what speaks for and against each, best first."""
    rows = {item.place.section_id: row for row, item in enumerate(found.candidates)}
    all_of, contenders = weighed(found), []
    for rank, hit in enumerate(ranking.hits, 1):
        values = all_of.rows[rows[hit.passage.section_id]].tolist()
        contributions = _contributions(all_of, values)
        score = sum(item.amount for item in contributions)
        contenders.append(Contender(rank, hit, score, contributions))
    return tuple(contenders)


def _contributions(all_of: Weighed, values: Sequence[float]) -> tuple[Contribution, ...]:
    every = map(Contribution, all_of.names, values, all_of.weights)
    return tuple(
        sorted((item for item in every if item.amount), key=lambda item: -abs(item.amount))
    )


def _steps(knowledge: Knowledge, found: Found, ranking: Sequence[Ranked]) -> tuple[Step, ...]:
    """The first places of a ranking; a passage that an update has just taken away is left out."""
    by_word, by_meaning = _ranks(found.keyword), _ranks(found.nearest)
    first = ranking[:SHOWN]
    passages = {item.id: item for item in knowledge.engine.passages([item.id for item in first])}
    return tuple(
        Step(rank, item.score, passages[item.id], by_word.get(item.id), by_meaning.get(item.id))
        for rank, item in enumerate(first, 1)
        if item.id in passages
    )


def _ranks(ranking: Sequence[Ranked]) -> Mapping[str, int]:
    """The rank (from 1) of each passage, by its id."""
    return {place.id: rank for rank, place in enumerate(ranking, 1)}
