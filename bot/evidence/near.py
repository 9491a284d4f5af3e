"""Orders the rows of a table by their meaning: the nearest leg has compared each with the question already."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from types import MappingProxyType

from bot.types import Unit
from kb.types import Hit

Nearness = Mapping[str, float]
"""The cosine of question and passage, by the passage's id."""

UNKNOWN: Nearness = MappingProxyType({})

_WEIGHT = 12.0
"""What a cosine of 1 weighs beside the picker's scores: chosen on the golden questions, where 10 to 20 do alike."""


def nearness_of(hits: Iterable[Hit]) -> Nearness:
    """What the nearest leg measured of the passages found."""
    return {hit.passage.id: hit.cosine for hit in hits if hit.cosine is not None}


def behind_nearest(units: Sequence[Unit], near: Nearness) -> list[float]:
    """What each unit's score loses: 0 for the nearest row and for what is no row.

    A row that the nearest leg did not find counts as the farthest that it did.
    """
    known = [near[unit.passage.id] for unit in units if unit.is_row and unit.passage.id in near]
    if not known:
        return [0.0] * len(units)
    best, farthest = max(known), min(known)
    return [
        _WEIGHT * (best - near.get(unit.passage.id, farthest)) if unit.is_row else 0.0
        for unit in units
    ]
