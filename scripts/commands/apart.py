"""The articles as they lie on disk, and data sets, indexed apart from what is served."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from kb.dataset import Dataset, load_dataset, without_limit
from kb.engines import Indexed, open_engine_at
from kb.few_listed import listing_few
from kb.indexer import Indexer
from kb.knowledge import Knowledge, open_indexer
from kb.vector_cache import VectorCache
from scripts.progress import progress_bar


@contextmanager
def indexed_apart(knowledge: Knowledge) -> Iterator[Knowledge]:
    """Index the articles into a folder that goes away again; vectors of earlier runs are used again."""
    with _empty_engine(knowledge) as apart:
        indexer = open_indexer(apart)
        try:
            with progress_bar("篇") as show:
                indexer.update(show)
            yield apart
        finally:
            indexer.cache.close()


@contextmanager
def indexed_with_few(knowledge: Knowledge, most: int) -> Iterator[Knowledge]:
    """The same with at most `most` listed questions of each section."""
    with _empty_engine(knowledge) as apart:
        indexer = open_indexer(apart)
        try:
            apart.engine.write(_with_few(indexer, most), set(), {})
            yield apart
        finally:
            indexer.cache.close()


def _with_few(indexer: Indexer, most: int) -> Iterator[Indexed]:
    for article in indexer.articles():
        yield indexer.indexed(listing_few(article, most), indexer.cache.embed)


@contextmanager
def dataset_apart(knowledge: Knowledge, dataset: Dataset) -> Iterator[Knowledge]:
    """The same for the documents of a data set, whose questions may be of any length."""
    cache = VectorCache(knowledge.settings.state / "vectors.sqlite")
    try:
        with _empty_engine(without_limit(knowledge)) as apart:
            with progress_bar("篇") as show:
                load_dataset(dataset, apart, cache, lambda *done: show("建立索引", *done))
            yield apart
    finally:
        cache.close()


@contextmanager
def _empty_engine(knowledge: Knowledge) -> Iterator[Knowledge]:
    with tempfile.TemporaryDirectory(prefix="wenzhi-apart-") as place:
        apart = replace(knowledge, engine=open_engine_at(knowledge.settings.engine, Path(place)))
        try:
            yield apart
        finally:
            apart.engine.close()
