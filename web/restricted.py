"""Puts on record who was shown an article that not all staff may read, before it is shown."""

from __future__ import annotations

from collections.abc import Iterable

from kb.audit.entry import Action
from kb.types import Article
from web.identity import caller
from web.services import services

OPEN_LEVEL = "staff"
"""What everybody who may read at all may read."""


def record_view(articles: Iterable[Article | None]) -> None:
    """Record the restricted ones among the articles that an answer, a list or a page is about to show.

    Raises AuditError; then nothing must be shown.
    """
    shown = [article for article in articles if article is not None]
    slugs = dict.fromkeys(item.slug for item in shown if item.head.access != OPEN_LEVEL)
    if slugs:
        services().audit.record(caller().event(Action.ARTICLE_VIEWED, " ".join(slugs)))


def record_file(path: str) -> None:
    """The same for a file beside the articles that none of those shows which all staff may read."""
    everybody = services().knowledge.within(frozenset({OPEN_LEVEL}))
    if path not in everybody.attachments.of(everybody.engine):
        services().audit.record(caller().event(Action.ARTICLE_VIEWED, path, detail="附件"))


def record_shown(slugs: Iterable[str]) -> None:
    """The same for articles named by their slugs."""
    engine = services().knowledge.engine
    record_view(engine.article(slug) for slug in dict.fromkeys(slugs))
