"""Puts an answer together from one section: its best unit and what belongs to it, short enough for a counter."""

from __future__ import annotations

import re
from collections.abc import Sequence

from bot.evidence.again import says_again
from bot.evidence.near import UNKNOWN, Nearness, behind_nearest
from bot.evidence.picker import score_units
from bot.evidence.room import TEXT_LIMIT, fitting, holds_code
from bot.evidence.units import is_step, units_of
from bot.types import Evidence, Unit
from kb.amounts import row_fits
from kb.knowledge import Knowledge
from kb.periods import names_other_dates, rows_in_force
from kb.types import LEAD_ANCHOR, Hit, Passage, Query
from kb.unfinished import tried_in_vain

_STEPS = 8
_PROCEDURE = re.compile(r"怎么|怎样|如何|流程|步骤|手续|办理|处理|操作|怎么办|咋")
_WAY = re.compile(
    r"(?:怎么|如何|怎样|咋)(?!算|样|会|还|不|没|说|讲|回|答|解释|看|[这那]么|了|是|定|分|认|$)|怎么回[事退]|流程|步骤|手续"
)
_MATERIALS = re.compile(r"材料|资料|证件|带什么|要带|带啥|带点")
_MERE_POINTER = re.compile(
    r"[^，。；：\d]{0,24}，?(?:直接查|先看|请查|先查|查|看|见)[^，。；：\d]{2,40}[。；]?"
)
"""A sentence that says nothing but where to look: it leads nobody's answer where another unit says something."""
_POINTS = 6.0
"""Taken from the score of such a unit."""
_CODE = 3.0
"""Added to the score of a unit that holds a code of the question."""


def asks_steps(query: Query) -> bool:
    """Whether the question is answered by numbered steps where there are some."""
    asked = _PROCEDURE.search(query.text) or _MATERIALS.search(query.text)
    return bool(asked) or tried_in_vain(query.text)


def asks_way(query: Query) -> bool:
    """Whether the question asks how something is done, from beginning to end, or what to bring."""
    return bool(_WAY.search(query.text) or _MATERIALS.search(query.text))


def weigh(
    knowledge: Knowledge, query: Query, hit: Hit, near: Nearness = UNKNOWN
) -> list[tuple[float, Unit]]:
    """The units of a hit's section that may be quoted, with their scores, best first."""
    return _ranked(knowledge, query, _units(knowledge, query, hit), near)


def compose(
    knowledge: Knowledge,
    query: Query,
    hit: Hit,
    near: Nearness = UNKNOWN,
    limit: int = TEXT_LIMIT,
    said: str = "",
) -> Evidence | None:
    """The evidence that a hit's section holds beyond what was `said`; None when all of it is about other years
    or amounts."""
    units = _units(knowledge, query, hit)
    if not units:
        return None
    ranked = _ranked(knowledge, query, units, near)
    key = ranked[0][1]
    steps = _numbered(units, key) if asks_steps(query) else []
    if key in steps:
        key = steps[0]  # they are quoted in their order
    chosen = steps or fitting(query, ranked, units[0], limit, said)
    return Evidence(hit, key, tuple(unit for unit in units if unit in chosen or unit == key))


def steps_of(knowledge: Knowledge, query: Query, hit: Hit) -> Evidence | None:
    """The numbered steps of a hit's section, if it has any."""
    chosen = _numbered(_units(knowledge, query, hit))
    return Evidence(hit, chosen[0], tuple(chosen)) if chosen else None


def _ranked(
    knowledge: Knowledge, query: Query, units: Sequence[Unit], near: Nearness
) -> list[tuple[float, Unit]]:
    """The units of one section with their scores, best first."""
    scores = score_units(knowledge, query, units) if units else []
    scored = [
        (score + _CODE * holds_code(query, unit) - _POINTS * _only_points(unit) - behind, unit)
        for score, unit, behind in zip(scores, units, behind_nearest(units, near), strict=True)
    ]
    return sorted(scored, key=lambda item: -item[0])


def _only_points(unit: Unit) -> bool:
    return not unit.is_row and bool(_MERE_POINTER.fullmatch(unit.text.strip()))


def _units(knowledge: Knowledge, query: Query, hit: Hit) -> list[Unit]:
    """The units of a hit's section that may be quoted, in reading order."""
    units = units_of(knowledge.engine.section(hit.passage.section_id))
    return _admissible(query, _said_once(units) if hit.passage.anchor == LEAD_ANCHOR else units)


def _said_once(units: Sequence[Unit]) -> Sequence[Unit]:
    """A lead without its summary where the text below says the same: that is the fuller of the two."""
    below = "\n".join(unit.text for unit in units[1:] if not unit.is_row)
    return units[1:] if units and says_again(units[0].text, below) else units


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


def _numbered(units: Sequence[Unit], key: Unit | None = None) -> list[Unit]:
    """The first numbered steps of a section, or those from `key` on where it comes later; none where there
    are not two."""
    found = [unit for unit in units if is_step(unit)]
    place = found.index(key) if key in found else 0
    first = place if place >= _STEPS else 0
    return found[first : first + _STEPS] if len(found) > 1 else []
