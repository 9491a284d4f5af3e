"""Answers out of an article that is not in force when none in force answers, and says so."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from bot.answers import answer_of
from bot.assess import assess
from bot.citations import is_over, is_to_come
from bot.confidence import ANSWER_FROM
from bot.types import Answer
from kb.knowledge import Knowledge
from kb.search import search
from kb.types import FrontMatter, Query


def outdated_answer(knowledge: Knowledge, query: Query, limit: int) -> Answer | None:
    """The answer that an article over on the question's day, or not in force yet, gives; else None.

    Its citations say that it does not hold, and name the article that does.
    """
    day = query.scope.as_of
    if day is None or not any(_holds_not(item.head, day) for item in knowledge.engine.articles()):
        return None
    ranking = search(knowledge, query.text, replace(query.scope, as_of=None), limit)
    found = assess(knowledge, ranking)
    if found.confidence < ANSWER_FROM:
        return None
    if not all(_does_not_hold(knowledge, item.hit.passage.slug, day) for item in found.evidence):
        return None
    asked = replace(ranking, query=replace(ranking.query, scope=query.scope))
    return answer_of(knowledge, found.evidence, asked, found.confidence)


def _does_not_hold(knowledge: Knowledge, slug: str, day: date) -> bool:
    article = knowledge.engine.article(slug)
    return article is not None and _holds_not(article.head, day)


def _holds_not(head: FrontMatter, day: date) -> bool:
    return is_over(head, day) or is_to_come(head, day)
