"""Asks back when two readings of a question are equally good."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bot.types import Evidence
from kb.periods import names_dates
from kb.types import Hit, Query

_CLOSE = 0.4
"""A reading is as good as the best when it is at least this share as probable."""


@dataclass(frozen=True, slots=True)
class Facet:
    """Something that changes the answer: `readings` maps what a title says to how a choice is worded."""

    prompt: str
    readings: dict[str, str]


FACETS: tuple[Facet, ...] = (
    Facet(
        "女职工的退休时间要看原来按 50 周岁还是 55 周岁退休，请选一种：",
        {"原50周岁女职工": "原50周岁退休的女职工", "原55周岁女职工": "原55周岁退休的女职工"},
    ),
    Facet(
        "职工养老保险和城乡居民养老保险规定不同，请选一种：",
        {"职工": "企业职工养老保险", "城乡居民": "城乡居民养老保险"},
    ),
)


def choices_for(
    query: Query, evidence: Evidence, hits: Sequence[Hit]
) -> tuple[str, tuple[str, ...]] | None:
    """Return the prompt and the completed questions when equally good hits differ in a facet of the question.

    A facet counts when articles of at least two of its readings are (nearly) as good as the evidence, name
    the same dates, and the question names none of the readings.
    """
    question, best = query.text, evidence.hit
    good = [
        hit
        for hit in hits
        if hit.score >= _CLOSE * best.score
        and names_dates(query, hit.passage) == names_dates(query, best.passage)
    ]
    for facet in FACETS:
        if any(word in question for word in (*facet.readings, *facet.readings.values())):
            continue
        found = [name for name in facet.readings if any(_reads(hit, name, facet) for hit in good)]
        if len(found) > 1 and _reads_any(best, facet):
            wording = tuple(f"{facet.readings[name]}：{question}" for name in found)
            return facet.prompt, wording
    return None


def _reads(hit: Hit, name: str, facet: Facet) -> bool:
    """Whether the hit's title names this reading and no other."""
    named = [word for word in facet.readings if word in hit.passage.title]
    return named == [name]


def _reads_any(hit: Hit, facet: Facet) -> bool:
    return any(_reads(hit, name, facet) for name in facet.readings)
