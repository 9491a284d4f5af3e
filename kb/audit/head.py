"""Where the log ends, kept outside the database as well: entries cut off the end are missed by it."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from kb.audit.files import locked, prepared, put_in_place
from kb.audit.key import AuditKey
from kb.errors import AuditError

NAME = "head"


@dataclass(frozen=True, slots=True)
class Head:
    """The last entry that was acknowledged: its sequence and its seal."""

    sequence: int
    mac: str


def read_head(folder: Path, key: AuditKey) -> Head | None:
    """The head that the file holds; None without a file. Raises AuditError when it was altered."""
    with locked(folder, NAME):
        return _read(folder / NAME, key)


def begin_head(folder: Path, key: AuditKey, head: Head) -> None:
    """Make the file, unless another process did. Raises OSError."""
    with locked(folder, NAME):
        if not (folder / NAME).exists():
            put_in_place(prepared(folder / NAME, _written(key, head)), folder / NAME)


def advance_head(folder: Path, key: AuditKey, head: Head) -> None:
    """Write the head over the older one; a newer one stays. Raises AuditError for an altered one, OSError.

    The line has always the same length and lies in one sector, so that a full disk does not hinder it and
    no half of it is ever found. The disk is not waited for: after a loss of power an older head is found,
    which is true as well.
    """
    with locked(folder, NAME):
        current = _read(folder / NAME, key)
        if current is None or current.sequence < head.sequence:
            _write(folder / NAME, _written(key, head))


def replace_head(folder: Path, key: AuditKey, head: Head) -> None:
    """Write the head whatever the file held. Raises OSError."""
    with locked(folder, NAME):
        put_in_place(prepared(folder / NAME, _written(key, head)), folder / NAME)


def _read(path: Path, key: AuditKey) -> Head | None:
    try:
        written = path.read_bytes()
        sequence, mac, _ = written.decode("ascii").split(" ")
        head = Head(int(sequence), mac)
        genuine = written == _written(key, head)
    except FileNotFoundError:
        return None
    except ValueError:
        genuine = False
    if not genuine:
        remedy = "运行 manage.py audit verify 查明原因；确认无误后用 manage.py audit resume 继续"
        raise AuditError(f"审计日志的 {path} 被改动或损坏", remedy)
    return head


def _write(path: Path, content: bytes) -> None:
    descriptor = os.open(path, os.O_WRONLY)
    try:
        os.pwrite(descriptor, content, 0)
    finally:
        os.close(descriptor)


def _written(key: AuditKey, head: Head) -> bytes:
    content = f"{head.sequence:020d} {head.mac}"
    return f"{content} {key.seal('head', content.encode())}\n".encode()
