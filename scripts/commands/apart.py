"""The articles as they lie on disk, indexed apart from what is served."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from kb.engines import open_engine_at
from kb.knowledge import Knowledge, open_indexer
from scripts.progress import progress_bar


@contextmanager
def indexed_apart(knowledge: Knowledge) -> Iterator[Knowledge]:
    """Index the articles into a folder that goes away again; vectors of earlier runs are used again."""
    with tempfile.TemporaryDirectory(prefix="wenzhi-apart-") as place:
        apart = replace(knowledge, engine=open_engine_at(knowledge.settings.engine, Path(place)))
        indexer = open_indexer(apart)
        try:
            with progress_bar("篇") as show:
                indexer.update(show)
            yield apart
        finally:
            indexer.cache.close()
            apart.engine.close()
