"""Brings the index up to date with the articles: only what changed is parsed, embedded and written."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path, PurePosixPath

from kb.article import Parsed, read_article, revision_of, slug_of
from kb.centring import centre_passages, recipe_of
from kb.embedder import Embedder, Matrix
from kb.engines import Engine, Indexed
from kb.entries import FIELD_WEIGHTS, entries_of
from kb.glossary import GLOSSARY_PATH, all_words, read_glossary
from kb.library import UNREADABLE, Stamp, scan, stamp_of
from kb.passages import PASSAGE_CHARACTERS, PASSAGES_VERSION
from kb.tokenizer import Tokenizer
from kb.types import Article, FileState, Finding
from kb.vector_cache import VectorCache

Progress = Callable[[str, int, int], None]
"""Told what is being done, how many files are finished, and of how many."""

_EMBED_LATER = 8
"""With more new texts than this, a hurried update makes an article findable by keyword first."""

_HURRIED_FILES = 50
"""With more changed files than this (a first index, another recipe) an update does not hurry: a server
that starts makes the first step by itself (`Indexer.update_words`)."""

_TEXTS_WORTH_WAITING_FOR = 500
"""So many vectors take about ten seconds."""


@dataclass(frozen=True, slots=True)
class IndexReport:
    """What an update did. `findings` are those of the whole library."""

    files: int
    changed: int
    removed: int
    passages: int
    embedded: int
    findings: tuple[Finding, ...]


@dataclass(frozen=True, slots=True)
class _Plan:
    """What an update has to do: `states` are those known of the files that are still there."""

    recipe: str
    seen: Mapping[str, Stamp]
    states: Mapping[str, FileState]
    changed: Sequence[str]
    gone: Sequence[str]


@dataclass(slots=True)
class Indexer:
    """Writes one library into one engine."""

    library: Path
    engine: Engine
    embedder: Embedder
    tokenizer: Tokenizer
    cache: VectorCache
    limit: int
    _glossary: Stamp = field(init=False)

    def __post_init__(self) -> None:
        self._glossary = stamp_of(self.library / GLOSSARY_PATH)

    @property
    def recipe(self) -> str:
        """Names everything beside the file that shapes what is indexed."""
        weights = ",".join(f"{name}={weight}" for name, weight in FIELD_WEIGHTS.items())
        parts = (
            PASSAGES_VERSION,
            PASSAGE_CHARACTERS,
            weights,
            self.tokenizer.recipe,
            recipe_of(self.embedder),
            self.limit,
        )
        return "|".join(map(str, parts))

    def update(
        self, progress: Progress = lambda step, done, total: None, hurry: bool = False
    ) -> IndexReport:
        """Index what changed since the last update; several may be asked for at once, one works at a time.

        `hurry`: articles with many new passages become findable by keyword at once and by meaning in a
        second step. Raises IndexStoreError when the index cannot be written; the old one stays.
        """
        self._follow_glossary()
        plan, embedded = self._plan(), 0
        if plan.changed or plan.gone:
            with self.engine.exclusive():
                plan = self._plan()  # another process may have done some of it meanwhile
                embedded = self._carry_out(plan, progress, hurry)
        states = self.engine.files().values()
        return IndexReport(
            files=len(plan.seen),
            changed=len(plan.changed),
            removed=len(plan.gone),
            passages=self.engine.size(),
            embedded=embedded,
            findings=tuple(finding for state in states for finding in state.findings),
        )

    def is_far_behind(self) -> bool:
        """Whether an update has to compute so many vectors that nobody should wait for it."""
        missing = 0
        for path in self._plan().changed:
            if (article := self._read(path).article) is not None:
                texts = [passage.embedding_text for passage in article.passages]
                missing += self.cache.missing(self.embedder, texts)
                if missing > _TEXTS_WORTH_WAITING_FOR:
                    return True
        return False

    def update_words(self, progress: Progress = lambda step, done, total: None) -> None:
        """The first step alone: changed articles with many new passages become findable by keyword.

        `update` does the rest; until then `FileState.waits` tells them. Raises IndexStoreError.
        """
        self._follow_glossary()
        if not self._plan().changed:
            return
        with self.engine.exclusive():
            plan = self._plan()
            states = dict(plan.states)
            self.engine.write(self._words(plan, states, progress), _gone(plan), states)

    def articles(self) -> Iterator[Article]:
        """The articles that lie in the library now, parsed; broken ones are left out."""
        for path in scan(self.library):
            if (article := self._read(path).article) is not None:
                yield article

    def prune(self, days: int) -> int:
        """Forget the vectors of texts that the library does not hold and that no library used for `days` days;
        returns how many."""
        passages = (passage for article in self.articles() for passage in article.passages)
        texts = [passage.embedding_text for passage in passages]
        return self.cache.prune(self.embedder, texts, days)

    def _follow_glossary(self) -> None:
        """Take over the words of a glossary that was changed; a broken one waits until it is put right."""
        stamp = stamp_of(self.library / GLOSSARY_PATH)
        if stamp != self._glossary:
            terms, findings = read_glossary(self.library)
            if terms or not findings:
                self.tokenizer.learn(all_words(terms))
            self._glossary = stamp

    def _plan(self) -> _Plan:
        seen, known, recipe = scan(self.library), self.engine.files(), self.recipe
        return _Plan(
            recipe=recipe,
            seen=seen,
            states={path: state for path, state in known.items() if path in seen},
            changed=[
                path
                for path, stamp in seen.items()
                if (state := known.get(path)) is None
                or (state.size, state.modified_ns, state.recipe) != (*stamp, recipe)
            ],
            gone=[path for path in known if path not in seen],
        )

    def _carry_out(self, plan: _Plan, progress: Progress, hurry: bool) -> int:
        """Write what the plan says; returns how many texts were embedded."""
        removed = _gone(plan)
        states, embedded = dict(plan.states), [0]
        if hurry and len(plan.changed) <= _HURRIED_FILES:
            words = list(self._words(plan, states, progress))
            if words:
                self.engine.write(words, removed, states)
        if plan.changed or plan.gone:
            self.engine.write(self._changed(plan, states, embedded, progress), removed, states)
        return sum(embedded)

    def _words(
        self, plan: _Plan, states: dict[str, FileState], progress: Progress
    ) -> Iterator[Indexed]:
        """First step of a hurried update: articles with many new texts, with the vectors that are kept.

        Their states say that they are not done, should the second step never come.
        """
        for number, path in enumerate(plan.changed, 1):
            parsed = self._read(path)
            if (article := parsed.article) is not None:
                texts = [passage.embedding_text for passage in article.passages]
                if self.cache.missing(self.embedder, texts) > _EMBED_LATER:
                    states[path] = FileState(path, -1, 0, "", article.revision, "", parsed.findings)
                    yield self.indexed(article, self.cache.kept)
            progress("读入文章", number, len(plan.changed))

    def _changed(
        self, plan: _Plan, states: dict[str, FileState], embedded: list[int], progress: Progress
    ) -> Iterator[Indexed]:
        """Parse and embed the changed files one by one; fills in states and counts on the way."""
        for number, path in enumerate(plan.changed, 1):
            before, stamp = states.get(path), plan.seen[path]
            if before is not None and self._only_touched(path, before, plan.recipe):
                states[path] = replace(before, size=stamp[0], modified_ns=stamp[1])
            elif UNREADABLE in path or os.path.lexists(self.library / path):
                parsed = self._read(path)
                states[path] = _state(path, stamp, plan.recipe, parsed, before)
                if parsed.article is not None:
                    texts = [passage.embedding_text for passage in parsed.article.passages]
                    embedded.append(self.cache.missing(self.embedder, texts))
                    yield self.indexed(parsed.article, self.cache.embed)
            progress("建立索引", number, len(plan.changed))

    def _only_touched(self, path: str, before: FileState, recipe: str) -> bool:
        """Whether the file holds what is indexed already."""
        if before.recipe != recipe:
            return False
        try:
            return revision_of((self.library / path).read_bytes()) == before.revision
        except OSError:
            return False

    def _read(self, path: str) -> Parsed:
        if UNREADABLE in path:
            message = "文件名不是 UTF-8 编码；请改名"
            return Parsed(None, (Finding(path, 1, message),))
        return read_article(self.library, PurePosixPath(path), self.limit)

    def indexed(
        self, article: Article, embed: Callable[[Embedder, Sequence[str]], Matrix]
    ) -> Indexed:
        """An article ready to be written, with the vectors that `embed` gives for its passages."""
        entries = list(entries_of(article, self.tokenizer))
        texts = [entry.passage.embedding_text for entry in entries]
        vectors = centre_passages(self.embedder, embed(self.embedder, texts))
        return Indexed(article, entries, vectors)


def _gone(plan: _Plan) -> set[str]:
    """The slugs of the files that are no longer there."""
    return {slug_of(PurePosixPath(path)) for path in plan.gone}


def _state(
    path: str, stamp: Stamp, recipe: str, parsed: Parsed, before: FileState | None
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
