"""Tells whether a run of digits can be a number of the kind that it looks like; all take compact upper case."""

from __future__ import annotations

import re
from datetime import date, timedelta

_ID_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_ID_CHECKS = "10X98765432"
_PROVINCE = re.compile("1[1-5]|2[1-3]|3[1-7]|4[1-6]|5[0-4]|6[1-5]|71|8[1-3]")
_ORGANISATION = re.compile("(?:5[1239]|9[1-3])[0-9]{16}")
"""A unified social credit code of digits only: it names an organisation, not a person."""
_TWO_DAYS = re.compile(
    "(?:(?:19[0-9]|20[0-3])[0-9](?:0[1-9]|1[0-2])(?:0[1-9]|[12][0-9]|3[01])){1,2}"
)
_GROWN_UP = timedelta(days=16 * 365)


def is_id_18(number: str) -> bool:
    """Whether it is an ID number with its check character (GB 11643)."""
    total = sum(int(digit) * weight for digit, weight in zip(number, _ID_WEIGHTS, strict=False))
    return _birthday(number) is not None and _ID_CHECKS[total % 11] == number[17]


def is_grown_ups_id(number: str) -> bool:
    """Whether it is an ID number of someone of 16 or more: no serial number that holds a recent day."""
    born = _birthday(number)
    return is_id_18(number) and born is not None and born < date.today() - _GROWN_UP


def is_id_15(number: str) -> bool:
    """Whether it is an ID number of before 1999, which has no check digit."""
    return _birthday(f"{number[:6]}19{number[6:]}") is not None


def is_disability_card(number: str) -> bool:
    """Whether it is an ID number followed by the kind (1..7) and grade (1..4) of a disability."""
    return is_id_18(number[:18]) and number[18] in "1234567" and number[19] in "1234"


def is_bank_card(number: str) -> bool:
    """Whether the Luhn sum is right and it is neither an organisation's code nor a mistyped ID number."""
    doubled = [int(digit) * (1 + place % 2) for place, digit in enumerate(reversed(number))]
    if sum(value - 9 * (value > 9) for value in doubled) % 10:
        return False
    looks_like_id = len(number) == 18 and _birthday(number) is not None
    return not looks_like_id and not _ORGANISATION.fullmatch(number)


def is_no_day(number: str) -> bool:
    """Whether it is anything but a day, or two: 20140101 or 2014010120340101."""
    return not _TWO_DAYS.fullmatch(number)


def is_mistyped_id(number: str) -> bool:
    """Whether it is about as long as an ID number."""
    return 14 <= len(number) <= 19 and is_no_day(number)


def anything(_number: str) -> bool:
    """For numbers that carry no check digit and are told by their label."""
    return True


def _birthday(number: str) -> date | None:
    """The day of birth in an ID number of 18; None when it is no day or no province stands before it."""
    try:
        born = date(int(number[6:10]), int(number[10:12]), int(number[12:14]))
    except ValueError:
        return None
    possible = _PROVINCE.match(number) and date(1900, 1, 1) <= born <= date.today()
    return born if possible else None
