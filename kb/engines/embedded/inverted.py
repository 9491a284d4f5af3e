"""The Whoosh index of one generation, read as whole posting arrays and scored with BM25 in NumPy.

Whoosh keeps the inverted index; its own matchers decode and score posting by posting in Python, which
takes tens of milliseconds for a question of twenty tokens. Here a codec writes each posting list as raw
arrays, so that a list is read at once and scored without a Python loop.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from whoosh import fields, formats
from whoosh.codec.whoosh3 import W3Codec, W3LeafMatcher, W3PostingsWriter
from whoosh.filedb.filestore import FileStorage
from whoosh.index import Index

K1 = 1.5
B = 0.9
"""BM25's saturation and length normalisation, chosen on the development sets (docs/retrieval.md)."""

_POSTINGS_IN_CACHE = 4_000_000
"""Postings kept decoded, about 32 MB."""

Postings = tuple[NDArray[np.int32], NDArray[np.float32]]


class _ArrayPostingsWriter(W3PostingsWriter):  # type: ignore[misc]
    """Writes ids and weights of a block as raw little-endian arrays."""

    def _mini_ids(self) -> bytes:
        return np.asarray(self._ids, "<u4").tobytes()

    def _mini_weights(self) -> bytes:
        return np.asarray(self._weights, "<f4").tobytes()


class _ArrayMatcher(W3LeafMatcher):  # type: ignore[misc]
    """Reads what _ArrayPostingsWriter wrote, one by one for Whoosh's merges or whole for scoring."""

    def _read_ids(self) -> None:
        if self._data is None:
            self._read_data()
        self._ids = np.frombuffer(self._data[0], "<u4").tolist()

    def _read_weights(self) -> None:
        if self._data is None:
            self._read_data()
        self._weights = np.frombuffer(self._data[1], "<f4").tolist()

    def arrays(self) -> Postings:
        """All document numbers and weights of the list."""
        ids, weights = [], []
        while True:
            self._read_data()
            ids.append(np.frombuffer(self._data[0], "<u4"))
            weights.append(np.frombuffer(self._data[1], "<f4"))
            if self._lastblock:
                break
            self._goto(self._nextoffset)
        return np.concatenate(ids).astype(np.int32), np.concatenate(weights)


class _ArrayCodec(W3Codec):  # type: ignore[misc]
    def __init__(self) -> None:
        super().__init__(blocklimit=1 << 16, compression=1)

    def postings_writer(self, dbfile: Any, byteids: bool = False) -> W3PostingsWriter:
        return _ArrayPostingsWriter(
            dbfile, blocklimit=self._blocklimit, byteids=byteids, compression=self._compression
        )

    def postings_reader(
        self, dbfile: Any, terminfo: Any, format_: Any, term: Any = None, scorer: Any = None
    ) -> _ArrayMatcher:
        offset, length = terminfo.extent()
        return _ArrayMatcher(dbfile, offset, length, format_, term=term, scorer=scorer)


class _WeightedTokens(fields.FieldType):  # type: ignore[misc]
    """A field whose value is a mapping from token to weighted term frequency."""

    def __init__(self) -> None:
        self.format = formats.Existence()
        self.analyzer = None
        self.scorable = False
        self.stored = self.unique = self.spelling = False
        self.indexed = True
        self.vector = self.column_type = None
        self.multitoken_query = "default"

    def index(
        self, value: Mapping[str, float], **_: object
    ) -> Iterator[tuple[bytes, int, float, bytes]]:
        for token, weight in value.items():
            yield token.encode(), 1, weight, b""


def _schema() -> fields.Schema:
    return fields.Schema(
        serial=fields.NUMERIC(int, bits=64, sortable=True, signed=False),
        slug=fields.ID(),
        tokens=_WeightedTokens(),
    )


class InvertedWriter:
    """One write to the Whoosh index in a generation's folder."""

    def __init__(self, folder: Path, new: bool) -> None:
        storage = FileStorage(str(folder))
        self._index: Index = storage.create_index(_schema()) if new else storage.open_index()
        self._writer = self._index.writer(limitmb=128, codec=_ArrayCodec())

    def remove(self, slugs: Iterable[str]) -> None:
        """Drop all passages of these articles."""
        for slug in slugs:
            self._writer.delete_by_term("slug", slug)

    def add(self, serial: int, slug: str, tokens: Mapping[str, float]) -> None:
        """Index one passage."""
        self._writer.add_document(serial=serial, slug=slug, tokens=tokens)

    def commit(self, merge: bool) -> None:
        """Write everything; `merge` also joins all Whoosh segments into one."""
        self._writer.commit(merge=merge, optimize=merge)
        self._index.close()

    def cancel(self) -> None:
        """Give the write up."""
        self._writer.cancel()
        self._index.close()


class InvertedIndex:
    """BM25 over the Whoosh index of one generation.

    `serials`: serial number of every row, ascending, shape (n,); `lengths`: weighted tokens of every row;
    `alive`: which rows count.
    """

    def __init__(
        self,
        folder: Path,
        serials: NDArray[np.int64],
        lengths: NDArray[np.float32],
        alive: NDArray[np.bool_],
    ) -> None:
        self._index = FileStorage(str(folder)).open_index()
        self._reader = self._index.reader()
        self._rows = _rows_of_documents(self._reader, serials, alive)
        self._count = int(alive.sum())
        mean = float(lengths[alive].mean()) if self._count else 1.0
        self._saturation = (K1 * (1 - B + B * lengths / max(mean, 1e-6))).astype(np.float32)
        self._cache: OrderedDict[str, Postings] = OrderedDict()
        self._cached = 0
        self._lock = threading.Lock()

    def scores(self, tokens: Mapping[str, float]) -> NDArray[np.float32]:
        """BM25 of every row for a query given as token -> weight, shape (n,)."""
        total = np.zeros(len(self._saturation), np.float32)
        for token, weight in tokens.items():
            rows, impacts = self._impacts(token)
            if len(rows):
                inverse = np.log1p((self._count - len(rows) + 0.5) / (len(rows) + 0.5))
                total[rows] += np.float32(weight * inverse) * impacts
        return total

    def frequency(self, token: str) -> int:
        """In how many living passages a token stands."""
        return len(self._impacts(token)[0])

    def _impacts(self, token: str) -> Postings:
        """Rows that hold a token and tf·(k1+1)/(tf+K) of each, kept decoded while there is room."""
        with self._lock:
            if token in self._cache:
                self._cache.move_to_end(token)
                return self._cache[token]
            found = self._decode(token)
            self._cache[token] = found
            self._cached += len(found[0]) + 1
            while self._cached > _POSTINGS_IN_CACHE and len(self._cache) > 1:
                _, dropped = self._cache.popitem(last=False)
                self._cached -= len(dropped[0]) + 1
            return found

    def _decode(self, token: str) -> Postings:
        rows, weights = [np.empty(0, np.int32)], [np.empty(0, np.float32)]
        key = token.encode()
        for reader, offset in self._reader.leaf_readers():
            if ("tokens", key) in reader:
                documents, found = reader.postings("tokens", key).arrays()
                rows.append(self._rows[documents + offset])
                weights.append(found)
        row, weight = np.concatenate(rows), np.concatenate(weights)
        kept = row >= 0
        row, weight = row[kept], weight[kept]
        return row, weight * np.float32(K1 + 1) / (weight + self._saturation[row])

    def close(self) -> None:
        """Release the index files."""
        self._reader.close()
        self._index.close()


def _rows_of_documents(
    reader: Any, serials: NDArray[np.int64], alive: NDArray[np.bool_]
) -> NDArray[np.int32]:
    """For every Whoosh document number its row, or -1 when it is deleted."""
    result = np.full(reader.doc_count_all(), -1, np.int32)
    for leaf, offset in reader.leaf_readers():
        column = leaf.column_reader("serial")
        for document in range(leaf.doc_count_all()):
            row = int(np.searchsorted(serials, column[document]))
            if row < len(serials) and serials[row] == column[document] and alive[row]:
                result[offset + document] = row
    return result
