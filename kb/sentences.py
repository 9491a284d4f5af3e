"""Sentences of Chinese and mixed text: where they end, and how a long text is cut at their ends."""

from __future__ import annotations

import re
from collections.abc import Iterator

_SENTENCE = re.compile(r"[^。！？!?；;\n]*(?:[。！？!?；;]+[”’」』）)]*|\n|$)|[^\n]+")
_SPACES = re.compile(r"\s+")


def squeeze(text: str) -> str:
    """Return text with every run of white space as one blank, none at the ends."""
    return _SPACES.sub(" ", text).strip()


def spans(text: str) -> list[tuple[int, int]]:
    """Return the (start, end) of every sentence in text, blanks at the ends left out.

    A sentence ends with 。！？； or their ASCII forms (closing quotes included) or at a line break.
    """
    result = []
    for match in _SENTENCE.finditer(text):
        start, end = match.span()
        raw = text[start:end]
        start += len(raw) - len(raw.lstrip())
        end -= len(raw) - len(raw.rstrip())
        if start < end:
            result.append((start, end))
    return result


def pieces(text: str, limit: int) -> Iterator[str]:
    """Yield text whole when it has at most `limit` characters, else cut at sentence ends.

    A single sentence longer than `limit` is cut at commas where there are any, else at the limit.
    """
    if len(text) <= limit:
        yield text
        return
    current = ""
    for start, end in spans(text):
        for part in _hard_cut(text[start:end], limit):
            if current and len(current) + len(part) > limit:
                yield current
                current = ""
            current += part
    if current:
        yield current


def _hard_cut(sentence: str, limit: int) -> Iterator[str]:
    while len(sentence) > limit:
        comma = max(sentence.rfind(mark, limit // 2, limit) for mark in "，,、：: ")
        end = comma + 1 if comma > 0 else limit
        yield sentence[:end]
        sentence = sentence[end:]
    yield sentence
