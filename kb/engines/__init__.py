"""Engines keep the parsed library and answer two rankings; this module says what an engine must do."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from kb.settings import Settings
from kb.types import Article, Entry, FileState, Passage, Ranked, Scope

Vector = NDArray[np.float32]
Matrix = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Indexed:
    """An article ready to be written: one row of `vectors` per entry, shape (len(entries), d).

    A row is a unit vector, or zeros where the passage is not embedded yet: it is then found by keyword only.
    """

    article: Article
    entries: Sequence[Entry]
    vectors: Matrix


class Engine(Protocol):
    """Keeps articles and passages; every write is one atomic step that readers see whole or not at all.

    Any thread may call any method; several processes may share one store.
    """

    def exclusive(self) -> AbstractContextManager[None]:
        """Keep every other writer waiting, of this process or another, while the body runs.

        Within, `files` is the newest state, so that what is written rests on it; `write` may be called
        within or without. Raises IndexStoreError when the store cannot be written.
        """

    def write(
        self,
        added: Iterable[Indexed],
        removed: Collection[str],
        files: Mapping[str, FileState],
    ) -> None:
        """Replace the articles of `added`, drop the slugs of `removed`, remember `files` and no others.

        `files` is read after `added` is exhausted. Raises IndexStoreError and leaves the old state when
        the store cannot be written.
        """

    def files(self) -> Mapping[str, FileState]:
        """What was known of each file of the library at the last write, by path."""

    def article(self, slug: str) -> Article | None:
        """The article as indexed, or None."""

    def articles(self) -> Sequence[Article]:
        """All articles without their HTML and passages (both empty), ordered by slug; the same object as long as
        nothing is written."""

    def passages(self, ids: Sequence[str]) -> list[Passage]:
        """The passages with these ids, in this order; unknown ids are left out, in single precision."""

    def section(self, identifier: str) -> list[Passage]:
        """The texts and rows of a section (`slug#anchor`) in reading order, without its listed questions;
        nothing for an unknown one."""

    def keyword(self, tokens: Mapping[str, float], scope: Scope, limit: int) -> list[Ranked]:
        """The passages in `scope` that share tokens with the query, by BM25, best first.

        `tokens` maps a token to its weight in the query. Equal scores come in the order of their ids.
        """

    def nearest(self, vector: Vector, scope: Scope, limit: int) -> list[Ranked]:
        """The passages in `scope` nearest to a unit vector of shape (d,), by cosine, best first.

        Passages that are not embedded, or by a model of another length, are left out. Equal cosines come
        in the order of their ids.
        """

    def cosines(self, ids: Iterable[str], vector: Vector) -> dict[str, float]:
        """The cosine, in single precision, of each of these passages to a unit vector of shape (d,); unknown
        ones, and those that are not embedded or by a model of another length, are left out."""

    def frequencies(self, tokens: Collection[str]) -> dict[str, int]:
        """In how many passages each token stands; 0 for a token that stands nowhere."""

    def size(self) -> int:
        """How many passages are indexed."""

    def within(self, access: frozenset[str]) -> Engine:
        """The same store as one reads it who holds these levels of access: in every reading method, its counts
        and its statistics there is nothing else than the articles open to them, and no draft.

        It follows what is written; writing through it is not narrowed.
        """

    def close(self) -> None:
        """Release files and memory; calls under way come to their end."""


def open_engine(settings: Settings) -> Engine:
    """Open the engine that the settings name; a damaged index is set aside and starts empty."""
    return open_engine_at(settings.engine, settings.index)


def open_engine_at(name: str, folder: Path) -> Engine:
    """Open the engine `name` on its folder."""
    from kb.engines.embedded import EmbeddedEngine

    match name:
        case "embedded":
            return EmbeddedEngine(folder)
        case _:
            raise ValueError(f"unknown engine {name}")
