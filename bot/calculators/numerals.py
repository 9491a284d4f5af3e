"""Writes the numbers that people spell in characters as digits: 六级, 七年三个月, 三千五, 十二万五."""

from __future__ import annotations

import re

_DIGITS = {character: value for value, character in enumerate("零一二三四五六七八九")} | {
    "〇": 0,
    "两": 2,
}
_PLACES = {"十": 10, "百": 100, "千": 1000, "万": 10000}
_RUN = re.compile("[零〇一二两三四五六七八九十百千万]+")
_UNIT = re.compile("年|个半?月|周?岁|级|块|元|倍")
_ONE_IS_COUNTED = re.compile("(?:[年零又加交缴满整才只]|[交缴]了|正好|刚好|保险|失业险)$")
_ONE_YEAR_AND = re.compile("年(?:零|又|加|半|[0-9一二三四五六七八九十]{1,2}个月)")
"""After the first and before the second 一年 and 一个月 say how long; elsewhere how often (一个月多少)."""


def to_digits(text: str) -> str:
    """Return a normalised text with its spelt numbers in digits; what may be no number stays."""
    return _RUN.sub(_digits, re.sub(r"(?<=\d),(?=\d{3})", "", text))


def _digits(match: re.Match[str]) -> str:
    run, before, after = match[0], match.string[: match.start()], match.string[match.end() :]
    zero = run[0] in "零〇" and len(run) > 1
    rest = run[1:] if zero else run
    if rest[0] not in _DIGITS and rest[0] != "十":
        return run  # 百分之, 万一; and the 万 of 8万
    if len(rest) == 1:
        often = rest == "一" and re.match("年|个月", after) and not _ONE_YEAR_AND.match(after)
        counted = not often or _ONE_IS_COUNTED.search(before)
        if not (_UNIT.match(after) and (counted or zero)):
            return run
    elif not any(character in _PLACES for character in rest):
        return run  # 五六级 are two grades
    return f"{'零' if zero else ''}{value_of(rest)}"


def value_of(numeral: str) -> int:
    """The value of a spelt number, also of a shortened one: 三千五 is 3500."""
    total = part = digit = 0
    last = 1
    for character in numeral:
        if character in _DIGITS:
            digit, last = _DIGITS[character], last if _DIGITS[character] else 0
            continue
        place = _PLACES[character]
        if place == 10000:
            total, part = (total + part + digit) * place, 0
        else:
            part += (digit or 1) * place
        digit, last = 0, place
    shortened = last >= 100
    return total + part + digit * (last // 10 if shortened else 1)
