"""Keeps segments few and full: small ones are joined, and those that are mostly dead are written anew."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from kb.engines.embedded.generations import Generation, Part
from kb.engines.embedded.segment_writer import SegmentWriter
from kb.engines.embedded.snapshot import Snapshot

ROWS_PER_SEGMENT = 20_000
"""A write of more rows makes several segments, which bounds its memory; segments of half as many rows are
large and not joined any more."""

_SMALL_SEGMENTS = 8
_DEAD_ROWS = 500
"""A segment may have so many dead rows, and as many as it has living ones."""


def tidied(folder: Path, snapshot: Snapshot) -> Generation | None:
    """A generation that serves the same from fewer or fuller segments; None when there is no need.

    Each row is copied about as often as segments double, so the work stays in proportion to what is
    written.
    """
    generation = snapshot.generation
    chosen = _choose(snapshot)
    if not chosen:
        return None
    dimensions = [snapshot.segments[part.name].vectors.shape[1] for part in chosen]
    newest = next((length for length in reversed(dimensions) if length), 0)
    writer = SegmentWriter(folder / generation.next_name, newest)
    try:
        for part in chosen:
            writer.copy(snapshot.segments[part.name], part.slugs)
        return generation.adding(writer.finish())
    except BaseException:
        writer.abandon()
        raise


def _choose(snapshot: Snapshot) -> list[Part]:
    """The parts to be written as one, in their order; none when all is well."""
    rows = {part.name: len(snapshot.segments[part.name].ids) for part in snapshot.generation.parts}
    living = {
        part.name: int(snapshot.segments[part.name].alive(part.slugs).sum())
        for part in snapshot.generation.parts
    }
    parts = snapshot.generation.parts
    for part in parts:
        if rows[part.name] > 2 * living[part.name] + _DEAD_ROWS:
            return [part]
    small = [part for part in parts if living[part.name] < ROWS_PER_SEGMENT // 2]
    if len(small) <= _SMALL_SEGMENTS:
        return []
    small.sort(key=lambda part: living[part.name])
    count = _how_many([living[part.name] for part in small])
    joined = {part.name for part in small[:count]}
    return [part for part in parts if part.name in joined]


def _how_many(sizes: Sequence[int]) -> int:
    """How many of the smallest (sizes ascend): those that are no larger than twice all before them."""
    before = np.cumsum(sizes)
    count = 2
    while (
        count < len(sizes)
        and sizes[count] <= 2 * before[count - 1]
        and before[count] <= ROWS_PER_SEGMENT
    ):
        count += 1
    return count
