"""What somebody without an employer pays a month for the pension insurance."""

from __future__ import annotations

import re
from decimal import Decimal

from bot.calculators.slots import amounts, terms, years_named, yuan_words
from bot.calculators.tables import Row, in_force, read_rows, section_cites, warnings_of
from bot.calculators.types import Calculation, Question, Refusal, Reply
from kb.knowledge import Knowledge
from kb.types import FrontMatter

_SLUG, _BASES = "policy/flexible-worker-contribution", "policy/contribution-base"
_YEAR, _LOW, _HIGH = "年度", "下限", "上限"
_WHO = re.compile(
    "[灵零]活就[业叶]|[灵零]活旧业|自由职业|个体户|自己[交缴]|自[交缴]|没单位|没有单位|无单位"
)
_HOW_MUCH = re.compile("多少|几钱|几块|几钿|几元|几多")
_PAYS = re.compile("[交缴扣]|一个月|每月|每个月|一年|全年|最低|最高|下限|上限")
_LOWEST = re.compile("最低|最[底少]|下[限线]|起码|至少|低档")
_HIGHEST = re.compile("最高|上[限线]|顶格|封顶|最多|高档")
_ANOTHER_QUESTION = re.compile(
    "医保|医疗|居保|居民|农保|失业金|失业|补差|差额|补[交缴]|账户|个账|统筹|选档|基数.{0,3}(?:多少|几|怎么|定)|对应|比例|百分|几个点|退休金|养老金|能领|退费|退钱"
    "|怎么办|材料|流程|手续|去哪|哪里|哪儿|找谁|谁|为什么|为啥|凭啥|依据|文件|文号|怎么算|怎么来|算出来|预估|网上|抖音|听说|对[吗不伐]|是不是|[吗伐]$"
    "|几年|年限|涨|还是|登记|断|欠|滞纳|够不够|够了|单位[交缴]|多少岁|最低工资|差多少|转|%|倍|没出|没公布|未公布"
)
_SHARE = Decimal("0.2")
_LEAST_BASE, _MOST_BASE = 100, 1_000_000


def monthly_contribution(base: Decimal) -> Decimal:
    """Twenty percent of the chosen base: 国发〔2005〕38号; policy/flexible-worker-contribution."""
    return base * _SHARE


def flexible_worker(knowledge: Knowledge, question: Question) -> Reply | None:
    """Answer the monthly contribution of a year or for a base; None when that is not asked."""
    text = question.text
    asked = _WHO.search(text) and _HOW_MUCH.search(text) and _PAYS.search(text)
    years, bases = years_named(text), amounts(text)
    if not asked or _ANOTHER_QUESTION.search(text) or len(years) > 1 or len(bases) > 1:
        return None
    head = in_force(knowledge, question, _SLUG)
    if head is None or in_force(knowledge, question, _BASES) is None or terms(text):
        return None
    if not (years or bases) or (bases and not _is_base(text)):
        return None
    rows = read_rows(knowledge, _BASES, _YEAR, _LOW, _HIGH)
    year = years[0] if years else question.day.year
    row = next((row for row in rows if row.number(_YEAR) == year), None)
    if bases:
        return _for_base(knowledge, bases[0], year, row, _latest(rows, year), head)
    low, high = (row.number(_LOW), row.number(_HIGH)) if row else (None, None)
    if row is None or low is None or high is None:
        return Refusal(_no_figures(year, row, rows), (row.id,) if row else ())
    return _for_year(knowledge, text, row, (low, high), head)


def _is_base(text: str) -> bool:
    """Whether the amount is what is paid on, and not what somebody wants to pay."""
    return bool(re.search(r"基数|按(?:工资)?\d", text)) and not re.search("想[交缴每一]", text)


def _latest(rows: list[Row], year: int) -> Row | None:
    """The last row up to a year whose limits are known."""
    known = [
        row
        for row in rows
        if row.number(_LOW) and row.number(_HIGH) and (row.number(_YEAR) or 9999) <= year
    ]
    return known[-1] if known else None


def _no_figures(year: int, row: Row | None, rows: list[Row]) -> str:
    if row is not None:
        return f"{year}年度缴费基数上下限未公布，灵活就业每月交多少还不能算；公布前先按上年度的基数缴，公布后补差（待核实）。"
    known = [row.cell(_YEAR) for row in rows if row.number(_LOW)]
    there = f"表里只有{known[0]}到{known[-1]}。" if known else ""
    return f"资料库里没有{year}年度的缴费基数上下限，不能用别的年份代替。{there}请核对年份，或转税务12366。"


def _for_year(
    knowledge: Knowledge, text: str, row: Row, limits: tuple[Decimal, Decimal], head: FrontMatter
) -> Calculation:
    wanted = [
        name for name, pattern in ((_LOW, _LOWEST), (_HIGH, _HIGHEST)) if pattern.search(text)
    ]
    names = wanted or [_LOW, _HIGH]
    bases = {_LOW: limits[0], _HIGH: limits[1]}
    yearly = bool(re.search("一年|全年", text))
    doubts = tuple(f"{row.cell(_YEAR)}{name}待核实" for name in names if row.unverified(name))
    return Calculation(
        title="灵活就业养老每月缴费",
        result="，".join(_said(name, bases[name], yearly) for name in names)
        + f"（{row.cell(_YEAR)}）。",
        formula="；".join(_sum(name, bases[name], yearly) for name in names),
        inputs=(
            ("年度", row.cell(_YEAR)),
            *((name, f"{yuan_words(bases[name])}元") for name in names),
        ),
        cites=_cites(knowledge, row),
        warnings=(*doubts, *_always(head)),
    )


def _said(name: str, base: Decimal, yearly: bool) -> str:
    pay = monthly_contribution(base)
    year = f"、一年{yuan_words(pay * 12)}元" if yearly else ""
    return f"{'最低' if name == _LOW else '最高'}{yuan_words(pay)}元一个月{year}"


def _sum(name: str, base: Decimal, yearly: bool) -> str:
    pay = monthly_contribution(base)
    year = f"；{yuan_words(pay)}×12＝{yuan_words(pay * 12)}元" if yearly else ""
    return f"{name}{yuan_words(base)}×20%＝{yuan_words(pay)}元{year}"


def _for_base(
    knowledge: Knowledge,
    base: Decimal,
    year: int,
    row: Row | None,
    latest: Row | None,
    head: FrontMatter,
) -> Calculation | Refusal | None:
    if not _LEAST_BASE <= base <= _MOST_BASE:
        return Refusal(
            f"基数“{yuan_words(base)}元”不合常理，请核对后重新输入，例如：灵活就业基数8000一个月交多少"
        )
    if row is None or latest is None:
        return Refusal(
            f"资料库里没有{year}年度的缴费基数上下限，不能核对这个基数。请写明年度，或转税务12366。"
        )
    low, high = latest.number(_LOW) or base, latest.number(_HIGH) or base
    of_year = latest.cell(_YEAR)
    if not low <= base <= high:
        return Refusal(
            f"基数{yuan_words(base)}元不在{of_year}的下限{yuan_words(low)}元和上限{yuan_words(high)}元中间，"
            "不能选这个数。请改成中间的数再算",
            (latest.id,),
        )
    pay = yuan_words(monthly_contribution(base))
    unpublished = (
        f"{year}年度上下限未公布，基数是按{of_year}的上下限核对的；公布后可能要补差（待核实）"
    )
    return Calculation(
        title="灵活就业养老每月缴费",
        result=f"{pay}元一个月（基数{yuan_words(base)}元，按20%）。",
        formula=f"{yuan_words(base)}×20%＝{pay}元",
        inputs=(("缴费基数", f"{yuan_words(base)}元"), ("核对上下限的年度", of_year)),
        cites=_cites(knowledge, latest),
        warnings=(*((unpublished,) if latest is not row else ()), *_always(head)),
    )


def _always(head: FrontMatter) -> tuple[str, ...]:
    return ("只是养老，医保费另算；交钱、选档在税务12366", *warnings_of(head))


def _cites(knowledge: Knowledge, row: Row) -> tuple[str, ...]:
    """The year's own row of the contributions where there is one, the row of the bases, the rule."""
    own = [
        item.id
        for item in read_rows(knowledge, _SLUG, _YEAR, "每月最低")
        if item.number(_YEAR) == row.number(_YEAR)
    ]
    return (row.id, *own, *section_cites(knowledge, f"{_SLUG}#lead"))
