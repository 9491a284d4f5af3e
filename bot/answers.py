"""Makes an answer out of evidence: its lines, its citations, and everything that must be said with it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from bot.citations import cite
from bot.types import Answer, Citation, Evidence, Line
from kb.knowledge import Knowledge
from kb.periods import names_dates, of_each_date
from kb.types import Query, Ranking


def answer_of(
    knowledge: Knowledge, evidence: Sequence[Evidence], ranking: Ranking, confidence: float
) -> Answer:
    """The answer that quotes the evidence, the best first."""
    query = ranking.query
    citations = cite(knowledge, evidence, query.scope.as_of or date.today())
    notices = (*_undated(query, evidence), *ranking.notices)
    return Answer(lines_of(evidence), citations, confidence, warnings_of(citations, notices))


def lines_of(evidence: Sequence[Evidence]) -> tuple[Line, ...]:
    """The quoted lines of all evidence, numbered as it is cited."""
    return tuple(
        Line(part, number, is_key=place == 0)
        for number, item in enumerate(evidence, 1)
        for place, line in enumerate(item.lines)
        for part in line.split("\n")
        if part.strip()
    )


def warnings_of(citations: Sequence[Citation], notices: Sequence[str]) -> tuple[str, ...]:
    """Everything that must be said with the answer, each once."""
    said = [warning for citation in citations for warning in citation.warnings]
    return tuple(dict.fromkeys([*said, *notices]))


def _undated(query: Query, evidence: Sequence[Evidence]) -> tuple[str, ...]:
    """Say which years or months that were asked about no evidence names."""
    quoted = [unit.passage for item in evidence for unit in item.units]
    asked = zip(query.dates, of_each_date(query), strict=True)
    unnamed = [day for day, one in asked if not any(names_dates(one, item) for item in quoted)]
    return (f"依据里没有写明“{'、'.join(unnamed)}”，请核对适用的时间",) if unnamed else ()
