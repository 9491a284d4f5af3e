"""A small library of articles with its index, for tests of what keeps the index up to date."""

from __future__ import annotations

import os
import time
from collections import Counter
from collections.abc import Callable, Iterable
from copy import copy
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from kb.embedder import Embedder
from kb.engines import Engine, open_engine_at
from kb.indexer import Indexer
from kb.tokenizer import Tokenizer
from kb.types import Scope
from kb.vector_cache import VectorCache

EVERYONE = Scope(frozenset({"staff", "engineer", "admin"}))
LIMIT = 2_000_000


@dataclass(frozen=True, slots=True)
class Library:
    """A folder with `articles`, `index` and the vectors; each Indexer is like a process that works on it."""

    folder: Path
    embedder: Embedder

    @property
    def articles(self) -> Path:
        return self.folder / "articles"

    @property
    def index(self) -> Path:
        return self.folder / "index"

    def save(self, path: str, body: str, **head: str) -> Path:
        """Save an article; `head` are lines of its front matter."""
        lines = {"title": path, "kind": "howto", **head}
        front = "".join(f"{key}: {value}\n" for key, value in lines.items())
        return self.save_as_is(path, f"---\n{front}---\n{body}\n")

    def save_as_is(self, path: str, text: str) -> Path:
        file = self.articles / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, "utf-8")
        return file

    def indexer(self, words: Iterable[str] = (), limit: int = LIMIT) -> Indexer:
        """A newly started indexer with a glossary of these words."""
        self.articles.mkdir(parents=True, exist_ok=True)
        return Indexer(
            library=self.articles,
            engine=open_engine_at("embedded", self.index),
            embedder=self.embedder,
            tokenizer=copy(_tokenizer(tuple(words))),
            cache=VectorCache(self.folder / "vectors.sqlite"),
            limit=limit,
        )


@cache
def _tokenizer(words: tuple[str, ...]) -> Tokenizer:
    """Reading its dictionary takes a second, so that tests share it (as copies: it can learn)."""
    return Tokenizer(words)


def found(indexer: Indexer, words: str) -> set[str]:
    """Slugs of the articles that share words with the query."""
    return slugs(indexer.engine, words, indexer.tokenizer)


def slugs(engine: Engine, words: str, tokenizer: Tokenizer) -> set[str]:
    ranked = engine.keyword(Counter(tokenizer.tokens(words)), EVERYONE, 1_000)
    return {place.id.partition("#")[0] for place in ranked}


def near(indexer: Indexer) -> set[str]:
    """Slugs of the articles with a passage that is embedded."""
    vector = indexer.embedder.embed_query("什么都行")
    return {
        place.id.partition("#")[0] for place in indexer.engine.nearest(vector, EVERYONE, 10_000)
    }


def sections(*texts: str) -> str:
    """A body with a section for each text."""
    return "\n\n".join(f"## 第{number}节\n\n{text}" for number, text in enumerate(texts))


def touch(path: Path) -> None:
    """Give a file another time of change."""
    later = path.stat().st_mtime_ns + 5_000_000_000
    os.utime(path, ns=(later, later))


def wait_until(condition: Callable[[], bool], seconds: float = 20.0) -> float:
    """Wait for something to become true; returns after how many seconds it did."""
    started = time.monotonic()
    while not condition():
        assert time.monotonic() - started < seconds, "did not happen in time"
        time.sleep(0.02)
    return time.monotonic() - started
