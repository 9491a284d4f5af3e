"""The words of passages as they are compared with a question: several features read the same few passages."""

from __future__ import annotations

from functools import lru_cache

from kb.tokenizer import find_codes, normalise


@lru_cache(maxsize=4096)
def normalised(text: str) -> str:
    """A passage, heading or title normalised; kept, as the next question is often about the same subject."""
    return normalise(text)


@lru_cache(maxsize=4096)
def codes_in(text: str) -> frozenset[str]:
    """The codes that a passage or title names."""
    return frozenset(find_codes(normalised(text)))
