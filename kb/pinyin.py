"""How Chinese characters sound: their syllables without tone, and the common characters that sound alike."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from pypinyin import lazy_pinyin
from pypinyin.pinyin_dict import pinyin_dict

_FIRST, _LAST = 0xB0A1, 0xD7F9
"""Where the 3,755 common characters of GB 2312 (its first level) begin and end."""

_USUAL_READINGS = 2
"""A third one is read in names and old texts: 参 as dan."""

_TONE = re.compile("[\u0300-\u0307\u0309-\u036f]")
_UMLAUT = "u\u0308"
_RETROFLEX = re.compile("^([zcs])h")
_NASAL = re.compile("(?<=[aei]n)g$")


def syllables(word: str) -> list[str]:
    """The syllable of each character as it is read in this word, without tone, ü as v: 重 in 重新 is chong.

    What is no Chinese character stands for itself, each character apart, so that places stay comparable.
    """
    return lazy_pinyin(word, errors=list)  # type: ignore[arg-type]  # may return a list, undeclared


def blurred(syllable: str) -> str:
    """The syllable as the people of Zhejiang tell it apart: z like zh, c like ch, s like sh, n like l, an like ang,
    en like eng, in like ing."""
    merged = _NASAL.sub("", _RETROFLEX.sub(r"\1", syllable))
    return "l" + merged[1:] if merged.startswith("n") else merged


@lru_cache(maxsize=8192)
def readings(character: str) -> frozenset[str]:
    """The usual syllables of a character, without tone, ü as v; none for what is no Chinese character."""
    listed = filter(None, pinyin_dict.get(ord(character), "").split(","))
    toneless = dict.fromkeys(map(_without_tone, listed))
    return frozenset(list(toneless)[:_USUAL_READINGS])


def _without_tone(syllable: str) -> str:
    return _TONE.sub("", unicodedata.normalize("NFD", syllable)).replace(_UMLAUT, "v")


@lru_cache(maxsize=8192)
def sounding_alike(character: str) -> dict[str, bool]:
    """The common characters that sound like one, each with whether it does so without blurring."""
    mine = readings(character)
    alike = {other for one in mine for other in _by_blurred_syllable().get(blurred(one), "")}
    return {other: bool(mine & readings(other)) for other in alike - {character}}


@lru_cache(maxsize=1)
def common_characters() -> dict[str, str]:
    """The common characters of each syllable, by any of their readings, in the order of GB 2312."""
    found: dict[str, str] = {}
    for character in _level_one():
        for syllable in sorted(readings(character)):
            found[syllable] = found.get(syllable, "") + character
    return found


@lru_cache(maxsize=1)
def _by_blurred_syllable() -> dict[str, str]:
    found: dict[str, str] = {}
    for syllable, characters in common_characters().items():
        found[blurred(syllable)] = found.get(blurred(syllable), "") + characters
    return found


def _level_one() -> str:
    codes = (high << 8 | low for high in range(0xB0, 0xD8) for low in range(0xA1, 0xFF))
    common = (code for code in codes if _FIRST <= code <= _LAST)
    return b"".join(code.to_bytes(2, "big") for code in common).decode("gb2312")
