"""The lump sums of a work injury: by grade of disability."""

from __future__ import annotations

import re
from decimal import Decimal

from bot.calculators.slots import amounts, grades, yuan_words
from bot.calculators.tables import Row, in_force, read_rows, section_cites, warnings_of
from bot.calculators.types import Calculation, MissingSlot, Question, Refusal, Reply
from kb.knowledge import Knowledge
from kb.types import FrontMatter

_SLUG, _LEAVING = "policy/work-injury-lump-sum", "policy/work-injury-termination-5-10"
_GRADE, _DISABILITY = "伤残等级", "一次性伤残补助金"
_MEDICAL, _EMPLOYMENT = "一次性工伤医疗补助金", "一次性伤残就业补助金"
_OF_LEAVING = (_MEDICAL, _EMPLOYMENT)

_LUMP_SUM = re.compile("伤[残惨]补[助住]金?|一次性|医疗补助|医补|就业补助")
_INJURY = re.compile("工伤|公伤|伤残|一次性|断|残")
_LEFT = re.compile(
    "离职|辞职|解除|走人|走了|不干|不做|终止|医疗补助|医补|就业补助|就业的?那笔|合同到期"
)
_HOW_MUCH = re.compile("几个?月|多少|几钱|几块|几钿|赔几|能拿几|多少钱|怎么赔")
_ANOTHER_QUESTION = re.compile(
    "津贴|每月|护理|没参保|未参保|没给.{0,2}参保|没[交缴]|不[交缴]|几倍|两次|又伤|多次|同一|前年|各级|谁付|谁出|谁给|哪边付|[由归]谁|材料|流程|手续"
    "|怎么领|怎么申|去哪|哪里|找谁|到账|多久|什么时候|依据|第几条|哪一条|文件|复查|重新|改|为什么|为啥|网上|外省|江苏|上海|杭州|抖音|死|去世|没了|工亡|因工死亡"
    "|百分|几成|递减|打折|折|扣|退休|多少岁|还是|对[吗不伐]|真的|听说|能不能|有没有|[吗伐]$|按谁|按什么|按哪|按实发|基数|怎么取|封顶|保底|稳岗|居保|失业|超龄|实习"
)
_PERSON = re.compile("他|她|我|客户|老公|老婆|爸|妈|师傅|这人|这个人|工友|儿子|女儿|哥|弟")
_AVERAGE = re.compile("全省|平均工资|社平|省平")
_LEAST_WAGE, _MOST_WAGE, _MOST_GRADES = 500, 200_000, 6


def lump_sum(months: Decimal, wage: Decimal) -> Decimal:
    """Months times the month's wage: articles 35 to 37 of the 工伤保险条例 (wage: 本人工资, article 64) and
    article 27 of the 浙江省工伤保险条例 (wage: the province's average of the year before leaving)."""
    return months * wage


def work_injury(knowledge: Knowledge, question: Question) -> Reply | None:
    """Answer how many months' wages a grade brings, and how much with a named wage; None when not asked."""
    text = question.text
    asked = _LUMP_SUM.search(text) or (_INJURY.search(text) and _LEFT.search(text))
    asked = asked or re.search(r"工伤.{0,6}\d级|\d级.{0,4}工伤", text)
    if not asked or not _HOW_MUCH.search(text) or _ANOTHER_QUESTION.search(text):
        return None
    head = in_force(knowledge, question, _SLUG)
    if head is None or in_force(knowledge, question, _LEAVING) is None:
        return None
    named = grades(text)
    if not named:
        return _ask_grade(text)
    if any(not 1 <= grade <= 10 for grade in named):
        return Refusal(
            "伤残等级只有一级到十级，请按鉴定结论重新输入，例如：六级工伤一次性伤残补助金几个月"
        )
    if len(named) > _MOST_GRADES:
        return None
    paid = amounts(text)
    if wrong := _wrong_wage(paid):
        return Refusal(wrong)
    rows = [row for grade in named if (row := _row_of(knowledge, grade)) is not None]
    return _calculation(knowledge, text, rows, paid, head) if len(rows) == len(named) else None


def _ask_grade(text: str) -> MissingSlot | None:
    """Only somebody's own sum depends on his grade; what there is in general the article says."""
    if not (_PERSON.search(text) and "伤残补助" in text):
        return None
    groups = ("一至四级", "五级、六级", "七级、八级", "九级、十级")
    return MissingSlot(
        "一次性伤残补助金按鉴定的伤残等级算，请选等级：",
        tuple(f"{group}工伤一次性伤残补助金几个月" for group in groups),
    )


def _wrong_wage(paid: list[Decimal]) -> str:
    if len(paid) > 1:
        return "问题里有好几个金额，分不清哪个是工资。请只写一个月工资，例如：六级工伤本人工资6000一次性伤残补助金多少"
    if paid and not _LEAST_WAGE <= paid[0] <= _MOST_WAGE:
        return (
            f"月工资“{yuan_words(paid[0])}元”不合常理，请核对后重新输入，例如：六级工伤本人工资6000"
            "一次性伤残补助金多少"
        )
    return ""


def _row_of(knowledge: Knowledge, grade: int) -> Row | None:
    name = "一二三四五六七八九十"[grade - 1] + "级"
    rows = read_rows(knowledge, _SLUG, _GRADE, _DISABILITY)
    return next((row for row in rows if row.cell(_GRADE) == name), None)


def _kinds(text: str) -> tuple[str, ...]:
    """Which of the three sums are asked for: those that are named, else those of the situation."""
    if re.search("医疗补助|医补", text) and not re.search("就业", text):
        return (_MEDICAL,)
    if "就业补助" in text or "就业的那笔" in text:
        return _OF_LEAVING if re.search("医疗|医补|两", text) else (_EMPLOYMENT,)
    if re.search("伤[残惨]补", text):
        return (_DISABILITY,)
    return (_DISABILITY, *_OF_LEAVING)


def _calculation(
    knowledge: Knowledge, text: str, rows: list[Row], paid: list[Decimal], head: FrontMatter
) -> Calculation:
    kinds = _kinds(text)
    wage = paid[0] if paid else None
    lines = [_line(row, kinds, wage, bool(_AVERAGE.search(text)), len(rows) > 1) for row in rows]
    sections = [f"{_SLUG}#本人工资怎么取"] if _DISABILITY in kinds else []
    sections += (
        [f"{_LEAVING}#lead", f"{_LEAVING}#快退休的怎么减"] if kinds[-1] != _DISABILITY else []
    )
    named = "、".join(row.cell(_GRADE) for row in rows)
    return Calculation(
        title="工伤一次性待遇",
        result="；".join(said for said, _ in lines) + "。",
        formula="；".join(formula for _, formula in lines if formula) or f"{named}：按各等级月数表",
        inputs=(("伤残等级", named), *((("月工资", f"{yuan_words(wage)}元"),) if wage else ())),
        cites=(*(row.id for row in rows), *section_cites(knowledge, *sections)),
        warnings=(*_conditions(kinds, wage, text), *warnings_of(head)),
    )


def _line(
    row: Row, kinds: tuple[str, ...], wage: Decimal | None, average: bool, named: bool
) -> tuple[str, str]:
    """What one grade brings, and the sums that have a wage: the disability sum takes the injured person's
    own, those of leaving the province's average."""
    said, sums = [], []
    for kind in kinds:
        months = row.number(kind)
        if months is None:
            said.append(f"{kind}没有（一级至四级不走这一项）")
            continue
        months_said = f"{kind}{months}个月"
        if wage and average == (kind != _DISABILITY):
            amount = yuan_words(lump_sum(months, wage))
            sums.append(f"{months}×{yuan_words(wage)}＝{amount}元")
            months_said = f"{kind}{amount}元（{months}个月）"
        said.append(months_said)
    head = f"{row.cell(_GRADE)}：" if named or len(kinds) > 1 else ""
    return head + "，".join(said), "；".join(sums)


def _conditions(kinds: tuple[str, ...], wage: Decimal | None, text: str) -> tuple[str, ...]:
    said = []
    if _DISABILITY in kinds:
        said.append(
            "本人工资是受伤前12个月的平均月缴费工资，不是实发；高于统筹地区平均工资300%的按300%，低于60%的按60%"
        )
    if kinds[-1] != _DISABILITY:
        said.append("医疗补助金（基金付）、就业补助金（单位付）要解除或终止劳动关系后才有")
        said.append("距法定退休年龄不足5年的，就业补助金每增加1周岁递减20%，转工伤科算")
        base = "解除或终止时上年度全省职工月平均工资"
        said.append(
            f"这两笔的基数是{base}，取哪个数以工伤科确认为准"
            + ("，不用本人工资" if wage and not _AVERAGE.search(text) else "")
        )
    return tuple(said)
