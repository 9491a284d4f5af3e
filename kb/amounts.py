"""Compares the amounts of a question (24个月, 9级) with the key of a table row: the right row or none."""

from __future__ import annotations

import re

from kb.tokenizer import normalise

_UNITS = "个月|周岁|岁|级|年|天|倍"
_AMOUNT = re.compile(rf"(?<![\d.])(\d{{1,3}}(?:\.\d+)?)({_UNITS})(?![度月出生底初])")
_RANGE = re.compile(rf"(?<![\d.])(\d{{1,3}})(?:{_UNITS})?(?:至|到|~|-)(\d{{1,3}})({_UNITS})")
_FROM = re.compile(rf"(?<![\d.])(\d{{1,3}})({_UNITS})(?:\([^)]*\))?(?:及以上|以上)")
_BETWEEN = re.compile(rf"满(\d{{1,3}})(?:{_UNITS})?(不满|不足|不超过|未满)(\d{{1,3}})({_UNITS})")
_BELOW = re.compile(rf"^(?:不满|不足|未满)(\d{{1,3}})({_UNITS})")
_LESS = 0.01
"""不满15年 ends before 15, 不超过15年 with it; no amount has more than two places after its point."""
_SPOKEN = re.compile(rf"[一二两三四五六七八九]?十?[一二两三四五六七八九十](?={_UNITS})")
_DIGITS = {character: number for number, character in enumerate("一二三四五六七八九", 1)} | {
    "两": 2
}
_NUMBER_KEY = re.compile(r"\d{1,4}")

_LISTED = re.compile(rf"\d(?:{_UNITS})(?:[和跟与及或、]|或者|还有)\d{{1,3}}(?:{_UNITS})")

Bounds = tuple[float, float]


def row_fits(question: str, row: str) -> int:
    """Compare a question with the first cell of a row `列=值；列=值`.

    1: the cell holds an amount of the question, or a range around it, or is nothing but a number that the
    question names (状态4); -1: it holds only other amounts of the same unit; 0: nothing to compare.
    """
    key = normalise(row).split(";")[0].rpartition("=")[2]
    asked = normalise(question)
    if _NUMBER_KEY.fullmatch(key):
        return int(bool(re.search(rf"(?<![\d.]){key}(?![\d.年月日号个元级岁%])", asked)))
    held = _held(key)
    fits = 0
    for unit, values in _amounts(asked).items():
        if unit not in held:
            continue
        inside = any(low <= value <= high for value in values for low, high in held[unit])
        if inside:
            return 1
        fits = -1
    return fits


def lists_amounts(question: str) -> bool:
    """Whether a question names several amounts of a kind (8级和9级): each has its own row."""
    return bool(_LISTED.search(_SPOKEN.sub(_in_digits, normalise(question))))


def _in_digits(spoken: re.Match[str]) -> str:
    return str(_number(spoken[0]))


def _amounts(text: str) -> dict[str, list[float]]:
    """The amounts of a normalised text by unit; 九级 reads as 9级, 十二年 as 12年."""
    found: dict[str, list[float]] = {}
    for match in _AMOUNT.finditer(_SPOKEN.sub(_in_digits, text)):
        found.setdefault(match[2], []).append(float(match[1]))
    return found


def _held(key: str) -> dict[str, list[Bounds]]:
    """What a row's key stands for, by unit: single amounts, ranges, and everything from an amount on."""
    found: dict[str, list[Bounds]] = {}
    for match in _RANGE.finditer(key):
        found.setdefault(match[3], []).append((float(match[1]), float(match[2])))
    for match in _BETWEEN.finditer(key):
        last = float(match[3]) - (0 if match[2] == "不超过" else _LESS)
        found.setdefault(match[4], []).append((float(match[1]), last))
    for match in _BELOW.finditer(key):
        found.setdefault(match[2], []).append((0.0, float(match[1]) - _LESS))
    for match in _FROM.finditer(key):
        found.setdefault(match[2], []).append((float(match[1]), float("inf")))
    for unit, values in _amounts(key).items():
        if unit not in found:
            found[unit] = [(value, value) for value in values]
    return found


def _number(spoken: str) -> int:
    """一 to 九十九 as a number."""
    tens, ten, ones = spoken.rpartition("十")
    return (_DIGITS.get(tens, 1) if ten else 0) * 10 + _DIGITS.get(ones, 0)
