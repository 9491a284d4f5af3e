"""The daily anchors: one sealed line a day that holds where the log stood, small enough to print or carry away."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from kb.audit.entry import GENESIS
from kb.audit.files import locked, prepared, put_in_place
from kb.audit.key import AuditKey
from kb.errors import AuditError
from kb.records import CHINA_TIME

NAME = "anchors.jsonl"


@dataclass(frozen=True, slots=True)
class Anchor:
    """The last entry of a day in China, and how many entries that day had; sealed with the anchor before."""

    day: date
    sequence: int
    mac: str
    count: int
    previous: str
    seal: str


def china_day(moment: datetime) -> date:
    """The day that it is in China."""
    return moment.astimezone(CHINA_TIME).date()


def add_anchor(
    folder: Path, key: AuditKey, moment: datetime, sequence: int, mac: str, count: int
) -> None:
    """Write down where the log stood at the end of the day; once, however often it is asked for.

    Raises AuditError when the file was altered, OSError when it cannot be written.
    """
    path = folder / NAME
    with locked(folder, "anchors"):
        lines = read_lines(path)
        last = None
        if lines:
            last = anchor_of(lines[-1], key)
            if last is None:
                message = f"审计日志的锚点文件 {path} 被改动或损坏"
                raise AuditError(message, "运行 manage.py audit verify 查明原因")
            if last.sequence == sequence and last.mac == mac:
                return
        previous = last.seal if last else GENESIS
        anchor = _sealed(key, china_day(moment), sequence, mac, count, previous)
        content = "".join(f"{line}\n" for line in [*lines, _line(anchor)])
        put_in_place(prepared(path, content.encode()), path)


def set_aside(folder: Path) -> None:
    """Move the anchors away, to begin anew; the old file is kept beside it."""
    path = folder / NAME
    with locked(folder, "anchors"):
        if path.exists():
            number = sum(1 for _ in folder.glob("anchors-*.jsonl")) + 1
            put_in_place(path, folder / f"anchors-{number:03d}.jsonl")


def read_lines(path: Path) -> list[str]:
    """The file's lines, oldest first; none without a file. Raises OSError."""
    try:
        return path.read_bytes().decode("utf-8", "replace").splitlines()
    except FileNotFoundError:
        return []


def anchors_in(path: Path, key: AuditKey) -> Iterator[Anchor | None]:
    """The anchors of a file; None for each that was altered or does not follow the one before."""
    previous = GENESIS
    for line in read_lines(path):
        anchor = anchor_of(line, key)
        yield anchor if anchor and anchor.previous == previous else None
        previous = anchor.seal if anchor else ""


def anchor_of(line: str, key: AuditKey) -> Anchor | None:
    """The anchor that a line holds, when it is as it was sealed and written as we write it."""
    try:
        content = json.loads(line)
        anchor = Anchor(**content | {"day": date.fromisoformat(content["day"])})
        genuine = key.fits(anchor.seal, "anchor", _encoded(anchor)) and _line(anchor) == line
    except (ValueError, TypeError, KeyError, AttributeError):
        return None
    return anchor if genuine else None


def _sealed(key: AuditKey, day: date, sequence: int, mac: str, count: int, previous: str) -> Anchor:
    draft = Anchor(day, sequence, mac, count, previous, "")
    seal = key.seal("anchor", _encoded(draft))
    return Anchor(day, sequence, mac, count, previous, seal)


def _content(anchor: Anchor) -> dict[str, str | int]:
    return {
        "day": anchor.day.isoformat(),
        "sequence": anchor.sequence,
        "mac": anchor.mac,
        "count": anchor.count,
        "previous": anchor.previous,
    }


def _encoded(anchor: Anchor) -> bytes:
    return json.dumps(_content(anchor), sort_keys=True).encode()


def _line(anchor: Anchor) -> str:
    return json.dumps(_content(anchor) | {"seal": anchor.seal})
