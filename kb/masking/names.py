"""Finds names of persons behind a label: 姓名：…, 参保人…, 本人叫…; a name without a label stays."""

from __future__ import annotations

import re
from collections.abc import Iterator

from kb.masking.numbers import Span
from kb.masking.words import (
    ALSO_WORDS,
    COMPOUND_SURNAMES,
    GIVEN_ONLY,
    LINKING,
    NAMES_ONLY,
    NEVER_GIVEN,
    NEXT_WORDS,
    NO_NAMES,
    ONLY_FIRST,
    SURNAMES,
    TRANSCRIBED,
)

NAME = "姓名"
_LABEL = re.compile(
    "(?:姓名|名字|户名|户主|死者|逝者|伤者|患者|配偶|丈夫|妻子|参保职工|受伤职工|工伤职工|法定代表人|"
    "(?:参保|退休|失业|工伤|供养|待遇)人员|"
    "(?:参保|申请|持卡|收款|领取|被保险|联系|代办|代理|委托|受托|监护|继承|受益|死亡|退休|申报|投诉|来电|来访|当事|负责|办事|经办)人"
    ")(?:姓名)?(?P<joint>(?:名?叫|[ :=是为(]){0,3})|(?:[我他她]|本人|名)叫(?P<called>[ :做]{0,2})|本人是(?P<is>)"
)
_CHINESE = r"[\u3400-\u4dbf\u4e00-\u9fff\U00020000-\U0002fa1f]"
_DOT = r"[·•・･‧∙.]"
_WITH_DOTS = re.compile(
    rf"{_CHINESE}{{1,8}}{_DOT}(?:{_CHINESE}{{1,12}}{_DOT}){{0,3}}(?P<last>{_CHINESE}{{1,8}})"
)
_IS_CHINESE = re.compile(_CHINESE)


def name_spans(text: str) -> Iterator[Span]:
    """Names of two to four characters, or with a dot in them, behind a label of a folded text."""
    for match in _LABEL.finditer(text):
        sure = match["called"] is not None or bool(re.search("[:=叫]", match["joint"] or ""))
        end = _end(text, match.end(), sure, bare=not sure and not match["joint"])
        if end is not None:
            yield match.end(), end, NAME


def _end(text: str, start: int, sure: bool, bare: bool) -> int | None:
    """Where a name that begins here ends; None where none begins. `bare`: nothing parts it from its label."""
    dotted = _WITH_DOTS.match(text, start)
    if dotted is not None:
        return _end_of_last_part(text, *dotted.span("last"))
    if text.startswith(NO_NAMES, start):
        return None
    if text[start : start + 2] in COMPOUND_SURNAMES:
        found = _end_of_given(text, start + 2, sure)
        if found is not None:
            return found
    surname = text[start : start + 1]
    sure = sure or surname in NAMES_ONLY
    end = _end_of_given(text, start + 1, sure) if surname in SURNAMES else None
    if end is None or not bare:
        return end
    doubtful = surname in LINKING or (surname in ALSO_WORDS and end == start + 2)
    runs_on = _IS_CHINESE.match(text, end) is not None or surname in LINKING
    return None if doubtful and runs_on and GIVEN_ONLY.isdisjoint(text[start + 1 : end]) else end


def _end_of_given(text: str, start: int, sure: bool) -> int | None:
    """Where a given name of one or two characters ends; a sure one may also run into a word that is not known."""
    if text.startswith(NEXT_WORDS, start) or not _may_be_given(text, start, first=True):
        return None
    two = _is_second(text, start + 1)
    if two and _ends(text, start + 2):
        return start + 2
    if _ends(text, start + 1):
        return start + 1
    return start + 2 if two and sure else None


def _is_second(text: str, at: int) -> bool:
    """Whether the second character of a given name may stand here; 来 in 春来 only where nothing goes on."""
    alone = not _IS_CHINESE.match(text, at + 1)
    return _may_be_given(text, at, first=alone) and not text.startswith(NEXT_WORDS, at)


def _may_be_given(text: str, at: int, first: bool) -> bool:
    character = text[at : at + 1]
    known_not = character in NEVER_GIVEN or (not first and character in ONLY_FIRST)
    return bool(_IS_CHINESE.match(character)) and not known_not


def _ends(text: str, at: int) -> bool:
    """Whether a name may end before this place: at a mark, or where another word begins."""
    return not _may_be_given(text, at, first=False) or text.startswith(NEXT_WORDS, at)


def _end_of_last_part(text: str, start: int, end: int) -> int:
    """Where the last part of a name with dots ends: before the first word that is known to follow names."""
    return next((at for at in range(start + 1, end) if _goes_on(text, at)), end)


def _goes_on(text: str, at: int) -> bool:
    return text.startswith(NEXT_WORDS, at) or (text[at] not in TRANSCRIBED and _ends(text, at))
