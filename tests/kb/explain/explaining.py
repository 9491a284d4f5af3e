"""Explains a question as the page and the command do."""

from __future__ import annotations

from datetime import date

from kb.explain import (
    Retrieval,
    Verdict,
    explain_expected,
    explain_retrieval,
    read_expected,
)
from kb.knowledge import Knowledge
from kb.search import look_up, rank
from kb.types import ALL_LEVELS, Scope, Turn

TODAY = Scope(as_of=date(2026, 6, 1))


def retrieved(
    knowledge: Knowledge, question: str, scope: Scope = TODAY, before: tuple[str, ...] = ()
) -> Retrieval:
    found = look_up(knowledge, question, scope, [Turn(text, "answer") for text in before])
    return explain_retrieval(knowledge, found, rank(found, len(found.candidates)))


def verdict(
    knowledge: Knowledge,
    question: str,
    expected: str,
    scope: Scope = TODAY,
    inquirer: frozenset[str] = ALL_LEVELS,
) -> Verdict:
    found = look_up(knowledge, question, scope)
    ranking = rank(found, len(found.candidates))
    return explain_expected(knowledge, found, ranking, read_expected(expected), inquirer)
