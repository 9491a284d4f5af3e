"""Keeps embeddings by the hash of model and text, so that a rebuild embeds only what changed."""

from __future__ import annotations

import hashlib
import logging
import os
import sqlite3
import threading
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from functools import partial
from pathlib import Path
from typing import TypeVar

import numpy as np

from kb.embedder import Embedder, Matrix, Vector
from kb.vector_tables import Kept, connect, forget, insert, note_use, select

Result = TypeVar("Result")

_LOG = logging.getLogger(__name__)
_KEYS_PER_QUERY = 500
_BATCH = 64
_UNIT = 1e-3
"""A kept vector whose length is further from 1 than this was damaged on the disk."""
_NOTED_EVERY = 7
"""The use of a vector is noted once in so many days."""


class VectorCache:
    """A SQLite file from hash to vector, for any number of threads and processes.

    It is only a cache: a damaged file is set aside and begun anew, one that cannot be written is done without.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._lock = threading.Lock()
        self._connection: sqlite3.Connection | None = None
        with self._lock:
            self._open()

    def embed(
        self,
        embedder: Embedder,
        texts: Sequence[str],
        progress: Callable[[int], None] = lambda count: None,
    ) -> Matrix:
        """Vectors of the texts, shape (n, d); embeds those that are not kept yet.

        `progress` is told how many texts were done in each step.
        """
        keys = [_key(embedder.name, text) for text in texts]
        known = self._use(keys, embedder.dimension)
        missing = {key: text for key, text in zip(keys, texts, strict=True) if key not in known}
        progress(sum(key in known for key in keys))
        pairs = list(missing.items())
        for start in range(0, len(pairs), _BATCH):
            part = dict(pairs[start : start + _BATCH])
            vectors = embedder.embed_passages(list(part.values()))
            rows = dict(zip(part, vectors, strict=True))
            self._write(rows)
            known.update(rows)
            progress(sum(key in part for key in keys))
        return _matrix(keys, known, embedder.dimension)

    def kept(self, embedder: Embedder, texts: Sequence[str]) -> Matrix:
        """Vectors of the texts, shape (n, d), with zeros for those that are not kept yet."""
        keys = [_key(embedder.name, text) for text in texts]
        return _matrix(keys, _vectors(self._read(keys, embedder.dimension)), embedder.dimension)

    def missing(self, embedder: Embedder, texts: Sequence[str]) -> int:
        """How many different texts would have to be embedded."""
        keys = {_key(embedder.name, text) for text in texts}
        return len(keys) - len(self._read(keys, embedder.dimension))

    def prune(self, embedder: Embedder, texts: Iterable[str], days: int) -> int:
        """Forget the vectors that are not of these texts and that nothing used for `days` days; returns how many.

        Several libraries may share the file: what another one uses stays by its last use. As that is noted
        now and then only, a vector may stay a week longer.
        """
        self._use([_key(embedder.name, text) for text in texts], embedder.dimension)
        last = date.today().toordinal() - days
        return self._tried(lambda file: forget(file, last - _NOTED_EVERY + 1, last + 1), 0)

    def close(self) -> None:
        """Close the file; from now on nothing is kept."""
        with self._lock:
            if self._connection is not None:
                self._connection.close()
                self._connection = None

    def _use(self, keys: Iterable[bytes], dimension: int) -> dict[bytes, Vector]:
        """The vectors that are kept. Their use is noted; those of former versions come to the others."""
        kept, today = self._read(keys, dimension), date.today().toordinal()
        former = [(key, value, today) for key, (_, value, used) in kept.items() if not used]
        stale = [
            (today, key) for key, (_, _, used) in kept.items() if 0 < used <= today - _NOTED_EVERY
        ]
        if former:
            self._tried(lambda file: insert(file, former), None)
        if stale:
            self._tried(lambda file: note_use(file, stale), None)
        return _vectors(kept)

    def _read(self, keys: Iterable[bytes], dimension: int) -> dict[bytes, Kept]:
        """What is kept, in the order of the keys, without vectors of another length and those damaged on the disk."""
        wanted = list(dict.fromkeys(keys))
        found: dict[bytes, Kept] = {}
        for start in range(0, len(wanted), _KEYS_PER_QUERY):
            part = wanted[start : start + _KEYS_PER_QUERY]
            nothing: list[Kept] = []
            rows = self._tried(partial(select, keys=part), nothing)
            found |= {row[0]: row for row in rows if _is_sound(row[1], dimension)}
        return {key: found[key] for key in wanted if key in found}

    def _write(self, rows: Mapping[bytes, Vector]) -> None:
        today = date.today().toordinal()
        values = [(key, np.asarray(row, "<f4").tobytes(), today) for key, row in rows.items()]
        self._tried(lambda file: insert(file, values), None)

    def _tried(self, step: Callable[[sqlite3.Connection], Result], otherwise: Result) -> Result:
        """What a step on the file gives; `otherwise` when the file is closed, locked, full or damaged."""
        with self._lock:
            if self._connection is None:
                return otherwise
            try:
                return step(self._connection)
            except sqlite3.OperationalError as error:
                _LOG.warning("向量缓存 %s 这次用不上：%s", self._path, error)
            except sqlite3.DatabaseError as error:
                self._connection.close()
                self._open(error)
            return otherwise

    def _open(self, damage: sqlite3.DatabaseError | None = None) -> None:
        """Open the file, after `damage` a new one; without one that can be opened nothing is kept."""
        self._connection = None
        try:
            if damage is not None:
                self._set_aside(damage)
            self._connection = connect(self._path, date.today().toordinal())
        except (OSError, sqlite3.OperationalError) as error:
            _LOG.warning("向量缓存 %s 打不开，这次不用它：%s", self._path, error)
        except sqlite3.DatabaseError as error:
            if damage is None:
                self._open(error)

    def _set_aside(self, error: sqlite3.Error) -> None:
        """Move the file away, and what SQLite keeps beside it."""
        _LOG.warning("向量缓存 %s 已损坏，重新开始：%s", self._path, error)
        for suffix in ("", "-wal", "-shm"):
            path = self._path.with_name(self._path.name + suffix)
            if path.exists():
                os.replace(path, path.with_name(f"{self._path.stem}.damaged{suffix}"))


def _is_sound(value: object, dimension: int) -> bool:
    if not isinstance(value, bytes) or len(value) != 4 * dimension:
        return False
    vector = _vector(value)
    return abs(float(vector @ vector) - 1) < _UNIT


def _vector(value: bytes) -> Vector:
    return np.frombuffer(value, "<f4")


def _vectors(kept: Mapping[bytes, Kept]) -> dict[bytes, Vector]:
    return {key: _vector(value) for key, (_, value, _) in kept.items()}


def _matrix(keys: Sequence[bytes], known: Mapping[bytes, Vector], dimension: int) -> Matrix:
    vectors = np.zeros((len(keys), dimension), np.float32)
    for place, key in enumerate(keys):
        if key in known:
            vectors[place] = known[key]
    return vectors


def _key(model: str, text: str) -> bytes:
    return hashlib.sha256(f"{model}\0{text}".encode(errors="surrogatepass")).digest()
