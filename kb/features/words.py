"""The words of passages as they are compared with a question: several features read the same few passages."""

from __future__ import annotations

import re
from functools import lru_cache

from kb.tokenizer import find_codes, normalise

Pairs = frozenset[str]
"""The pairs of neighbouring characters of a text."""

_NOT_WORD = re.compile(r"\W+")
_KEPT = 8192
"""What was worked out of so many texts is kept: the next question is often about the same subject."""


@lru_cache(maxsize=_KEPT)
def normalised(text: str) -> str:
    """A passage, heading or title normalised."""
    return normalise(text)


@lru_cache(maxsize=_KEPT)
def codes_in(text: str) -> frozenset[str]:
    """The codes that a passage or title names."""
    return frozenset(find_codes(normalised(text)))


@lru_cache(maxsize=_KEPT)
def bare(text: str) -> str:
    """A text normalised, without blanks and signs."""
    return _NOT_WORD.sub("", normalised(text))


@lru_cache(maxsize=_KEPT)
def pairs_of(text: str) -> Pairs:
    """The pairs of a short text, a heading or a question, without blanks and signs."""
    letters = bare(text)
    return frozenset(letters[place : place + 2] for place in range(len(letters) - 1))


def likeness(some: Pairs, others: Pairs) -> float:
    """Dice coefficient (0..1) of two texts' pairs; 0 where one has none."""
    return 2 * len(some & others) / (len(some) + len(others)) if some and others else 0.0
