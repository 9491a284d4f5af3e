"""What a stretch of a question may have been meant for: characters and glossary words that sound like it, and
glossary words that are one character off."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from functools import lru_cache
from itertools import takewhile
from typing import NamedTuple

from kb.pinyin import blurred, sounding_alike, syllables

_LONGEST = 8
_SHORTEST_WITH_GAP = 3
"""Shorter words and stretches are not compared with a character too few, too many or another one."""
_FIGURES = frozenset("一二三四五六七八九十百千万两半甲乙丙丁")
"""A figure is never mended, nor made: a wrong one is worse than a question not understood."""
_GAP = "?"

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


def words_like(glossary: frozenset[str], run: str, places: Collection[int]) -> Iterator[Change]:
    """Changes at any of these places that make a glossary word with the same figures."""
    sounds = [blurred(syllable) for syllable in syllables(run)]
    for start, end in _stretches(len(run), places):
        typed = run[start:end]
        alike = _by_sound(glossary).get(" ".join(sounds[start:end]), [])
        for word, toll in (*((word, _SEVERAL) for word in alike), *_words_near(glossary, typed)):
            if word != typed and _figures(word) == _figures(typed):
                yield _trimmed(start, typed, word, toll)


def _words_near(glossary: frozenset[str], typed: str) -> Iterator[tuple[str, float]]:
    """The words with one character too few, too many or another one inside; a word that begins or ends otherwise
    is more often another word (失业保险, 失业保险金)."""
    found = _by_spelling(glossary)
    spellings = _spellings(typed) if len(typed) >= _SHORTEST_WITH_GAP else set()
    for word in sorted({word for spelling in spellings for word in found.get(spelling, ())}):
        if word[0] == typed[0] and word[-1] == typed[-1]:
            yield word, _OTHER_SOUND


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


def _stretches(length: int, places: Collection[int]) -> Iterator[tuple[int, int]]:
    for start in range(length - 1):
        for end in range(start + 2, min(length, start + _LONGEST) + 1):
            if any(start <= place < end for place in places):
                yield start, end


@lru_cache(maxsize=2)
def _by_sound(glossary: frozenset[str]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for word in _chinese(glossary, 2):
        found.setdefault(" ".join(map(blurred, syllables(word))), []).append(word)
    return found


@lru_cache(maxsize=2)
def _by_spelling(glossary: frozenset[str]) -> dict[str, list[str]]:
    """The words by each way of typing them with a character too few, too many or another one."""
    found: dict[str, list[str]] = {}
    for word in _chinese(glossary, _SHORTEST_WITH_GAP):
        for spelling in _spellings(word):
            if spelling != word:
                found.setdefault(spelling, []).append(word)
    return found


def _spellings(word: str) -> set[str]:
    """A word whole, less each character, and with each character open: two words that are one character off
    have one of these in common."""
    cuts = [(word[:place], word[place + 1 :]) for place in range(len(word))]
    return {word} | {a + b for a, b in cuts} | {a + _GAP + b for a, b in cuts}


def _chinese(glossary: frozenset[str], shortest: int) -> list[str]:
    fitting = (word for word in glossary if shortest <= len(word) <= _LONGEST)
    return sorted(word for word in fitting if all("\u4e00" <= one <= "\u9fff" for one in word))
