"""Keeps what is worked out of all articles of an engine until it serves others."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Generic, TypeVar

from kb.engines import Engine
from kb.types import Article

Worked = TypeVar("Worked")


class OfArticles(Generic[Worked]):
    """Works something out when first asked for it, and anew when the engine serves other articles."""

    def __init__(self, work_out: Callable[[Sequence[Article]], Worked]) -> None:
        self._work_out = work_out
        self._kept: tuple[Sequence[Article], Worked] | None = None

    def of(self, engine: Engine) -> Worked:
        """What follows from the articles of an engine. Any thread may call it: what is kept is replaced whole."""
        articles, kept = engine.articles(), self._kept
        if kept is None or kept[0] is not articles:
            kept = self._kept = articles, self._work_out(articles)
        return kept[1]
