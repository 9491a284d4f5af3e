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
            found = [item for item in facet.readings if _is_found(item, query, hits)]
            if len(found) > 1:
                return facet.prompt, tuple(f"{item.wording}：{query.text}" for item in found)
    return None


def _named(question: str, facet: Facet) -> bool:
    return any(reading.words.search(question) for reading in facet.readings)


def _is_found(reading: Reading, query: Query, hits: Sequence[Hit]) -> bool:
    """Whether a section of this reading is among the hits, and names the dates of the question if any does.

    How probable the section is does not count: for a question that names no reading that rests on chance
    words (女的几岁退休 gives nine tenths to one of two tables).
    """
    dated = [hit for hit in hits if names_dates(query, hit.passage)] if query.dates else hits
    return any(reading.place.search(_place(hit)) for hit in dated or hits)


def _place(hit: Hit) -> str:
    """Where a passage stands, and the words that it begins with: the key of a table row is among them."""
    passage = hit.passage
    return normalise(" ".join((passage.title, *passage.headings, passage.text[:20])))
