"""Moves old entries into sealed files: none is taken out of the table before its file was read back."""

from __future__ import annotations

import gzip
import hashlib
import re
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path

from kb.audit import table
from kb.audit.entry import Action, Entry, Event, entry_of, is_genuine, line_of
from kb.audit.files import locked, prepared, put_in_place
from kb.audit.log import AuditLog
from kb.errors import AuditError

SHORTEST_DAYS = 183
"""Six months: what 网络安全法 art. 21 (3) asks to be kept; the archive keeps entries for good."""

LOCK = "archive"
"""Held while entries move, and while the log is verified."""

_NAME = re.compile(r"(\d{12})-(\d{12})\.jsonl\.gz")
_PER_FILE = 50_000
_BATCH = 2_000


@dataclass(frozen=True, slots=True)
class ArchiveFile:
    """A file of the archive and the entries that its name promises, from `first` to `last`."""

    path: Path
    first: int
    last: int


def archive(log: AuditLog, days: int, by: Event) -> list[ArchiveFile]:
    """Move the entries older than so many days; returns the files made, with an entry for each.

    `by` says who does it. Whatever stops it, every entry lies in the table or in a file that was read
    back. Raises AuditError when the log cannot be written or an entry was altered.
    """
    if days < SHORTEST_DAYS:
        message = f"审计日志至少要在记录库里留 {SHORTEST_DAYS} 天"
        raise AuditError(message, "改大天数")
    before = log.clock() - timedelta(days=days)
    made: list[ArchiveFile] = []
    try:
        with locked(log.folder, LOCK):
            while moved := _move(log, before, by):
                made.append(moved)
    except OSError as error:
        remedy = "检查磁盘空间和文件权限"
        raise AuditError(f"审计日志归档写不进去：{error.strerror}", remedy) from error
    return made


def archive_files(folder: Path) -> list[ArchiveFile]:
    """The files of the archive by the number of their first entry."""
    found = []
    for path in (folder / "archive").glob("*.gz"):
        match = _NAME.fullmatch(path.name)
        if match:
            found.append(ArchiveFile(path, int(match[1]), int(match[2])))
    return sorted(found, key=lambda file: (file.first, file.last))


def read_archive(path: Path) -> Iterator[Entry]:
    """The entries of a file, one after the other. Raises AuditError when it cannot be read."""
    try:
        with gzip.open(path, "rt", encoding="utf-8", newline="\n") as lines:
            for line in lines:
                yield entry_of(line)
    except (OSError, EOFError, ValueError, TypeError, KeyError, zlib.error) as error:
        remedy = "从备份恢复这个文件"
        raise AuditError(f"审计日志归档 {path.name} 已损坏或读不出来", remedy) from error


def fingerprint(path: Path) -> str:
    """SHA-256 of the file in pairs of digits, which masking takes for no number of a person."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").digest().hex(":")


def _move(log: AuditLog, before: datetime, by: Event) -> ArchiveFile | None:
    """Move the oldest entries into one file; None when there are none to move."""
    with log.database.reading() as session:
        done = table.read_end(session).archived_to
    leftover = [file for file in archive_files(log.folder) if file.first > done]
    file = leftover[0] if leftover else _write(log, done, before)
    if file is None:
        return None
    _compare(log, file, done)
    detail = f"第 {file.first} 到第 {file.last} 条，sha256 {fingerprint(file.path)}"
    event = replace(by, action=Action.AUDIT_ARCHIVED, subject=file.path.name, detail=detail)
    with log.database.writing() as session:
        log.append(session, event)
        if table.read_end(session).archived_to != done:
            raise AuditError("另一台机器正在归档审计日志", "只在一台机器上归档")
        table.remove_archived(session, file.last)
    return file


def _write(log: AuditLog, done: int, before: datetime) -> ArchiveFile | None:
    """Write the entries that follow number `done` and are older than `before`, as far as one file goes."""
    first = last = 0
    packed = []
    compressor = zlib.compressobj(9, zlib.DEFLATED, 31)
    for entry in _old(log, done, before):
        first, last = first or entry.sequence, entry.sequence
        packed.append(compressor.compress(f"{line_of(entry)}\n".encode()))
        if last - done >= _PER_FILE:
            break
    if not first:
        return None
    path = log.folder / "archive" / f"{first:012d}-{last:012d}.jsonl.gz"
    put_in_place(prepared(path, b"".join([*packed, compressor.flush()])), path)
    return ArchiveFile(path, first, last)


def _old(log: AuditLog, done: int, before: datetime) -> Iterator[Entry]:
    """The entries that follow number `done`, until the first that is not old enough."""
    for entry in _stored(log, done):
        if entry.moment >= before:
            return
        yield entry


def _stored(log: AuditLog, after: int) -> Iterator[Entry]:
    """The table's entries after a number, in order; each batch in a transaction of its own."""
    while True:
        with log.database.reading() as session:
            entries = table.batch(session, after, _BATCH)
        yield from entries
        if not entries:
            return
        after = entries[-1].sequence


def _compare(log: AuditLog, file: ArchiveFile, done: int) -> None:
    """Read a file back: it must hold what the table holds, as it was sealed. Raises AuditError."""
    key = log.key()
    stored = _stored(log, done)
    last = 0
    for kept, entry in zip(read_archive(file.path), stored, strict=False):
        if kept != entry or not is_genuine(key, entry):
            message = f"第 {entry.sequence} 条审计日志被改动，没有归档"
            raise AuditError(message, "运行 manage.py audit verify 查明原因")
        last = entry.sequence
    if last != file.last:
        raise AuditError(
            f"审计日志归档 {file.path.name} 与记录库不符", "把它移出 archive 目录后重试"
        )
