"""Keeps embeddings by the hash of model and text, so that a rebuild embeds only what changed."""

from __future__ import annotations

import hashlib
import os
import sqlite3
import threading
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np

from kb.embedder import Embedder, Matrix

_KEYS_PER_QUERY = 500


class VectorCache:
    """A SQLite file from hash to vector. It is only a cache: a damaged file is set aside and begun anew."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._lock = threading.Lock()
        try:
            self._connection = _open(path)
        except sqlite3.DatabaseError:
            os.replace(path, path.with_suffix(".damaged"))
            self._connection = _open(path)

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
        known = self._read(keys)
        missing = [place for place, key in enumerate(keys) if key not in known]
        progress(len(texts) - len(missing))
        for start in range(0, len(missing), 64):
            places = missing[start : start + 64]
            vectors = embedder.embed_passages([texts[place] for place in places])
            rows = {keys[place]: vector for place, vector in zip(places, vectors, strict=True)}
            self._write(rows)
            known.update(rows)
            progress(len(places))
        result = np.empty((len(texts), embedder.dimension), np.float32)
        for place, key in enumerate(keys):
            result[place] = known[key]
        return result

    def missing(self, embedder: Embedder, texts: Sequence[str]) -> int:
        """How many of the texts would have to be embedded."""
        keys = {_key(embedder.name, text) for text in texts}
        return len(keys) - len(self._read(list(keys)))

    def _read(self, keys: Sequence[bytes]) -> dict[bytes, np.ndarray]:
        found: dict[bytes, np.ndarray] = {}
        with self._lock:
            for start in range(0, len(keys), _KEYS_PER_QUERY):
                part = keys[start : start + _KEYS_PER_QUERY]
                marks = ",".join("?" * len(part))
                rows = self._connection.execute(
                    f"SELECT key, value FROM vector WHERE key IN ({marks})",  # noqa: S608
                    part,
                )
                found.update((key, np.frombuffer(value, "<f4")) for key, value in rows)
        return found

    def _write(self, rows: dict[bytes, np.ndarray]) -> None:
        with self._lock, self._connection:
            self._connection.executemany(
                "INSERT OR REPLACE INTO vector VALUES (?, ?)",
                [(key, np.asarray(vector, "<f4").tobytes()) for key, vector in rows.items()],
            )

    def close(self) -> None:
        """Close the file."""
        self._connection.close()


def _key(model: str, text: str) -> bytes:
    return hashlib.sha256(f"{model}\0{text}".encode()).digest()


def _open(path: Path) -> sqlite3.Connection:
    path.parent.mkdir(parents=True, exist_ok=True)
    connection = sqlite3.connect(path, check_same_thread=False, timeout=30)
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("PRAGMA synchronous=NORMAL")
    connection.execute(
        "CREATE TABLE IF NOT EXISTS vector (key BLOB PRIMARY KEY, value BLOB) WITHOUT ROWID"
    )
    connection.execute("SELECT count(*) FROM (SELECT 1 FROM vector LIMIT 1)").fetchone()
    return connection
