"""The engine for one machine: one atomic write, two rankings, any number of readers and processes."""

from __future__ import annotations

import logging
import threading
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path

from kb.engines import Indexed, Vector
from kb.engines.embedded.disk import DamagedIndex, WriteLock, translated
from kb.engines.embedded.generations import (
    Generation,
    Stamp,
    publish,
    read_generation,
    set_aside,
    stamp_of,
    sweep,
)
from kb.engines.embedded.joining import ROWS_PER_SEGMENT, tidied
from kb.engines.embedded.segment_writer import SegmentWriter
from kb.engines.embedded.snapshot import Snapshot, open_snapshot
from kb.errors import IndexStoreError
from kb.types import Article, FileState, Passage, Ranked, Scope

_LOG = logging.getLogger(__name__)
_ROUNDS = 4
"""How often at most segments are joined after one write."""


class EmbeddedEngine:
    """The library in one folder. Readers follow a new generation by themselves, also from other processes.

    A damaged index found when opening or writing is set aside; the index then starts empty and `repaired`
    names the folder with the damaged one, so that the caller indexes the articles again.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._writing = WriteLock(folder)
        self._opening = threading.Lock()
        self._snapshot: Snapshot | None = None
        self._refused: tuple[Stamp | None, IndexStoreError] | None = None
        self.repaired: Path | None = None
        try:
            self._follow()
        except DamagedIndex:
            with self.exclusive():
                pass

    # Reading

    def _current(self) -> Snapshot:
        """The snapshot to read: of the current generation, or of the one before while that cannot be."""
        snapshot = self._snapshot
        if snapshot is None:
            return self._follow()
        try:
            stamp = stamp_of(self._folder)
        except OSError:
            stamp = None
        if stamp is None or stamp == snapshot.stamp:
            return snapshot
        if snapshot.stamp is not None and self._opening.locked():
            return snapshot
        return self._follow_or_stay(snapshot, stamp)

    def _follow_or_stay(self, snapshot: Snapshot, stamp: Stamp) -> Snapshot:
        """Raises IndexStoreError when there is nothing to stay with; tries each generation once."""
        if self._refused is None or self._refused[0] != stamp:
            try:
                return self._follow()
            except IndexStoreError as error:
                self._refused = stamp, error
        if snapshot.stamp is None:
            raise self._refused[1]
        return snapshot

    def _follow(self) -> Snapshot:
        """Open what the folder holds now. Raises DamagedIndex; IndexStoreError when it cannot be read."""
        with self._opening, translated(self._folder):
            while True:
                stamp, snapshot = stamp_of(self._folder), self._snapshot
                if snapshot is not None and stamp == snapshot.stamp:
                    return snapshot
                try:
                    generation = read_generation(self._folder)
                    opened = open_snapshot(self._folder, generation, stamp, snapshot)
                except DamagedIndex:
                    if stamp_of(self._folder) == stamp:
                        raise
                    continue  # another process wrote meanwhile and removed what we were reading
                self._snapshot = opened
                return opened

    def files(self) -> Mapping[str, FileState]:
        """See Engine.files."""
        return self._current().files

    def article(self, slug: str) -> Article | None:
        """See Engine.article."""
        return self._current().article(slug)

    def articles(self) -> Sequence[Article]:
        """See Engine.articles."""
        return self._current().articles

    def passages(self, ids: Sequence[str]) -> list[Passage]:
        """See Engine.passages."""
        return self._current().passages(ids)

    def section(self, identifier: str) -> list[Passage]:
        """See Engine.section."""
        return self._current().section(identifier)

    def keyword(self, tokens: Mapping[str, float], scope: Scope, limit: int) -> list[Ranked]:
        """See Engine.keyword."""
        return self._current().keyword(tokens, scope, limit)

    def nearest(self, vector: Vector, scope: Scope, limit: int) -> list[Ranked]:
        """See Engine.nearest."""
        return self._current().nearest(vector, scope, limit)

    def cosines(self, ids: Iterable[str], vector: Vector) -> dict[str, float]:
        """See Engine.cosines."""
        return self._current().cosines(ids, vector)

    def frequencies(self, tokens: Collection[str]) -> dict[str, int]:
        """See Engine.frequencies."""
        snapshot = self._current()
        return {token: snapshot.frequency(token) for token in tokens}

    def size(self) -> int:
        """See Engine.size."""
        return self._current().size

    def within(self, access: frozenset[str]) -> EmbeddedEngine:
        """See Engine.within."""
        return EngineWithin(self, access)

    def close(self) -> None:
        """See Engine.close. Who is reading reads on; a later call opens the index again."""
        self._snapshot = None

    # Writing

    @contextmanager
    def exclusive(self) -> Iterator[None]:
        """See Engine.exclusive."""
        with self._writing.held():
            try:
                self._follow()
            except DamagedIndex as error:
                _LOG.error("索引已损坏，重新开始：%s", error.message)
                with translated(self._folder):
                    self.repaired = set_aside(self._folder)
                self._snapshot = None
            yield

    def write(
        self,
        added: Iterable[Indexed],
        removed: Collection[str],
        files: Mapping[str, FileState],
    ) -> None:
        """See Engine.write."""
        with self.exclusive(), translated(self._folder):
            base = self._follow().generation
            sweep(self._folder, base)
            try:
                if not base.parts:
                    publish(self._folder, base)  # from now on a missing CURRENT means damage
                generation = _add_all(self._folder, base.without(removed), added)
                publish(self._folder, replace(generation, files=dict(files)))
            except BaseException:
                self._sweep()
                raise
            self._follow()
            self._tidy()

    def _tidy(self) -> None:
        """Join segments where there are too many; what was written stands, whatever becomes of this."""
        try:
            for _ in range(_ROUNDS):
                tidier = tidied(self._folder, self._follow())
                if tidier is None:
                    break
                publish(self._folder, tidier)
                self._follow()
        except (OSError, IndexStoreError) as error:
            _LOG.warning("索引 %s 这次没有整理成功，下次再试：%s", self._folder, error)
            self._sweep()

    def _sweep(self) -> None:
        """After a failure: remove what the current generation does not name."""
        with suppress(OSError, IndexStoreError):
            sweep(self._folder, read_generation(self._folder))


class EngineWithin(EmbeddedEngine):
    """Another engine as it is read by one who holds certain levels of access."""

    def __init__(self, whole: EmbeddedEngine, access: frozenset[str]) -> None:
        self._whole = whole
        self._access = access

    def _current(self) -> Snapshot:
        return self._whole._current().within(self._access)

    def within(self, access: frozenset[str]) -> EmbeddedEngine:
        """See Engine.within. Nobody comes to hold more by asking again."""
        return EngineWithin(self._whole, self._access & access)

    @contextmanager
    def exclusive(self) -> Iterator[None]:
        """See Engine.exclusive."""
        with self._whole.exclusive():
            yield

    def write(
        self,
        added: Iterable[Indexed],
        removed: Collection[str],
        files: Mapping[str, FileState],
    ) -> None:
        """See Engine.write."""
        self._whole.write(added, removed, files)

    def close(self) -> None:
        """See Engine.close."""
        self._whole.close()


def _add_all(folder: Path, generation: Generation, added: Iterable[Indexed]) -> Generation:
    """Write the articles to new segments, each of bounded size."""
    writer: SegmentWriter | None = None
    try:
        for indexed in added:
            if writer is not None and writer.rows >= ROWS_PER_SEGMENT:
                generation = generation.adding(writer.finish())
                writer = None
            if writer is None:
                writer = SegmentWriter(folder / generation.next_name)
            writer.add(indexed)
        return generation if writer is None else generation.adding(writer.finish())
    except BaseException:
        if writer is not None:
            writer.abandon()
        raise
