"""Keeps embeddings by the hash of model and text, so that a rebuild embeds only what changed."""

from __future__ import annotations

import hashlib
import logging
import os
import sqlite3
import threading
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from kb.embedder import Embedder, Matrix, Vector

Rows = list[tuple[bytes, bytes]]
"""Keys with their vectors in bytes."""

_LOG = logging.getLogger(__name__)
_KEYS_PER_QUERY = 500
_BATCH = 64
_UNIT = 1e-3
"""A kept vector whose length is further from 1 than this was damaged on the disk."""


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
        known = self._read(keys, embedder.dimension)
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
        return _matrix(keys, self._read(keys, embedder.dimension), embedder.dimension)

    def missing(self, embedder: Embedder, texts: Sequence[str]) -> int:
        """How many different texts would have to be embedded."""
        keys = {_key(embedder.name, text) for text in texts}
        return len(keys) - len(self._read(keys, embedder.dimension))

    def close(self) -> None:
        """Close the file; from now on nothing is kept."""
        with self._lock:
            if self._connection is not None:
                self._connection.close()
                self._connection = None

    def _read(self, keys: Iterable[bytes], dimension: int) -> dict[bytes, Vector]:
        """The vectors that are kept, without those of another length and those damaged on the disk."""
        wanted = list(dict.fromkeys(keys))
        found: dict[bytes, Vector] = {}
        for start in range(0, len(wanted), _KEYS_PER_QUERY):
            for key, value in self._tried(_select, wanted[start : start + _KEYS_PER_QUERY]):
                if isinstance(value, bytes) and len(value) == 4 * dimension:
                    vector = np.frombuffer(value, "<f4")
                    if abs(float(vector @ vector) - 1) < _UNIT:
                        found[key] = vector
        return found

    def _write(self, rows: Mapping[bytes, Vector]) -> None:
        values = [(key, np.asarray(row, "<f4").tobytes()) for key, row in rows.items()]
        self._tried(_insert, values)

    def _tried(self, step: Callable[[sqlite3.Connection, Any], Rows], argument: Any) -> Rows:
        """What a step on the file gives; nothing when the file is closed, locked, full or damaged."""
        with self._lock:
            if self._connection is None:
                return []
            try:
                return step(self._connection, argument)
            except sqlite3.OperationalError as error:
                _LOG.warning("向量缓存 %s 这次用不上：%s", self._path, error)
            except sqlite3.DatabaseError as error:
                self._connection.close()
                self._open(error)
            return []

    def _open(self, damage: sqlite3.DatabaseError | None = None) -> None:
        """Open the file, after `damage` a new one; without one that can be opened nothing is kept."""
        self._connection = None
        try:
            if damage is not None:
                self._set_aside(damage)
            self._connection = _connect(self._path)
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


def _select(connection: sqlite3.Connection, keys: list[bytes]) -> Rows:
    marks = ",".join("?" * len(keys))
    select = f"SELECT key, value FROM vector WHERE key IN ({marks})"  # noqa: S608
    return connection.execute(select, keys).fetchall()


def _insert(connection: sqlite3.Connection, values: Rows) -> Rows:
    with connection:
        connection.executemany("INSERT OR REPLACE INTO vector VALUES (?, ?)", values)
    return []


def _matrix(keys: Sequence[bytes], known: Mapping[bytes, Vector], dimension: int) -> Matrix:
    vectors = np.zeros((len(keys), dimension), np.float32)
    for place, key in enumerate(keys):
        if key in known:
            vectors[place] = known[key]
    return vectors


def _key(model: str, text: str) -> bytes:
    return hashlib.sha256(f"{model}\0{text}".encode(errors="surrogatepass")).digest()


def _connect(path: Path) -> sqlite3.Connection:
    path.parent.mkdir(parents=True, exist_ok=True)
    connection = sqlite3.connect(path, check_same_thread=False, timeout=30)
    try:
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("PRAGMA synchronous=NORMAL")
        connection.execute(
            "CREATE TABLE IF NOT EXISTS vector (key BLOB PRIMARY KEY, value BLOB) WITHOUT ROWID"
        )
        connection.execute("SELECT count(*) FROM (SELECT 1 FROM vector LIMIT 1)").fetchone()
    except sqlite3.Error:
        connection.close()
        raise
    return connection
