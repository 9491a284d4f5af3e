"""Tells when the particular thing that is asked for is not written where the subject is: no number, no address, no price."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from bot.assess import Assessment
from bot.confidence import unknown_tells
from bot.evidence.kinds import DEFERRED, Particular, things_asked
from bot.evidence.units import units_of
from bot.types import Evidence, Unit
from kb.knowledge import Knowledge
from kb.tokenizer import normalise
from kb.types import Hit, Query
from kb.weights import Weights, token_weights

_SAME_QUESTION = 0.95
"""A section that lists a question of this cosine has something to say to it."""
_SURE = 0.9
"""What a section holds is the thing of a question that names something unknown to the library only from this
confidence on: a figure for something else is worse than none."""
_SECTIONS = 8
"""So many of the best sections are looked through for one that says why the thing is not given."""
_ABOUT = 0.6
"""Such a section holds this share of the weight of the question's subject."""


@dataclass(frozen=True, slots=True)
class Lack:
    """A particular thing that is asked for and not written, and the sentence that says who gives it, or that it is
    not known yet, if there is one."""

    thing: Particular
    said: Evidence | None


def lacking(knowledge: Knowledge, query: Query, found: Assessment) -> Lack | None:
    """What a question asks for and the sections of its evidence do not hold; None when they hold it, when what
    is quoted says itself why not, or when no such thing is asked for."""
    evidence, asked = found.evidence, things_asked(query.text)
    if not asked or (evidence[0].hit.question_cosine or 0.0) >= _SAME_QUESTION:
        return None
    known = _is_known(knowledge, query)
    if known or found.confidence >= _SURE * unknown_tells(knowledge):
        written = [
            normalise(unit.text) for item in evidence for unit in _units(knowledge, item.hit)
        ]
        asked = [thing for thing in asked if not any(map(thing.held.search, written))]
    if not asked:
        return None
    said = _deferral(knowledge, query, asked[0], found, known)
    if known and said is not None and any(said.key in item.units for item in evidence):
        return None
    return Lack(asked[0], said)


def _deferral(
    knowledge: Knowledge, query: Query, thing: Particular, found: Assessment, known: bool
) -> Evidence | None:
    """The sentence that says most plainly who gives the thing: one of the evidence's own sections, if the library
    knows all that the question names, else of a section about the question's subject."""
    own = {item.hit.passage.section_id for item in found.evidence} if known else set()
    quoted = {unit for item in found.evidence for unit in item.units}
    subject = _subject(knowledge, query, thing)
    best: tuple[bool, int, bool, float] = (False, 0, False, 0.0)
    chosen = None
    for hit in _sections(found.hits):
        is_own = hit.passage.section_id in own
        share = subject.coverage(_whole(knowledge, hit))
        if not is_own and share < _ABOUT:
            continue
        for unit in _deferring(knowledge, thing, hit):
            plainness = len(set(thing.spoken_of.findall(normalise(unit.text))))
            rank = (is_own, plainness, unit in quoted, share)
            if rank > best:
                best, chosen = rank, Evidence(hit, unit, (unit,))
    return chosen


def _sections(hits: Sequence[Hit]) -> list[Hit]:
    """The first hit of each of the best sections."""
    first: dict[str, Hit] = {}
    for hit in hits:
        first.setdefault(hit.passage.section_id, hit)
    return list(first.values())[:_SECTIONS]


def _is_known(knowledge: Knowledge, query: Query) -> bool:
    """Whether the library holds every word of the dictionary that a question names: else what an article leaves
    open is not what was asked for."""
    words = knowledge.tokenizer.common_words(query.text)
    counts = knowledge.engine.frequencies(words.keys())
    return all(count or not knowledge.tokenizer.commonness(word) for word, count in counts.items())


def _subject(knowledge: Knowledge, query: Query, thing: Particular) -> Weights:
    """The weights of what the question is about beside the thing itself."""
    about = thing.asked.sub(" ", normalise(query.text))
    return Weights(token_weights(knowledge, knowledge.tokenizer.subject_tokens(about)))


def _deferring(knowledge: Knowledge, thing: Particular, hit: Hit) -> Iterator[Unit]:
    return (unit for unit in _units(knowledge, hit) if _defers(thing, normalise(unit.text)))


def _defers(thing: Particular, text: str) -> bool:
    return bool(DEFERRED.search(text) and thing.spoken_of.search(text))


def _units(knowledge: Knowledge, hit: Hit) -> list[Unit]:
    return units_of(knowledge.engine.section(hit.passage.section_id), notices=True)


def _whole(knowledge: Knowledge, hit: Hit) -> str:
    """All that a section says, with the headings above it."""
    texts = (unit.text for unit in _units(knowledge, hit))
    return normalise(" ".join((hit.passage.title, *hit.passage.headings, *texts)))
