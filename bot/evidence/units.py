"""Cuts the passages of a section into the units that an answer is put together from: sentences, items, rows."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from bot.types import Unit
from kb.blocks import CELL_BORDER
from kb.types import Passage

_SENTENCE = re.compile(r"[^。！？!?\n]*(?:[。！？!?]+[”’」』）)]*|\n|$)")
_ITEM = re.compile(r"\s*(?:\d{1,2}\. |· )")
_STEP = re.compile(r"\s*\d{1,2}\. ")
_NOTICE = re.compile(r"菜单名称以[^。；，]*为准。?")
"""Stands in most articles and answers nothing but a question for the menu."""
_SHORT_LINE = 60
"""A line of at most this many characters is one unit: its sentences belong together."""


def units_of(passages: Sequence[Passage], notices: bool = False) -> list[Unit]:
    """The units of a section's passages in reading order, each text once.

    A step, a list item and a table row are shown whole. The lines of a table are left out of texts: each
    row is a passage of its own, with its header. A lead that says again what the summary says is cut once.
    The notice about menu names is left out without `notices`.
    """
    found: dict[str, Unit] = {}
    for passage in passages:
        for unit in _units(passage, notices):
            found.setdefault(unit.text, unit)
    return list(found.values())


def sentences(text: str) -> list[tuple[int, int]]:
    """Where the sentences of a text begin and end; a 「；」 ends none, as what it joins belongs together."""
    return [match.span() for match in _SENTENCE.finditer(text) if match[0].strip()]


def is_step(unit: Unit) -> bool:
    """Whether the unit is a numbered step."""
    return not unit.is_row and bool(_STEP.match(unit.text))


def _units(passage: Passage, notices: bool) -> Iterator[Unit]:
    if passage.form == "row":
        yield Unit(passage, 0, len(passage.text))
        return
    start = 0
    for line in passage.text.split("\n"):
        if line.strip() and CELL_BORDER not in line:
            yield from _line_units(passage, start, line if notices else _without_notice(line))
        start += len(line) + 1


def _without_notice(line: str) -> str:
    """A line up to a notice that ends it; the whole line where something follows."""
    notice = _NOTICE.search(line)
    return line[: notice.start()] if notice and notice.end() == len(line) else line


def _line_units(passage: Passage, start: int, line: str) -> Iterator[Unit]:
    if not _ITEM.sub("", line, count=1).strip():
        return
    if len(line) <= _SHORT_LINE or _ITEM.match(line):
        yield Unit(passage, start, start + len(line))
        return
    for first, last in sentences(line):
        yield Unit(passage, start + first, start + last)
