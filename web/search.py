"""The search page: articles with sections that fit the words, the words marked."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Blueprint, render_template, request

from bot.citations import article_url
from kb.by_article import NAMED, ArticleHits, list_articles
from kb.errors import BadQuestion
from kb.masking import mask
from kb.snippets import Fragment, snippet
from kb.types import KIND_NAMES, REGIONS, FrontMatter, Passage, Query
from web.restricted import record_shown
from web.services import knowledge_of, reader_scope, services

bp = Blueprint("search", __name__)

_ARTICLES = 20
_LEAD = "概要"
_ONLY_NEAR = "没有包含这些词的内容，下面是意思相近的"


@dataclass(frozen=True, slots=True)
class Link:
    """A section under its heading, and its address."""

    section: str
    url: str


@dataclass(frozen=True, slots=True)
class Find:
    """An article as the page lists it: by its best section, with links to some of its others that were found;
    `more` is how many have no link."""

    url: str
    title: str
    section: str
    snippet: tuple[Fragment, ...]
    head: FrontMatter
    also: tuple[Link, ...]
    more: int


@bp.get("/search")
def results() -> str | tuple[str, int]:
    """Without `q` how to search; else what was found, or what is wrong with the words."""
    masked = mask(request.args.get("q", "").strip())
    question = masked.text
    kind, region = request.args.get("kind", ""), request.args.get("region", "")
    shown = {"question": question[:500], "kind": kind, "region": region}
    options = {"kind_names": KIND_NAMES, "regions": REGIONS}
    if not question:
        return render_template("search/results.html", **shown, **options)
    try:
        scope = reader_scope(region=region, kind=kind)
        listing = list_articles(services().knowledge, question, scope, _ARTICLES)
        record_shown(found.best.passage.slug for found in listing.articles)
    except BadQuestion as trouble:
        return render_template("search/results.html", trouble=trouble, **shown, **options), 400
    notices = [*filter(None, [masked.warning]), *listing.notices]
    hits = [hit for found in listing.articles for hit in found.hits]
    if hits and all(hit.keyword_rank is None for hit in hits):
        notices.append(_ONLY_NEAR)
    finds = [_find(found, listing.query) for found in listing.articles]
    return render_template("search/results.html", finds=finds, notices=notices, **shown, **options)


def _find(found: ArticleHits, query: Query) -> Find:
    passage, tokens = found.best.passage, query.tokens
    article = knowledge_of(query.scope).engine.article(passage.slug)
    named = found.also[:NAMED]
    return Find(
        url=_address(passage),
        title=passage.title,
        section=passage.section,
        snippet=snippet(_readable(passage), tokens),
        head=article.head if article else FrontMatter(passage.title),
        also=tuple(Link(hit.passage.section or _LEAD, _address(hit.passage)) for hit in named),
        more=len(found.also) - len(named),
    )


def _address(passage: Passage) -> str:
    """Where the section stands; a row of a table is marked there."""
    return article_url(passage.slug, passage.anchor, passage.text if _is_row(passage) else "")


def _readable(passage: Passage) -> str:
    return passage.text.replace("=", "：") if _is_row(passage) else passage.text


def _is_row(passage: Passage) -> bool:
    return passage.form == "row"
