"""Turns what a calculator says into an outcome: the figure, how it came about, and the rows it rests on."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from bot.answers import lines_of, warnings_of
from bot.calculators import Calculation, MissingSlot, Refusal, Reply
from bot.citations import cite, nearest_articles
from bot.evidence.units import units_of
from bot.types import Abstention, Answer, Clarification, Evidence, Line, Outcome
from kb.knowledge import Knowledge
from kb.types import Hit, Passage, Ranking

_CITED = 3
_SURE = 0.99
"""Confidence in a sum: what was read out of the question may still be mistaken."""


def outcome_of(knowledge: Knowledge, reply: Reply, ranking: Ranking) -> Outcome:
    """The outcome of a reply; `ranking` is what search found for the same question."""
    match reply:
        case Calculation():
            return _answer(knowledge, reply, ranking)
        case MissingSlot():
            return Clarification(reply.prompt, reply.choices, _SURE, ranking.notices)
        case Refusal():
            shown = (*_hits(knowledge, reply.cites), *ranking.hits)
            return Abstention(reply.message, nearest_articles(shown), 0.0, ranking.notices)


def _answer(knowledge: Knowledge, reply: Calculation, ranking: Ranking) -> Answer:
    """The result and its formula stand first, then the rows that they were taken from, word by word."""
    hits = _hits(knowledge, reply.cites)[:_CITED]
    evidence = [item for item in map(_evidence, hits) if item is not None]
    citations = cite(knowledge, evidence, ranking.query.scope.as_of or date.today())
    said = (Line(reply.result, 1, is_key=True), Line(f"算法：{reply.formula}", 1))
    rows = [line for line in lines_of(evidence) if evidence[line.number - 1].key.is_row]
    quoted = (Line(line.text, line.number) for line in rows)
    warnings = warnings_of(citations, (*reply.warnings, *ranking.notices))
    return Answer((*said, *quoted), citations, _SURE, warnings, reply)


def _hits(knowledge: Knowledge, ids: Sequence[str]) -> list[Hit]:
    return list(map(_hit, knowledge.engine.passages(ids)))


def _hit(passage: Passage) -> Hit:
    return Hit(passage, 1.0, None, None, 0.0, None, code_match=False)


def _evidence(hit: Hit) -> Evidence | None:
    """The first unit of a passage; of a row all of it."""
    units = units_of([hit.passage])
    return Evidence(hit, units[0], (units[0],)) if units else None
