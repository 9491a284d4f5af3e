"""Writes one segment: articles with their passages, vectors and posting lists, in a folder of its own."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np

from kb.engines import Indexed, Matrix
from kb.engines.embedded.disk import sync_files
from kb.engines.embedded.generations import Part
from kb.engines.embedded.postings import PostingsWriter
from kb.engines.embedded.records import article_record, passage_record
from kb.engines.embedded.segment import ROW, Place, Segment
from kb.types import ACCESS_LEVELS, KINDS, REGIONS, Entry

NEVER = np.iinfo(np.int32).max


class SegmentWriter:
    """Appends articles to the files of a new folder; `finish` or `abandon` ends it.

    `dimension`: how long its vectors are; 0 lets the first article with passages say so.
    """

    def __init__(self, folder: Path, dimension: int = 0) -> None:
        self._folder = folder
        folder.mkdir()
        self._passages = open(folder / "passages", "wb")  # noqa: SIM115
        self._articles = open(folder / "articles", "wb")  # noqa: SIM115
        self._vectors = open(folder / "vectors", "wb")  # noqa: SIM115
        self._postings = PostingsWriter()
        self._places: dict[str, Place] = {}
        self._ids: list[str] = []
        self._rows: list[Any] = []
        self._dimension = dimension

    @property
    def rows(self) -> int:
        """How many passages were appended."""
        return len(self._ids)

    def add(self, indexed: Indexed) -> None:
        """Append an article with its entries and their vectors; of two with the same slug the later counts."""
        head = json.dumps(article_record(indexed.article), ensure_ascii=False).encode()
        html = indexed.article.html.encode()
        self._place(indexed.article.slug, len(indexed.entries), len(head), len(html))
        self._articles.write(head + html)
        for entry in indexed.entries:
            self._append(entry)
        self._write_vectors(indexed.vectors, len(indexed.entries))

    def copy(self, segment: Segment, slugs: frozenset[str]) -> None:
        """Append these articles of another segment; vectors of another length become zeros."""
        new_row = np.full(len(segment.ids), -1, np.int64)
        for slug, place in segment.places.items():
            if slug in slugs:
                rows = slice(place.row, place.row + place.rows)
                new_row[rows] = np.arange(self.rows, self.rows + place.rows)
                self._copy(segment, slug, place, rows)
        for token, (old, weights) in segment.postings.lists():
            moved = new_row[old]
            if (kept := moved >= 0).any():
                self._postings.extend(token, (moved[kept].astype(np.uint32), weights[kept]))

    def _copy(self, segment: Segment, slug: str, place: Place, rows: slice) -> None:
        self._place(slug, place.rows, place.head, place.html)
        self._articles.write(segment.article_bytes(place))
        if not place.rows:
            return
        moved = segment.rows[rows].copy()
        content = segment.passage_bytes(moved["offset"][0], moved["length"].sum())
        moved["offset"] += self._passages.tell() - moved["offset"][0]
        self._passages.write(content)
        self._rows += moved.tolist()
        self._ids += segment.ids[rows]
        same = segment.vectors.shape[1] == self._dimension
        empty = np.zeros((place.rows, self._dimension), np.float32)
        self._write_vectors(segment.vectors[rows] if same else empty, place.rows)

    def _place(self, slug: str, rows: int, head: int, html: int) -> None:
        self._places[slug] = Place(self.rows, rows, self._articles.tell(), head, html)

    def _append(self, entry: Entry) -> None:
        content = json.dumps(passage_record(entry.passage), ensure_ascii=False).encode()
        offset = self._passages.tell()
        self._passages.write(content)
        self._postings.add(self.rows, entry.tokens)
        self._ids.append(entry.passage.id)
        self._rows.append(
            (
                offset,
                len(content),
                sum(entry.tokens.values()),
                entry.effective_from.toordinal() if entry.effective_from else 0,
                entry.effective_to.toordinal() if entry.effective_to else NEVER,
                ACCESS_LEVELS.index(entry.access),
                REGIONS.index(entry.region),
                KINDS.index(entry.kind),
            )
        )

    def _write_vectors(self, vectors: Matrix, rows: int) -> None:
        if not rows:
            return
        self._dimension = self._dimension or vectors.shape[1]
        if vectors.shape != (rows, self._dimension):
            expected = (rows, self._dimension)
            raise ValueError(f"vectors of shape {vectors.shape} where {expected} is expected")
        self._vectors.write(np.ascontiguousarray(vectors, "<f4").tobytes())

    def finish(self) -> Part:
        """Write what is left and bring it all safely to the disk."""
        self._close()
        (self._folder / "rows").write_bytes(np.array(self._rows, dtype=ROW).tobytes())
        names = {"ids": self._ids, "places": self._places, "dimension": self._dimension}
        (self._folder / "names").write_bytes(json.dumps(names, ensure_ascii=False).encode())
        self._postings.finish(self._folder)
        return Part(self._folder.name, sync_files(self._folder), frozenset(self._places))

    def abandon(self) -> None:
        """Let go of the files; they stay for the sweep."""
        self._close()

    def _close(self) -> None:
        for file in (self._passages, self._articles, self._vectors):
            file.close()
