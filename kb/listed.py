"""The questions that a section lists, as a whole: what they say together tells more than the likest of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from kb.passages import question_id, questions_by_anchor
from kb.types import Article, FrontMatter

Heads = Mapping[str, FrontMatter]
"""The head of each article by its slug."""


@dataclass(frozen=True, slots=True)
class Listed:
    """The questions that a section lists, and the ids of their passages, in the same order."""

    questions: tuple[str, ...] = ()
    ids: tuple[str, ...] = ()


def heads_of(articles: Sequence[Article]) -> Heads:
    """The heads of articles by slug."""
    return {article.slug: article.head for article in articles}


def listed_by(heads: Heads, slug: str, anchor: str) -> Listed:
    """What a section lists; nothing for one that the heads do not know."""
    head = heads.get(slug)
    if head is None:
        return Listed()
    questions = dict(questions_by_anchor(head)).get(anchor, ())
    ids = tuple(question_id(slug, anchor, number) for number in range(1, len(questions) + 1))
    return Listed(questions, ids)
