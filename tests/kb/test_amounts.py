"""The row about the question's amount answers, a row about another amount never does."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kb.amounts import lists_amounts, row_fits

_DIGITS = "零一二三四五六七八九"


def spoken(number: int) -> str:
    """1 to 99 as people write it in characters."""
    tens, ones = divmod(number, 10)
    ten = ("" if tens == 1 else _DIGITS[tens]) + "十" if tens else ""
    return ten + (_DIGITS[ones] if ones else "")


@pytest.mark.parametrize(
    ("question", "key", "fits"),
    [
        ("9级工伤赔几个月", "九级", 1),
        ("九级工伤赔几个月", "9级", 1),
        ("9级工伤赔几个月", "八级", -1),
        ("十级工伤", "10级", 1),
        ("十级工伤", "一级", -1),
        ("五级到六级之间，6级的", "五级至六级", 1),
        ("7级", "五级至六级", -1),
        ("3级护理", "1至4级", 1),
        ("60岁计发月数", "60岁", 1),
        ("60岁计发月数", "50岁", -1),
        ("五十岁计发月数", "50岁", 1),
        ("50周岁", "50岁", 0),
        ("24个月", "满12个月", -1),
        ("15.5年", "15.5年", 1),
        ("15年", "15.5年", -1),
        ("交了二十五年", "25年", 1),
        ("交了十二年", "12年", 1),
        ("两年", "2年", 1),
        ("工伤赔几个月", "九级", 0),
        ("9级工伤", "男职工", 0),
        ("9级工伤", "满5年", 0),
        ("2024年", "满20年", 0),
        ("7月1日", "7个月", 0),
        ("80度", "80岁", 0),
    ],
)
def test_a_row_is_compared_by_the_amounts_of_its_key(question: str, key: str, fits: int) -> None:
    assert row_fits(question, f"条件={key}；待遇=12个月") == fits


@pytest.mark.parametrize(
    ("years", "fits"), [("9", -1), ("10", 1), ("12", 1), ("十二", 1), ("15", 1), ("16", -1)]
)
@pytest.mark.parametrize(
    "key",
    ["满10年不超过15年", "满10不超过15年", "10年至15年", "10到15年", "10~15年"],
)
def test_an_amount_within_a_range_fits_its_row(key: str, years: str, fits: int) -> None:
    assert row_fits(f"交了{years}年给几个月", f"缴费年限={key}；月数=9") == fits


@pytest.mark.parametrize(("years", "fits"), [("10", 1), ("14.5", 1), ("15", -1), ("十五", -1)])
@pytest.mark.parametrize("key", ["满10年不满15年", "满10不足15年", "满10年未满15年"])
def test_a_range_that_ends_before_an_amount_does_not_hold_it(
    key: str, years: str, fits: int
) -> None:
    assert row_fits(f"交了{years}年给几个月", f"缴费年限={key}；月数=9") == fits


@pytest.mark.parametrize(("years", "fits"), [("29", -1), ("30", 1), ("四十", 1)])
@pytest.mark.parametrize("key", ["30年以上", "30年及以上", "满30年（含30年）以上"])
def test_a_row_for_all_from_an_amount_on_fits_what_is_not_less(
    key: str, years: str, fits: int
) -> None:
    if "含" in key:
        key = "30年(含30年)以上"
    assert row_fits(f"交了{years}年", f"年限={key}；月数=24") == fits


@pytest.mark.parametrize(
    ("question", "fits"),
    [
        ("状态4是什么意思", 1),
        ("状态 4", 1),
        ("状态是4", 1),
        ("状态14", 0),
        ("状态4.5", 0),
        ("4级工伤", 0),
        ("4月", 0),
        ("4年", 0),
        ("4个", 0),
        ("4%", 0),
        ("状态5", 0),
        ("状态是什么意思", 0),
    ],
)
def test_a_key_that_is_a_bare_number_fits_who_names_just_it(question: str, fits: int) -> None:
    assert row_fits(question, "状态=4；含义=暂停") == fits


def test_only_the_first_cell_is_the_key() -> None:
    assert row_fits("13个月", "等级=七级；月数=13个月") == 0


@given(st.integers(1, 99), st.sampled_from(["年", "级", "个月", "岁", "天"]))
def test_a_spoken_number_is_the_same_amount_as_its_digits(number: int, unit: str) -> None:
    row = f"条件={number}{unit}；待遇=甲"
    assert row_fits(f"{spoken(number)}{unit}的", row) == row_fits(f"{number}{unit}的", row) == 1
    assert row_fits(f"{spoken(number)}{unit}的", f"条件={number + 1}{unit}；待遇=甲") == -1


@pytest.mark.parametrize("question", ["八级和九级补几个月", "缴费10年、15年领几个月"])
def test_a_question_may_list_amounts(question: str) -> None:
    assert lists_amounts(question)


@pytest.mark.parametrize("question", ["九级补几个月", "缴费10年60岁能退吗"])
def test_different_kinds_of_amounts_are_no_list(question: str) -> None:
    assert not lists_amounts(question)
