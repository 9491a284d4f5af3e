"""Articles as they are when new: the same text, with few of the questions that their sections list by now."""

from __future__ import annotations

from dataclasses import replace

from kb.passages import question_id, questions_by_anchor
from kb.types import LEAD_ANCHOR, Article, FrontMatter, SectionQuestions


def listing_few(article: Article, most: int) -> Article:
    """The article with the first `most` questions of each section, in the order of the file, and no others."""
    head = _head(article.head, most)
    kept = {
        question_id(article.slug, anchor, number)
        for anchor, questions in questions_by_anchor(head)
        for number in range(1, len(questions) + 1)
    }
    passages = tuple(
        item for item in article.passages if item.form != "question" or item.id in kept
    )
    return replace(article, head=head, passages=passages)


def _head(head: FrontMatter, most: int) -> FrontMatter:
    asked = {anchor: questions[:most] for anchor, questions in questions_by_anchor(head)}
    of_article = asked.pop(LEAD_ANCHOR)
    of_sections = (SectionQuestions(*item) for item in asked.items() if item[1])
    return replace(head, questions=of_article, section_questions=tuple(of_sections))
