"""Small libraries of a test's own, in a real index with the real model."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from textwrap import dedent

from kb.knowledge import Knowledge, open_indexer, open_knowledge
from kb.settings import load_settings
from kb.vector_cache import VectorCache


def open_articles(folder: Path, articles: Mapping[str, str], model: Path) -> Knowledge:
    """Save articles (texts by path, indented as a block) under a folder, and index them."""
    for path, text in articles.items():
        target = folder / "articles" / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(dedent(text), encoding="utf-8")
    return open_folder(folder, model)


def open_folder(folder: Path, model: Path, cache: VectorCache | None = None) -> Knowledge:
    """Index the articles of a folder; vectors are taken from a cache where one is given."""
    knowledge = open_knowledge(load_settings(folder, {}, model=str(model)))
    indexer = open_indexer(knowledge)
    if cache is not None:
        indexer.cache = cache
    indexer.update()
    return knowledge
