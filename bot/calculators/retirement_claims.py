"""Tells what cannot be in the age at which a question says, or asks whether, somebody retires: 女职工60岁退休, 男50岁退休."""

from __future__ import annotations

import re

from bot.calculators.months import Month, age_words
from bot.calculators.retirement_rules import (
    FLEXIBLE_MONTHS,
    MEN,
    WOMEN_50,
    WOMEN_55,
    Track,
    retirement_of,
)
from bot.calculators.retirement_tracks import CADRE, FEMALE, MALE, WORKER, old_ages, tracks_of
from bot.calculators.slots import birth_years

_CLAIM = re.compile(
    r"(?<![\d.])(?<!今年|刚满|已满|虚岁|眼下)(?P<before>\d\d)周?岁"
    r"(?:就|才|都|也|能|可以|可不可以|能不能|是不是|应该|正常|必须|要|办|的?时候|法定|一律|统统|不能|不可以)*"
    r"退(?:休(?!金|工资|费|待遇|证|年龄|手续|审批)|(?![休款费伍役保]))"
    r"|退休(?:的?年龄)?(?:现在|应该|一律)?(?:是不是|是|为|要到|要|到|改成|改为|延到|延迟到|推迟到)*"
    r"(?P<after>\d\d)周?岁(?!\d|零|以|多|半)"
)
_SAYS_NO_MORE = re.compile(
    rf"(?:{MALE.pattern}|{FEMALE.pattern}|{WORKER.pattern}|{CADRE.pattern}|{_CLAIM.pattern}"
    r"|\d{4}年(?:\d{1,2}月)?(?:\d{1,2}[日号])?|出生|生(?!育)|职工|员工|同志|客户|人员|人|单位|企业|公司|厂里|灵活就业|岗位|岗|工"
    r"|法定|按照?|今年|现在|如今|正常|请问|问|听说|听人|人家|有人|说|讲|我|他|她|[这那][个位]|是不是|是否|对不对|行不行|能不能|可不可以"
    r"|可以|应该|不能|不可以|合法|正确|什么时候|几时|退休|退|能|行|对|错|好|就|都|要|的|了|吗|伐|么|呢|吧|啊|是|有|不|也|[\W_])+"
)
"""Whom, born when, retiring at what age, and is that so: a text of nothing else claims that age, or doubts it."""

_STATED_60 = re.compile(r"(?<!\d)60(?:周)?岁退")
_DOUBT = re.compile("吗|伐|么|听说|听人|是不是|对不对|还是")

_AGES = {MEN: (60, 63), WOMEN_50: (50, 55), WOMEN_55: (55, 58)}
"""The statutory ages in years, before and after the delay; policy/retirement-age-2025."""
_FLEXIBLY_LATER = "要晚退只有弹性延迟，最多比法定晚3年，要和单位协商一致"
_NOT_BY_THIS = "特殊工种提前退休另行审批，因病的看病残津贴，都不按这个算"
_BY_POST = "按50还是55周岁由岗位和身份认定，拿不准的先转养老待遇科"


def claimed_age(text: str) -> int | None:
    """The one age in years at which a normalised text says that somebody retires."""
    ages = {int(match["before"] or match["after"]) for match in _CLAIM.finditer(text)}
    return ages.pop() if len(ages) == 1 else None


def wrong_age(text: str) -> str:
    """What to say of a text that claims, or doubts, an age at which such people do not retire; else empty."""
    age, tracks = claimed_age(text), tracks_of(text)
    if age is None or (MEN in tracks and len(tracks) > 1) or not _SAYS_NO_MORE.fullmatch(text):
        return ""
    lowest, highest = (
        min(_AGES[track][0] for track in tracks),
        max(_AGES[item][1] for item in tracks),
    )
    if age < lowest:
        return _too_early(tracks, age)
    if age > highest:
        return _too_late(tracks, age)
    born = birth_years(text)
    return _not_of_birth(tracks[0], born.pop(), age) if len(tracks) == len(born) == 1 else ""


def contradiction(text: str) -> str:
    """What of sex and former age does not fit together; empty when all fits."""
    male, female = MALE.search(text), FEMALE.search(text)
    named = old_ages(text)
    if male and not female and named & {50, 55}:
        return _too_early((MEN,), min(named))
    stated = 60 in named or (_STATED_60.search(text) and not _DOUBT.search(text))
    if female and not male and stated:
        return _too_late((WOMEN_50, WOMEN_55), 60)
    return ""


def _too_early(tracks: tuple[Track, ...], age: int) -> str:
    """Such people do not retire at an age below the one that held before the delay."""
    if tracks == (MEN,):
        ages = "50、55" if age in (50, 55) else f"{age}"
        return (
            f"男职工的原法定退休年龄是60周岁，2025年起逐步延到63周岁，没有按{ages}周岁退的。"
            f"请核对性别；{_NOT_BY_THIS}"
        )
    if tracks == (WOMEN_55,) and age >= _AGES[WOMEN_50][0]:
        return (
            f"女干部（管理、技术等岗位）的原法定退休年龄是55周岁，2025年起逐步延到58周岁，没有按{age}周岁退的；"
            f"原50周岁的是工人岗位等。{_BY_POST}"
        )
    return f"女职工的原法定退休年龄是50周岁或55周岁，没有按{age}周岁退的。{_NOT_BY_THIS}"


def _too_late(tracks: tuple[Track, ...], age: int) -> str:
    """Such people do not retire at an age above the one that holds after the delay, unless they agree on it."""
    if tracks == (MEN,):
        return f"男职工的法定退休年龄最后延到63周岁，没有{age}周岁的。{_FLEXIBLY_LATER}"
    if tracks == (WOMEN_50,) and age <= _AGES[WOMEN_55][1]:
        return (
            f"女工人（原50周岁）的法定退休年龄最后延到55周岁，没有{age}周岁的。"
            f"{_FLEXIBLY_LATER}；{_BY_POST}"
        )
    return (
        f"女职工的法定退休年龄最后延到55周岁（原50周岁）或58周岁（原55周岁），没有{age}周岁的。"
        f"请核对性别，或写明原50还是原55；{_FLEXIBLY_LATER}"
    )


def _not_of_birth(track: Track, year: int, age: int) -> str:
    """What to say where nobody born in the year can retire at the age, however flexibly; else empty."""
    first, last = (retirement_of(track, Month(year, month)) for month in (1, 12))
    between = dict.fromkeys(age_words(found.age) for found in (first, last))
    said = f"{year}年出生的{track.name}，法定退休年龄是{'到'.join(between)}"
    later = FLEXIBLE_MONTHS if last.delay else 0
    if 12 * age > last.age + later:
        return f"{said}，{'弹性延迟最多再晚3年，' if later else ''}到不了{age}周岁"
    if 12 * age < first.earliest.ordinal - first.birth.ordinal:
        return f"{said}，弹性提前最多早3年，早不到{age}周岁"
    return ""
