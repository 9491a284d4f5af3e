"""Makes examples for the picker of units: sections whose right units are known by what they contain."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence

import numpy as np

from bot.evidence.measures import measure_units
from bot.evidence.units import units_of
from bot.types import Unit
from kb.knowledge import Knowledge
from kb.listwise import Sample
from kb.types import Query

Holds = Callable[[str], int]
"""How many of the wanted statements a text makes."""


def unit_samples(
    knowledge: Knowledge, query: Query, sections: Iterable[str], holds: Holds
) -> Iterator[Sample]:
    """An example for each section (`slug#anchor`): its units that make the most of the statements are right.

    Sections without a right unit, or without a wrong one, teach nothing and are left out.
    """
    for section in sections:
        units = units_of(knowledge.engine.section(section))
        right = _right(units, holds)
        if right.any() and not right.all():
            yield Sample(measure_units(knowledge, query, units), right)


def _right(units: Sequence[Unit], holds: Holds) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    counts = np.array([holds(unit.text) for unit in units], np.int64)
    return np.asarray((counts > 0) & (counts == counts.max(initial=0)), np.bool_)
