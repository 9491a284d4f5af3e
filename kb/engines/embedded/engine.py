"""Ties generations, records and the inverted index together: one atomic write, two rankings."""

from __future__ import annotations

import json
import threading
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from kb.engines import Indexed, Vector
from kb.engines.embedded.generations import (
    building,
    current_generation,
    link_files,
    set_aside,
    verify,
)
from kb.engines.embedded.inverted import InvertedIndex, InvertedWriter
from kb.engines.embedded.records import Segments, SegmentWriter, compact
from kb.errors import IndexStoreError
from kb.types import Article, FileState, Finding, Passage, Ranked, Scope

_STATE = "state.json"
_SEGMENTS_BEFORE_MERGE = 12
_TIE = 1e-6


@dataclass(frozen=True, slots=True)
class _State:
    """What a generation is made of beside its immutable segments."""

    segment: int
    serial: int
    dead: tuple[int, ...]
    gone: dict[str, int]
    files: dict[str, FileState]


@dataclass(frozen=True, slots=True)
class _Snapshot:
    """One open generation."""

    folder: Path
    state: _State
    segments: Segments
    inverted: InvertedIndex


class EmbeddedEngine:
    """The library in one folder. Readers follow a new generation by themselves, also from other processes.

    A damaged generation found when opening is set aside; the index then starts empty and `repaired` names
    the folder that was set aside, so that the caller indexes the articles again.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._lock = threading.RLock()
        self._snapshot: _Snapshot | None = None
        self.repaired: Path | None = None
        try:
            self._open_current()
        except IndexStoreError:
            damaged = self._damaged()
            self.repaired = set_aside(folder, damaged)

    def _damaged(self) -> Path:
        try:
            return current_generation(self._folder) or self._folder / "unknown"
        except IndexStoreError:
            return self._folder / "unknown"

    def _open_current(self) -> _Snapshot | None:
        """Open the current generation if it is not the open one."""
        current = current_generation(self._folder)
        snapshot = self._snapshot
        if current is None or (snapshot is not None and snapshot.folder == current):
            return snapshot
        with self._lock:
            if self._snapshot is None or self._snapshot.folder != current:
                verify(current)
                self._snapshot = _open_snapshot(current)
            return self._snapshot

    def _current(self) -> _Snapshot | None:
        """The generation to read; while a new one is swapped in or damaged the open one serves on."""
        try:
            return self._open_current()
        except (IndexStoreError, OSError):
            if self._snapshot is None:
                raise
            return self._snapshot

    def write(
        self,
        added: Iterable[Indexed],
        removed: Collection[str],
        files: Mapping[str, FileState],
    ) -> None:
        """See Engine.write."""
        with self._lock, building(self._folder) as target:
            old = self._open_current()
            if old is not None:
                link_files(old.folder, target, frozenset({_STATE}))
            _write_generation(target, old, added, set(removed), files)
        self._open_current()

    def files(self) -> Mapping[str, FileState]:
        """See Engine.files."""
        snapshot = self._current()
        return snapshot.state.files if snapshot else {}

    def article(self, slug: str) -> Article | None:
        """See Engine.article."""
        snapshot = self._current()
        return snapshot.segments.article(slug) if snapshot else None

    def articles(self) -> Sequence[Article]:
        """See Engine.articles."""
        snapshot = self._current()
        return snapshot.segments.articles() if snapshot else []

    def passages(self, ids: Sequence[str]) -> list[Passage]:
        """See Engine.passages."""
        snapshot = self._current()
        if snapshot is None:
            return []
        rows = (snapshot.segments.row_of.get(identifier) for identifier in ids)
        return [snapshot.segments.passage(row) for row in rows if row is not None]

    def keyword(self, tokens: Mapping[str, float], scope: Scope, limit: int) -> list[Ranked]:
        """See Engine.keyword."""
        snapshot = self._current()
        if snapshot is None:
            return []
        scores = snapshot.inverted.scores(tokens)
        scores[~snapshot.segments.mask(scope)] = 0
        return _best(snapshot.segments.ids, scores, limit, floor=0)

    def nearest(self, vector: Vector, scope: Scope, limit: int) -> list[Ranked]:
        """See Engine.nearest."""
        snapshot = self._current()
        if snapshot is None or snapshot.segments.vectors.shape[1] != len(vector):
            return []
        scores = snapshot.segments.vectors @ vector
        scores[~snapshot.segments.mask(scope)] = -2
        return _best(snapshot.segments.ids, scores, limit, floor=_TIE)

    def frequencies(self, tokens: Collection[str]) -> dict[str, int]:
        """See Engine.frequencies."""
        snapshot = self._current()
        if snapshot is None:
            return dict.fromkeys(tokens, 0)
        return {token: snapshot.inverted.frequency(token) for token in tokens}

    def size(self) -> int:
        """See Engine.size."""
        snapshot = self._current()
        return int(snapshot.segments.alive.sum()) if snapshot else 0

    def close(self) -> None:
        """See Engine.close."""
        with self._lock:
            if self._snapshot is not None:
                self._snapshot.inverted.close()
                self._snapshot = None


def _best(ids: list[str], scores: NDArray[np.float32], limit: int, floor: float) -> list[Ranked]:
    """The `limit` best rows above `floor`; equal scores in the order of the index."""
    if len(scores) > limit:
        candidates = np.argpartition(-scores, limit)[:limit]
        candidates.sort()
    else:
        candidates = np.arange(len(scores))
    order = candidates[np.argsort(-scores[candidates], kind="stable")]
    return [Ranked(ids[row], float(scores[row])) for row in order.tolist() if scores[row] > floor]


def _open_snapshot(folder: Path) -> _Snapshot:
    try:
        state = _read_state(folder)
        segments = Segments(folder, state.dead, state.gone)
        facets = segments.facets
        inverted = InvertedIndex(
            folder, facets["serial"], facets["tokens"].astype(np.float32), segments.alive
        )
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise IndexStoreError(f"索引 {folder} 打不开：{error}", "重新建立索引") from error
    return _Snapshot(folder, state, segments, inverted)


def _write_generation(
    target: Path,
    old: _Snapshot | None,
    added: Iterable[Indexed],
    removed: set[str],
    files: Mapping[str, FileState],
) -> None:
    number = old.state.segment + 1 if old else 1
    segment = SegmentWriter(target, number, old.state.serial if old else 1)
    inverted = InvertedWriter(target, new=old is None)
    replaced = set(removed)
    try:
        inverted.remove(sorted(removed))
        for indexed in added:
            slug = indexed.article.slug
            if slug not in replaced:
                inverted.remove([slug])
                replaced.add(slug)
            for serial, entry in zip(segment.add(indexed), indexed.entries, strict=True):
                inverted.add(serial, slug, entry.tokens)
    except BaseException:
        inverted.cancel()
        raise
    merge = number % _SEGMENTS_BEFORE_MERGE == 0
    inverted.commit(merge)
    state = _next_state(old, number, segment.finish(), replaced, files)
    if merge:
        compact(target, state.dead, state.gone, number)
        state = replace(state, dead=(), gone={})
    _write_state(target, state)


def _next_state(
    old: _Snapshot | None,
    number: int,
    serial: int,
    replaced: set[str],
    files: Mapping[str, FileState],
) -> _State:
    dead: list[int] = list(old.state.dead) if old else []
    gone = dict(old.state.gone) if old else {}
    if old is not None:
        rows = [row for row, slug in enumerate(old.segments.slugs) if slug in replaced]
        dead += old.segments.facets["serial"][rows].tolist()
    gone.update(dict.fromkeys(replaced, number))
    return _State(number, serial, tuple(sorted(set(dead))), gone, dict(files))


def _write_state(folder: Path, state: _State) -> None:
    record = {
        "segment": state.segment,
        "serial": state.serial,
        "dead": state.dead,
        "gone": state.gone,
        "files": [asdict(item) for item in state.files.values()],
    }
    (folder / _STATE).write_text(json.dumps(record, ensure_ascii=False), encoding="utf-8")


def _read_state(folder: Path) -> _State:
    record: dict[str, Any] = json.loads((folder / _STATE).read_text(encoding="utf-8"))
    files = {}
    for item in record["files"]:
        item["findings"] = tuple(Finding(**finding) for finding in item["findings"])
        files[item["path"]] = FileState(**item)
    return _State(record["segment"], record["serial"], tuple(record["dead"]), record["gone"], files)
