"""Unemployment benefit: for how many months, and how much a month."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal

from bot.calculators.months import Month, term_words
from bot.calculators.slots import amounts, months_named, odd_months, terms, years_named, yuan_words
from bot.calculators.tables import Row, in_force, read_rows, section_cites, warnings_of
from bot.calculators.types import Calculation, Question, Refusal, Reply
from kb.knowledge import Knowledge
from kb.types import FrontMatter

_MONTHS, _AMOUNT = "policy/unemployment-months", "policy/unemployment-benefit"
_BENEFIT = re.compile("失业")
_HOW_LONG = re.compile(
    "几个?月|几期|多少个?月|多久|多长|到几时|到啥时|到什么时候|(?:领|拿|得|给|发|核).{0,4}(?:多少|几)(?!钱|块|钿|元)"
)
_HOW_MUCH = re.compile("多少|几块|几钿|几钱|标准|几元")
_NOT_MONTHS = re.compile(
    r"再次|又|上次|前次|领过|领剩|没领完|剩|后来|并|合起来|国家|最长|怎么只|为什么|为啥|凭啥|赔|漏|少领|工龄|养老|快退休|离退休|按哪"
    r"|多少钱|几块|几钿|生育|大龄|补助金|对不|对吗|对伐|真的|听说|听人|怎么算|怎么一步|算法|条件|能不能领|怎么申请|材料|军|外地|外省|转"
    r"|欠|稳岗|扩岗|技能|返还|费率|多少个月的工资|不满|不到|不足|未满|以内|以上|超|前\d|前[一二三四五]年|封|还差|到龄|领着|还能|还剩|已经领|每个?月|一个月|标准"
)
_NOT_AMOUNT = re.compile(
    "几个?月|多久|多长|稳岗|扩岗|技能|返还|补贴|补助金|费率|比例|百分|基数|缴费|交费|个人[交缴]|单位[交缴]|[交缴]多少|生育|医保|赔|几月"
    "|材料|条件|怎么申请|到账|为什么|为啥|依据|文件|涨|补发|补差|补不补|还是"
)
_SHARE = Decimal("0.9")
_LONGEST = 60 * 12
_PERIOD = re.compile(r"(\d{4})-(\d\d)-\d\d(起|至(\d{4})-(\d\d)-\d\d)")
_COUNTY = "绍兴市口径"


def benefit_months(paid: int) -> int:
    """How many months are granted for so many months of contribution.

    Under a year none; up to five years one for every six, three left over count as six; beyond that one for
    every eight, four left over count as eight; at most 24. Article 23 of the 浙江省失业保险条例;
    policy/unemployment-months.
    """
    if paid < 12:
        return 0
    first, beyond = min(paid, 60), max(paid - 60, 0)
    granted = first // 6 + (first % 6 >= 3) + beyond // 8 + (beyond % 8 >= 4)
    return min(granted, 24)


def monthly_benefit(minimum_wage: Decimal) -> Decimal:
    """Ninety percent of the monthly minimum wage: article 22 of the 浙江省失业保险条例; policy/unemployment-benefit."""
    return minimum_wage * _SHARE


def unemployment_months(knowledge: Knowledge, question: Question) -> Reply | None:
    """Answer for how long the benefit is paid after a named time of contribution; None when that is not asked."""
    text, paid = question.text, terms(question.text)
    asked = _BENEFIT.search(text) and _HOW_LONG.search(text) and not _NOT_MONTHS.search(text)
    head = in_force(knowledge, question, _MONTHS)
    if not asked or len(paid) != 1 or head is None:
        return None
    if odd := odd_months(text):
        return Refusal(
            f"“{odd}”满12个月就是一年，请按几年几个月重新输入，例如：缴了7年3个月失业金领几个月"
        )
    if not 0 < paid[0] <= _LONGEST:
        return Refusal(
            f"缴费时间“{term_words(paid[0])}”不合常理，最多按60年。请按失业保险累计缴费重新输入，"
            "例如：失业保险交了68个月能领几个月"
        )
    granted, row = benefit_months(paid[0]), _months_row(knowledge, paid[0])
    if row is None or row.number("能领几个月") != granted:
        return None
    return Calculation(
        title="失业保险金领取月数",
        result=_months_result(paid[0], granted),
        formula=_months_formula(paid[0], granted),
        inputs=(("失业保险累计缴费", f"{term_words(paid[0])}（{paid[0]}个月）"),),
        cites=(row.id, *section_cites(knowledge, f"{_MONTHS}#怎么算")),
        warnings=(
            "按失业保险累计缴费算，不是养老年限或工龄；以前领过失业金的年限不能再算",
            *warnings_of(head),
        ),
    )


def _months_row(knowledge: Knowledge, paid: int) -> Row | None:
    """The row whose range holds so many months: 不满12个月…, 12至14个月, 168个月及以上."""
    for row in read_rows(knowledge, _MONTHS, "累计缴费", "能领几个月"):
        key = row.cell("累计缴费")
        low, *high = (int(number) for number in re.findall(r"\d+(?=至|个月)", key))
        below = key.startswith("不满") and paid < low
        within = len(high) == 1 and low <= paid <= high[0]
        if below or within or ("以上" in key and "年" not in key and paid >= low):
            return row
    return None


def _months_result(paid: int, granted: int) -> str:
    if not granted:
        return "0个月，不能领：失业保险缴费不满12个月。"
    capped = "（到24个月封顶）" if granted == 24 else ""
    return f"{granted}个月{capped}：失业保险缴了{term_words(paid)}。"


def _months_formula(paid: int, granted: int) -> str:
    if paid < 12:
        return f"{paid}个月＜12个月，不领"
    if paid < 60:
        return f"{paid}÷6＝{paid // 6}余{paid % 6}，余数满3进1＝{granted}个月"
    beyond = paid - 60
    return (
        f"前60个月10个月；超出{beyond}÷8＝{beyond // 8}余{beyond % 8}，余数满4进1；"
        f"合计{granted}个月（最长24个月）"
    )


def unemployment_amount(knowledge: Knowledge, question: Question) -> Reply | None:
    """Answer how much a month is paid in a named year or month; None when that is not asked."""
    text = question.text
    asked = "失业金" in text or "失业保险金" in text
    named = [*months_named(text), *(Month(year, 0) for year in years_named(text))]
    years = {month.year for month in named}
    head = in_force(knowledge, question, _AMOUNT)
    if not asked or not _HOW_MUCH.search(text) or _NOT_AMOUNT.search(text) or amounts(text):
        return None
    if len(years) != 1 or head is None or terms(text):
        return None
    asked_for = max(named, key=lambda month: month.month)
    rows = [row for row in _wage_rows(knowledge) if _holds(row, asked_for, question.day)]
    if not rows:
        return Refusal(
            f"资料库里没有{_name(asked_for, rows)}的最低工资，不能算失业金，也不能用别的年份代替。"
        )
    return _amount(rows, _name(asked_for, rows), knowledge, head)


def _name(asked: Month, rows: list[Row]) -> str:
    """The month or year, and from when on where the figure holds for a part of the year only."""
    if asked.month:
        return str(asked)
    begun = max((_begins(row) for row in rows), default=Month(asked.year, 1))
    return f"{asked.year}年" + (f"{begun.month}月起" if begun > Month(asked.year, 1) else "")


def _begins(row: Row) -> Month:
    found = _PERIOD.search(row.cell("执行期间"))
    return Month(int(found[1]), int(found[2])) if found else Month(0, 1)


def _wage_rows(knowledge: Knowledge) -> list[Row]:
    return read_rows(knowledge, _AMOUNT, "执行期间", "最低月工资档次")


def _holds(row: Row, asked: Month, today: date) -> bool:
    """Whether a row's period holds the month, or part of the year; 起 ends with the year that today is in."""
    found = _PERIOD.search(row.cell("执行期间"))
    if found is None or not 0 <= asked.month <= 12:
        return False
    first = Month(int(found[1]), int(found[2]))
    last = Month(int(found[4]), int(found[5])) if found[4] else Month(today.year, 12)
    return (
        first <= Month(asked.year, asked.month or 12)
        and Month(asked.year, asked.month or 1) <= last
    )


def _amount(
    rows: list[Row], when: str, knowledge: Knowledge, head: FrontMatter
) -> Calculation | None:
    wages = {row.id: wage for row in rows if (wage := row.number("最低月工资档次")) is not None}
    county = [row for row in rows if row.id in wages and _COUNTY in row.cell("最低月工资档次")]
    chosen = county or [row for row in rows if row.id in wages]
    if not chosen:
        return None
    paid = "、".join(f"{yuan_words(monthly_benefit(wages[row.id]))}元" for row in chosen)
    basis = _COUNTY if county else f"最低工资分{len(chosen)}档，嵊州执行哪一档没有核到"
    sums = (
        f"{yuan_words(wages[row.id])}×90%＝{yuan_words(monthly_benefit(wages[row.id]))}元"
        for row in chosen
    )
    doubtful = any(row.unverified("最低月工资档次") for row in chosen)
    return Calculation(
        title="每月失业保险金",
        result=f"{paid}一个月（{when}，{basis}）。",
        formula="；".join(sums),
        inputs=(("领取时间", when), ("执行期间", chosen[0].cell("执行期间"))),
        cites=(*(row.id for row in chosen), *section_cites(knowledge, f"{_AMOUNT}#每月领多少")),
        warnings=(
            "嵊州执行哪一档最低工资，以绍兴市、嵊州市公布为准",
            *(("最低工资档次待核实，没核清之前不要对群众报数",) if doubtful else ()),
            *warnings_of(head),
        ),
    )
