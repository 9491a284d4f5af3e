"""The lump sum for a death at work, by the year of the accident."""

from __future__ import annotations

import re
from decimal import Decimal

from bot.calculators.slots import months_named, years_named, yuan_words
from bot.calculators.tables import Row, in_force, read_rows, section_cites, warnings_of
from bot.calculators.types import Calculation, MissingSlot, Question, Refusal, Reply
from kb.knowledge import Knowledge
from kb.types import FrontMatter

_SLUG, _SECTION = "policy/work-injury-lump-sum", "policy/work-injury-lump-sum#一次性工亡补助金"
_YEAR, _INCOME, _SUM = "工伤发生年份", "上一年度全国城镇居民人均可支配收入", "一次性工亡补助金"
_DEATH = re.compile("[工公][亡忘]|因[工公](?:死亡|去世|没了)")
_HOW_MUCH = re.compile("多少|几钱|几块|几钿|几万|标准|金额|数目|怎么发")
_ANOTHER_QUESTION = re.compile(
    "抚[恤血]|扶[恤血]|丧葬|丧藏|安葬|供养|收入|按哪|哪一?年|怎么算|怎么来|几倍|倍|为什么|为啥|凭啥|是不是|对[吗不伐]|能不能|预支|谁付|谁出|谁给"
    "|材料|流程|手续|怎么办|怎么领|去哪|哪里|找谁|到账|没参保|未参保|有没有|三项|哪几|几笔|依据|条例|核实|[吗伐]$|百分|几成|每月|工资"
)
_TIMES = 20
_LATEST = 4


def death_sum(income: Decimal) -> Decimal:
    """Twenty times the income per head of the country's towns in the year before the accident.

    Article 39 of the 工伤保险条例, article 11 of order 13 of the Ministry; policy/work-injury-lump-sum.
    """
    return income * _TIMES


def work_death(knowledge: Knowledge, question: Question) -> Reply | None:
    """Answer the lump sum for a death of a named year; None when that is not asked."""
    text = question.text
    asked = _DEATH.search(text) and _HOW_MUCH.search(text) and not _ANOTHER_QUESTION.search(text)
    head = in_force(knowledge, question, _SLUG)
    if not asked or head is None or not re.search("补[助住]|一次性|赔|那笔", text):
        return None
    rows = read_rows(knowledge, _SLUG, _YEAR, _INCOME)
    years = sorted({*years_named(text), *(month.year for month in months_named(text))})
    if not years:
        return _ask_year(text, rows)
    if len(years) > 1:
        return None
    row = next((row for row in rows if row.number(_YEAR) == years[0]), None)
    income = row.number(_INCOME) if row else None
    if row is None or income is None:
        return Refusal(_no_row(years[0], rows), (row.id,) if row else ())
    if row.number(_SUM) != death_sum(income):
        return None
    return _calculation(knowledge, row, income, head)


def _ask_year(text: str, rows: list[Row]) -> MissingSlot | None:
    """The latest years of the table; 赔多少 alone asks for more than this one sum."""
    latest = [row.cell(_YEAR) for row in rows if row.number(_INCOME) is not None][-_LATEST:]
    if not latest or not re.search("补[助住]金", text):
        return None
    choices = tuple(f"{year}发生的一次性工亡补助金多少钱" for year in reversed(latest))
    return MissingSlot("一次性工亡补助金看工伤发生在哪一年，请选年份：", choices)


def _no_row(year: int, rows: list[Row]) -> str:
    known = [row.cell(_YEAR) for row in rows if row.number(_INCOME) is not None]
    there = f"表里只有{known[0]}到{known[-1]}发生的。" if known else ""
    return f"资料库里没有{year}年发生的工亡补助金，不能用别的年份代替。{there}请核对工伤发生的年份，或转工伤科。"


def _calculation(knowledge: Knowledge, row: Row, income: Decimal, head: FrontMatter) -> Calculation:
    year, amount = row.cell(_YEAR), yuan_words(death_sum(income))
    doubt = f"{year}用的人均可支配收入{yuan_words(income)}元待核实"
    return Calculation(
        title="一次性工亡补助金",
        result=f"{amount}元：{year}发生的工亡，按上一年度全国城镇居民人均可支配收入的{_TIMES}倍。",
        formula=f"{yuan_words(income)}×{_TIMES}＝{amount}元",
        inputs=(
            ("工伤发生年份", year),
            ("上一年度全国城镇居民人均可支配收入", f"{yuan_words(income)}元"),
        ),
        cites=(row.id, *section_cites(knowledge, _SECTION)),
        warnings=(*((doubt,) if row.unverified(_INCOME) else ()), *warnings_of(head)),
    )
