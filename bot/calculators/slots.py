"""Reads out of a question what the calculators need: months, times of contribution, grades, ages, amounts."""

from __future__ import annotations

import re
from decimal import Decimal

from bot.calculators.months import Month
from bot.calculators.numerals import value_of

_MONTH = re.compile(r"(?<!\d)(\d{4}|\d{2})年(\d{1,2})月(?!内)")
_DAY_IN_DIGITS = re.compile(
    r"(?<!\d)((?:19|20)\d\d)(0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])(?=\D*出?生)"
)
_RETIRES_THEN = re.compile(
    r"(?:\d+[日号])?(?:份|底|初|的?时候)?(?:就|要|能|好|办|想|才|该|可以|会)*(?:退|到|满)"
)
_BORN = re.compile(r"(?<!\d)(\d{4})年(?:\d{1,2}月)?(?:\d{1,2}[日号])?(?:份|的)?(?:出?生)(?!育)")
_YEAR = re.compile(r"(?<!\d)(\d{4})年")
_SHORT_YEAR = re.compile(
    r"(?<![\d交缴满干做作龄费差过再够保了共有到])(\d{2})年(?:[01]?\d月)?(?:份|底|初)?(?:就|要|能|好|办|才|该)*(?=退|到龄)"
)
"""28年退: a year only where nothing before it says how long."""

_TERM = re.compile(
    r"(?<![\d.])(?:(?P<years>\d{1,3}(?:\.5)?)年(?P<half>半)?(?:整)?(?:零|又|加|带|多)?(?:(?P<rest>\d{1,2})个月)?"
    r"|(?P<only_half>半年)|(?<![年零])(?P<months>\d{1,4})个(?P<half_month>半)?月)"
)
_RECEIVED = re.compile("(?:领|给|拿|发|得|享受|核定|就|应|能|是|为|到)(?:了|过|到|他|我|满)?$")
"""Before a number of months these say that it was paid out, or is thought to be."""

_GRADE_RANGE = re.compile(r"(?<![\d])([一二三四五六七八九十]|\d{1,2})级?(?:至|到|-|~)(\d{1,3})级")
_GRADE_PAIR = re.compile(r"([一二三四五六七八九十]|\d)[、和或]?([一二三四五六七八九])级")
_GRADES_LISTED = re.compile(r"(?<!\d)(\d{1,2})级?[、和或,](\d{1,2})级")
_GRADE = re.compile(r"(?<![\d.])(-?\d{1,3})级(?!医院|等保)")

_AGE = re.compile(
    r"(?<![\d.])(\d{1,3})(?:周岁|岁|(?=整))(?:整)?(?:零|又|过|多|加)?(?:(\d{1,2})个月|(半))?"
)
_MONEY = re.compile(
    r"(?<![\d.])(负|(?<![\d年月岁])-)?(\d+(?:\.\d+)?)"
    r"(?:(万|千)(?:(\d)(?![\d.岁年月日个级]))?|(?![\d.]|%|[年月日岁级个倍天号期份人次点成亿]|周岁|小时))(块|元)?"
)
_VAGUE = re.compile(
    r"\d[万千]?(?:块|元|周?岁|年|个月)?多(?!少|\d{1,2}个月)|左右|大概|大约|差不多|将近|\d来[块岁年个]"
)
_LEAST_PLAIN_AMOUNT = 100
_NAMED_AMOUNT = re.compile("(?:工资|月薪|基数|储存额)(?:是|有|只有|才|为|:)?$")
"""A smaller number without 元 or 万 is an amount of money only where it is called one."""


def is_vague(text: str) -> bool:
    """Whether a figure of the question is not exact (5年多, 8万左右): no exact figure can follow."""
    return bool(_VAGUE.search(text))


def months_named(text: str) -> list[Month]:
    """The months that a text names, without repeats; the month of the calendar is not checked."""
    found = [(match.start(), match[1], match[2]) for match in _MONTH.finditer(text)]
    found += [(match.start(), match[1], match[2]) for match in _DAY_IN_DIGITS.finditer(text)]
    return list(dict.fromkeys(Month(int(year), int(month)) for _, year, month in sorted(found)))


def birth_months(text: str) -> list[Month]:
    """The months that may be months of birth: those in which somebody retires are left out."""
    retiring = [
        Month(int(match[1]), int(match[2]))
        for match in _MONTH.finditer(text)
        if _RETIRES_THEN.match(text, match.end())
    ]
    named = months_named(text)
    others = [month for month in named if month not in retiring]
    return others or (named if len(named) == 1 and "生" in text else [])


def birth_years(text: str) -> set[int]:
    """The years in four digits in which somebody was born, with or without month and day."""
    return {int(match[1]) for match in _BORN.finditer(text)}


def years_named(text: str) -> list[int]:
    """The years in four digits that a text names, without repeats."""
    return list(dict.fromkeys(int(match[1]) for match in _YEAR.finditer(text)))


def retirement_years(text: str) -> list[int]:
    """The years that a text names, also the shortened ones in which somebody retires (28年退)."""
    short = [2000 + int(match[1]) for match in _SHORT_YEAR.finditer(text)]
    return list(dict.fromkeys([*years_named(text), *short]))


def terms(text: str) -> list[int]:
    """The lengths of time in a text, in months.

    Left out are those that were paid out (领了4个月) and the years in which somebody retires (28年退).
    """
    return [
        _months(match)
        for match in _TERM.finditer(_SHORT_YEAR.sub("", text))
        if not _RECEIVED.search(match.string[: match.start()])
    ]


def _months(match: re.Match[str]) -> int:
    if match["only_half"]:
        return 6
    if match["months"]:
        return int(match["months"])
    whole = int(Decimal(match["years"]) * 12) + (6 if match["half"] else 0)
    return whole + int(match["rest"] or 0)


def grades(text: str) -> list[int]:
    """The grades of disability that a text names, in order; whether there are such grades is not checked."""
    if found := _GRADE_RANGE.search(text):
        first, last = sorted((_grade(found[1]), _grade(found[2])))
        return list(range(first, last + 1))
    if found := _GRADES_LISTED.search(text) or _GRADE_PAIR.search(text):
        return sorted({_grade(found[1]), _grade(found[2])})
    return list(dict.fromkeys(int(match[1]) for match in _GRADE.finditer(text)))


def _grade(written: str) -> int:
    return int(written) if written.isdecimal() else value_of(written)


def odd_months(text: str) -> str:
    """The months after years that are no part of a year (60岁13个月); empty when there are none."""
    found = re.search(r"\d(?:年|周?岁)(?:零|又|过|加)?(\d{2,})个月", text)
    return f"{found[1]}个月" if found and int(found[1]) > 11 else ""


def ages(text: str) -> list[int]:
    """The ages that a text names, in months, without repeats."""
    found = (
        12 * int(match[1]) + int(match[2] or 0) + (6 if match[3] else 0)
        for match in _AGE.finditer(text)
    )
    return list(dict.fromkeys(found))


def amounts(text: str) -> list[Decimal]:
    """The amounts of money that a text names, in yuan."""
    return [
        _yuan(match)
        for match in _MONEY.finditer(text)
        if match[3]
        or match[5]
        or Decimal(match[2]) >= _LEAST_PLAIN_AMOUNT
        or _NAMED_AMOUNT.search(text[: match.start()])
    ]


def _yuan(match: re.Match[str]) -> Decimal:
    place = {"万": 10000, "千": 1000, None: 1}[match[3]]
    value = Decimal(match[2]) * place
    if match[4] and match[3]:
        value += int(match[4]) * place // 10
    return -value if match[1] else value


def yuan_words(amount: Decimal) -> str:
    """An amount as the articles write it: 997.2, 5059.8, 1,130,040."""
    rounded = amount.quantize(Decimal("0.01"))
    words = f"{rounded:,}" if rounded >= 100_000 else f"{rounded}"
    return words.rstrip("0").rstrip(".")
