"""Lists what was found article by article, as readers see it: so many places are so many different sources."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from kb.candidates import Place, read
from kb.knowledge import Knowledge
from kb.search import Found, as_hits, look_up, rank
from kb.types import Hit, Query, Scope

NAMED = 3
"""So many further sections of an article are named in a list for reading; the rest are counted."""


@dataclass(frozen=True, slots=True)
class ArticleHits:
    """An article that was found: its hits (one at least), in the order of the ranking that they come from."""

    hits: tuple[Hit, ...]

    @property
    def best(self) -> Hit:
        """The hit that stands for the article."""
        return self.hits[0]

    @property
    def also(self) -> tuple[Hit, ...]:
        """The others."""
        return self.hits[1:]


@dataclass(frozen=True, slots=True)
class Listing:
    """Articles found for one query, each once, in the order of their best sections; every hit is a section.

    `notices` say what a reader must know.
    """

    query: Query
    articles: tuple[ArticleHits, ...]
    notices: tuple[str, ...] = ()


def list_articles(knowledge: Knowledge, text: str, scope: Scope, limit: int = 10) -> Listing:
    """Search, and list at most `limit` articles. Raises what `search` raises.

    Where the sections that were read are of fewer articles, others that were found follow.
    """
    knowledge = knowledge.within(scope.access)
    found = look_up(knowledge, text, scope)
    ranking = rank(found, len(found.candidates))
    articles = by_article(ranking.hits, limit)
    further = _not_read(knowledge, found, articles, limit - len(articles))
    return Listing(ranking.query, (*articles, *further), ranking.notices)


def _not_read(
    knowledge: Knowledge, found: Found, listed: Sequence[ArticleHits], count: int
) -> list[ArticleHits]:
    """The first `count` articles that are not listed, in the order of the fused rankings, each by its first
    section there; its probability counts as 0."""
    known, first = {item.best.passage.slug for item in listed}, dict[str, Place]()
    for place in found.places:
        if place.slug not in known:
            first.setdefault(place.slug, place)
    candidates = read(knowledge, found.query, list(first.values())[:count])
    hits = (as_hits(0.0, candidate) for candidate in candidates if candidate is not None)
    return [ArticleHits(of_section[:1]) for of_section in map(tuple, hits)]


def by_article(hits: Sequence[Hit], limit: int) -> tuple[ArticleHits, ...]:
    """The first `limit` different articles among the hits, each with all of its hits."""
    found: dict[str, list[Hit]] = {}
    for hit in hits:
        found.setdefault(hit.passage.slug, []).append(hit)
    return tuple(ArticleHits(tuple(of_one)) for of_one in list(found.values())[:limit])
