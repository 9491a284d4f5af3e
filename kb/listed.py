"""The questions that a section lists, as a whole: what they say together tells more than the likest of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from kb.passages import question_id, questions_by_anchor
from kb.types import Article


@dataclass(frozen=True, slots=True)
class Listed:
    """The questions that a section lists, and the ids of their passages, in the same order."""

    questions: tuple[str, ...] = ()
    ids: tuple[str, ...] = ()


NOTHING = Listed()

BySection = Mapping[str, Listed]
"""What each section lists, by its id; a section that lists nothing is not there."""


def listed_by_section(articles: Sequence[Article]) -> BySection:
    """What the sections of these articles list."""
    return {
        f"{article.slug}#{anchor}": Listed(
            questions,
            tuple(
                question_id(article.slug, anchor, number + 1) for number in range(len(questions))
            ),
        )
        for article in articles
        for anchor, questions in questions_by_anchor(article.head)
        if questions
    }
