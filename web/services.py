"""The one place that opens what the views work with, and says what who asks may see."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from flask import current_app, g

from kb.accounts.accounts import Accounts
from kb.accounts.sealing import keys_of
from kb.audit import open_audit_log
from kb.audit.log import AuditLog
from kb.database import Database
from kb.errors import NO_ARTICLE, BadQuestion, NotYours
from kb.indexer import Indexer
from kb.knowledge import Knowledge, open_indexer, open_knowledge
from kb.records import Records
from kb.settings import Settings
from kb.types import KIND_NAMES, KINDS, REGIONS, Article, Scope

EXTENSION = "wenzhi"
"""Where an application keeps its services."""


@dataclass(frozen=True, slots=True)
class Services:
    """What every view may use; made once by `open_services`, tests pass theirs."""

    settings: Settings
    knowledge: Knowledge
    indexer: Indexer
    database: Database
    records: Records
    audit: AuditLog
    accounts: Accounts


def open_services(settings: Settings) -> Services:
    """Open the knowledge base, its indexer and the records. Raises WenzhiError with the remedy."""
    knowledge = open_knowledge(settings)
    return over_database(settings, knowledge, open_indexer(knowledge))


def over_database(settings: Settings, knowledge: Knowledge, indexer: Indexer) -> Services:
    """The services over an opened knowledge base, with a records database of their own."""
    database = Database(settings.database_url)
    audit = open_audit_log(settings, database)
    accounts = Accounts(database, audit, settings, keys_of(settings.state))
    return Services(settings, knowledge, indexer, database, Records(database), audit, accounts)


def services() -> Services:
    """The services of the current application."""
    found: Services = current_app.extensions[EXTENSION]
    return found


def reader_scope(
    as_of: date | None = None, region: str | None = None, kind: str | None = None
) -> Scope:
    """What the reader of this request may see; without `as_of` today's rules apply.

    Empty texts do not filter. Raises BadQuestion for a region or kind that does not exist.
    """
    if region and region not in REGIONS:
        raise BadQuestion(f"没有“{region[:20]}”这个地区", f"可选：{'、'.join(REGIONS)}")
    if kind and kind not in KINDS:
        names = "、".join(f"{name}（{KIND_NAMES[name]}）" for name in KINDS)
        raise BadQuestion(f"没有“{kind[:20]}”这类文章", f"可选：{names}")
    return Scope(levels(), as_of or date.today(), region or None, kind or None)


def levels() -> frozenset[str]:
    """The levels of access that who asks holds; none outside a request that was let through."""
    found: frozenset[str] = g.get("levels", frozenset())
    return found


def knowledge_of(scope: Scope) -> Knowledge:
    """The knowledge base as the reader of this scope may know it: nothing else is in it."""
    return services().knowledge.within(scope.access)


def readable_articles(scope: Scope) -> list[Article]:
    """The articles that a reader may open, without HTML and passages, ordered by slug; dates do not filter."""
    return [
        article
        for article in knowledge_of(scope).engine.articles()
        if scope.kind in (None, article.head.kind)
    ]


def readable_article(slug: str, scope: Scope) -> Article:
    """The article as indexed. Raises NotYours when it does not exist or the reader may not open it: which of the two
    takes the same time and leaves the same entry."""
    article = knowledge_of(scope).engine.article(slug)
    if article is None:
        raise NotYours(*NO_ARTICLE)
    return article
