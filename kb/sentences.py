"""Sentences of Chinese and mixed text: where they end, and how a long text is cut at their ends."""

from __future__ import annotations

import re
from collections.abc import Iterator

_SENTENCE = re.compile(r"[^。！？!?；;\n]*(?:[。！？!?；;]+[”’」』）)]*|\n|$)|[^\n]+")
_SPACES = re.compile(r"\s+")
_IN_FIGURES = re.compile(
    r"(?<=\d) (?=[年月日号岁周个级元万块天次档])|(?<=[年月满缴交领第]) (?=\d)|(?<=[男女]) (?=\d+ ?岁)"
)
_COMMA = re.compile(r"[，,、：: ](?!\d)|(?<!\d)[，,、：: ]")  # the comma of 1,083,760 is none
_BETWEEN_WORDS = re.compile(r"(?<![A-Za-z0-9.,%])|(?![A-Za-z0-9.,%])")


def squeeze(text: str) -> str:
    """Return text with every run of white space as one blank, none at the ends."""
    return _SPACES.sub(" ", text).strip()


def join_figures(text: str) -> str:
    """Return squeezed text without the blanks between a figure and its unit (1990 年 3 月, 满 5 年), which typing
    aids put there."""
    return _IN_FIGURES.sub("", text)


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

    A single sentence longer than `limit` is cut at commas where there are any, else at the limit; numbers
    and Latin words stay whole.
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
        end = (
            _last_end(_COMMA, sentence, limit)
            or _last_end(_BETWEEN_WORDS, sentence, limit)
            or limit
        )
        yield sentence[:end]
        sentence = sentence[end:]
    yield sentence


def _last_end(pattern: re.Pattern[str], text: str, limit: int) -> int:
    """Where the last match in the second half of the first `limit` characters ends; 0 without a match."""
    ends = (match.end() for match in pattern.finditer(text, limit // 2, limit + 1))
    return max((end for end in ends if end <= limit), default=0)
