"""Tells when the particular thing that is asked for is not written where the subject is: no number, no address, no price."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from bot.evidence.kinds import DEFERRED, PARTICULARS, Particular
from bot.evidence.units import units_of
from bot.types import Evidence, Unit
from kb.knowledge import Knowledge
from kb.tokenizer import normalise
from kb.types import Hit, Query
from kb.weights import Weights, token_weights

_SECTIONS = 8
"""So many of the best sections are looked through for one that says why the thing is not given."""
_ABOUT = 0.6
"""Such a section holds this share of the weight of the question's subject."""


def lacking(knowledge: Knowledge, query: Query, evidence: Sequence[Evidence]) -> Particular | None:
    """The particular thing that a question asks for and the sections of its evidence do not hold; None when
    they hold it, when they say themselves why not, or when no such thing is asked for."""
    asked = _things_asked(query)
    if not asked:
        return None
    if any(_says_why(knowledge, query, thing, item) for thing in asked for item in evidence):
        return None
    written = [normalise(unit.text) for item in evidence for unit in _units(knowledge, item.hit)]
    return next((thing for thing in asked if not any(map(thing.held.search, written))), None)


def deferral(
    knowledge: Knowledge, query: Query, thing: Particular, hits: Sequence[Hit]
) -> Evidence | None:
    """The sentence of an article on the question's subject that says who gives the thing, or that it is not
    known yet."""
    subject = _subject(knowledge, query, thing)
    found = (
        (subject.coverage(_whole(knowledge, hit)), unit, hit)
        for hit in hits[:_SECTIONS]
        for unit in _deferring(knowledge, thing, hit)
    )
    about = [item for item in found if item[0] >= _ABOUT]
    if not about:
        return None
    _, unit, hit = max(about, key=lambda item: item[0])
    return Evidence(hit, unit, (unit,))


def _says_why(knowledge: Knowledge, query: Query, thing: Particular, evidence: Evidence) -> bool:
    """Whether what is quoted already says that the thing is not given, on the question's own subject."""
    if not any(_defers(thing, normalise(line)) for line in evidence.lines):
        return False
    return _subject(knowledge, query, thing).coverage(_whole(knowledge, evidence.hit)) >= _ABOUT


def _things_asked(query: Query) -> list[Particular]:
    text = normalise(query.text)
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
    return units_of(knowledge.engine.section(hit.passage.section_id))


def _whole(knowledge: Knowledge, hit: Hit) -> str:
    """All that a section says, with the headings above it."""
    texts = (unit.text for unit in _units(knowledge, hit))
    return normalise(" ".join((hit.passage.title, *hit.passage.headings, *texts)))
