"""One generation opened for reading: what the articles are and which rows a reader may see."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property
from itertools import chain, compress
from pathlib import Path
from types import MappingProxyType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from kb.engines import Matrix, Vector
from kb.engines.embedded.bm25 import KeywordIndex
from kb.engines.embedded.generations import Generation, Stamp
from kb.engines.embedded.segment import ROW, Segment
from kb.types import ACCESS_LEVELS, KINDS, REGIONS, Article, FileState, Passage, Ranked, Scope

_SCOPES_KEPT = 64
_ROUNDING = 1e-5
"""More than what rounding can do to a cosine in single precision."""

Scores = NDArray[np.float32]
Mask = NDArray[np.bool_]


class Snapshot:
    """Never changes; a passage's row is its place among the rows of all segments.

    With `access` it holds only what is open to these levels: rows of other articles are not alive.
    """

    def __init__(
        self,
        generation: Generation,
        segments: Sequence[Segment],
        stamp: Stamp | None = None,
        access: frozenset[str] | None = None,
    ) -> None:
        self.generation = generation
        self.stamp = stamp
        self._access = access
        self._views: dict[frozenset[str], Snapshot] = {}
        self.segments = dict(zip((part.name for part in generation.parts), segments, strict=True))
        self._starts = np.cumsum([0, *(len(segment.ids) for segment in segments)])
        self._placed = list(zip(self._starts.tolist(), segments, strict=False))
        self._ids = list(chain.from_iterable(segment.ids for segment in segments))
        self._rows = np.concatenate([np.empty(0, ROW), *(segment.rows for segment in segments)])
        slugs = [part.slugs for part in generation.parts]
        living = [segment.alive(served) for segment, served in zip(segments, slugs, strict=True)]
        self._alive: Mask = np.concatenate([np.empty(0, np.bool_), *living])
        if access is not None:
            self._alive &= _in_access(self._rows, access)
        self._embedded: Mask = np.concatenate(
            [np.empty(0, np.bool_), *(segment.embedded for segment in segments)]
        )
        self.size = int(self._alive.sum())
        self._masks: dict[Scope, Mask] = {}
        self._keywords = KeywordIndex(
            [(first, segment.postings) for first, segment in self._placed],
            self._rows["tokens"],
            self._alive,
        )

    def within(self, access: frozenset[str]) -> Snapshot:
        """What of this is open to these levels; made once."""
        found = self._views.get(access)
        if found is None:
            segments = [self.segments[part.name] for part in self.generation.parts]
            found = Snapshot(self.generation, segments, self.stamp, access)
            self._views[access] = found
        return found

    @cached_property
    def files(self) -> Mapping[str, FileState]:
        """What is known of each file, by path; within levels only of those whose article is served."""
        states = dict(self.generation.files)
        if self._access is not None:
            served = {article.path for article in self.articles}
            states = {path: state for path, state in states.items() if path in served}
        return MappingProxyType(states)

    @cached_property
    def _served(self) -> dict[str, Segment]:
        """The segment that serves each article."""
        every = {
            slug: self.segments[part.name] for part in self.generation.parts for slug in part.slugs
        }
        levels = self._access
        if levels is None:
            return every
        return {
            slug: segment
            for slug, segment in every.items()
            if segment.head(slug).head.is_open_to(levels)
        }

    @cached_property
    def articles(self) -> tuple[Article, ...]:
        """All articles without their HTML and passages, ordered by slug."""
        return tuple(segment.head(slug) for slug, segment in sorted(self._served.items()))

    def article(self, slug: str) -> Article | None:
        """The article as indexed, or None."""
        segment = self._served.get(slug)
        return segment.article(slug) if segment is not None else None

    def passages(self, ids: Sequence[str]) -> list[Passage]:
        """The passages with these ids, in this order; unknown ids are left out."""
        found = (self._find(identifier) for identifier in ids)
        return [segment.passage(row) for segment, row in filter(None, found)]

    def section(self, identifier: str) -> list[Passage]:
        """The texts and rows of a section, in reading order."""
        slug = identifier.rpartition("#")[0] or identifier
        segment = self._served.get(slug)
        return segment.section(slug, identifier) if segment is not None else []

    def _find(self, identifier: str) -> tuple[Segment, int] | None:
        """The segment that serves a passage and its row there."""
        for first, segment in self._placed:
            row = segment.row_of.get(identifier)
            if row is not None and self._alive[first + row]:
                return segment, row
        return None

    def frequency(self, token: str) -> int:
        """In how many passages a token stands."""
        return self._keywords.frequency(token)

    def keyword(self, tokens: Mapping[str, float], scope: Scope, limit: int) -> list[Ranked]:
        """The passages in `scope` that share tokens with the query, by BM25."""
        scores = self._keywords.scores(tokens)
        scores[~self._mask(scope)] = 0
        rows = _best_rows(scores, limit, floor=0)
        return self._ranked(rows, scores[rows].tolist(), limit)

    def nearest(self, vector: Vector, scope: Scope, limit: int) -> list[Ranked]:
        """The embedded passages in `scope`, by their cosine to a unit vector."""
        parts = [_cosines(segment.vectors, vector) for segment in self.segments.values()]
        cosines = np.concatenate([np.empty(0, np.float32), *parts])
        cosines[~(self._mask(scope) & self._embedded)] = -np.inf
        rows = _best_rows(cosines, limit, floor=-np.inf, slack=_ROUNDING)
        if not len(rows):
            return []
        return self._ranked(rows, self._exact_cosines(rows, vector), limit)

    def cosines(self, ids: Iterable[str], vector: Vector) -> dict[str, float]:
        """The cosine of each of these passages to a unit vector, in single precision; what has none is left out."""
        found: dict[str, float] = {}
        left = list(ids)
        for first, segment in self._placed:
            if segment.vectors.shape[1] != len(vector):
                continue
            own = np.array([segment.row_of.get(name, -1) for name in left], np.int64)
            served = (own >= 0) & self._alive[first + own] & self._embedded[first + own]
            cosines = segment.vectors[own[served]] @ vector
            found.update(zip(compress(left, served.tolist()), cosines.tolist(), strict=True))
            left = list(compress(left, (~served).tolist()))
        return found

    def _exact_cosines(self, rows: NDArray[np.int64], vector: Vector) -> list[float]:
        """Cosines of rows in double precision, row by row: how a matrix product rounds depends on where a
        row lies (in double precision too), and equal vectors must score equal."""
        found = np.empty((len(rows), len(vector)), np.float64)
        parts = np.searchsorted(self._starts, rows, "right") - 1
        for part in np.unique(parts).tolist():
            first, segment = self._placed[part]
            chosen = parts == part
            found[chosen] = segment.vectors[rows[chosen] - first]
        found *= vector
        scores: list[float] = found.sum(axis=1).tolist()
        return scores

    def _ranked(self, rows: NDArray[np.int64], scores: list[float], limit: int) -> list[Ranked]:
        """Best first; equal scores in the order of their ids."""
        ids = self._ids
        ordered = sorted(
            [(-score, ids[row]) for row, score in zip(rows.tolist(), scores, strict=True)]
        )
        return [Ranked(name, -score) for score, name in ordered[:limit]]

    def _mask(self, scope: Scope) -> Mask:
        """Which rows are alive and in scope, shape (n,)."""
        mask = self._masks.get(scope)
        if mask is None:
            if len(self._masks) >= _SCOPES_KEPT:
                self._masks = {}
            mask = self._masks[scope] = self._alive & _in_scope(self._rows, scope)
        return mask


def open_snapshot(
    folder: Path, generation: Generation, stamp: Stamp | None, old: Snapshot | None
) -> Snapshot:
    """Open a generation; segments that `old` has open already are taken over. Raises DamagedIndex."""
    known = old.segments if old is not None else {}
    segments = [
        known[part.name]
        if part.name in known and known[part.name].files == part.files
        else Segment(folder / part.name, part.files)
        for part in generation.parts
    ]
    return Snapshot(generation, segments, stamp)


def _cosines(vectors: Matrix, vector: Vector) -> Scores:
    """Rows times vector, in half the time that OpenBLAS takes on one thread; no row of another length fits."""
    if vectors.shape[1] != len(vector):
        return np.full(len(vectors), -np.inf, np.float32)
    cosines: Scores = np.einsum("ij,j->i", vectors, vector)
    return cosines


def _in_access(rows: NDArray[Any], access: frozenset[str]) -> Mask:
    allowed = [code for code, level in enumerate(ACCESS_LEVELS) if level in access]
    chosen: Mask = np.isin(rows["access"], allowed)
    return chosen


def _in_scope(rows: NDArray[Any], scope: Scope) -> Mask:
    chosen = _in_access(rows, scope.access)
    if scope.as_of is not None:
        day = scope.as_of.toordinal()
        chosen &= (rows["from"] <= day) & (day <= rows["to"])
    if scope.region is not None:
        chosen &= rows["region"] <= REGIONS.index(scope.region)
    if scope.kind is not None:
        chosen &= rows["kind"] == KINDS.index(scope.kind)
    return chosen


def _best_rows(scores: Scores, limit: int, floor: float, slack: float = 0.0) -> NDArray[np.int64]:
    """The rows above `floor` that may be among the `limit` best, all of those with equal scores."""
    if limit < 1:
        return np.empty(0, np.int64)
    rows = np.flatnonzero(scores > floor)
    if len(rows) > limit:
        above = scores[rows]
        bound = np.partition(above, len(rows) - limit)[len(rows) - limit]
        rows = rows[above >= bound - slack]
    return rows
