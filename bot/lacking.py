"""Tells when the particular thing that is asked for is not written where the subject is: no number, no address, no price."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from bot.assess import Assessment
from bot.evidence.kinds import ASKS_ELSE, DEFERRED, PARTICULARS, Particular
from bot.evidence.units import units_of
from bot.types import Evidence, Unit
from kb.knowledge import Knowledge
from kb.tokenizer import normalise
from kb.types import Hit, Query
from kb.weights import Weights, token_weights

_SAME_QUESTION = 0.95
"""A section that lists a question of this cosine has something to say to it."""
_SECTIONS = 8
"""So many of the best sections are looked through for one that says why the thing is not given."""
_ABOUT = 0.6
"""Such a section holds this share of the weight of the question's subject."""


def lacking(knowledge: Knowledge, query: Query, evidence: Sequence[Evidence]) -> Particular | None:
    """The particular thing that a question asks for and the sections of its evidence do not hold; None when
    they hold it, when they say themselves why not, or when no such thing is asked for."""
    asked = _things_asked(query)
    if not asked or (evidence[0].hit.question_cosine or 0.0) >= _SAME_QUESTION:
        return None
    known = _is_known(knowledge, query)
    if known and any(_says_why(thing, item) for thing in asked for item in evidence):
        return None
    written = [normalise(unit.text) for item in evidence for unit in _units(knowledge, item.hit)]
    return next((thing for thing in asked if not any(map(thing.held.search, written))), None)


def deferral(
    knowledge: Knowledge, query: Query, thing: Particular, found: Assessment
) -> Evidence | None:
    """The sentence that says who gives the thing, or that it is not known yet: one of the evidence's own
    sections, else of a section about the question's subject."""
    own = {item.hit.passage.section_id for item in found.evidence}
    subject = _subject(knowledge, query, thing)
    known = _is_known(knowledge, query)
    best, chosen = 0.0, None
    for hit in _sections(found.hits):
        share = subject.coverage(_whole(knowledge, hit))
        near = 1 + share if known and hit.passage.section_id in own else share
        for unit in _deferring(knowledge, thing, hit):
            if near >= _ABOUT and near > best:
                best, chosen = near, Evidence(hit, unit, (unit,))
    return chosen


def _sections(hits: Sequence[Hit]) -> list[Hit]:
    """The first hit of each of the best sections."""
    first: dict[str, Hit] = {}
    for hit in hits:
        first.setdefault(hit.passage.section_id, hit)
    return list(first.values())[:_SECTIONS]


def _says_why(thing: Particular, evidence: Evidence) -> bool:
    """Whether what is quoted already says that the thing is not given."""
    return any(_defers(thing, normalise(line)) for line in evidence.lines)


def _is_known(knowledge: Knowledge, query: Query) -> bool:
    """Whether the library holds every word of the dictionary that a question names: else what an article leaves
    open is not what was asked for."""
    words = knowledge.tokenizer.common_words(query.text)
    counts = knowledge.engine.frequencies(words.keys())
    return all(count or not knowledge.tokenizer.commonness(word) for word, count in counts.items())


def _things_asked(query: Query) -> list[Particular]:
    text = normalise(query.text)
    if ASKS_ELSE.search(text):
        return []
    return [thing for thing in PARTICULARS if thing.asked.search(text)]


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
