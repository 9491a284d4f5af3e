"""Asks back, with at most four choices, when the answer hangs on something that the question does not say."""

from __future__ import annotations

from collections.abc import Sequence

from bot.clarify.by_facet import choices_by_facet, of_choice
from bot.clarify.by_matter import choices_by_matter, matter_of
from kb.types import Hit, Query

__all__ = ["Choices", "choices_for", "of_choice"]

Choices = tuple[str, tuple[str, ...]]
"""The prompt, and the completed questions."""


def choices_for(query: Query, hits: Sequence[Hit]) -> Choices | None:
    """Return what to ask back, or None when the question can be answered or declined as it stands.

    `hits` are the sections found and their further passages. A code says exactly what is meant, and so does
    the name of an article, with which a choice begins: what was chosen is never asked back.
    """
    if not hits or query.codes or any(matter_of(hit.passage.title) in query.text for hit in hits):
        return None
    return choices_by_facet(query, hits) or choices_by_matter(query, hits)
