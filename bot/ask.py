"""The one ask: question in; answer, clarification or abstention out."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from bot.citations import cite, nearest_articles
from bot.clarify import choices_for
from bot.confidence import ANSWER_FROM, confidence_of, features_of
from bot.evidence import choose_evidence, names_other
from bot.types import Abstention, Answer, Citation, Clarification, Evidence, Outcome
from kb.knowledge import Knowledge
from kb.periods import names_dates
from kb.search import search
from kb.types import Query, Scope
from kb.weights import question_weights

_HITS = 40
_NOT_FOUND = "资料库里没有找到可以直接回答的内容。下面是最接近的文章，也可以把问题提交到问题库。"
_EMPTY = "资料库还没有文章。请先建立索引，或把问题提交到问题库。"


def ask(knowledge: Knowledge, question: str, scope: Scope, before: Sequence[str] = ()) -> Outcome:
    """Answer a question out of the library, within the asker's scope.

    `before` are the questions asked before in the same conversation, the last one last.

    An answer consists of verbatim parts of passages, each cited. Raises BadQuestion for a question that
    cannot be processed and IndexStoreError when the index cannot be read.
    """
    ranking = search(knowledge, question, scope, _HITS, before)
    hits, query = (*ranking.hits, *ranking.further), ranking.query
    if not hits:
        return Abstention(
            _EMPTY if not knowledge.engine.size() else _NOT_FOUND, (), 0.0, ranking.notices
        )
    weights = question_weights(knowledge, query)
    evidence = choose_evidence(knowledge, query, hits, weights)
    if not evidence:
        return Abstention(_not_for(query), nearest_articles(hits), 0.0, ranking.notices)
    confidence = confidence_of(features_of(query, evidence[0], weights, hits))
    readings = choices_for(query, hits)
    if readings is not None:
        return Clarification(readings[0], readings[1], confidence, ranking.notices)
    if confidence < ANSWER_FROM:
        return Abstention(_NOT_FOUND, nearest_articles(hits), confidence, ranking.notices)
    if names_other(query, evidence[0]):
        return Abstention(_not_for(query), nearest_articles(hits), confidence, ranking.notices)
    citations = cite(knowledge, evidence, scope.as_of or date.today())
    notices = (*_undated(query, evidence[0]), *ranking.notices)
    return Answer(_lines(evidence), citations, confidence, _warnings(citations, notices))


def _not_for(query: Query) -> str:
    """Why nothing is stated although something similar was found: a wrong year is worse than no answer."""
    if not query.dates:
        return _NOT_FOUND
    asked = "、".join(query.dates)
    return f"资料库里没有{asked}的规定或数值，不能用别的年份代替。下面是最接近的文章，也可以把问题提交到问题库。"


def _lines(evidence: Sequence[Evidence]) -> tuple[tuple[str, int], ...]:
    return tuple(
        (line.strip(), number)
        for number, item in enumerate(evidence, 1)
        for line in item.quote.split("\n")
        if line.strip()
    )


def _undated(query: Query, evidence: Evidence) -> tuple[str, ...]:
    """Say so when the evidence does not name the year or month that was asked about."""
    if names_dates(query, evidence.hit.passage):
        return ()
    return (f"依据里没有写明“{'、'.join(query.dates)}”，请核对适用的时间",)


def _warnings(citations: Sequence[Citation], notices: Sequence[str]) -> tuple[str, ...]:
    """Everything that must be said with the answer, each once."""
    said = [warning for citation in citations for warning in citation.warnings]
    return tuple(dict.fromkeys([*said, *notices]))
