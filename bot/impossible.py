"""Finds what cannot be in a question's figures: 5000 months, an age below 0, a wage of a hundred million, a birth after a retirement."""

from __future__ import annotations

import re
from collections.abc import Callable

from bot.calculators.slots import birth_years
from kb.dates import DURATION

_MOST_YEARS, _MOST_MONTHS, _OLDEST = 100, 1200, 120
_FIRST, _LAST = 1900, 2099
"""A number of four digits between these is a year of the calendar."""
_YOUNGEST_RETIRED = 40
"""Nobody retires before this age: the special trades begin at 45."""
_AGE_SLACK = 2
"""Years by which a birthday to come and an age counted in the old way (虚岁) may shift an age."""

_YEARS = re.compile(
    rf"(?<![\d.〔])(\d{{3}}|\d{{5,}})年|(?<=[{DURATION}])(\d{{4,}})年(?!\d|底|初|末|起|度)|[\d.]+万年"
)
_MONTHS = re.compile(r"(?<![\d.])(\d{4,})个月")
_AGE = re.compile(r"(?<![\d.])(\d{3,})周?岁")
_BELOW_ZERO = re.compile(
    r"(?:负|(?<![\w.\u4e00-\u9fff])-|(?<=[交缴满了领])-)\d+(?:\.\d+)?(?:年|个月|周?岁|级)"
)
_ERA = re.compile(r"公元前?\d{1,3}年")
_MONTH = re.compile(r"(?<![\d年.])(?:1[3-9]|[2-9]\d)月份")
_OWN_MONEY = re.compile(
    r"(?:工资|月薪|年薪|缴费基数|基数|储存额|账户)(?:里|上|余额|一共)*(?:有|是|为|才|只有|按|:)*"
    r"(?:(?:-|负)\d+|0(?=元|块|$|[,，\s])|[\d.一二两三四五六七八九十百千万几]+亿|\d{9,})"
)
_LIMITS = re.compile("上限|下限|封顶|保底")
"""They answer whatever amount is named."""

_AGE_NOW = re.compile(
    r"(?:今年|现在|眼下|刚满|已满|已经|虚岁|周岁)(?:才|刚|满|就|有)*(\d{1,3})周?岁"
)
_RETIRED = re.compile(
    r"(?<!\d)(\d{4})年(?:\d{1,2}月)?(?:\d{1,2}[日号])?(?:份|底|初)?(?:就|已经|已|办|正式)*退休"
)


def impossible_figure(text: str, year: int) -> str:
    """What in a normalised text, with its numbers in digits, cannot be; empty where all can.

    `year` is the present one. Grades of disability and what a calculator needs are its own to judge.
    """
    checks: tuple[Callable[[], str], ...] = (
        lambda: _too_long(text),
        lambda: _first(_BELOW_ZERO, text) or _first(_ERA, text) or _first(_MONTH, text),
        lambda: next((f[0] for f in _AGE.finditer(text) if int(f[1]) > _OLDEST), ""),
        lambda: "" if _LIMITS.search(text) else _first(_OWN_MONEY, text),
    )
    found = next(filter(None, (check() for check in checks)), "")
    if found:
        return f"“{found}”不合常理，请核对后再问。"
    return _contradiction(text, year)


def _too_long(text: str) -> str:
    for match in _YEARS.finditer(text):
        years = int(match[1] or match[2] or _MOST_YEARS + 1)
        if years > _MOST_YEARS and not _FIRST <= years <= _LAST:
            return match[0]
    months = (match for match in _MONTHS.finditer(text) if int(match[1]) > _MOST_MONTHS)
    return next((match[0] for match in months), "")


def _contradiction(text: str, year: int) -> str:
    """What is wrong between a year of birth and the rest; the text must name just one such year."""
    born = birth_years(text)
    if len(born) != 1:
        return ""
    (birth,) = born
    if birth > year:
        return f"{birth}年还没有到，请核对出生年份后再问。"
    for match in _AGE_NOW.finditer(text):
        if abs(year - birth - int(match[1])) > _AGE_SLACK:
            return f"{birth}年出生的人到{year}年是{year - birth}岁左右，与“{match[0]}”对不上，请核对后再问。"
    for match in _RETIRED.finditer(text):
        if int(match[1]) - birth < _YOUNGEST_RETIRED:
            return f"{birth}年出生的人到{match[1]}年才{int(match[1]) - birth}岁，不会已经退休，请核对后再问。"
    return ""


def _first(pattern: re.Pattern[str], text: str) -> str:
    match = pattern.search(text)
    return match[0] if match else ""
