"""Recovery codes are random, forgiving to type, and kept as fingerprints only."""

from __future__ import annotations

import re
import time

import pytest

from kb.accounts.recovery_codes import COUNT, code_fingerprint, matching, new_codes

CODE = "7K2M-XQ4D-0HTV-1RWB"


def test_ten_different_codes_that_are_easy_to_copy() -> None:
    found = [code for _ in range(50) for code in new_codes()]
    assert COUNT == 10
    assert len(new_codes()) == COUNT
    assert len(set(found)) == len(found)
    group = "[0-9A-HJKMNP-TV-Z]{4}"
    assert all(re.fullmatch(f"{group}(-{group}){{3}}", code) for code in found)
    assert len({one for code in found for one in code if one != "-"}) == 32


@pytest.mark.parametrize(
    "typed",
    [
        "7k2m xq4d 0htv 1rwb",
        "7K2MXQ4D0HTV1RWB",
        "7K2M-XQ4D-OHTV-IRWB",
        "7K2M-XQ4D-oHTV-lRWB",
        "７Ｋ２Ｍ－ＸＱ４Ｄ－０ＨＴＶ－１ＲＷＢ",
    ],
)
def test_a_code_may_be_typed_as_people_read_it(typed: str) -> None:
    assert code_fingerprint(typed) == code_fingerprint(CODE)


def test_a_code_proves_its_own_fingerprint_only() -> None:
    codes = new_codes()
    kept = [code_fingerprint(code) for code in codes]
    assert [matching(code, kept) for code in codes] == kept
    assert matching(codes[3], kept[:3] + kept[4:]) is None
    assert matching(codes[0], []) is None


@pytest.mark.parametrize(
    "typed", ["", "-", "7K2M-XQ4D-0HTV", CODE + "7", CODE + " " * 80 + "x", "社" * 16, "\ud83d"]
)
def test_anything_else_proves_nothing(typed: str) -> None:
    kept = [code_fingerprint(CODE), *map(code_fingerprint, new_codes())]
    assert matching(typed, kept) is None


def test_the_fingerprint_does_not_show_the_code() -> None:
    assert re.fullmatch("[0-9a-f]{64}", code_fingerprint(CODE))


def test_a_long_text_is_not_worked_on() -> None:
    started = time.perf_counter()
    assert matching("\u0301\u0327" * 20_000, [code_fingerprint(CODE)]) is None
    assert time.perf_counter() - started < 0.1
