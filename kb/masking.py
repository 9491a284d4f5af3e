"""Hides the numbers that identify a person before a text is searched, recorded or logged."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

_ID_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_ID_CHECKS = "10X98765432"
_PROVINCE = re.compile("1[1-5]|2[1-3]|3[1-7]|4[1-6]|5[0-4]|6[1-5]|71|8[1-3]")
_ORGANISATION = re.compile("(?:5[1239]|9[1-3])[0-9]{16}")
"""A unified social credit code of digits only: it names an organisation, not a person."""


@dataclass(frozen=True, slots=True)
class Masked:
    """The text to go on with, and the kinds of number that were taken out, each once, as they stood."""

    text: str
    found: tuple[str, ...]

    @property
    def warning(self) -> str:
        """What to tell the person who typed the text; empty when nothing was hidden."""
        return f"问题里的{'、'.join(self.found)}已隐去" if self.found else ""


def mask(text: str) -> Masked:
    """Replace ID, bank-card, mobile and social-security-card numbers by the name of their kind.

    A number must be of the right form and, where it has one, carry the right check digit; behind a label
    such as 身份证号 a mistyped number is hidden too. Masking a masked text changes nothing.
    """
    spans = sorted(_spans(_fold(text)))
    parts, place = [], 0
    for start, end, name in spans:
        parts += [text[place:start], f"［{name}］"]
        place = end
    return Masked(
        "".join([*parts, text[place:]]), tuple(dict.fromkeys(name for _, _, name in spans))
    )


def without_marks(text: str) -> str:
    """A masked text without the names of hidden numbers and their labels: they are not what is asked for."""
    return _MARK.sub(" ", text).strip() if "［" in text else text


def _fold(text: str) -> str:
    """The text with full-width characters as ASCII and in upper case; every character keeps its place."""
    folded = (unicodedata.normalize("NFKC", character).upper() for character in text)
    return "".join(new if len(new) == 1 else old for old, new in zip(text, folded, strict=True))


def _spans(text: str) -> list[tuple[int, int, str]]:
    """Where numbers stand: (start, end, name), none overlapping; the kinds listed first win."""
    taken: list[tuple[int, int, str]] = []
    for name, pattern, valid in _KINDS:
        for match in pattern.finditer(text):
            start, end = match.span("number")
            free = all(end <= other[0] or other[1] <= start for other in taken)
            if free and valid(re.sub("[^0-9A-Z]", "", match["number"])):
                taken.append((start, end, name))
    return taken


def _is_id_18(number: str) -> bool:
    total = sum(int(digit) * weight for digit, weight in zip(number, _ID_WEIGHTS, strict=False))
    return _is_person(number, number[6:14]) and _ID_CHECKS[total % 11] == number[17]


def _is_id_15(number: str) -> bool:
    return _is_person(number, f"19{number[6:12]}")


def _is_person(number: str, birthday: str) -> bool:
    """Whether an ID number begins with a province and holds a possible day of birth (YYYYMMDD)."""
    try:
        born = date(int(birthday[:4]), int(birthday[4:6]), int(birthday[6:]))
    except ValueError:
        return False
    return _PROVINCE.match(number) is not None and date(1900, 1, 1) <= born <= date.today()


def _is_bank_card(number: str) -> bool:
    """Whether the Luhn sum is right and the number is not an organisation's code."""
    doubled = [int(digit) * (1 + place % 2) for place, digit in enumerate(reversed(number))]
    return sum(
        value - 9 * (value > 9) for value in doubled
    ) % 10 == 0 and not _ORGANISATION.fullmatch(number)


def _any(_number: str) -> bool:
    return True


def _free_standing(form: str) -> re.Pattern[str]:
    """The form as a whole run of digits. The pattern has no width, so that every run is tried."""
    return re.compile(rf"(?<![0-9])(?=(?P<number>{form})(?![0-9]))")


def _labelled(label: str, form: str) -> re.Pattern[str]:
    return re.compile(rf"(?:{label})(?:是|为|:|[ ]){{0,3}}(?P<number>{form})(?![0-9A-Z])")


_GAP = r"[ \-‐–—_.\u200b-\u200d\ufeff]{0,3}"
"""What people type between the groups of a number; full-width forms are folded before."""
_ID_18 = rf"[0-9](?:{_GAP}[0-9]){{16}}{_GAP}[0-9X]"
_ID_15 = rf"[0-9]{{6}}{_GAP}[0-9]{{6}}{_GAP}[0-9]{{3}}"
_CARD = r"[3-689][0-9]{15,18}"
_CARD_IN_FOURS = rf"[3-689][0-9]{{3}}(?P<gap>{_GAP})[0-9]{{4}}(?:(?P=gap)[0-9]{{4}}){{2}}(?:(?P=gap)[0-9]{{1,3}})?"
_MOBILE = (
    rf"(?:(?:\+|00)?86{_GAP})?1[3-9][0-9](?P<gap>{_GAP})[0-9]{{4}}(?P=gap)[0-9]{{4}}"
    r"(?![ ]*元|\.[0-9]{1,2}(?![0-9]))"  # an amount
)
_KINDS: tuple[tuple[str, re.Pattern[str], Callable[[str], bool]], ...] = (
    ("身份证号", _free_standing(_ID_18), _is_id_18),
    ("身份证号", _free_standing(_ID_15), _is_id_15),
    (
        "身份证号",
        _labelled("身份证件?号?码?|社会?保障?号码?|证件号码?", "[0-9]{14,17}[0-9X]"),
        _any,
    ),
    ("银行卡号", _free_standing(_CARD), _is_bank_card),
    ("银行卡号", _free_standing(_CARD_IN_FOURS), _is_bank_card),
    ("银行卡号", _labelled("银行卡号?码?|银行账号|卡号", _CARD), _any),
    ("手机号", _free_standing(_MOBILE), _any),
    (
        "社保卡号",
        _labelled("(?:社会?保障?卡|市民卡)(?:卡?号码?)?", "[A-Z][0-9]{8}|[0-9]{9,12}"),
        _any,
    ),
    ("个人编号", _labelled("个人编号", "[0-9]{9,12}"), _any),
)
_NAMES = "|".join(dict.fromkeys(kind for kind, _, _ in _KINDS))
_MARK = re.compile(
    r"(?:(?:[我他她]的?)?(?:身份证|证件|手机|电话|银行卡|社保卡|卡|个人)(?:号码?|编号)[是为:：]?)?"
    rf"［(?:{_NAMES})］"
)
"""What stands in the place of a number, with its label; 社保卡［社保卡号］丢了 is still about the card."""
