"""Numbers as people write and say them: which are read, which are left alone."""

from __future__ import annotations

from decimal import Decimal

import pytest

from bot.calculators.months import Month
from bot.calculators.numerals import to_digits
from bot.calculators.slots import (
    ages,
    amounts,
    birth_months,
    grades,
    is_vague,
    odd_months,
    retirement_years,
    terms,
)


@pytest.mark.parametrize(
    ("spoken", "written"),
    [
        ("六级工伤", "6级工伤"),
        ("七年三个月", "7年3个月"),
        ("两年零五个月", "2年零5个月"),
        ("一年零三个月失业险", "1年零3个月失业险"),
        ("交满一年", "交满1年"),
        ("三千五", "3500"),
        ("十二万五", "125000"),
        ("一万二千", "12000"),
        ("一百三十个月", "130个月"),
        ("三千零五十块", "3050块"),
        ("原来五十五退", "原来55退"),
        ("83,500元", "83500元"),
    ],
)
def test_spelt_numbers_are_written_in_digits(spoken: str, written: str) -> None:
    assert to_digits(spoken) == written


@pytest.mark.parametrize(
    "text",
    ["一个月多少", "一年要多少钱", "一次性", "万一", "百分之六十", "五六级", "十分着急", "8万"],
)
def test_what_may_be_no_number_stays(text: str) -> None:
    assert to_digits(text) in (text, text.replace("六十", "60"))


@pytest.mark.parametrize(
    ("text", "months"),
    [
        ("缴了7年3个月", [87]),
        ("7年零3个月", [87]),
        ("5年半", [66]),
        ("5.5年", [66]),
        ("交了半年", [6]),
        ("累计68个月", [68]),
        ("交了10年领了4个月", [120]),
        ("2031年退休交了15年", [180]),
        ("28年退", []),
        ("1967年3月", []),
    ],
)
def test_lengths_of_time_are_read_in_months(text: str, months: list[int]) -> None:
    assert terms(text) == months


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("1967年3月生的几时退", [Month(1967, 3)]),
        ("1967年3月 是2027年10月退吗", [Month(1967, 3)]),
        ("19670315出生", [Month(1967, 3)]),
        ("2024年12月到60岁", []),
        ("2027年10月退的几月份", []),
        ("1967年3月和1970年5月", [Month(1967, 3), Month(1970, 5)]),
        ("1967年的", []),
    ],
)
def test_a_month_in_which_somebody_retires_is_no_month_of_birth(
    text: str, found: list[Month]
) -> None:
    assert birth_months(text) == found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("6级", [6]),
        ("5、6级", [5, 6]),
        ("五六级", [5, 6]),
        ("一至4级", [1, 2, 3, 4]),
        ("5到10级", [5, 6, 7, 8, 9, 10]),
        ("等级", []),
        ("11级", [11]),
    ],
)
def test_grades_are_read_alone_in_pairs_and_in_ranges(text: str, found: list[int]) -> None:
    assert grades(text) == found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("账户8万60岁", ["80000"]),
        ("12.5万元", ["125000"]),
        ("6千5", ["6500"]),
        ("8万3", ["83000"]),
        ("一个月5000", ["5000"]),
        ("本人工资50", ["50"]),
        ("基数-8000", ["-8000"]),
        ("交了68个月", []),
        ("2026年3月", []),
        ("60岁", []),
        ("139", ["139"]),
        ("20%", []),
    ],
)
def test_amounts_of_money_are_told_from_other_numbers(text: str, found: list[str]) -> None:
    assert amounts(text) == [Decimal(amount) for amount in found]


def test_ages_are_read_with_their_months() -> None:
    assert ages("60岁5个月") == [725]
    assert ages("60岁零5个月") == [725]
    assert ages("50周岁半") == [606]
    assert ages("女工50整") == [600]
    assert ages("60岁和63岁") == [720, 756]


def test_a_shortened_year_is_read_only_where_somebody_retires() -> None:
    assert retirement_years("客户28年退") == [2028]
    assert retirement_years("34年到龄") == [2034]
    assert retirement_years("交了28年退休") == []
    assert retirement_years("2031年退休") == [2031]


@pytest.mark.parametrize("text", ["交了5年多", "8万左右", "60岁多", "大概10年", "20多年", "50来岁"])
def test_figures_that_are_not_exact_are_known(text: str) -> None:
    assert is_vague(text)


def test_how_much_is_not_a_figure_that_is_not_exact() -> None:
    assert not is_vague("交了5年多少个月")
    assert not is_vague("2026年多少")


def test_thirteen_months_after_a_year_do_not_fit() -> None:
    assert odd_months("60岁13个月") == "13个月"
    assert odd_months("7年11个月") == ""
