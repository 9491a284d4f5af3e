"""Years of contribution by year of retirement; months and amount of the unemployment benefit."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from decimal import Decimal

import pytest

from bot.calculators import Calculation, Refusal, Reply
from bot.calculators.minimum_years import minimum_months
from bot.calculators.tables import read_rows
from bot.calculators.unemployment import benefit_months, monthly_benefit
from kb.knowledge import Knowledge

Figure = Callable[..., Calculation]
Calculate = Callable[..., Reply | None]


# The least time of contribution


def test_every_row_of_the_years_comes_out_of_the_rule(library: Knowledge) -> None:
    rows = read_rows(library, "policy/minimum-contribution-years", "退休年份", "折合月数")
    assert len(rows) == 11
    for row in rows:
        assert row.number("折合月数") == minimum_months(int(row.cell("退休年份")[:4]))


@pytest.mark.parametrize(
    ("year", "months"),
    [(2025, 180), (2029, 180), (2030, 186), (2031, 192), (2038, 234), (2039, 240), (2060, 240)],
)
def test_the_years_rise_by_half_a_year_from_2030_to_2039(year: int, months: int) -> None:
    assert minimum_months(year) == months


@pytest.mark.parametrize(
    ("question", "said", "row"),
    [
        ("2031年退休最低要交几年", "16年（192个月）", "~r3"),
        ("2034年到龄要交满多少年社保", "17年6个月（210个月）", "~r6"),
        ("客户28年退 听人家说现在都要20年了 他要几年", "15年（180个月）", "~r1"),
        ("2045年退休最低要交几年", "20年（240个月）", "~r11"),
        ("2031年退休 交了15年够不够", "还差1年", "~r3"),
        ("30年3月退休 交了15年3个月够不够", "还差3个月", "~r2"),
        ("33年退17年够不够", "已缴17年，够了", "~r5"),
    ],
)
def test_the_years_of_a_named_year_and_what_is_missing(
    figure: Figure, question: str, said: str, row: str
) -> None:
    found = figure(question)
    assert said in found.result
    assert found.cites[0] == f"policy/minimum-contribution-years#各年份最低缴费年限{row}"


@pytest.mark.parametrize(
    "question",
    [
        "最低交多少年能领养老金",
        "2024年退休最低要交几年",
        "97年以前就上班的现在退要缴满几年",
        "法定2031年提前到2029年退要交几年",
        "2031年退休年限不够怎么办",
        "2031年退休最低要交几年是哪个文件",
    ],
)
def test_other_questions_about_years_are_left_to_the_articles(
    calculated: Calculate, question: str
) -> None:
    assert calculated(question) is None


def test_absurd_years_are_refused(calculated: Calculate) -> None:
    for question in ("2100年退休最低要交几年", "2031年退休 交了70年够不够"):
        reply = calculated(question)
        assert isinstance(reply, Refusal)
        assert "不合常理" in reply.message


# For how many months


def test_every_row_of_both_tables_comes_out_of_the_rule(library: Knowledge) -> None:
    rows = read_rows(library, "policy/unemployment-months", "累计缴费", "能领几个月")
    assert len(rows) == 16 + 23
    for row in rows:
        key = row.cell("累计缴费")
        ends = [int(number) for number in re.findall(r"\d+(?=至|个月)", key)]
        if key.startswith("不满"):
            ends = [1, ends[0] - 1]
        granted = {benefit_months(months) for months in range(ends[0], ends[-1] + 1)}
        assert granted == {row.number("能领几个月")}, key


@pytest.mark.parametrize(
    ("paid", "granted"),
    [
        (11, 0),
        (12, 2),
        (15, 3),
        (18, 3),
        (24, 4),
        (36, 6),
        (48, 8),
        (56, 9),
        (57, 10),
        (60, 10),
        (63, 10),
        (64, 11),
        (68, 11),
        (76, 12),
        (100, 15),
        (120, 18),
        (167, 23),
        (168, 24),
        (172, 24),
        (180, 24),
        (600, 24),
    ],
)
def test_the_known_months_of_benefit(paid: int, granted: int) -> None:
    assert benefit_months(paid) == granted


@pytest.mark.parametrize(
    ("question", "said"),
    [
        ("缴了7年3个月失业金领几个月", "13个月：失业保险缴了7年3个月"),
        ("失业保险交了68个月能领多久", "11个月"),
        ("失业保险交了七年能领多久", "13个月"),
        ("一年零三个月失业保险够领多久", "3个月"),
        ("失业险11个月领几个月", "0个月，不能领"),
        ("失业保险交了20年能领几个月", "24个月（到24个月封顶）"),
        ("系统里显示失业累计缴费103个月给他核几个月", "15个月"),
    ],
)
def test_a_named_time_gets_its_months(figure: Figure, question: str, said: str) -> None:
    found = figure(question)
    assert found.result.startswith(said)
    assert found.cites[0].startswith("policy/unemployment-months#按")


def test_the_row_that_is_cited_is_the_one_that_holds_the_months(
    figure: Figure, library: Knowledge
) -> None:
    for months, key in (
        (11, "不满12个月"),
        (12, "12至14个月"),
        (103, "96至103个月"),
        (200, "168个月及以上"),
    ):
        row = figure(f"失业保险交了{months}个月能领几个月").cites[0]
        assert f"={key}" in library.engine.passages([row])[0].text


@pytest.mark.parametrize(
    "question",
    [
        "失业金能领几个月",
        "上次核定10个月领了4个月 后来又缴了24个月 这次失业金一共几个月",
        "国家不是讲失业金交满五年最长18个月么 你们怎么只给我10个月",
        "不满一年有几个月失业金",
        "单位漏交害我少领3个月失业金 该赔我几个月",
        "领着失业金还差十个月到龄 能领到几时",
        "交了5年 失业金每个月能领多少",
        "交了5年多失业险能领几个月",
        "养老交了15年失业险2年领几个月",
        "失业保险交了5年怎么申请",
    ],
)
def test_other_questions_about_the_benefit_are_left_to_the_articles(
    calculated: Calculate, question: str
) -> None:
    assert calculated(question) is None


@pytest.mark.parametrize(
    ("question", "names"),
    [
        ("失业保险交了70年能领几个月", "70年"),
        ("失业保险交了0个月能领几个月", "0个月"),
        ("缴了7年13个月失业金领几个月", "13个月"),
    ],
)
def test_an_absurd_time_is_refused(calculated: Calculate, question: str, names: str) -> None:
    reply = calculated(question)
    assert isinstance(reply, Refusal)
    assert names in reply.message


# How much a month


def test_every_amount_of_the_table_is_ninety_percent(library: Knowledge) -> None:
    rows = read_rows(library, "policy/unemployment-benefit", "执行期间", "最低月工资档次")
    assert len(rows) == 9
    for row in rows:
        wage = row.number("最低月工资档次")
        assert wage is not None
        assert monthly_benefit(wage) == row.number("失业金")
    assert monthly_benefit(Decimal(2430)) == 2187


def test_the_amount_of_a_year_is_that_of_its_tiers(figure: Figure) -> None:
    found = figure("2025年失业金一个月是多少钱")
    assert found.result.startswith("2241元、2034元、1809元一个月")
    assert "嵊州执行哪一档没有核到" in found.result
    assert any("不要对群众报数" in warning for warning in found.warnings)


def test_where_the_table_names_the_city_only_its_tier_is_given(figure: Figure) -> None:
    found = figure("2026年失业金绍兴几块")
    assert found.result == "2187元一个月（2026年，绍兴市口径）。"
    assert found.formula == "2430×90%＝2187元"
    assert any("以绍兴市、嵊州市公布为准" in warning for warning in found.warnings)


def test_a_year_that_the_table_holds_in_part_says_from_when_on(figure: Figure) -> None:
    assert "2021年8月起" in figure("失业金2021年多少一个月").result


@pytest.mark.parametrize("when", ["2027年", "2020年", "2021年3月"])
def test_a_year_without_a_row_gives_no_amount(calculated: Calculate, when: str) -> None:
    reply = calculated(f"{when}失业金标准多少一个月")
    assert isinstance(reply, Refusal)
    assert when in reply.message


def test_an_open_period_ends_with_the_year_of_the_day(figure: Figure) -> None:
    assert "2187元" in figure("2027年失业金标准多少一个月", date(2027, 3, 1)).result
