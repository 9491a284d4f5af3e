"""Puts what a short follow-up names (那八级呢) in the place of the word of the same kind in the question before."""

from __future__ import annotations

import re
from difflib import SequenceMatcher

_GROUPS = (
    "灵活就业人员|灵活就业|城乡居民|居民|企业职工|在职职工|职工|机关事业单位|事业单位|公务员|农民工|"
    "退役军人|个体工商户|个体户|劳务派遣|实习生|超龄人员"
)
_PAYERS = "用人单位|单位|公司|企业|个人|本人"
_SCHEMES = "养老保险|养老金|养老|失业保险金|失业保险|失业补助金|失业金|失业|工伤保险|工伤|医疗保险|医保|生育保险"
_GRADE = "(?:10|[1-9]|[一二三四五六七八九十])"

_KINDS: tuple[tuple[str, str], ...] = (
    *(
        (kind, kind)
        for kind in (
            r"(?<!\d)(?:19|20)?\d\d年1?\d月",
            r"(?<!\d)(?:\d{1,2}|[一二三四五六七八九十]{1,3})年(?!度|1?\d月)",
            r"(?<!\d)\d{1,3}个月",
            r"(?<!\d)\d\d周?岁",
            r"(?<![a-zA-Z\d-])[45]\d\d(?!\d)",
            r"(?<![\d-])12\d{3}(?!\d)",
            r"(?<![a-zA-Z\d])[a-zA-Z]{1,10}-\d{3,8}(?!\d)",
            r"0[xX][0-9a-fA-F]{2,8}",
            "上限|下限",
            "最高|最低",
            "提前|延迟",
            "男|(?<!子)女",
            "中小微企业|小微企业|中小微|大型企业|大型",
            "完全不能自理|大部分不能自理|部分不能自理",
            _GROUPS,
            _SCHEMES,
        )
    ),
    (
        r"(?<!\d)(?:19|20)\d\d(?:年度|年)?(?!\d|1?\d月)|[今去前明]年",
        r"(?<!\d)(?:(?:19|20)\d\d|\d\d(?=年))(?:年度|年)?(?!\d|1?\d月)|[今去前明]年",
    ),
    (rf"(?<!\d)(?:{_GRADE}级?[至到~-])?{_GRADE}级", rf"(?<!\d)(?:\d{{1,3}}|{_GRADE})级"),
    (r"(?<!\d)1?\d月(?!\d)", r"(?<![\d年])1?\d月(?!\d)"),
    (_PAYERS, f"{_GROUPS}|{_PAYERS}"),
)
"""Words of one kind: how the question before names it, and how the follow-up may."""

_AND = "和|跟|与|及|以及|或者?|还有|还是|、|，|,"
_YEAR_OF_MONTH = re.compile(r"(?<!\d)(?:(?:19|20)\d\d|[04-9]\d)年(?=(1?\d月))")
_YEARS = re.compile(
    r"(?<!\d)(?:(?:19|20)\d\d|[04-9]\d)年(?:(?:_AND)(?:(?:19|20)\d\d|[04-9]\d)年)*"
    r"(?!\d|度|1?\d月|[以之]?[内前后]|多)".replace("_AND", _AND)
)
"""Years of birth, alone or several: they take the place of the year of a month of birth."""

_FILLER = re.compile(
    r"那么|那|要是|如果是|如果|换成|也是|还有|是|的话|人员|出生|参保|分别|各|怎么样|怎么说|呢|的|吗|呀|啊|[\s,，。?？!！、]"
)
_LIKE_ENOUGH = 0.5


def substitute(subject: str, words: str) -> tuple[str, str] | None:
    """The question before with what `words` names put in, and what else they say; None when no kind fits.

    `2024年上限多少` and `那2023年的下限呢` give `2023年下限多少` and nothing else.
    """
    found, rest = _with_years(subject, words)
    for there, here in _KINDS:
        old, new = re.search(there, found), re.search(f"(?:{here})(?:(?:{_AND})(?:{here}))*", rest)
        if old and new:
            found = found[: old.start()] + new[0] + found[old.end() :]
            rest = rest[: new.start()] + rest[new.end() :]
    return (found, _FILLER.sub("", rest)) if rest != words else None


def _with_years(subject: str, words: str) -> tuple[str, str]:
    """The question before with other years for its month (1977年和1978年 for 1976年3月), and the other words."""
    old, new = _YEAR_OF_MONTH.search(subject), _YEARS.search(words)
    if not (old and new):
        return subject, words
    months = re.sub("年", f"年{old[1]}", new[0])
    found = subject[: old.start()] + months + subject[old.end() + len(old[1]) :]
    return found, words[: new.start()] + words[new.end() :]


def is_group(word: str) -> bool:
    """Whether a word names people or payers, whose rules may differ, and nothing that has rules by itself."""
    return bool(re.fullmatch(f"{_GROUPS}|{_PAYERS}", word))


def mend(subject: str, word: str) -> str | None:
    """The question before with a mistyped word put right: the stretch most like `word`; None when none is."""
    stretches = (subject[at : at + len(word)] for at in range(len(subject) - len(word) + 1))
    likest = max(stretches, key=lambda stretch: _likeness(stretch, word), default="")
    enough = len(word) > 1 and likest != word and _likeness(likest, word) >= _LIKE_ENOUGH
    return subject.replace(likest, word, 1) if enough else None


def _likeness(one: str, other: str) -> float:
    return SequenceMatcher(None, one, other).ratio()
