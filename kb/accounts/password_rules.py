"""Why a password is refused: every reason at once, in Chinese, each with what to do about it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from kb.accounts.folding import foldings, plain
from kb.accounts.passwords import LONGEST, normalised
from kb.accounts.weakness import is_made_of_weak_pieces, is_repetitive, is_soon_guessed

MINIMUM = 10
CLASSES_WANTED = 3
BUREAU_WORDS = (
    "shengzhou",
    "shaoxing",
    "zhejiang",
    "renshe",
    "shebao",
    "wenzhi",
    "hrss",
    "szrs",
    "rsj",
    "sbj",
    "sz",
    "12333",
    "0575",
)
"""What stands for the bureau, its place and this system, so that everybody tries it first; Chinese as pinyin."""

_STANDS_ANYWHERE = 4
"""A word of fewer characters comes up in random passwords too: it is refused only where it stands apart from other
letters, and there are few of those."""
_FEW_LETTERS = 4

_WITH_DOUBLE_SURNAME = 4
"""Syllables of a name such as 欧阳明珠, whose surname may be one or two of them."""

_CLASSES = (
    re.compile("[a-z]"),
    re.compile("[A-Z]"),
    re.compile("[0-9]"),
    re.compile("[^a-zA-Z0-9]"),
)
"""Small letters, capitals, digits, everything else: symbols, blanks, and Chinese characters count as one."""

_ADVICE = "换成三四个互不相关的词，中间夹数字和符号"


def objections(
    password: str,
    *,
    account: str = "",
    display_name: str = "",
    words: Sequence[str] = (),
    minimum: int = MINIMUM,
) -> list[str]:
    """Every reason why a password is refused; empty when it is good. Never repeats any of the password.

    `account` and `display_name` are of whom it is for; `words` are others that must not stand in it, such as
    the names of the office or the system.
    """
    text = normalised(password) if len(password) <= LONGEST else password
    if len(text) > LONGEST:
        return [f"密码超过 {LONGEST} 个字符：请缩短到 {LONGEST} 个字符以内"]
    return [
        *_of_form(text, minimum),
        *_of_words(text, account, display_name, words),
        *_of_guesses(text),
    ]


def _of_form(text: str, minimum: int) -> Iterable[str]:
    if len(text) < minimum:
        yield f"密码只有 {len(text)} 个字符：请至少用 {minimum} 个字符"
    if not text.isprintable():
        yield "密码里有看不见的字符（如制表符、零宽字符）：请逐字输入，不要从别处粘贴"
    if sum(bool(one.search(text)) for one in _CLASSES) < CLASSES_WANTED:
        yield (
            "密码的字符种类太少：请在小写字母、大写字母、数字、其他字符（符号、空格、汉字）四类中"
            f"至少用 {CLASSES_WANTED} 类"
        )


def _of_words(text: str, account: str, display_name: str, words: Sequence[str]) -> Iterable[str]:
    if _holds(text, _spellings_of_account(account)):
        yield "密码里有账号名：请去掉账号名，大小写和形近的数字、符号也不行"
    if _holds(text, _spellings_of_name(display_name)):
        yield "密码里有姓名或姓名的拼音、首字母：请去掉与姓名有关的部分"
    if _holds(text, {*BUREAU_WORDS, *map(_letters_and_digits, words)}):
        yield "密码里有单位、地名或系统的名称（含拼音和缩写）：请去掉这些容易被人想到的词"


def _of_guesses(text: str) -> Iterable[str]:
    if is_repetitive(text):
        yield f"密码由重复的字符组成：请{_ADVICE}"
    elif is_made_of_weak_pieces(text):
        yield f"密码由常见弱口令、键盘顺序、连续字符、日期或电话号码拼成：请{_ADVICE}"
    elif is_soon_guessed(text):
        yield f"密码容易被猜中：请{_ADVICE}"


def _holds(text: str, words: Iterable[str]) -> bool:
    """Whether one of the words, each in small letters, stands in the text however it is disguised."""
    simple = plain(text)
    read = foldings(simple)
    apart = re.findall("[a-z]+", simple)
    few = len("".join(apart)) - _FEW_LETTERS
    return any(
        any(word in one for one in read)
        if len(word) >= _STANDS_ANYWHERE
        else word in apart and len(word) > few
        for word in words
        if word
    )


def _spellings_of_account(account: str) -> set[str]:
    """The account's name, and the same without the figures that tell namesakes apart."""
    name = _letters_and_digits(account)
    return _two_or_more({name, name.strip("0123456789")})


def _spellings_of_name(display_name: str) -> set[str]:
    """张三丰 as zhangsanfeng, sanfengzhang, zsf and sanfeng, 欧阳明珠 also with both its first as surname; John Smith likewise."""
    parts = _parts(display_name)
    found = {"".join(part[0] for part in parts)}
    for length in (1, 2) if len(parts) >= _WITH_DOUBLE_SURNAME else (1,):
        surname, given = "".join(parts[:length]), "".join(parts[length:])
        found |= {surname + given, given + surname}
        found |= {given} if len(given) >= _STANDS_ANYWHERE else set()
    return _two_or_more(found)


def _parts(display_name: str) -> list[str]:
    """The syllables of a Chinese name, the words of another one."""
    spaced = "".join(
        one if one.isascii() else f" {plain(one)} " for one in normalised(display_name)
    )
    return [part for word in spaced.split() if (part := _letters_and_digits(word))]


def _letters_and_digits(word: str) -> str:
    return "".join(one for one in plain(word) if one.isalnum())


def _two_or_more(words: set[str]) -> set[str]:
    return {word for word in words if len(word) > 1}
