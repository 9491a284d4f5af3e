"""Asks back, with at most four choices, when the answer hangs on something that the question does not say."""

from __future__ import annotations

from collections.abc import Sequence

from bot.clarify.by_facet import choices_by_facet, of_reading
from bot.clarify.by_matter import choices_by_matter, matter_of, of_matter
from kb.types import Hit, Query

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


def of_choice(query: Query, hits: Sequence[Hit]) -> Sequence[Hit]:
    """The hits of what a question begins with when it is a choice offered before; else all of them.

    What was chosen must not be answered from what was not.
    """
    return of_reading(query, hits) or of_matter(query, hits) or hits
