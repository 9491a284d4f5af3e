"""Finds what cannot be in a question's figures: 5000 months, an age below 0, the hour 25, a wage of a hundred million, a birth after a retirement."""

from __future__ import annotations

import re
from collections.abc import Callable
from decimal import Decimal

from bot.calculators.slots import birth_years
from kb.dates import DURATION

_MOST_YEARS, _MOST_MONTHS, _OLDEST = 100, 1200, 120
_FIRST, _LAST = 1900, 2099
"""A number of four digits between these is a year of the calendar."""
_YOUNGEST_RETIRED = 40
"""Nobody retires before this age: the special trades begin at 45."""
_YOUNGEST_WORKER = 16
"""Nobody younger may be employed, and so nobody younger retires or draws a pension."""
_AGE_SLACK = 2
"""Years by which a birthday to come and an age counted in the old way (虚岁) may shift an age."""

_YEARS = re.compile(
    rf"(?<![\d.〔])(\d{{3}}|\d{{5,}})年|(?<=[{DURATION}])(\d{{4,}})年(?!\d|底|初|末|起|度)|[\d.]+万年"
)
_MONTHS = re.compile(r"(?<![\d.])(\d{4,})个月")
_AGE = re.compile(r"(?<![\d.])(\d{3,})周?岁")
_BELOW_ZERO = re.compile(
    r"(?:负|(?<![\w.\u4e00-\u9fff])[-−]|(?<=[交缴满了领费龄限险保为是有才只够过])[-−])"
    r"(?!(?:19|20)\d\d年)\d+(?:\.\d+)?(?:年|个月|周?岁|级)(?!-|以?内)"
)
"""A minus stands where the number of years would: 缴费-5年; in 1-5年, 五级-十级 and 养老-2025年 it is a dash."""
_ERA = re.compile(r"公元前?\d{1,3}年")
_MONTH = re.compile(r"(?<![\d年.])(?:1[3-9]|[2-9]\d)月份")
_DAY_OF_EACH_MONTH = re.compile(r"每个?月(?:的|到)?(?:3[2-9]|[4-9]\d)[号日](?!窗|线|楼|码|文)")
_HOUR = re.compile(
    r"(?:(?:早上|上午|中午|下午|晚上|夜里|凌晨|今天|明天|后天|每天)(?:的|到)?(?:2[5-9]|[3-9]\d)(?:点|:[0-5]\d)"
    r"|(?<![\d.:第])(?:2[5-9]|[3-9]\d)(?:点|:[0-5]\d)(?:钟|整|半)?"
    r"(?=钟|整|半|(?:还|就|才|都)?(?:能|可以)?(?:上班|下班|开门|关门|开始|结束|打卡|来|去)|(?:以|之)?[前后](?!者|面)))"
)
"""24点 ends a day; 25点 is no hour, and what is counted in points (基准加25点) no time."""
_MONEY = re.compile(
    r"(?P<of>工资|月薪|年薪|缴费基数|计发基数|基数|储存额|账户)(?:里|上|余额|一共)*(?:有|是|为|才|只有|按|:)*"
    r"(?:(?P<none>(?:[-−]|负)(?!(?:19|20)\d\d年)\d+|0(?=元|块|$|[,，\s]))|(?P<digits>\d+(?:\.\d+)?)(?P<place>万亿|千万|百万|万|千|亿)?"
    r"|[一二两三四五六七八九十百千万几]+亿|[几数上]千万)"
)
_PLACES = {"万亿": 10**12, "亿": 10**8, "千万": 10**7, "百万": 10**6, "万": 10**4, "千": 1000}
_MOST_MONEY = {
    **dict.fromkeys(("计发基数", "缴费基数", "基数"), 10**6),
    **dict.fromkeys(("工资", "月薪", "储存额"), 10**7),
}
_MOST_OTHER_MONEY = 10**8
"""Yuan, from which on an amount is absurd; an account may be that of a fund."""
_DAY_IN_DIGITS = re.compile(r"(?:19|20)\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])")
_LIMITS = re.compile("上限|下限|封顶|保底")
"""They answer whatever amount is named."""

_AGE_NOW = re.compile(
    r"(?:今年|现在|眼下|刚满|已满|已经|虚岁|周岁)(?:才|刚|满|就|有)*(\d{1,3})周?岁"
)
_OF_A_PENSION = re.compile("退休|几岁退|养老金")
_TOO_YOUNG = re.compile(
    r"(?<![\d.前后迟早晚差大小延长了])(\d{1,2})周?岁(?:就|能|可以|想|要|办|就能|可)*(?:退休|领养老金|拿养老金|领退休金)"
)
_CHILD = re.compile("孩|孙|儿|娃|宝|子女|遗属|供养|抚恤|未成年")
"""Who names a child, may name its age, and ask of somebody else's pension."""
_RETIRED = re.compile(
    r"(?<!\d)(\d{4})年(?:\d{1,2}月)?(?:\d{1,2}[日号])?(?:份|底|初)?(?:就|已经|已|办|正式)*退休"
)

_NEVER = (_BELOW_ZERO, _ERA, _MONTH, _DAY_OF_EACH_MONTH, _HOUR)


def impossible_figure(text: str, year: int) -> str:
    """What in a normalised text, with its numbers in digits, cannot be; empty where all can.

    `year` is the present one. Grades of disability and what a calculator needs are its own to judge.
    """
    checks: tuple[Callable[[], str], ...] = (
        lambda: _too_long(text),
        lambda: next(filter(None, (_first(pattern, text) for pattern in _NEVER)), ""),
        lambda: next((f[0] for f in _AGE.finditer(text) if int(f[1]) > _OLDEST), ""),
        lambda: _too_young(text),
        lambda: "" if _LIMITS.search(text) else _too_much(text),
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


def _too_young(text: str) -> str:
    """The age of somebody who is said to retire, or to draw a pension, before anybody may work."""
    if _CHILD.search(text):
        return ""
    now = _AGE_NOW.finditer(text) if _OF_A_PENSION.search(text) else ()
    ages = (*now, *_TOO_YOUNG.finditer(text))
    return next((age[0] for age in ages if int(age[1]) < _YOUNGEST_WORKER), "")


def _too_much(text: str) -> str:
    """The first amount of money of one's own that is none, or that nobody has."""
    return next((match[0] for match in _MONEY.finditer(text) if _is_absurd(match)), "")


def _is_absurd(match: re.Match[str]) -> bool:
    if match["digits"] is None:
        return True
    amount = Decimal(match["digits"]) * _PLACES.get(match["place"], 1)
    is_day = _DAY_IN_DIGITS.fullmatch(match["digits"])
    return not is_day and amount >= _MOST_MONEY.get(match["of"], _MOST_OTHER_MONEY)


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
