"""Asks which reading is meant when the question is about a facet and the library knows several readings of it."""

from __future__ import annotations

from collections.abc import Sequence

from bot.clarify.facets import FACETS, Facet, Reading
from kb.periods import names_dates
from kb.tokenizer import normalise
from kb.types import Hit, Query


def choices_by_facet(query: Query, hits: Sequence[Hit]) -> tuple[str, tuple[str, ...]] | None:
    """The prompt and the question completed with each reading, of the first facet that is left open.

    A facet is left open when the question is about it and names none of its readings, while sections of at
    least two readings were found that name the same dates.
    """
    question = normalise(query.text)
    for facet in FACETS:
        if facet.about.search(question) and not _named(question, facet):
            places = [_place(hit) for hit in _of_its_dates(query, hits)]
            found = [item for item in facet.readings if _is_found(item, places)]
            if len(found) > 1:
                return facet.prompt, tuple(f"{item.wording}：{query.text}" for item in found)
    return None


def of_reading(query: Query, hits: Sequence[Hit]) -> Sequence[Hit]:
    """The hits of the reading that the question begins with, as a choice does; none when it begins with none."""
    begun = query.text.partition("：")[0]
    chosen = next(
        (item for facet in FACETS for item in facet.readings if item.wording == begun), None
    )
    if chosen is None:
        return []
    return [hit for hit in hits if chosen.place.search(_place(hit))]


def _named(question: str, facet: Facet) -> bool:
    return any(reading.words.search(question) for reading in facet.readings)


def _of_its_dates(query: Query, hits: Sequence[Hit]) -> Sequence[Hit]:
    """The hits that name the dates of the question; all of them when none does."""
    if not query.dates:
        return hits
    return [hit for hit in hits if names_dates(query, hit.passage)] or hits


def _is_found(reading: Reading, places: Sequence[str]) -> bool:
    """Whether a section of this reading was found.

    How probable it is does not count: for a question that names no reading that rests on chance words
    (女的几岁退休 gives nine tenths to one of two tables).
    """
    return any(reading.place.search(place) for place in places)


def _place(hit: Hit) -> str:
    """Where a passage stands, and the words that it begins with: the key of a table row is among them."""
    passage = hit.passage
    return normalise(" ".join((passage.title, *passage.headings, passage.text[:20])))
