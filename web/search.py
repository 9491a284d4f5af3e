"""The search page: sections that fit the words, with the words marked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from flask import Blueprint, render_template, request

from bot.citations import article_url
from kb.errors import BadQuestion
from kb.masking import mask
from kb.search import search
from kb.snippets import Fragment, snippet
from kb.types import KIND_NAMES, REGIONS, FrontMatter, Hit, Query, Ranking
from web.services import knowledge_of, reader_scope, services

bp = Blueprint("search", __name__)

_HITS = 30
_ONLY_NEAR = "没有包含这些词的内容，下面是意思相近的"


@dataclass(frozen=True, slots=True)
class Find:
    """A section as the page lists it: its best passage; `more` counts its other passages in the ranking."""

    url: str
    title: str
    section: str
    snippet: tuple[Fragment, ...]
    head: FrontMatter
    more: int


@bp.get("/search")
def results() -> str | tuple[str, int]:
    """Without `q` how to search; else what was found, or what is wrong with the words."""
    question = request.args.get("q", "").strip()
    kind, region = request.args.get("kind", ""), request.args.get("region", "")
    shown = {"question": question[:500], "kind": kind, "region": region}
    options = {"kind_names": KIND_NAMES, "regions": REGIONS}
    if not question:
        return render_template("search/results.html", **shown, **options)
    try:
        scope = reader_scope(region=region, kind=kind)
        masked = mask(question)
        ranking = search(services().knowledge, masked.text, scope, _HITS)
    except BadQuestion as trouble:
        return render_template("search/results.html", trouble=trouble, **shown, **options), 400
    notices = [*filter(None, [masked.warning]), *ranking.notices]
    if ranking.hits and all(hit.keyword_rank is None for hit in ranking.hits):
        notices.append(_ONLY_NEAR)
    shown["question"] = masked.text
    return render_template(
        "search/results.html", finds=finds_of(ranking), notices=notices, **shown, **options
    )


def finds_of(ranking: Ranking) -> list[Find]:
    """The ranking's sections, each once, in the ranking's order."""
    sections: dict[tuple[str, str], list[Hit]] = {}
    for hit in ranking.hits:
        sections.setdefault((hit.passage.slug, hit.passage.anchor), []).append(hit)
    return [_find(hits, ranking.query) for hits in sections.values()]


def _find(hits: Sequence[Hit], query: Query) -> Find:
    passage, tokens = hits[0].passage, query.tokens
    article = knowledge_of(query.scope).engine.article(passage.slug)
    row = passage.form == "row"
    return Find(
        url=article_url(passage.slug, passage.anchor, passage.text if row else ""),
        title=passage.title,
        section=passage.section,
        snippet=snippet(passage.text.replace("=", "：") if row else passage.text, tokens),
        head=article.head if article else FrontMatter(passage.title),
        more=len(hits) - 1,
    )
