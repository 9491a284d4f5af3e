"""Makes citations: where a statement stands, whether it is in force, and what must be said with it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from urllib.parse import quote, urlencode

from bot.types import Citation, Evidence, Nearest
from kb.by_article import by_article
from kb.knowledge import Knowledge
from kb.markup import ARTICLE_URL
from kb.types import LEAD_ANCHOR, FrontMatter, Hit, Passage

_QUOTE_IN_URL = 1500
"""A marked quote in an address is cut here; the page marks what it finds."""


def article_url(slug: str, anchor: str, marked: str = "") -> str:
    """Address of an article's section; `marked` is the text that the page shall highlight."""
    query = f"?{urlencode({'mark': marked[:_QUOTE_IN_URL]})}" if marked else ""
    return f"{ARTICLE_URL}{quote(slug)}{query}#{quote(anchor)}"


def cite(knowledge: Knowledge, evidence: Sequence[Evidence], today: date) -> tuple[Citation, ...]:
    """Number the evidence from 1 and say of each where it stands."""
    return tuple(
        _citation(knowledge, number, item, today) for number, item in enumerate(evidence, 1)
    )


def _citation(knowledge: Knowledge, number: int, evidence: Evidence, today: date) -> Citation:
    passage = evidence.hit.passage
    article = knowledge.engine.article(passage.slug)
    head = article.head if article else FrontMatter(passage.title)
    over = is_over(head, today)
    return Citation(
        number=number,
        slug=passage.slug,
        title=head.title,
        section=passage.section,
        anchor=passage.anchor,
        url=article_url(passage.slug, passage.anchor, evidence.quote),
        quote=evidence.quote,
        effective_from=head.effective_from,
        effective_to=head.effective_to,
        status=head.status,
        warnings=tuple(_warnings(head, today)),
        superseded_by=_successors(knowledge, passage.slug, today) if over else (),
    )


def is_over(head: FrontMatter, day: date) -> bool:
    """Whether what an article says holds no more on a day."""
    return head.status == "retired" or bool(head.effective_to and head.effective_to < day)


def is_to_come(head: FrontMatter, day: date) -> bool:
    """Whether what an article says does not hold yet on a day."""
    return bool(head.effective_from and head.effective_from > day)


def _successors(knowledge: Knowledge, slug: str, day: date) -> tuple[Nearest, ...]:
    """The articles in force on the day that replace an article."""
    return tuple(
        Nearest(item.slug, item.title, "", article_url(item.slug, LEAD_ANCHOR))
        for item in knowledge.engine.articles()
        if slug in item.head.supersedes and not is_over(item.head, day)
    )


def _warnings(head: FrontMatter, today: date) -> list[str]:
    warnings = []
    if not head.verified:
        warnings.append(f"《{head.title}》的内容待核实，答复前请先确认")
    if is_over(head, today):
        warnings.append(f"《{head.title}》已不再执行，请看现行规定")
    elif is_to_come(head, today):
        warnings.append(f"《{head.title}》自 {head.effective_from} 起施行，现在还没有生效")
    if head.review_by and head.review_by < today:
        warnings.append(f"《{head.title}》已过复核日期 {head.review_by}，请留意是否有新规定")
    return warnings


def nearest_articles(hits: Sequence[Hit], count: int = 3) -> tuple[Nearest, ...]:
    """The first `count` different articles among the hits."""
    return tuple(_nearest(item.best.passage) for item in by_article(hits, count))


def _nearest(passage: Passage) -> Nearest:
    url = article_url(passage.slug, passage.anchor)
    return Nearest(passage.slug, passage.title, passage.section, url)
