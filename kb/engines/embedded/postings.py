"""Posting lists in Whoosh's term and posting files, written and read as whole arrays.

Whoosh's own matchers decode and score posting by posting in Python, which takes tens of milliseconds
for a question of twenty tokens, and its writer merges posting by posting. This codec keeps a list as
two raw arrays, so that a list is read, scored and joined without a Python loop.
"""

from __future__ import annotations

import zlib
from array import array
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from whoosh import fields
from whoosh.codec.whoosh3 import W3Codec, W3FieldWriter, W3PostingsWriter, W3Segment
from whoosh.filedb.filestore import FileStorage, RamStorage
from whoosh.filedb.structfile import BufferFile
from whoosh.reading import TermNotFound

Postings = tuple[NDArray[np.uint32], NDArray[np.float32]]
"""The rows that hold a token, ascending, and its weighted frequency in each."""

_FIELD = "tokens"
_STEM = "words"


class _ArrayPostingsWriter(W3PostingsWriter):  # type: ignore[misc]
    """Writes a posting list as one block of raw little-endian arrays."""

    def add_list(self, rows: array[int], weights: array[float]) -> None:
        self._ids, self._weights = rows, weights
        self._maxweight = max(weights)

    def _write_block(self, last: bool = False) -> None:  # noqa: ARG002
        self._terminfo.add_block(self)
        rows, weights = np.asarray(self._ids, "<u4"), np.asarray(self._weights, "<f4")
        self._postfile.write(zlib.compress(rows.tobytes() + weights.tobytes(), 1))
        self._blockcount += 1
        self._new_block()


class _ArrayFieldWriter(W3FieldWriter):  # type: ignore[misc]
    """Takes whole posting lists."""

    def add_list(self, token: bytes, rows: array[int], weights: array[float]) -> None:
        self.start_term(token)
        self._postwriter.add_list(rows, weights)
        self.finish_term()


class _ArrayCodec(W3Codec):  # type: ignore[misc]
    """Whoosh's third codec with posting lists of its own."""

    def field_writer(self, storage: Any, segment: Any) -> _ArrayFieldWriter:
        return _ArrayFieldWriter(self, storage, segment)

    def postings_writer(self, dbfile: Any, byteids: bool = False) -> _ArrayPostingsWriter:
        return _ArrayPostingsWriter(dbfile, blocklimit=1 << 31, byteids=byteids)

    def postings_reader(self, dbfile: Any, terminfo: Any, *_: Any, **__: Any) -> Postings:
        offset, (length,) = terminfo.extent()  # Whoosh leaves the length as struct unpacks it
        content = zlib.decompress(dbfile.get(offset, length))
        half = len(content) // 2
        return np.frombuffer(content[:half], "<u4"), np.frombuffer(content[half:], "<f4")


class _Memory(RamStorage):  # type: ignore[misc]
    """Whoosh's files in memory, without the copy that RamStorage makes of each."""

    def open_file(self, name: str, **_: Any) -> BufferFile:
        return BufferFile(self.files[name], name=name)


class PostingsWriter:
    """Collects the posting lists of one segment and writes them to its folder."""

    def __init__(self) -> None:
        self._lists: dict[str, tuple[array[int], array[float]]] = {}

    def add(self, row: int, tokens: Mapping[str, float]) -> None:
        """Add one passage; rows come in ascending order."""
        for token, weight in tokens.items():
            rows, weights = self._list(token)
            rows.append(row)
            weights.append(weight)

    def extend(self, token: str, postings: Postings) -> None:
        """Add many passages that hold one token; their rows are above all that were added before."""
        rows, weights = self._list(token)
        rows.frombytes(postings[0].astype(np.uint32).tobytes())
        weights.frombytes(postings[1].astype(np.float32).tobytes())

    def _list(self, token: str) -> tuple[array[int], array[float]]:
        found = self._lists.get(token)
        if found is None:
            found = self._lists[token] = array("I"), array("f")
        return found

    def finish(self, folder: Path) -> None:
        """Write all lists."""
        writer = _ArrayCodec().field_writer(FileStorage(str(folder)), _segment())
        writer.start_field(_FIELD, fields.ID())
        by_key = sorted((_key(token), token) for token in self._lists)
        for key, token in by_key:
            writer.add_list(key, *self._lists[token])
        writer.finish_field()
        writer.close()


class PostingsReader:
    """The posting lists of one segment; any number of threads may read."""

    FILES = (f"{_STEM}_1{W3Codec.TERMS_EXT}", f"{_STEM}_1{W3Codec.POSTS_EXT}")

    def __init__(self, contents: Mapping[str, bytes]) -> None:
        """`contents`: each of FILES with its bytes."""
        storage = _Memory()
        storage.files = dict(contents)
        self._codec = _ArrayCodec()
        self._terms = self._codec.terms_reader(storage, _segment())
        self._lists = storage.open_file(self.FILES[1])

    def read(self, token: str) -> Postings | None:
        """The posting list of a token; None when no passage holds it."""
        try:
            term = self._terms.term_info(_FIELD, _key(token))
        except TermNotFound:
            return None
        return self._codec.postings_reader(self._lists, term)

    def lists(self) -> Iterator[tuple[str, Postings]]:
        """Every token with its list."""
        for (_, key), term in self._terms.items():
            token = key.decode(errors="surrogatepass")
            yield token, self._codec.postings_reader(self._lists, term)


def _segment() -> W3Segment:
    return W3Segment(_ArrayCodec(), _STEM, segid="1")


def _key(token: str) -> bytes:
    return token.encode(errors="surrogatepass")
