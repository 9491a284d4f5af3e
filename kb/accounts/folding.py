"""One spelling for all the ways a word is disguised in a password: width, case, Chinese, leet-speak, separators."""

from __future__ import annotations

from kb.accounts.passwords import normalised
from kb.pinyin import syllables

_LEET = (
    str.maketrans("01345789@$!|+€(", "oieastbgasiltec"),
    str.maketrans("01345789@$!|+€(", "oleastbgaslitec"),
)
"""What digits and symbols stand for; 1, ! and | are an i or an l."""


def plain(text: str) -> str:
    """Narrow, in small letters, each Chinese character as its syllable without tone."""
    return "".join(syllables(normalised(text).casefold()))


def foldings(text: str) -> frozenset[str]:
    """What a text may be meant to say: as it stands (plain), and read as leet-speak; each also without separators."""
    read = {text, *(text.translate(table) for table in _LEET)}
    return frozenset(read | {_squeezed(one) for one in read})


def without_edges(text: str) -> frozenset[str]:
    """A text with and without the digits and symbols that people put before and behind a word."""
    headless = text[_first_letter(text) :]
    tailless = text[: len(text) - _first_letter(text[::-1])]
    core = headless[: len(headless) - _first_letter(headless[::-1])]
    return frozenset({text, headless, tailless, core})


def _first_letter(text: str) -> int:
    return next((place for place, one in enumerate(text) if one.isalpha()), len(text))


def _squeezed(text: str) -> str:
    return "".join(one for one in text if one.isalnum())
