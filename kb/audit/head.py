"""Where the log ends, kept outside the database as well: entries cut off the end are missed by it."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

from kb.audit.files import locked, prepared
from kb.audit.key import AuditKey
from kb.errors import AuditError

_NAME = "head"


@dataclass(frozen=True, slots=True)
class Head:
    """The last entry that was acknowledged: its sequence and its seal."""

    sequence: int
    mac: str


def has_head(folder: Path) -> bool:
    """Whether there is a file at all."""
    return (folder / _NAME).exists()


def read_head(folder: Path, key: AuditKey) -> Head | None:
    """The head that the file holds; None without a file. Raises AuditError when it was altered."""
    path = folder / _NAME
    try:
        written = path.read_bytes()
        content = json.loads(written)
        head = Head(int(content["sequence"]), str(content["mac"]))
        genuine = written == _written(key, head)
    except FileNotFoundError:
        return None
    except (ValueError, TypeError, KeyError):
        genuine = False
    if not genuine:
        raise AuditError(f"审计日志的 {path} 被改动或损坏", "运行 manage.py audit verify 查明原因")
    return head


def prepare_head(folder: Path, key: AuditKey, head: Head) -> Path:
    """Lay the new head on the disk, not in its place yet; a full disk shows here. Raises OSError."""
    return prepared(folder / _NAME, _written(key, head))


def advance_head(folder: Path, key: AuditKey, fresh: Path, head: Head) -> None:
    """Put the prepared head in place, unless another process got further. Raises OSError.

    The folder is not waited for: after a loss of power an older head is found, which is true as well.
    """
    with locked(folder, _NAME):
        try:
            current = read_head(folder, key)
        except AuditError:
            current = None
        if current is None or current.sequence < head.sequence:
            fresh.replace(folder / _NAME)
        else:
            fresh.unlink()


def _written(key: AuditKey, head: Head) -> bytes:
    seal = key.seal("head", f"{head.sequence} {head.mac}".encode())
    return json.dumps({"sequence": head.sequence, "mac": head.mac, "seal": seal}).encode()
