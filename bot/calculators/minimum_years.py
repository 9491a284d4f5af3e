"""The least time of contribution for a pension, by the year of retirement."""

from __future__ import annotations

import re

from bot.calculators.months import term_words
from bot.calculators.slots import retirement_years, terms
from bot.calculators.tables import Row, in_force, read_rows, section_cites, warnings_of
from bot.calculators.types import Calculation, Question, Refusal, Reply
from kb.knowledge import Knowledge
from kb.periods import periods

_SLUG = "policy/minimum-contribution-years"
_ASKED = re.compile(
    "(?:最低|至少|最少|要|得|该|起码|必须|满)[^，。]{0,6}(?:[交缴]|满)[^，。]{0,6}(?:几|多少|什么)"
    "|(?:要|得)(?:几|多少)[个]?[年月]|(?:年限|最低|至少|起码)[^，。]{0,4}(?:几|多少)|够不够|够[吗伐么]|差(?:几|多少)"
)
_RETIRES = re.compile("退(?![费款回还役伍税保])|到龄|领养老金")
_ANOTHER_QUESTION = re.compile(
    "以前|之前|以后|提前|早退|晚退|延迟|弹性|怎么办|咋办|补[缴交]|一次性|转|居保|居民|农保|失业|工伤|医保|病|津贴|特殊工种"
    "|多少钱|几块|元|基数|比例|哪年|几几年|文件|依据|指数|为什么|为啥|年前|年后"
)
_PAID = re.compile("[交缴]了|[交缴]过|已[经交缴]|只有|够|差")
_FIRST_YEAR, _AHEAD, _LONGEST = 2025, 60, 60 * 12


def minimum_months(year: int) -> int:
    """The months of contribution that a retirement in this year needs.

    180 until 2029; from 2030 on six more every year until 240. Article 2 of the State Council's
    关于渐进式延迟法定退休年龄的办法; policy/minimum-contribution-years.
    """
    return min(240, 180 + 6 * max(0, year - 2029))


def minimum_years(knowledge: Knowledge, question: Question) -> Reply | None:
    """Answer how long must be contributed for a retirement in a named year; None when that is not asked."""
    text = question.text
    years = retirement_years(text)
    asked = _ASKED.search(text) and _RETIRES.search(text) and not _ANOTHER_QUESTION.search(text)
    head = in_force(knowledge, question, _SLUG)
    if not asked or len(years) != 1 or head is None or "生" in text or years[0] < _FIRST_YEAR:
        return None
    year, paid = years[0], terms(text) if _PAID.search(text) else []
    if year > question.day.year + _AHEAD:
        return Refusal(
            f"退休年份“{year}年”不合常理，请核对后重新输入，例如：2031年退休最低要交几年"
        )
    if any(months > _LONGEST for months in paid):
        return Refusal(
            "缴费年限超过60年，不合常理。请核对后重新输入，例如：2031年退休交了15年够不够"
        )
    needed, row = minimum_months(year), _row(knowledge, year)
    if row is None or row.number("折合月数") != needed:
        return None
    return Calculation(
        title="最低缴费年限",
        result=_result(year, needed, paid),
        formula=_formula(year, needed),
        inputs=(
            ("退休年份", f"{year}年"),
            *((("已缴", term_words(paid[0])),) if len(paid) == 1 else ()),
        ),
        cites=(row.id, *section_cites(knowledge, f"{_SLUG}#lead")),
        warnings=warnings_of(head),
    )


def _row(knowledge: Knowledge, year: int) -> Row | None:
    asked = periods(f"{year}年")[0]
    for row in read_rows(knowledge, _SLUG, "退休年份", "折合月数"):
        if any(first <= asked[0] and asked[1] <= last for first, last in periods(row.cell("退休"))):
            return row
    return None


def _result(year: int, needed: int, paid: list[int]) -> str:
    said = f"{term_words(needed)}（{needed}个月）：{year}年退休要累计缴满这么多。"
    if len(paid) != 1:
        return said
    short = needed - paid[0]
    return said + (
        f"已缴{term_words(paid[0])}，还差{term_words(short)}。"
        if short > 0
        else f"已缴{term_words(paid[0])}，够了。"
    )


def _formula(year: int, needed: int) -> str:
    if year < 2030:
        return "2029年及以前退休：15年"
    later = year - 2029
    if 180 + 6 * later > needed:
        return "2039年及以后退休：20年"
    return f"15年＋6个月×（{year}－2029）＝180＋6×{later}＝{needed}个月"
