"""Which times texts and table rows are about, and which rows may answer on a day: the right year or none."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from kb.periods import (
    is_of_other_births,
    is_past_row,
    lists_dates,
    names_dates,
    names_other_dates,
    periods,
    rows_in_force,
    with_years_between,
)
from kb.tokenizer import find_dates, normalise
from kb.types import Passage, PassageForm, Query, Scope

TODAY = date(2026, 6, 1)


def passage(text: str, form: PassageForm = "row", headings: tuple[str, ...] = ()) -> Passage:
    return Passage(f"a#b~{text}", "a", "b", form, "缴费基数", headings, text)


def query(*dates: str, text: str = "缴费基数") -> Query:
    return Query(text, (), (), dates, Scope())


def in_force(question: str, rows: list[str], day: date | None = TODAY) -> list[str]:
    dates = tuple(find_dates(normalise(question)))
    found = rows_in_force(query(*dates, text=question), [passage(row) for row in rows], day)
    return [row.text for row in found]


def month(year: int, number: int) -> int:
    return 12 * year + number - 1


# Times in a text


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("2024年度", [(month(2024, 1), month(2024, 12))]),
        ("2024年3月", [(month(2024, 3), month(2024, 3))]),
        ("2024-07-01起", [(month(2024, 7), 12 * 3000)]),
        ("2024年7月至2025年6月", [(month(2024, 7), month(2025, 6))]),
        ("2026年至2029年", [(month(2026, 1), month(2029, 12))]),
        ("2029年及以前", [(0, month(2029, 12))]),
        ("1997年12月31日以前", [(0, month(1997, 12))]),
        ("2011年1月1日以后", [(month(2011, 1), 12 * 3000)]),
        ("1998年1月1日至2010年12月31日", [(month(1998, 1), month(2010, 12))]),
        ("2030年及以后", [(month(2030, 1), 12 * 3000)]),
        ("浙人社发〔2025〕52号", []),
        ("2010元、4986.2024", []),
    ],
)
def test_the_times_of_a_text_are_read_with_their_ends(
    text: str, named: list[tuple[int, int]]
) -> None:
    assert periods(text) == named


@pytest.mark.parametrize(
    ("day", "text", "named"),
    [
        ("2024年", "年度=2024年度；上限=24930", True),
        ("2024年", "年度=2024；上限=24930", True),
        ("2024年", "年度=2025年度；上限=25299；来源=2024-12-20问答与说明文字", False),
        ("2024年", "年度=2023年度；文号=浙人社发〔2024〕61号", False),
        ("2024年", "起始日期=2024-01-01；档次=2260元", True),
        ("1967年3月", "人员=男职工；出生年月=1967年3月；退休年月=2027年10月", True),
        ("1967年1月", "人员=男职工；出生年月=1967年11月；退休年月=2027年10月", False),
        ("2024年5月", "年度=2024年度；上限=24930", True),
        ("2031年", "退休年份=2030年及以后；年限=15.5年", True),
        ("2010年", "档次=2490元、2260元、2010元；起始日期=2024-01-01", False),
    ],
)
def test_a_row_names_the_dates_that_begin_its_short_cells(day: str, text: str, named: bool) -> None:
    assert names_dates(query(day), passage(text)) is named


def test_a_text_names_the_dates_of_its_headings_and_sentences() -> None:
    headed = passage("查这张表。", "text", ("1976年出生的女职工",))
    assert names_dates(query("1976年"), headed)
    assert names_dates(query("2025年"), passage("2025-01-01起执行。", "text"))
    assert not names_dates(query("2024年"), passage("文号浙人社发〔2024〕61号。", "text"))
    assert not names_dates(query("2024年", "2025年"), passage("2025年起执行。", "text"))


def test_a_question_without_dates_is_named_by_everything() -> None:
    assert names_dates(query(), passage("随便"))
    assert not names_other_dates(query(), passage("年度=2024年度；上限=1"), "年度=2024年度")


def test_words_without_a_time_are_about_no_other_time() -> None:
    assert names_other_dates(query("2024年"), passage("2025年的。", "text"), "2025年的。")
    assert not names_other_dates(query("2024年"), passage("一直这样。", "text"), "一直这样。")
    assert not names_other_dates(
        query("2024年"), passage("上限24930元。", "text", ("2024年度",)), "上限24930元。"
    )


def test_a_row_is_past_when_the_day_lies_outside_its_times() -> None:
    assert is_past_row(passage("年度=2025年度；上限=1"), TODAY)
    assert not is_past_row(passage("年度=2026年度；上限=1"), TODAY)
    assert not is_past_row(passage("起始日期=2024-01-01；档次=1"), TODAY)
    assert not is_past_row(passage("等级=七级；月数=13"), TODAY)
    assert not is_past_row(passage("2025年度。", "text"), TODAY)


# Rows in force

YEARS = [f"年度={year}年度；上限={year * 10}" for year in (2024, 2025, 2026)]
STARTS = [
    f"起始日期={day}；最低月工资={amount}元"
    for day, amount in (("2022-08-01", 2070), ("2024-01-01", 2260), ("2026-01-01", 2490))
]


def test_only_the_rows_of_the_year_asked_about_are_in_force() -> None:
    assert in_force("2025年上限", YEARS) == [YEARS[1]]
    assert in_force("2019年上限", YEARS) == []


def test_without_a_year_the_rows_that_hold_on_the_day_are_in_force() -> None:
    assert in_force("上限", YEARS) == [YEARS[2]]
    assert in_force("上限", YEARS, date(2024, 5, 1)) == [YEARS[0]]


@pytest.mark.parametrize(
    ("question", "day", "row"),
    [
        ("最低工资", TODAY, 2),
        ("最低工资", date(2025, 12, 31), 1),
        ("最低工资", date(2026, 1, 1), 2),
        ("最低工资", date(2023, 12, 31), 0),
        ("2023年最低工资", TODAY, 0),
        ("2024年5月最低工资", TODAY, 1),
    ],
)
def test_of_rows_that_hold_from_a_day_on_only_the_newest_that_holds_is_in_force(
    question: str, day: date, row: int
) -> None:
    assert in_force(question, STARTS, day) == [STARTS[row]]


def test_before_the_first_row_holds_none_is_in_force() -> None:
    assert in_force("最低工资", STARTS, date(2020, 1, 1)) == []


@pytest.mark.parametrize("question", ["历年最低工资", "以前的最低工资", "最低工资逐年是多少"])
def test_who_asks_for_the_past_gets_all_rows(question: str) -> None:
    assert in_force(question, STARTS) == STARTS
    assert in_force(question, YEARS) == YEARS


def test_rows_about_no_time_are_always_in_force() -> None:
    rows = ["伤残等级=七级；月数=13", "伤残等级=八级；月数=11；来源=2011-01-01起的条例"]
    assert in_force("伤残补助金", rows) == rows
    assert in_force("2025年伤残补助金", rows) == rows
    assert in_force("伤残补助金", [*rows, *YEARS]) == [*rows, YEARS[2]]


def test_without_a_day_and_a_year_every_row_is_in_force() -> None:
    assert in_force("上限", [*YEARS, *STARTS], None) == [*YEARS, *STARTS]


def test_a_row_about_a_month_of_birth_answers_only_who_names_one() -> None:
    rows = [
        "人员=男职工；出生年月=1965年11月；退休年月=2026年6月",
        "人员=男职工；出生年月=1967年3月；退休年月=2027年10月",
    ]
    assert in_force("男的几岁退休", rows) == []
    assert in_force("男的几岁退休", rows, None) == []
    assert in_force("1967年3月男的几岁退休", rows) == [rows[1]]


# Several dates


@pytest.mark.parametrize(
    "question", ["2022年和2023年的下限", "1967年3月或者1968年5月出生的男的", "2024年、2025年上限"]
)
def test_years_joined_to_each_other_are_a_list(question: str) -> None:
    assert lists_dates(question)


def test_a_birth_and_a_retirement_are_no_list_of_dates() -> None:
    assert not lists_dates("1967年3月出生的男的是2027年10月退休吗")


@pytest.mark.parametrize(
    ("text", "years"),
    [
        ("2020年到2023年的缴费基数", ["2020年", "2021年", "2022年", "2023年"]),
        ("2023-2025年缴费基数", ["2023年", "2024年", "2025年"]),
        ("2023年度至2025年度", ["2023年", "2024年", "2025年"]),
        ("2026年的和2020年到2022年的", ["2026年", "2020年", "2021年", "2022年"]),
        ("2023年和2025年", ["2023年", "2025年"]),
        ("2025年到2023年", ["2025年", "2023年"]),
        ("2020年1月到2023年5月断缴", ["2020年1月", "2023年5月"]),
        ("1949年到2023年", ["1949年", "2023年"]),
    ],
)
def test_a_span_of_years_names_each_of_them(text: str, years: list[str]) -> None:
    assert with_years_between(text, find_dates(text)) == years


def test_of_a_span_written_with_a_dash_any_year_answers() -> None:
    assert lists_dates("2023-2025年缴费基数")
    assert not lists_dates("浙人社发〔2025〕52号 2025-01-01起")


def test_of_listed_years_each_row_may_answer_and_other_rows_may_not() -> None:
    rows = [f"年度={year}年度；下限={year}" for year in (2022, 2023, 2024)]
    asked = replace(query("2022年", "2023年"), any_date=True)
    assert [row.text for row in rows_in_force(asked, list(map(passage, rows)), TODAY)] == rows[:2]
    assert names_dates(asked, passage(rows[0]))
    assert not names_dates(query("2022年", "2023年"), passage(rows[0]))


# Who a row is about


def test_when_somebody_began_to_work_does_not_say_whether_a_row_holds_today() -> None:
    early = "参加工作时间=1997年12月31日以前；丧失劳动能力的时间=2011年1月1日以后；年限=15年"
    late = "参加工作时间=1998年1月1日以后；丧失劳动能力的时间=不分时间段；年限=15年"
    over = "参加工作时间=1997年12月31日以前；丧失劳动能力的时间=1998年1月1日至2010年12月31日；年限=10年"
    assert in_force("要满多少年", [early, late, over]) == [early, late]


def test_what_stands_under_a_year_of_birth_answers_nobody_who_names_none() -> None:
    under = passage("法定退休年龄在60岁1个月到60岁3个月之间。", "text", ("1965年出生的男职工",))
    assert is_of_other_births(query(text="我老公几岁能退"), under)
    assert not is_of_other_births(query(text="按65年的算几岁退"), under)
    assert not is_of_other_births(query("1965年", text="1965年的男的几岁退"), under)


def test_what_holds_from_a_past_day_on_names_no_year_to_come() -> None:
    text = "缴费基数下限4986元，从2025年1月1日起执行。"
    asked, today = query("2030年", text="2030年缴费基数多少"), date(2026, 11, 23)
    assert names_dates(asked, passage(text, "text"))
    assert not names_dates(asked, passage(text, "text"), today)
    later = "最低缴费年限从2030年1月1日起每年提高6个月。"
    assert names_dates(asked, passage(later, "text"), today)
