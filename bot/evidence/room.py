"""Chooses which units of a section are quoted: the best ones that say something new and fit at a counter."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from bot.evidence.again import says_again, share_said
from bot.types import Unit
from kb.amounts import lists_amounts
from kb.periods import names_dates_in, periods
from kb.tokenizer import find_codes, normalise
from kb.types import Query
from kb.unfinished import asks_difference

TEXT_LIMIT = 160
"""So many characters of text are quoted of a section, unless one unit alone is longer."""

_ROWS, _ROWS_OF_A_LIST = 3, 8
_LIST = re.compile(
    r"哪些|哪几|历年|历次|逐年|几种|几类|几档|几样|分别|全部|总共|一共有|一览|各自|材料|带什么|要带"
)
_MARGIN = 2.5
"""A row that scores less than the best unit by more than this is about something else, and so is what stands
around a row that answers."""

_ALIKE = 0.7
"""A row with this share of its character pairs in what is chosen differs from it in a cell or two."""

Scored = Sequence[tuple[float, Unit]]


def fitting(query: Query, ranked: Scored, opening: Unit, limit: int, said: str = "") -> list[Unit]:
    """The best units that together have at most `limit` characters, and a few rows of one table.

    `ranked` holds at least one unit, best first. The opening of a section is its conclusion: it goes before
    all but the best unit. What was `said` before is not said again; the best unit is quoted all the same.
    """
    key = ranked[0][1]
    chosen, room = [key], limit - (0 if key.is_row else len(key.text))
    for unit in _worth_quoting(query, ranked, opening):
        if unit.is_row:
            if _is_further_row(query, unit, chosen):
                chosen.append(unit)
        elif len(unit.text) <= room and not says_again(unit.text, _words(said, chosen)):
            room -= len(unit.text)
            chosen.append(unit)
    return chosen


def _asks_list(query: Query) -> bool:
    """Whether all rows of a table may answer: a list is asked for, or several years or amounts are."""
    several = query.any_date or lists_amounts(query.text) or asks_difference(query.text)
    return several or bool(_LIST.search(query.text))


def holds_code(query: Query, unit: Unit) -> bool:
    """Whether a unit holds a code of the question itself."""
    return bool(query.codes) and not set(query.codes).isdisjoint(find_codes(normalise(unit.text)))


def _words(said: str, chosen: Sequence[Unit]) -> str:
    """What was said and what the sentences chosen say."""
    return "\n".join([said, *(unit.text for unit in chosen if not unit.is_row)])


def _is_further_row(query: Query, row: Unit, chosen: Sequence[Unit]) -> bool:
    """Whether a row may stand beside those chosen: it is of the same table, and, where no list is asked for,
    not the same for another year or grade."""
    rows = [unit.text for unit in chosen if unit.is_row]
    listed = _asks_list(query)
    if len(rows) >= (_ROWS_OF_A_LIST if listed else _ROWS):
        return False
    if rows and not _goes_with(query, _cells(row.text), _cells(rows[0])):
        return False
    return listed or share_said(row.text, "\n".join(unit.text for unit in chosen)) < _ALIKE


def _worth_quoting(query: Query, ranked: Scored, opening: Unit) -> Iterator[Unit]:
    """What may be quoted beside the best unit, in the order in which it is tried.

    Of a list every row is worth as much as its best one.
    """
    best, key = ranked[0]
    listed = _asks_list(query)
    top = max((score for score, unit in ranked if unit.is_row), default=best)
    first = [item for item in ranked[1:] if item[1] == opening]
    for score, unit in (*first, *(item for item in ranked[1:] if item not in first)):
        worth = top if listed and unit.is_row else score
        near = worth >= best - _MARGIN or holds_code(query, unit)
        if near or not (unit.is_row or key.is_row):
            yield unit


def _goes_with(query: Query, row: Mapping[str, str], first: Mapping[str, str]) -> bool:
    """Whether a row is of the table of the first one and of the same time: the column in which that names the
    question's year or month names no other one."""
    if not (row.keys() <= first.keys() or first.keys() <= row.keys()):  # an empty cell is left out
        return False
    dated = (name for name, cell in first.items() if query.dates and names_dates_in(query, cell))
    name = next(dated, None)
    cell = row.get(name, "") if name else ""
    return not periods(cell) or names_dates_in(query, cell)


def _cells(row: str) -> dict[str, str]:
    """The cells of a row, normalised, by their columns."""
    found = (cell.partition("=") for cell in row.split("；"))
    return {name: normalise(value) for name, sign, value in found if sign}
