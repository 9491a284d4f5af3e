"""Finds what makes a question unanswerable as it is put: a day or year that cannot be, a single character."""

from __future__ import annotations

import re
from datetime import date

from bot.elsewhere import EXAMPLE
from kb.dates import DURATION
from kb.periods import names_dates
from kb.tokenizer import normalise
from kb.types import Passage, Query

_FIRST, _LAST = 1900, 2099
"""The years that questions are understood in (births, rules, tables); see kb/tokenizer.py."""
_YEAR = re.compile(rf"(?<![\d〔.{DURATION}])(\d{{4}})(?:年|[-/.]\d{{1,2}}[-/.]\d{{1,2}}(?!\d))")
_DAY = re.compile(
    r"(?<!\d)(?:(\d{4})年(\d{1,2})月(?:(\d{1,2})[日号])?|(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?!\d))"
)
_DAY_OF_MONTH = re.compile(r"(?<![\d年])(\d{1,2})月(\d{1,2})[日号]")
_LEAP_YEAR = "2024"


def doubt_about(query: Query) -> str:
    """What to say of a question that nothing can be told for; empty when there is nothing wrong with it."""
    text = normalise(query.text)
    if sum(map(str.isalnum, text)) == 1:
        return f"只有一个字，看不出要问什么。请写一句话，例如：{EXAMPLE}。"
    day = _impossible_day(text)
    if day:
        return f"日历上没有“{day}”这个日期，请核对后再问。"
    asked = [int(year) for year in _YEAR.findall(text)]
    asked += [query.scope.as_of.year] if query.scope.as_of else []
    unknown = "、".join(f"{year}年" for year in asked if not _FIRST <= year <= _LAST)
    return f"资料库里没有{unknown}的规定，不能用别的年份代替。请核对年份后再问。" if unknown else ""


def lies_ahead(query: Query, passage: Passage) -> bool:
    """Whether the question names a year to come that the passage does not: its rule is not made yet."""
    today = query.scope.as_of or date.today()
    years = [int(day[:4]) for day in query.dates]
    return any(year > today.year for year in years) and not names_dates(query, passage)


def _impossible_day(text: str) -> str:
    for match in _DAY.finditer(text):
        year, month, day = match.groups()[:3] if match[1] else match.groups()[3:]
        if not _exists(year, month, day or "1"):
            return match[0]
    for match in _DAY_OF_MONTH.finditer(text):
        if not _exists(_LEAP_YEAR, match[1], match[2]):
            return match[0]
    return ""


def _exists(year: str, month: str, day: str) -> bool:
    try:
        date(int(year), int(month), int(day))
    except ValueError:
        return False
    return True
