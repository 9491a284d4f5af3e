"""The words of passages as they are compared with a question: several features read the same few passages."""

from __future__ import annotations

import re
from functools import lru_cache
from itertools import pairwise

from kb.tokenizer import find_codes, normalise

Pairs = frozenset[str]
"""The pairs of neighbouring characters of a text."""

_NOT_WORD = re.compile(r"\W+")
_KEPT = 32768
"""What was worked out of so many texts is kept, as `normalise` does: the next question is often about the same
subject."""


@lru_cache(maxsize=_KEPT)
def codes_in(text: str) -> frozenset[str]:
    """The codes that a passage or title names."""
    return frozenset(find_codes(normalise(text)))


@lru_cache(maxsize=_KEPT)
def bare(text: str) -> str:
    """A text normalised, without blanks and signs."""
    return _NOT_WORD.sub("", normalise(text))


@lru_cache(maxsize=_KEPT)
def pairs_of(text: str) -> Pairs:
    """The pairs of a short text, a heading or a question, without blanks and signs."""
    return pairs_in(bare(text))


def pairs_in(letters: str) -> Pairs:
    """The pairs of letters in a row."""
    return frozenset(map("".join, pairwise(letters)))


def likeness(some: Pairs, others: Pairs) -> float:
    """Dice coefficient (0..1) of two texts' pairs; 0 where one has none."""
    return 2 * len(some & others) / (len(some) + len(others)) if some and others else 0.0
