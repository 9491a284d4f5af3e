"""Brings the index up to date with the articles: only what changed is parsed, embedded and written."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path, PurePosixPath

import numpy as np

from kb.article import Parsed, read_article, slug_of
from kb.embedder import Embedder
from kb.engines import Engine, Indexed
from kb.entries import FIELD_WEIGHTS, entries_of
from kb.errors import IndexStoreError
from kb.passages import PASSAGE_CHARACTERS, PASSAGES_VERSION
from kb.tokenizer import Tokenizer
from kb.types import Article, FileState, Finding
from kb.vector_cache import VectorCache

Progress = Callable[[str, int, int], None]
"""Told what is being done, how many files are finished, and of how many."""

_EMBED_LATER = 8
"""With more new texts than this, a hurried update makes an article findable by keyword first."""


@dataclass(frozen=True, slots=True)
class IndexReport:
    """What an update did. `findings` are those of the whole library."""

    files: int
    changed: int
    removed: int
    passages: int
    embedded: int
    findings: tuple[Finding, ...]


@dataclass(slots=True)
class Indexer:
    """Writes one library into one engine."""

    library: Path
    engine: Engine
    embedder: Embedder
    tokenizer: Tokenizer
    cache: VectorCache
    limit: int
    _embedded: int = field(default=0, init=False)

    @property
    def recipe(self) -> str:
        """Names everything beside the file that shapes what is indexed."""
        weights = ",".join(f"{name}={weight}" for name, weight in FIELD_WEIGHTS.items())
        parts = (
            PASSAGES_VERSION,
            PASSAGE_CHARACTERS,
            weights,
            self.tokenizer.recipe,
            self.embedder.name,
        )
        return "|".join(map(str, parts))

    def update(
        self, progress: Progress = lambda step, done, total: None, hurry: bool = False
    ) -> IndexReport:
        """Index what changed since the last update.

        `hurry`: articles with many new passages become findable by keyword at once and by meaning in a
        second step. Raises IndexStoreError when the index cannot be written; the old one stays.
        """
        self._embedded = 0
        known = dict(self.engine.files())
        seen = _scan(self.library)
        recipe = self.recipe
        changed = [
            path for path, stamp in seen.items() if _stamp(known.get(path)) != (*stamp, recipe)
        ]
        gone = [path for path in known if path not in seen]
        if changed or gone:
            states = {path: state for path, state in known.items() if path in seen}
            removed = {slug_of(PurePosixPath(path)) for path in gone}
            if hurry and len(changed) <= 3:
                self._write_words(changed, removed, dict(states))
            self.engine.write(self._changed(changed, states, progress), removed, states)
        return self._report(len(seen), len(changed), len(gone))

    def _report(self, files: int, changed: int, removed: int) -> IndexReport:
        findings = tuple(
            finding for state in self.engine.files().values() for finding in state.findings
        )
        return IndexReport(files, changed, removed, self.engine.size(), self._embedded, findings)

    def _write_words(
        self, changed: list[str], removed: set[str], states: dict[str, FileState]
    ) -> None:
        """First step of a hurried update: articles with many new texts, without vectors."""
        slow = []
        for path in changed:
            article = read_article(self.library, PurePosixPath(path), self.limit).article
            if article and self.cache.missing(self.embedder, _texts(article)) > _EMBED_LATER:
                slow.append(article)
        if slow:
            words = (self._indexed(article, vectors=False) for article in slow)
            self.engine.write(words, removed, states)

    def _changed(
        self, paths: list[str], states: dict[str, FileState], progress: Progress
    ) -> Iterator[Indexed]:
        """Parse and embed the changed files one by one; fills in their states on the way."""
        for number, path in enumerate(paths, 1):
            before = states.get(path)
            stamp = _file_stamp(self.library / path)
            parsed = read_article(self.library, PurePosixPath(path), self.limit)
            states[path] = _state(path, stamp, self.recipe, parsed, before)
            if parsed.article is not None:
                yield self._indexed(parsed.article, vectors=True)
            progress("建立索引", number, len(paths))

    def _indexed(self, article: Article, vectors: bool) -> Indexed:
        entries = list(entries_of(article, self.tokenizer))
        texts = [entry.passage.embedding_text for entry in entries]
        if not vectors:
            empty = np.zeros((len(texts), self.embedder.dimension), np.float32)
            return Indexed(article, entries, empty)
        self._embedded += self.cache.missing(self.embedder, texts)
        return Indexed(article, entries, self.cache.embed(self.embedder, texts))


def _texts(article: Article) -> list[str]:
    return [passage.embedding_text for passage in article.passages]


def _scan(library: Path) -> dict[str, tuple[int, int]]:
    """Size and time of every article file by path; hidden folders and links out of the library are left out."""
    if not library.is_dir():
        raise IndexStoreError(f"文章目录 {library} 不存在", "检查 articles 设置或 --articles 参数")
    root = library.resolve()
    found: dict[str, tuple[int, int]] = {}
    for folder, folders, names in os.walk(library):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in sorted(names):
            path = Path(folder) / name
            if (
                name.endswith(".md")
                and not name.startswith(".")
                and path.resolve().is_relative_to(root)
            ):
                found[path.relative_to(library).as_posix()] = _file_stamp(path)
    return found


def _file_stamp(path: Path) -> tuple[int, int]:
    try:
        status = path.stat()
    except OSError:
        return -1, 0
    return status.st_size, status.st_mtime_ns


def _stamp(state: FileState | None) -> tuple[int, int, str] | None:
    return (state.size, state.modified_ns, state.recipe) if state else None


def _state(
    path: str, stamp: tuple[int, int], recipe: str, parsed: Parsed, before: FileState | None
) -> FileState:
    """The file's new state; a broken file keeps its last good revision and says so."""
    findings = parsed.findings
    if parsed.article is not None:
        revision = parsed.article.revision
        return FileState(path, *stamp, revision, revision, recipe, findings)
    served = before.indexed if before else ""
    if served:
        findings = tuple(
            replace(item, message=f"{item.message}；改好之前继续使用上一个正确的版本")
            if item.severity == "error"
            else item
            for item in findings
        )
    return FileState(path, *stamp, "", served, recipe, findings)
