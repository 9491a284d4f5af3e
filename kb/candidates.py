"""Groups what the two legs found into sections: the places among which a reader's question is decided."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain
from typing import NamedTuple

from kb.fusion import fuse
from kb.knowledge import Knowledge
from kb.types import LEAD_ANCHOR, Hit, Passage, PassageForm, Query, Ranked

POOL = 160
"""How many of the best fused passages are looked into; with a code in the question all of them."""

_FORMS: dict[str, PassageForm] = {"r": "row", "q": "question"}
_NOT_BY_WORD: tuple[int | None, float] = None, 0.0
_NOT_BY_MEANING: tuple[int | None, float | None] = None, None
"""Rank and score of a passage that a leg did not find."""


class Mention(NamedTuple):
    """A passage as the legs know it, not read yet; the fields are those of a Hit."""

    id: str
    form: PassageForm
    score: float
    keyword_rank: int | None
    keyword_score: float
    nearest_rank: int | None
    cosine: float | None


@dataclass(slots=True)
class Place:
    """A section that may answer, not read yet: what was found of it, and of the questions that it lists."""

    id: str
    mentions: list[Mention] = field(default_factory=list)
    questions: list[Mention] = field(default_factory=list)
    slug: str = field(init=False)
    anchor: str = field(init=False)

    def __post_init__(self) -> None:
        slug, mark, anchor = self.id.rpartition("#")
        self.slug, self.anchor = (slug, anchor) if mark else (self.id, LEAD_ANCHOR)


@dataclass(slots=True)
class Candidate:
    """A section that may answer: its passages found, best first, and the questions matched that it lists."""

    hits: list[Hit]
    questions: list[Hit]

    @property
    def place(self) -> Passage:
        return self.hits[0].passage


Scored = list[tuple[float, Candidate]]
"""Candidates with their probability, best first."""


def gather(query: Query, keyword: Sequence[Ranked], nearest: Sequence[Ranked]) -> list[Place]:
    """Fuse the two legs; the sections of the best passages, in the order of their best passage."""
    scores = fuse(keyword, nearest)
    wanted = list(scores) if query.codes else list(scores)[:POOL]
    by_word = {name: (rank, score) for rank, (name, score) in enumerate(keyword, 1)}
    by_meaning = {name: (rank, score) for rank, (name, score) in enumerate(nearest, 1)}
    places: dict[str, Place] = {}
    for identifier in wanted:
        section, form = _section_and_form(identifier)
        keyword_rank, keyword_score = by_word.get(identifier, _NOT_BY_WORD)
        nearest_rank, cosine = by_meaning.get(identifier, _NOT_BY_MEANING)
        mention = Mention(
            identifier,
            form,
            scores[identifier],
            keyword_rank,
            keyword_score,
            nearest_rank,
            cosine,
        )
        place = places.get(section)
        if place is None:
            place = places[section] = Place(section)
        (place.questions if form == "question" else place.mentions).append(mention)
    return list(places.values())


def _section_and_form(identifier: str) -> tuple[str, PassageForm]:
    """What a passage's id says (kb/types.py: Passage)."""
    slug, mark, rest = identifier.rpartition("#")
    if not mark:  # a document that is no article: one passage, one section
        return identifier, "text"
    anchor, mark, part = rest.partition("~")  # a file's name may hold "~", an anchor never does
    return (f"{slug}#{anchor}", _FORMS.get(part[:1], "text")) if mark else (identifier, "text")


def read(knowledge: Knowledge, query: Query, places: Sequence[Place]) -> list[Candidate | None]:
    """The candidate of each place; None for a section that an update has just taken away.

    A section that only a question of the front matter leads to is represented by its first passage.
    """
    wanted = [
        identifier
        for place in places
        for identifier in (
            *(mention.id for mention in chain(place.mentions, place.questions)),
            *([] if place.mentions else [place.id]),
        )
    ]
    known = {passage.id: passage for passage in knowledge.engine.passages(wanted)}
    codes = frozenset(query.codes)
    found: list[Candidate | None] = []
    for place in places:
        first = Mention(place.id, "text", 0.0, None, 0.0, None, None)
        hits = [_hit(item, known, codes) for item in place.mentions or [first] if item.id in known]
        questions = [_hit(item, known, codes) for item in place.questions if item.id in known]
        found.append(Candidate(hits, questions) if hits else None)
    return found


def _hit(mention: Mention, known: Mapping[str, Passage], codes: frozenset[str]) -> Hit:
    passage = known[mention.id]
    return Hit(
        passage,
        mention.score,
        mention.keyword_rank,
        mention.nearest_rank,
        mention.keyword_score,
        mention.cosine,
        code_match=not codes.isdisjoint(passage.codes),
    )
