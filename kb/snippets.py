"""Cuts the part of a passage that shows best why it was found, with the query's words marked."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from kb.sentences import squeeze
from kb.tokenizer import STOP_WORDS, normalise

SNIPPET_CHARACTERS = 120


@dataclass(frozen=True, slots=True)
class Fragment:
    """A part of a snippet; `marked` where it matches a word of the query."""

    text: str
    marked: bool


def snippet(
    text: str, tokens: Iterable[str], length: int = SNIPPET_CHARACTERS
) -> tuple[Fragment, ...]:
    """Return about `length` characters of text in which most of the query's tokens stand.

    The fragments joined are a part of the text with white space squeezed, "…" where it was cut.
    """
    flat = squeeze(text)
    marks = _marks(flat, tokens)
    start = _best_start(marks, length)
    end = min(len(flat), start + length)
    fragments = list(_runs(flat[start:end], marks[start:end]))
    if start > 0:
        fragments.insert(0, Fragment("…", False))
    if end < len(flat):
        fragments.append(Fragment("…", False))
    return tuple(fragments)


def _marks(text: str, tokens: Iterable[str]) -> list[bool]:
    """For every character of text whether it belongs to a token."""
    spelled, places = _spelled(text)
    marks = [False] * len(text)
    for token in set(tokens):
        if len(token) < 2 or token in STOP_WORDS:
            continue
        found = spelled.find(token)
        while found >= 0:
            for place in places[found : found + len(token)]:
                marks[place] = True
            found = spelled.find(token, found + 1)
    return marks


def _spelled(text: str) -> tuple[str, list[int]]:
    """The text in the spelling of tokens, and for each of its characters the place in text."""
    parts, places = [], []
    for place, character in enumerate(text):
        spelling = _spelling(character)
        parts.append(spelling)
        places += [place] * len(spelling)
    return "".join(parts), places


@lru_cache(maxsize=20_000)
def _spelling(character: str) -> str:
    return normalise(character)


def _best_start(marks: list[bool], length: int) -> int:
    """Where the first window with the most marked characters begins; 0 when nothing is marked."""
    count = best = sum(marks[:length])
    start = 0
    for first in range(1, len(marks) - length + 1):
        count += marks[first + length - 1] - marks[first - 1]
        if count > best:
            best, start = count, first
    return start


def _runs(text: str, marks: list[bool]) -> Iterable[Fragment]:
    begin = 0
    for place in range(1, len(text) + 1):
        if place == len(text) or marks[place] != marks[begin]:
            yield Fragment(text[begin:place], marks[begin])
            begin = place
