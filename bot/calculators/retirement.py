"""When somebody retires: reads birth month and track out of the question, and says what follows."""

from __future__ import annotations

import re

from bot.calculators.minimum_years import minimum_months
from bot.calculators.months import Month, age_words, term_words
from bot.calculators.retirement_claims import claimed_age, contradiction, wrong_age
from bot.calculators.retirement_rules import (
    MEN,
    WOMEN_50,
    WOMEN_55,
    Retirement,
    Track,
    retirement_of,
)
from bot.calculators.retirement_tracks import tracks_of
from bot.calculators.slots import birth_months, birth_years
from bot.calculators.tables import Row, in_force, read_rows, section_cites, warnings_of
from bot.calculators.types import Calculation, MissingSlot, Question, Refusal, Reply
from kb.knowledge import Knowledge

_RULE, _FLEXIBLE = "policy/retirement-age-2025", "policy/flexible-retirement"
_ASKED = re.compile(
    r"退(?![费款回还役伍税保库票单件])|[推腿]休|到龄|延(?:迟|后)?(?:几|多少)个?月|延不延|要不要延|(?:做|干|要)到(?:几|多少|啥|什么)"
)
_WHEN = re.compile(
    "几时|时候|啥时|何时|哪[一]?年|哪[个]?月|几几?年|几月|几岁|多大|多少岁|岁数|到龄|能退|好退|该退|可以退|就退|要退|退吗|退伐"
    "|延(?:迟|后)?(?:几|多少)|最早|最晚|多久|对[吗伐不]|到(?:几|多少|啥)|要不要延|延不延|[^，。 ]退$|早点退|晚点退|提前.{0,4}退"
)
_ANOTHER_QUESTION = re.compile(
    r"材料|手续|流程|去哪|哪里|找谁|[由是问]谁|为什么|为啥|凭啥|凭什么|补[缴交]|一次性|年限|够不够|不够|转[到入移居]|津贴|补助|补贴"
    r"|特殊工种|井下|高空|高温|有毒|高原|病|残|失业|工伤|居民|居保|农保|农民|低保|医保|以后|以前|之后|之前|以上|及以"
    r"|哪张表|对照表|附件|文件|依据|认证|涨|档案|农历|阴历|阳历|多少钱|几块|多少元|养老金多少|公务员|机关|事业|处级|厅级|领导|高级职称|教授"
    r"|几月[份]?生|哪年.{0,3}生|几几?年.{0,3}生|出生日期|怎么查|在哪|查.{0,2}表|返聘|超龄|到账|到帐|到手|发放|怎么办|咋办|咋弄|怎么弄|[交缴]了|选.{0,8}年|[按选]\d+年|退.{0,3}要几年|几年社保|还要交|交几年|缴几年|[0-9]到[0-9]"
)
_WHICH_TRACK = re.compile("5[05].{0,5}还是.{0,5}5[05]|工人.{0,4}还是|干部.{0,4}还是|[50]{2}或")
_EARLY = re.compile("最早|提前|早退|早点|早一点|提早")
_LATE = re.compile("最晚|最迟|晚退|晚点|推迟|晚一点")
_FLEXIBLY = re.compile(f"弹性|{_EARLY.pattern}|{_LATE.pattern}")
"""Only who asks for it is told of the flexible window: an earlier month beside the statutory one misleads."""
_FIRST_YEAR, _YOUNGEST = 1930, 16

_EXAMPLE = "例如：女工人1976年3月出生什么时候退休"
_AS_ASKED = {
    MEN: "男职工",
    WOMEN_50: "女工人（原50周岁）",
    WOMEN_55: "女干部（原55周岁）",
}


def retirement(knowledge: Knowledge, question: Question) -> Reply | None:
    """Answer when somebody born in a certain month retires; None when that is not asked."""
    text = question.text
    births = birth_months(text)
    if (wrong := wrong_age(text) or _wrong_claim(text)) and in_force(knowledge, question, _RULE):
        return Refusal(wrong, section_cites(knowledge, f"{_RULE}#三类人各延多少"))
    says_when = _WHEN.search(text) or claimed_age(text) is not None
    asked = _ASKED.search(text) and says_when and not _ANOTHER_QUESTION.search(text)
    if len(births) != 1 or not asked or _WHICH_TRACK.search(text):
        return None
    if not all(in_force(knowledge, question, slug) for slug in (_RULE, _FLEXIBLE)):
        return None
    birth = births[0]
    if wrong := _wrong_birth(birth, question) or contradiction(text):
        return Refusal(wrong)
    tracks = tracks_of(text)
    if len(tracks) != 1:
        return _ask_track(text, tracks, birth)
    return _calculation(knowledge, question, retirement_of(tracks[0], birth))


def _wrong_birth(birth: Month, question: Question) -> str:
    if not 1 <= birth.month <= 12:
        return f"出生月份“{birth.month}月”不对，月份只有1到12月。请按身份证重新输入，{_EXAMPLE}"
    if not _FIRST_YEAR <= birth.year <= question.day.year - _YOUNGEST:
        return f"出生年份“{birth.year}年”不合常理。请核对后按四位年份重新输入，{_EXAMPLE}"
    return ""


def _wrong_claim(text: str) -> str:
    """What is wrong with a question that states sex, birth and the age before the delay and asks nothing."""
    claims = _ASKED.search(text) and birth_years(text)
    return contradiction(text) if claims and not _ANOTHER_QUESTION.search(text) else ""


def _ask_track(text: str, tracks: tuple[Track, ...], birth: Month) -> MissingSlot:
    wanted = "最早什么时候能退休" if _EARLY.search(text) else "什么时候退休"
    choices = tuple(f"{_AS_ASKED[track]}{birth}出生{wanted}" for track in tracks)
    if MEN in tracks:
        return MissingSlot(
            "退休时间要看性别，女职工还要看原来按50还是55周岁退，请选一种：", choices
        )
    return MissingSlot(
        "女职工的退休时间要看原来按50周岁还是55周岁退（由岗位和身份定，不由本人挑），请选一种：",
        choices,
    )


def _calculation(knowledge: Knowledge, question: Question, found: Retirement) -> Calculation | None:
    track, row = found.track, _table_row(knowledge, found)
    head = in_force(knowledge, question, track.table)
    changed = row is not None and row.cell("法定退休年月") != str(found.month)
    if head is None or changed:
        return None  # a table that was changed answers itself, and not a rule that no longer holds
    rules = [f"{_RULE}#延迟月数怎么算" if found.delay else f"{_RULE}#谁不受影响"]
    if found.delay and _FLEXIBLY.search(question.text):
        rules += [f"{_FLEXIBLE}#弹性提前退休", f"{_FLEXIBLE}#弹性延迟退休"]
    first = (row.id,) if row is not None else _outside(knowledge, track)
    return Calculation(
        title="法定退休年月",
        result=_result(question.text, found) + _reached(question, found),
        formula=_formula(found),
        inputs=(("人员", track.name), ("出生年月", str(found.birth))),
        cites=(*first, *section_cites(knowledge, *rules)),
        warnings=(*_conditions(question, found), *warnings_of(head)),
    )


def _table_row(knowledge: Knowledge, found: Retirement) -> Row | None:
    rows = read_rows(knowledge, found.track.table, "出生年月", "法定退休年月")
    return next((row for row in rows if row.cell("出生年月") == str(found.birth)), None)


def _outside(knowledge: Knowledge, track: Track) -> tuple[str, ...]:
    """The section of a track's table that speaks of who is not in it."""
    article = knowledge.engine.article(track.table)
    sections = article.sections if article else ()
    return tuple(f"{track.table}#{item.anchor}" for item in sections if "表外" in item.text)


def _result(text: str, found: Retirement) -> str:
    age = age_words(found.age)
    if not found.delay:
        return f"{found.month}退休，不受延迟影响，仍是{found.track.old_age}周岁。"
    statutory = f"{found.month}退休（{age}，比原来延迟{found.delay}个月）。"
    early, late = _EARLY.search(text), _LATE.search(text)
    if early and not late:
        youngest = age_words(found.earliest.ordinal - found.birth.ordinal)
        return f"最早{found.earliest}可以退（{youngest}，弹性提前）；法定{statutory}"
    if late and not early:
        return f"最晚{found.latest}退（和单位协商一致，弹性延迟）；法定{statutory}"
    if not _FLEXIBLY.search(text):
        return statutory
    return f"{statutory}弹性退休最早{found.earliest}、最晚{found.latest}。"


def _reached(question: Question, found: Retirement) -> str:
    """Whether the month has come, where that is asked; of the month itself only the birthday knows."""
    if not re.search("到龄了|到了没|能退了", question.text):
        return ""
    today = Month(question.day.year, question.day.month)
    if today == found.month:
        return "就是这个月。"
    return f"到{question.day}已经到龄。" if today > found.month else f"到{question.day}还没到龄。"


def _formula(found: Retirement) -> str:
    track, since = found.track, found.birth.ordinal - found.track.base.ordinal
    if not found.delay:
        return f"{found.birth}早于{track.base}，不延迟；{found.birth}＋{track.old_age}年＝{found.month}"
    capped = f"，最多{track.most}个月" if since // track.step + 1 > track.most else ""
    return (
        f"{found.birth}距{track.base}{since}个月，{since}÷{track.step}取整＋1＝"
        f"{since // track.step + 1}个月{capped}；"
        f"{found.birth}＋{track.old_age}年＋{found.delay}个月＝{found.month}"
    )


def _conditions(question: Question, found: Retirement) -> tuple[str, ...]:
    """What must be said with the months: years of contribution, who decides on the track, agreement."""
    years = term_words(minimum_months(found.month.year))
    said = [f"还要满最低缴费年限：{found.month.year}年退休要满{years}"]
    if found.track is not MEN:
        said.append("按50还是55周岁由岗位和身份认定，拿不准的先转养老待遇科")
    if found.delay and _FLEXIBLY.search(question.text):
        early = term_words(minimum_months(found.earliest.year))
        said.append(
            f"弹性提前要本人自愿，并满所选年份的最低缴费年限（{found.earliest.year}年{early}，取哪一年的口径待核实）；"
            "弹性延迟要和单位协商一致"
        )
    if found.delay and "灵活" in question.text:
        said.append("没有单位的灵活就业人员一般只谈弹性提前（待核实）")
    return tuple(said)
