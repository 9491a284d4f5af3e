"""Reads one segment: an immutable folder with the articles of one write."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from kb.engines import Matrix
from kb.engines.embedded.disk import Blob, Checksum, DamagedIndex, read_checked
from kb.engines.embedded.postings import PostingsReader
from kb.engines.embedded.records import article_of, passage_of
from kb.types import Article, Passage

ROW = np.dtype(
    [
        ("offset", "<i8"),
        ("length", "<i4"),
        ("tokens", "<f4"),
        ("from", "<i4"),
        ("to", "<i4"),
        ("access", "<i1"),
        ("region", "<i1"),
        ("kind", "<i1"),
    ]
)
"""One passage: where its JSON lies among the passages, its weighted length in tokens, the days (ordinals)
between which it is in force, and its facets (their places in ACCESS_LEVELS, REGIONS, KINDS)."""


_PASSAGES_KEPT = 8192
"""So many passages of a segment stay in memory once they were read: about one kilobyte each."""


class Place(NamedTuple):
    """Where an article lies: its first row and how many, its offset, and how long its parts are in bytes."""

    row: int
    rows: int
    offset: int
    head: int
    html: int


class Segment:
    """One segment, checked; all that ranking needs is in memory, texts are read when asked for.

    Nothing is opened later, so a segment stays readable when its folder is removed. Raises DamagedIndex.
    """

    def __init__(self, folder: Path, files: Mapping[str, Checksum]) -> None:
        self.files = files
        try:
            self._open(folder)
        except (FileNotFoundError, KeyError) as error:
            raise DamagedIndex(f"索引 {folder} 缺少文件 {error}") from error
        self._heads: dict[str, Article] = {}
        self._read: dict[int, Passage] = {}

    def _open(self, folder: Path) -> None:
        files = self.files
        content = {
            name: read_checked(folder / name, files[name])
            for name in ("rows", "names", "vectors", *PostingsReader.FILES)
        }
        self._passages = Blob(folder / "passages", files["passages"])
        self._articles = Blob(folder / "articles", files["articles"])
        self.rows: NDArray[Any] = np.frombuffer(content["rows"], ROW)
        names = json.loads(content["names"])
        self.ids: list[str] = names["ids"]
        self.places = {slug: Place(*place) for slug, place in names["places"].items()}
        vectors = np.frombuffer(content["vectors"], "<f4")
        self.vectors: Matrix = vectors.reshape(len(self.ids), names["dimension"])
        self.embedded: NDArray[np.bool_] = np.any(self.vectors, axis=1)
        self.postings = PostingsReader({name: content[name] for name in PostingsReader.FILES})
        self.row_of = {identifier: row for row, identifier in enumerate(self.ids)}

    def alive(self, slugs: frozenset[str]) -> NDArray[np.bool_]:
        """Which rows belong to these articles, shape (n,)."""
        chosen = np.zeros(len(self.ids), np.bool_)
        for slug in slugs:
            place = self.places[slug]
            chosen[place.row : place.row + place.rows] = True
        return chosen

    def passage(self, row: int) -> Passage:
        """The passage of a row."""
        found = self._read.get(row)
        if found is None:
            if len(self._read) >= _PASSAGES_KEPT:
                self._read.clear()
            entry = self.rows[row]
            record = json.loads(self.passage_bytes(entry["offset"], entry["length"]))
            found = self._read[row] = passage_of(record)
        return found

    def section(self, slug: str, identifier: str) -> list[Passage]:
        """The texts and rows of a section of an article, in reading order."""
        place = self.places[slug]
        rows = range(place.row, place.row + place.rows)
        starts = (
            f"{identifier}~",
            f"{slug}~",
        )  # a document that is no article is named by its slug alone
        wanted = (row for row in rows if f"{self.ids[row]}~".startswith(starts))
        found = map(self.passage, wanted)
        return [passage for passage in found if passage.form != "question"]

    def passage_bytes(self, offset: int, length: int) -> bytes:
        """Passages as stored: those of an article lie one after the other."""
        return self._passages.read(int(offset), int(length))

    def article(self, slug: str) -> Article:
        """An article with its HTML, without passages."""
        place = self.places[slug]
        html = self._articles.read(place.offset + place.head, place.html)
        return replace(self.head(slug), html=html.decode())

    def head(self, slug: str) -> Article:
        """An article without its HTML and passages."""
        found = self._heads.get(slug)
        if found is None:
            place = self.places[slug]
            record = json.loads(self._articles.read(place.offset, place.head))
            found = self._heads[slug] = article_of(record)
        return found

    def article_bytes(self, place: Place) -> bytes:
        """An article as stored."""
        return self._articles.read(place.offset, place.head + place.html)
