"""What a stretch of a question may have been meant for: characters and glossary words that sound like it, and
glossary words that are one character off."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import takewhile
from typing import NamedTuple

from kb.pinyin import blurred, sounding_alike, syllables

_LONGEST = 8
_SHORTEST_INSIDE = 3
"""Shorter words have no inside."""
_FIGURES = frozenset("一二三四五六七八九十百千万两半甲乙丙丁")
"""A figure is never mended, nor made: a wrong one is worse than a question not understood."""

# What a change costs beside what it must gain; in logarithms of how often pairs stand in the library.
_BLURRED = 1.5
_SEVERAL = 2.0
_OTHER_SOUND = 6.0


class Change(NamedTuple):
    """Characters `start` to `end` of a stretch (none where one was left out) give way to `put`; `toll` says how
    unlikely such a slip is."""

    start: int
    end: int
    put: str
    toll: float

    def applied(self, run: str) -> str:
        """The stretch after the change."""
        return run[: self.start] + self.put + run[self.end :]


def characters_like(run: str, place: int) -> Iterator[Change]:
    """Changes of the character at a place into those that sound like it."""
    if run[place] in _FIGURES:
        return
    for other, same in sounding_alike(run[place]).items():
        if other not in _FIGURES:
            yield Change(place, place + 1, other, 0.0 if same else _BLURRED)


def words_sounding_like(
    glossary: frozenset[str], run: str, places: Sequence[int]
) -> Iterator[Change]:
    """Changes that make a glossary word of what sounds like it and holds one of these places."""
    sounds = [blurred(syllable) for syllable in syllables(run)] if places else []
    for start, end in _stretches(len(run), places, 1):
        typed = run[start:end]
        for word in _by_sound(glossary).get(" ".join(sounds[start:end]), ()):
            if word != typed and _figures(word) == _figures(typed):
                yield _trimmed(start, typed, word, _SEVERAL)


def words_spelt_like(glossary: frozenset[str], run: str, joints: Sequence[int]) -> Iterator[Change]:
    """Changes that make a glossary word of what lacks one character inside, or has another one there, and
    holds one of these places together with the next.

    A word that begins or ends otherwise is more often another word (失业保险, 失业保险金).
    """
    for start, end in _stretches(len(run), joints, 2):
        typed = run[start:end]
        for word in _by_ends(glossary).get(typed[0] + typed[-1], ()):
            if 0 <= len(word) - len(typed) <= 1 and _figures(word) == _figures(typed):
                change = _trimmed(start, typed, word, _OTHER_SOUND)
                if len(change.put) == 1:
                    yield change


def _trimmed(start: int, typed: str, word: str, toll: float) -> Change:
    """The change of a word typed from `start` on, less what both begin and end with."""
    before = _shared(typed, word)
    after = _shared(typed[before:][::-1], word[before:][::-1])
    end = len(typed) - after
    return Change(start + before, start + end, word[before : len(word) - after], toll)


def _shared(one: str, other: str) -> int:
    """How many characters two texts begin with alike."""
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(one, other, strict=False)))


def _figures(text: str) -> list[str]:
    return [character for character in text if character in _FIGURES]


def _stretches(length: int, places: Sequence[int], held: int) -> Iterator[tuple[int, int]]:
    """Where stretches of two characters or more begin and end that hold a place and what follows, `held` in all."""
    found = {
        (start, end)
        for place in places
        for start in range(max(0, place + held - _LONGEST), place + 1)
        for end in range(max(start + 2, place + held), min(length, start + _LONGEST) + 1)
    }
    yield from sorted(found)


@lru_cache(maxsize=2)
def _by_sound(glossary: frozenset[str]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for word in _chinese(glossary, 2):
        found.setdefault(" ".join(map(blurred, syllables(word))), []).append(word)
    return found


@lru_cache(maxsize=2)
def _by_ends(glossary: frozenset[str]) -> dict[str, list[str]]:
    """The words by their first and last characters."""
    found: dict[str, list[str]] = {}
    for word in _chinese(glossary, _SHORTEST_INSIDE):
        found.setdefault(word[0] + word[-1], []).append(word)
    return found


def _chinese(glossary: frozenset[str], shortest: int) -> list[str]:
    fitting = (word for word in glossary if shortest <= len(word) <= _LONGEST)
    return sorted(word for word in fitting if all("\u4e00" <= one <= "\u9fff" for one in word))
