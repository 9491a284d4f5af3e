"""The opened knowledge base: engine, model, tokenizer and glossary together, made in one place."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from kb.attachments import shown_files
from kb.embedder import Embedder, open_embedder
from kb.engines import Engine, open_engine
from kb.glossary import all_words, names_of, read_glossary
from kb.indexer import Indexer
from kb.listed import BySection, listed_by_section
from kb.of_articles import OfArticles
from kb.pairs import count_pairs
from kb.settings import Settings
from kb.tokenizer import Tokenizer
from kb.types import ALL_LEVELS, Finding, Term
from kb.vector_cache import VectorCache


@dataclass(frozen=True, slots=True)
class Knowledge:
    """What search and answers work with.

    `access`: the levels that the engine is narrowed to (see Engine.within); None for all there is.
    """

    settings: Settings
    engine: Engine
    embedder: Embedder
    tokenizer: Tokenizer
    terms: tuple[Term, ...]
    glossary_findings: tuple[Finding, ...]
    pair_counts: OfArticles[Mapping[str, int]] = field(
        default_factory=lambda: OfArticles(count_pairs)
    )
    listed: OfArticles[BySection] = field(default_factory=lambda: OfArticles(listed_by_section))
    attachments: OfArticles[frozenset[str]] = field(default_factory=lambda: OfArticles(shown_files))
    access: frozenset[str] | None = None
    term_names: frozenset[str] = field(init=False)
    """Every spelling in the glossary of two characters or more, normalised."""
    _views: dict[frozenset[str], Knowledge] = field(init=False, repr=False, default_factory=dict)

    def __post_init__(self) -> None:
        object.__setattr__(self, "term_names", names_of(self.terms))

    def within(self, access: frozenset[str]) -> Knowledge:
        """The knowledge base as it would be if it held nothing but the articles open to these levels.

        Whatever is done for a reader is done within the levels that the reader holds: then nothing of other
        articles can show, in a text, a count, a weight, or by the way that an answer takes. The glossary
        belongs to all.
        """
        levels = access & (ALL_LEVELS if self.access is None else self.access)
        if levels == self.access:
            return self
        found = self._views.get(levels)
        if found is None:
            found = replace(
                self,
                engine=self.engine.within(levels),
                pair_counts=OfArticles(count_pairs),
                listed=OfArticles(listed_by_section),
                attachments=OfArticles(shown_files),
                access=levels,
            )
            found = self._views.setdefault(levels, found)
        return found

    def close(self) -> None:
        """Release the engine."""
        self.engine.close()


def open_knowledge(settings: Settings, index_threads: int | None = None) -> Knowledge:
    """Open everything that the settings name. Raises WenzhiError with the remedy.

    `index_threads`: how many processors passages are embedded with; all of them by default.
    """
    terms, findings = read_glossary(settings.articles)
    wheel = None if settings.model_wheel == Path(".") else settings.model_wheel
    threads = index_threads or os.cpu_count() or 1
    return Knowledge(
        settings=settings,
        engine=open_engine(settings),
        embedder=open_embedder(settings.model, settings.state / "models", threads, wheel),
        tokenizer=Tokenizer(all_words(terms)),
        terms=tuple(terms),
        glossary_findings=tuple(findings),
    )


def open_indexer(knowledge: Knowledge) -> Indexer:
    """The indexer that keeps this knowledge base up to date with its articles."""
    return Indexer(
        library=knowledge.settings.articles,
        engine=knowledge.engine,
        embedder=knowledge.embedder,
        tokenizer=knowledge.tokenizer,
        cache=VectorCache(knowledge.settings.state / "vectors.sqlite"),
        limit=knowledge.settings.article_limit,
    )
