"""Immutable segments of one generation: passages, their facets and vectors, and the parsed articles."""

from __future__ import annotations

import json
import mmap
import os
from collections.abc import Iterable
from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from kb.engines import Indexed, Matrix
from kb.types import (
    ACCESS_LEVELS,
    KINDS,
    REGIONS,
    Article,
    Entry,
    FrontMatter,
    Passage,
    Scope,
    Section,
    Source,
)

FACETS = np.dtype(
    [
        ("serial", "<i8"),
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
"""One passage's row: its serial number (never reused), where its text lies in the blob, its weighted
length in tokens, the days (ordinals) between which it is in force, and its facet codes."""

_MASKS_KEPT = 64
_FOREVER = date.max.toordinal()


class SegmentWriter:
    """Appends the articles of one write to the files `segment-N.*` of a generation."""

    def __init__(self, folder: Path, number: int, first_serial: int) -> None:
        self._stem = folder / f"segment-{number:06d}"
        self._blob = open(f"{self._stem}.passages", "wb")  # noqa: SIM115
        self._vectors = open(f"{self._stem}.vectors", "wb")  # noqa: SIM115
        self._articles: dict[str, dict[str, Any]] = {}
        self._ids: list[str] = []
        self._slugs: list[str] = []
        self._rows: list[tuple[Any, ...]] = []
        self._serial = first_serial
        self.dimension = 0

    def add(self, indexed: Indexed) -> list[int]:
        """Append an article with its entries; returns the serial numbers given to the entries."""
        self._articles[indexed.article.slug] = article_record(indexed.article)
        first = self._serial
        for entry in indexed.entries:
            self._append(entry)
        if len(indexed.vectors):
            self.dimension = int(indexed.vectors.shape[1])
            self._vectors.write(np.ascontiguousarray(indexed.vectors, "<f4").tobytes())
        return list(range(first, self._serial))

    def _append(self, entry: Entry) -> None:
        content = json.dumps(passage_record(entry.passage), ensure_ascii=False).encode()
        offset = self._blob.tell()
        self._blob.write(content)
        self._ids.append(entry.passage.id)
        self._slugs.append(entry.passage.slug)
        self._rows.append(
            (
                self._serial,
                offset,
                len(content),
                sum(entry.tokens.values()),
                entry.effective_from.toordinal() if entry.effective_from else 0,
                entry.effective_to.toordinal() if entry.effective_to else _FOREVER,
                ACCESS_LEVELS.index(entry.access),
                REGIONS.index(entry.region),
                KINDS.index(entry.kind),
            )
        )
        self._serial += 1

    def finish(self) -> int:
        """Write what is left; returns the next free serial number."""
        self._blob.close()
        self._vectors.close()
        np.save(f"{self._stem}.facets.npy", np.array(self._rows, dtype=FACETS))
        names = {"ids": self._ids, "slugs": self._slugs, "dimension": self.dimension}
        Path(f"{self._stem}.names.json").write_text(json.dumps(names, ensure_ascii=False), "utf-8")
        with open(f"{self._stem}.articles.json", "w", encoding="utf-8") as file:
            json.dump(self._articles, file, ensure_ascii=False)
        return self._serial


class Segments:
    """All segments of a generation in memory order; a passage's row is its place in that order.

    `dead` lists the serial numbers of passages that a later write replaced.
    """

    def __init__(self, folder: Path, dead: Iterable[int], gone: dict[str, int]) -> None:
        stems = sorted(
            str(path).removesuffix(".facets.npy") for path in folder.glob("segment-*.facets.npy")
        )
        names = [json.loads(Path(f"{stem}.names.json").read_text("utf-8")) for stem in stems]
        facets = [np.load(f"{stem}.facets.npy") for stem in stems]
        self._blobs = [_mapped(Path(f"{stem}.passages")) for stem in stems]
        self._starts = np.cumsum([0, *(len(part) for part in facets)])
        self.facets: NDArray[Any] = np.concatenate(facets) if facets else np.empty(0, FACETS)
        self.ids: list[str] = [identifier for part in names for identifier in part["ids"]]
        self.slugs: list[str] = [slug for part in names for slug in part["slugs"]]
        self._masks: dict[Scope, NDArray[np.bool_]] = {}
        self.alive = ~np.isin(self.facets["serial"], np.fromiter(dead, np.int64))
        alive_rows = np.flatnonzero(self.alive).tolist()
        self.row_of = {self.ids[row]: row for row in alive_rows}
        self.vectors = _read_vectors(stems, names)
        self.article_records = _newest_articles(stems, gone)

    def content(self, row: int) -> bytes:
        """The stored bytes of a row's passage."""
        part = int(np.searchsorted(self._starts, row, "right")) - 1
        facet = self.facets[row]
        start = int(facet["offset"])
        return self._blobs[part][start : start + int(facet["length"])]

    def passage(self, row: int) -> Passage:
        """The passage of a row."""
        return passage_of(json.loads(self.content(row)))

    def article(self, slug: str) -> Article | None:
        """The newest version of an article, or None."""
        record = self.article_records.get(slug)
        return article_of(record) if record is not None else None

    def articles(self) -> list[Article]:
        """All articles without HTML and passages, ordered by slug."""
        return [
            article_of({**self.article_records[slug], "html": ""})
            for slug in sorted(self.article_records)
        ]

    def mask(self, scope: Scope) -> NDArray[np.bool_]:
        """Which rows are alive and in scope, shape (n,); kept for the scopes asked for lately."""
        found = self._masks.get(scope)
        if found is None:
            if len(self._masks) >= _MASKS_KEPT:
                self._masks.clear()
            found = self._masks[scope] = self._mask(scope)
        return found

    def _mask(self, scope: Scope) -> NDArray[np.bool_]:
        allowed = [code for code, level in enumerate(ACCESS_LEVELS) if level in scope.access]
        chosen = self.alive & np.isin(self.facets["access"], allowed)
        if scope.as_of is not None:
            day = scope.as_of.toordinal()
            chosen &= (self.facets["from"] <= day) & (day <= self.facets["to"])
        if scope.region is not None:
            chosen &= self.facets["region"] <= REGIONS.index(scope.region)
        if scope.kind is not None:
            chosen &= self.facets["kind"] == KINDS.index(scope.kind)
        return chosen

    def close(self) -> None:
        """Unmap the passage files."""
        for blob in self._blobs:
            if isinstance(blob, mmap.mmap):
                blob.close()


def compact(folder: Path, dead: Iterable[int], gone: dict[str, int], number: int) -> None:
    """Join all segments of a generation into one, numbered `number`, without what is dead or gone."""
    segments = Segments(folder, dead, gone)
    old = list(folder.glob("segment-*"))
    stem = folder / f"merged-{number:06d}"
    rows = np.flatnonzero(segments.alive)
    facets = segments.facets[rows].copy()
    with open(f"{stem}.passages", "wb") as blob:
        for place, row in enumerate(rows.tolist()):
            facets[place]["offset"] = blob.tell()
            blob.write(segments.content(row))
    segments.vectors[rows].astype("<f4").tofile(f"{stem}.vectors")
    np.save(f"{stem}.facets.npy", facets)
    names = {
        "ids": [segments.ids[row] for row in rows],
        "slugs": [segments.slugs[row] for row in rows],
        "dimension": int(segments.vectors.shape[1]),
    }
    Path(f"{stem}.names.json").write_text(json.dumps(names, ensure_ascii=False), "utf-8")
    articles = json.dumps(segments.article_records, ensure_ascii=False)
    Path(f"{stem}.articles.json").write_text(articles, "utf-8")
    segments.close()
    for path in old:
        path.unlink()
    for path in list(folder.glob("merged-*")):
        path.rename(folder / path.name.replace("merged-", "segment-"))


def _mapped(path: Path) -> mmap.mmap | bytes:
    if os.path.getsize(path) == 0:
        return b""
    with open(path, "rb") as file:
        return mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)


def _read_vectors(stems: list[str], names: list[dict[str, Any]]) -> Matrix:
    parts = [
        np.fromfile(f"{stem}.vectors", dtype="<f4").reshape(-1, part["dimension"])
        for stem, part in zip(stems, names, strict=True)
        if part["ids"]
    ]
    if not parts:
        return np.empty((0, 0), np.float32)
    return parts[0] if len(parts) == 1 else np.concatenate(parts)


def _newest_articles(stems: list[str], gone: dict[str, int]) -> dict[str, dict[str, Any]]:
    """Merge the segments' articles; `gone` maps a removed slug to the segment from which it was gone."""
    newest: dict[str, dict[str, Any]] = {}
    for stem in stems:
        number = int(stem.rpartition("-")[2])
        newest = {slug: value for slug, value in newest.items() if gone.get(slug) != number}
        newest.update(json.loads(Path(f"{stem}.articles.json").read_text("utf-8")))
    return newest


def passage_record(passage: Passage) -> dict[str, Any]:
    """A passage as JSON values."""
    return asdict(passage)


def passage_of(record: dict[str, Any]) -> Passage:
    """The passage of a JSON record."""
    return Passage(
        **{**record, "headings": tuple(record["headings"]), "codes": tuple(record["codes"])}
    )


def article_record(article: Article) -> dict[str, Any]:
    """An article as JSON values, without its passages (they are kept one by one)."""
    record = asdict(article)
    record.pop("passages")
    head = record["head"]
    for key in ("effective_from", "effective_to", "review_by"):
        head[key] = head[key].isoformat() if head[key] else None
    for source in head["sources"]:
        source["date"] = source["date"].isoformat() if source["date"] else None
    return record


def article_of(record: dict[str, Any]) -> Article:
    """The article of a JSON record; its passages are empty."""
    head = dict(record["head"])
    for key in ("effective_from", "effective_to", "review_by"):
        head[key] = _day(head[key])
    head["sources"] = tuple(
        Source(**{**item, "date": _day(item["date"])}) for item in head["sources"]
    )
    for key in ("audience", "systems", "supersedes", "questions", "codes", "tags"):
        head[key] = tuple(head[key])
    return Article(
        **{
            **record,
            "head": FrontMatter(**head),
            "sections": tuple(Section(**section) for section in record["sections"]),
            "passages": (),
            "links": tuple(record["links"]),
        }
    )


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None
