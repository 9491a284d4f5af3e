"""Entries as CSV that Excel opens as Chinese text and runs nothing of."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator
from contextlib import suppress

from kb.audit.entry import ACTION_NAMES, OUTCOME_NAMES, Action, Entry, Outcome
from kb.records import CHINA_TIME

_HEADER = (
    *(
        "序号",
        "时间（北京时间）",
        "操作",
        "结果",
        "账号",
        "账号编号",
        "角色",
        "地址",
        "对象",
        "说明",
    ),
    "校验码",
)
_FORMULA = tuple("=+-@＝＋－＠\t\r")


def csv_lines(entries: Iterable[Entry]) -> Iterator[str]:
    """The lines of the file, a byte-order mark first. A text that a spreadsheet would run gets a quote before it."""
    yield "\ufeff" + _line(_HEADER)
    for entry in entries:
        yield _line(_cells(entry))


def action_name(action: str) -> str:
    """The Chinese name of an action; one of a newer version as it stands."""
    with suppress(ValueError):
        return ACTION_NAMES[Action(action)]
    return action


def outcome_name(outcome: str) -> str:
    """The Chinese name of an outcome; one of a newer version as it stands."""
    with suppress(ValueError):
        return OUTCOME_NAMES[Outcome(outcome)]
    return outcome


def china_moment(entry: Entry) -> str:
    """When it was in China, to the second."""
    return entry.moment.astimezone(CHINA_TIME).strftime("%Y-%m-%d %H:%M:%S")


def _cells(entry: Entry) -> tuple[str, ...]:
    return (
        str(entry.sequence),
        china_moment(entry),
        action_name(entry.action),
        outcome_name(entry.outcome),
        *map(_safe, (entry.name, entry.actor, entry.role, entry.address, entry.subject)),
        _safe(entry.detail),
        entry.mac,
    )


def _safe(text: str) -> str:
    return f"'{text}" if text.lstrip().startswith(_FORMULA) else text


def _line(cells: Iterable[str]) -> str:
    line = io.StringIO(newline="")
    csv.writer(line).writerow(cells)
    return line.getvalue()
