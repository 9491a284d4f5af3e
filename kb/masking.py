"""Hides the numbers that identify a person before a text is searched, recorded or logged."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date

ID_NUMBER = "身份证号"
MOBILE = "手机号"
BANK_CARD = "银行卡号"
SOCIAL_CARD = "社保卡号"

_GAP = r"[ \-‐–—_.\u200b-\u200d\ufeff]{0,3}"
"""What people type between the groups of a number; full-width forms are folded to these before."""
_LABEL_GAP = r"(?:是|为|:|[ ]){0,3}"
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
    """Replace ID numbers, bank cards, mobile numbers and social-security-card numbers by their names.

    A number must be of the right form and, where it has one, carry the right check digit; behind a label
    such as 身份证号 a mistyped number is hidden too. Masking a masked text changes nothing.
    """
    spans = sorted(_spans(_fold(text)))
    parts, place = [], 0
    for start, end, name in spans:
        parts += [text[place:start], f"［{name}］"]
        place = end
    return Masked("".join([*parts, text[place:]]), tuple(dict.fromkeys(name for _, _, name in spans)))


def _fold(text: str) -> str:
    """Full-width digits, letters and blanks as ASCII, character by character, so that places stay."""
    folded = (unicodedata.normalize("NFKC", character) for character in text)
    return "".join(new if len(new) == 1 else old for old, new in zip(text, folded, strict=True)).upper()


def _spans(text: str) -> list[tuple[int, int, str]]:
    """Where numbers stand: (start, end, name), none overlapping; earlier kinds win."""
    taken: list[tuple[int, int, str]] = []
    for name, pattern, valid in _KINDS:
        for start, end in _matches(pattern, valid, text):
            if all(end <= other_start or other_end <= start for other_start, other_end, _ in taken):
                taken.append((start, end, name))
    return taken


def _matches(pattern: re.Pattern[str], valid: Callable[[str], bool], text: str) -> Iterator[tuple[int, int]]:
    """Every place where the pattern's group `n` matches, also inside a match that proves invalid."""
    for match in pattern.finditer(text):
        if valid(re.sub("[^0-9A-Z]", "", match["n"])):
            yield match.span("n")


def _is_id_18(number: str) -> bool:
    total = sum(int(digit) * weight for digit, weight in zip(number[:17], _ID_WEIGHTS, strict=True))
    return _is_person(number, number[6:14]) and _ID_CHECKS[total % 11] == number[17]


def _is_id_15(number: str) -> bool:
    return _is_person(number, f"19{number[6:12]}")


def _is_person(number: str, birthday: str) -> bool:
    """Whether an ID number begins with a province and holds a possible day of birth (YYYYMMDD)."""
    try:
        born = date.fromisoformat(f"{birthday[:4]}-{birthday[4:6]}-{birthday[6:]}")
    except ValueError:
        return False
    return _PROVINCE.match(number) is not None and 1900 <= born.year <= date.today().year


def _is_bank_card(number: str) -> bool:
    """Whether the Luhn sum is right and the number is not an organisation's code."""
    doubled = [int(digit) * (1 + place % 2) for place, digit in enumerate(reversed(number))]
    return sum(value - 9 * (value > 9) for value in doubled) % 10 == 0 and not _ORGANISATION.fullmatch(number)


def _any(number: str) -> bool:
    return True


def _digits(count: int, last: str = "0-9") -> str:
    return rf"[0-9](?:{_GAP}[0-9]){{{count - 2}}}{_GAP}[{last}]"


def _number(form: str) -> re.Pattern[str]:
    """A pattern that is tried at every first digit of a run and must end with the run."""
    return re.compile(rf"(?<![0-9])(?=(?P<n>{form})(?![0-9]))")


def _labelled(label: str, form: str) -> re.Pattern[str]:
    return re.compile(rf"(?:{label}){_LABEL_GAP}(?P<n>{form})(?![0-9A-Z])")


_CARD_GROUPS = r"[3-689][0-9]{15,18}|[3-689][0-9]{3}(?P<g>[ \-]{1,2})[0-9]{4}(?:(?P=g)[0-9]{4}){2}(?:(?P=g)?[0-9]{1,3})?"
_KINDS: tuple[tuple[str, re.Pattern[str], Callable[[str], bool]], ...] = (
    (ID_NUMBER, _number(_digits(18, "0-9X")), _is_id_18),
    (ID_NUMBER, _number(_digits(15)), _is_id_15),
    (ID_NUMBER, _labelled("身份证件?号?码?|社会?保障?号码?|证件号码?", rf"[0-9](?:{_GAP}[0-9X]){{14,17}}"), _any),
    (BANK_CARD, _number(_CARD_GROUPS), _is_bank_card),
    (BANK_CARD, _labelled("银行卡号?码?|卡号|账号|账户", r"[3-689][0-9]{15,18}"), _any),
    (
        MOBILE,
        _number(rf"(?:(?:\+|00)?86{_GAP})?1[3-9][0-9]{_GAP}[0-9]{{4}}{_GAP}[0-9]{{4}}(?![0-9]|[ ]*[元万亿]|\.[0-9])"),
        _any,
    ),
    (SOCIAL_CARD, _labelled("(?:社会?保障?卡|市民卡)(?:卡?号码?)?|个人编号", "[A-Z][0-9]{8}|[0-9]{9,12}"), _any),
)
