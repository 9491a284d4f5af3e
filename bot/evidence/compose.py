"""Puts an answer together from one section: its best unit and what belongs to it, short enough for a counter."""

from __future__ import annotations

import re
from collections.abc import Sequence

from bot.evidence.picker import score_units
from bot.evidence.units import is_step, units_of
from bot.types import Evidence, Unit
from kb.amounts import lists_amounts, row_fits
from kb.knowledge import Knowledge
from kb.periods import names_other_dates, rows_in_force
from kb.tokenizer import find_codes, normalise
from kb.types import Hit, Passage, Query
from kb.unfinished import asks_difference, tried_in_vain

TEXT_LIMIT = 160
"""So many characters of text are quoted of a section, unless one unit alone is longer."""

_ROWS, _ROWS_OF_A_LIST, _STEPS = 3, 8, 8
_PROCEDURE = re.compile(r"怎么|怎样|如何|流程|步骤|手续|办理|处理|操作|怎么办|咋")
_WAY = re.compile(
    r"(?:怎么|如何|怎样|咋)(?!算|样|会|还|不|没|说|讲|回|答|解释|看|[这那]么|了|是|定|分|认|$)|怎么回[事退]|流程|步骤|手续"
)
_MATERIALS = re.compile(r"材料|资料|证件|带什么|要带|带啥|带点")
_LIST = re.compile(
    r"哪些|哪几|历年|历次|逐年|几种|几类|几档|几样|分别|全部|总共|一共有|一览|各自|材料|带什么|要带"
)
_MARGIN = 2.5
"""A row that scores less than the best unit by more than this is about something else, and so is what stands
around a row that answers."""
_OWN = 0.35
"""The share that what a follow-up says by itself has in the score of a unit; it says too little to have all."""
_CODE = 3.0
"""Added to the score of a unit that holds a code of the question."""
_SAID = 0.7
"""A unit with this share of its character pairs in what is quoted already says nothing new; of a list every
row does, though they share their columns' names."""


def asks_steps(query: Query) -> bool:
    """Whether the question is answered by numbered steps where there are some."""
    asked = _PROCEDURE.search(query.text) or _MATERIALS.search(query.text)
    return bool(asked) or tried_in_vain(query.text)


def asks_way(query: Query) -> bool:
    """Whether the question asks how something is done, from beginning to end, or what to bring."""
    return bool(_WAY.search(query.text) or _MATERIALS.search(query.text))


def weigh(knowledge: Knowledge, query: Query, hit: Hit) -> list[tuple[float, Unit]]:
    """The units of a hit's section that may be quoted, with their scores, best first."""
    return _ranked(knowledge, query, _units(knowledge, query, hit))


def compose(
    knowledge: Knowledge, query: Query, hit: Hit, limit: int = TEXT_LIMIT
) -> Evidence | None:
    """The evidence that a hit's section holds; None when all of it is about other years or amounts."""
    units = _units(knowledge, query, hit)
    if not units:
        return None
    ranked = _ranked(knowledge, query, units)
    key = ranked[0][1]
    steps = _numbered(units, key) if asks_steps(query) else []
    if key in steps:
        key = steps[0]  # they are quoted in their order
    chosen = steps or _within(query, ranked, limit)
    return Evidence(hit, key, tuple(unit for unit in units if unit in chosen or unit == key))


def steps_of(knowledge: Knowledge, query: Query, hit: Hit) -> Evidence | None:
    """The numbered steps of a hit's section, if it has any."""
    chosen = _numbered(_units(knowledge, query, hit))
    return Evidence(hit, chosen[0], tuple(chosen)) if chosen else None


def _ranked(knowledge: Knowledge, query: Query, units: Sequence[Unit]) -> list[tuple[float, Unit]]:
    """The units of one section with their scores, best first."""
    scores = _scores(knowledge, query, units) if units else []
    scored = [
        (score + _CODE * _holds_code(query, unit), unit)
        for score, unit in zip(scores, units, strict=True)
    ]
    return sorted(scored, key=lambda item: -item[0])


def _scores(knowledge: Knowledge, query: Query, units: Sequence[Unit]) -> list[float]:
    """How well each unit answers; a follow-up is weighed with what it goes on with, and by itself."""
    scores = score_units(knowledge, query, units)
    if query.own is None:
        return scores
    own = score_units(knowledge, query.own, units)
    pairs = zip(scores, own, strict=True)
    return [(1 - _OWN) * together + _OWN * alone for together, alone in pairs]


def _units(knowledge: Knowledge, query: Query, hit: Hit) -> list[Unit]:
    """The units of a hit's section that may be quoted, in reading order."""
    return _admissible(query, units_of(knowledge.engine.section(hit.passage.section_id)))


def _admissible(query: Query, units: Sequence[Unit]) -> list[Unit]:
    """The units that may be quoted: a row or a sentence of another year or amount never answers."""
    rows = [unit.passage for unit in units if unit.is_row]
    in_force = {row.id for row in rows_in_force(query, rows, query.scope.as_of)}
    return [
        unit
        for unit in units
        if not names_other_dates(query, unit.passage, unit.text)
        and not (unit.is_row and not _may_answer(query, unit.passage, in_force))
    ]


def _may_answer(query: Query, row: Passage, in_force: set[str]) -> bool:
    if not set(query.codes).isdisjoint(row.codes):
        return True
    return row.id in in_force and row_fits(query.text, row.text) >= 0


def _holds_code(query: Query, unit: Unit) -> bool:
    """Whether a unit holds a code of the question itself."""
    return bool(query.codes) and not set(query.codes).isdisjoint(find_codes(normalise(unit.text)))


def _numbered(units: Sequence[Unit], key: Unit | None = None) -> list[Unit]:
    """The first numbered steps of a section, or those from `key` on where it comes later; none where there
    are not two."""
    found = [unit for unit in units if is_step(unit)]
    place = found.index(key) if key in found else 0
    first = place if place >= _STEPS else 0
    return found[first : first + _STEPS] if len(found) > 1 else []


def _within(query: Query, ranked: Sequence[tuple[float, Unit]], limit: int) -> list[Unit]:
    """The best units that together have at most `limit` characters, and a few rows."""
    best, key = ranked[0]
    several = query.any_date or asks_difference(query.text) or lists_amounts(query.text)
    listed = several or bool(_LIST.search(query.text))
    rows = _ROWS_OF_A_LIST if listed else _ROWS
    chosen, said = [key], _pairs(key.text)
    room = limit - (0 if key.is_row else len(key.text))
    for score, unit in ranked[1:]:
        new = _pairs(unit.text)
        if len(new & said) >= _SAID * len(new) and not (listed and unit.is_row):
            continue
        if score < best - _MARGIN and (unit.is_row or key.is_row):
            continue
        if unit.is_row:
            if sum(item.is_row for item in chosen) >= rows:
                continue
        elif len(unit.text) > room:
            continue
        else:
            room -= len(unit.text)
        chosen.append(unit)
        said |= new
    return chosen


def _pairs(text: str) -> set[str]:
    bare = normalise(text)
    return {bare[place : place + 2] for place in range(len(bare) - 1)}
