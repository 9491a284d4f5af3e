"""Groups what the two legs found into sections: the places among which a reader's question is decided."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from kb.fusion import fuse
from kb.knowledge import Knowledge
from kb.types import Hit, Passage, Query, Ranked

POOL = 160
"""How many of the best fused passages are looked into; with a code in the question all of them."""


@dataclass(slots=True)
class Candidate:
    """A section that may answer: its passages found, best first, and the questions matched that it lists."""

    hits: list[Hit] = field(default_factory=list)
    questions: list[Hit] = field(default_factory=list)

    @property
    def place(self) -> Passage:
        return self.hits[0].passage


def gather(
    knowledge: Knowledge,
    query: Query,
    keyword: Sequence[Ranked],
    nearest: Sequence[Ranked],
) -> list[Candidate]:
    """Fuse the two legs; the sections of the best passages, in the order of their best passage.

    A section that only a question of the front matter leads to is represented by its first passage.
    """
    scores = fuse(keyword, nearest)
    wanted = list(scores) if query.codes else list(scores)[:POOL]
    found = {passage.id: passage for passage in knowledge.engine.passages(wanted)}
    by_word = {place.id: (rank, place.score) for rank, place in enumerate(keyword, 1)}
    by_meaning = {place.id: (rank, place.score) for rank, place in enumerate(nearest, 1)}
    sections: dict[str, Candidate] = {}
    for identifier in wanted:
        passage = found.get(identifier)
        if passage is None:
            continue
        keyword_rank, keyword_score = by_word.get(identifier, (None, 0.0))
        nearest_rank, cosine = by_meaning.get(identifier, (None, None))
        exact = not set(query.codes).isdisjoint(passage.codes)
        fused = scores[identifier]
        hit = Hit(passage, fused, keyword_rank, nearest_rank, keyword_score, cosine, exact)
        section = sections.setdefault(passage.section_id, Candidate())
        (section.questions if passage.form == "question" else section.hits).append(hit)
    _represent(knowledge, query, sections)
    return [section for section in sections.values() if section.hits]


def _represent(knowledge: Knowledge, query: Query, sections: Mapping[str, Candidate]) -> None:
    """Give the sections known by a question alone their first passage."""
    lacking = [identifier for identifier, section in sections.items() if not section.hits]
    for passage in knowledge.engine.passages(lacking):
        exact = not set(query.codes).isdisjoint(passage.codes)
        sections[passage.id].hits.append(Hit(passage, 0.0, None, None, 0.0, None, exact))
