"""BM25 over the posting lists of several segments, scored with NumPy."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from kb.engines.embedded.postings import PostingsReader

K1 = 1.5
B = 0.9
"""BM25's saturation and length normalisation, chosen on the development sets (docs/retrieval.md)."""

_POSTINGS_KEPT = 4_000_000
"""Postings kept decoded, about 32 MB."""

Impacts = tuple[NDArray[np.int32], NDArray[np.float32]]


class KeywordIndex:
    """Scores rows by the tokens they hold.

    `segments`: each segment's first row and posting lists; `lengths`: weighted tokens of every row, shape
    (n,); `alive`: which rows count, shape (n,).
    """

    def __init__(
        self,
        segments: Sequence[tuple[int, PostingsReader]],
        lengths: NDArray[np.float32],
        alive: NDArray[np.bool_],
    ) -> None:
        self._segments = segments
        self._alive = alive
        self._count = int(alive.sum())
        mean = float(lengths[alive].mean(dtype=np.float64)) if self._count else 1.0
        self._saturation = (K1 * (1 - B + B * lengths / max(mean, 1e-6))).astype(np.float32)
        self._kept: OrderedDict[str, Impacts] = OrderedDict()
        self._size = 0
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
        """In how many living rows a token stands."""
        return len(self._impacts(token)[0])

    def _impacts(self, token: str) -> Impacts:
        """Living rows that hold a token and tf·(k1+1)/(tf+K) of each, kept while there is room."""
        with self._lock:
            found = self._kept.get(token)
            if found is not None:
                self._kept.move_to_end(token)
                return found
        found = self._decode(token)
        with self._lock:
            if token not in self._kept:
                self._keep(token, found)
        return found

    def _keep(self, token: str, impacts: Impacts) -> None:
        self._kept[token] = impacts
        self._size += len(impacts[0]) + 1
        while self._size > _POSTINGS_KEPT and len(self._kept) > 1:
            _, dropped = self._kept.popitem(last=False)
            self._size -= len(dropped[0]) + 1

    def _decode(self, token: str) -> Impacts:
        rows, weights = [np.empty(0, np.int32)], [np.empty(0, np.float32)]
        for first, postings in self._segments:
            if (found := postings.read(token)) is not None:
                rows.append(found[0].astype(np.int32) + np.int32(first))
                weights.append(found[1])
        row, weight = np.concatenate(rows), np.concatenate(weights)
        living = self._alive[row]
        row, weight = row[living], weight[living]
        return row, weight * np.float32(K1 + 1) / (weight + self._saturation[row])
