"""The SQLite file of the vector cache: its tables, and the steps on them.

`place` is small and says where in `embedding` each vector lies and when it was last used; in `embedding` vectors
lie in the order in which they came, so that those of one article are read together. `vector` is where former
versions kept them, in the order of their hashes: read still, and empty in a new file.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Sequence
from pathlib import Path

Kept = tuple[bytes, bytes, int]
"""A key, its vector in bytes, and the day of its last use (as an ordinal); 0 where a former version kept it."""

_TABLES = (
    "CREATE TABLE IF NOT EXISTS place (key BLOB PRIMARY KEY, row INTEGER, used INTEGER) WITHOUT ROWID",
    "CREATE TABLE IF NOT EXISTS embedding (row INTEGER PRIMARY KEY, value BLOB)",
    "CREATE TABLE IF NOT EXISTS vector (key BLOB PRIMARY KEY, value BLOB) WITHOUT ROWID",
)
_SELECT = "SELECT key, value, used FROM place JOIN embedding USING (row) WHERE key IN ({})"
_SELECT_FORMER = "SELECT key, value, 0 FROM vector WHERE key IN ({})"


def connect(path: Path, today: int) -> sqlite3.Connection:
    """Open the file, made where there is none; it remembers the first `today` as the day when `vector` was last
    used. Raises sqlite3.Error, with nothing left open."""
    path.parent.mkdir(parents=True, exist_ok=True)
    connection = sqlite3.connect(path, check_same_thread=False, timeout=30)
    try:
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("PRAGMA synchronous=NORMAL")
        for table in _TABLES:
            connection.execute(table)
        if not _first_day(connection):
            connection.execute(f"PRAGMA user_version = {today}")
        connection.execute("SELECT count(*) FROM (SELECT 1 FROM embedding LIMIT 1)").fetchone()
    except sqlite3.Error:
        connection.close()
        raise
    return connection


def select(connection: sqlite3.Connection, keys: Sequence[bytes]) -> list[Kept]:
    """What is kept of these keys; only for those that have no place yet is `vector` read."""
    rows = _rows(connection, _SELECT, keys)
    placed = {row[0] for row in rows}
    return rows + _rows(connection, _SELECT_FORMER, [key for key in keys if key not in placed])


def _rows(connection: sqlite3.Connection, query: str, keys: Sequence[bytes]) -> list[Kept]:
    marks = ",".join("?" * len(keys))
    return connection.execute(query.format(marks), keys).fetchall()


def insert(connection: sqlite3.Connection, rows: Iterable[Kept]) -> list[Kept]:
    """Keep vectors, each in the place of what was kept under its key."""
    with connection:
        for key, value, used in rows:
            row = connection.execute("INSERT INTO embedding (value) VALUES (?)", [value]).lastrowid
            connection.execute("INSERT OR REPLACE INTO place VALUES (?, ?, ?)", [key, row, used])
    return []


def note_use(connection: sqlite3.Connection, uses: Iterable[tuple[int, bytes]]) -> list[Kept]:
    """Set the day of the last use of each key."""
    with connection:
        connection.executemany("UPDATE place SET used = ? WHERE key = ?", uses)
    return []


def forget(connection: sqlite3.Connection, before: int, former_before: int) -> int:
    """Drop the vectors last used before a day, those of `vector` if that was last used before its day, and give
    the room back; returns how many were dropped."""
    with connection:
        connection.execute("DELETE FROM vector WHERE key IN (SELECT key FROM place)")
        dropped = connection.execute("DELETE FROM place WHERE used < ?", [before]).rowcount
        connection.execute("DELETE FROM embedding WHERE row NOT IN (SELECT row FROM place)")
        if _first_day(connection) < former_before:
            dropped += connection.execute("DELETE FROM vector").rowcount
    connection.execute("VACUUM")
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
    return dropped


def _first_day(connection: sqlite3.Connection) -> int:
    return int(connection.execute("PRAGMA user_version").fetchone()[0])
