"""The lump sums by grade and the sum for a death by the year of the accident."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

import pytest

from bot.calculators import Calculation, MissingSlot, Refusal, Reply
from bot.calculators.tables import read_rows
from bot.calculators.work_death import death_sum
from bot.calculators.work_injury import lump_sum
from kb.knowledge import Knowledge

Figure = Callable[..., Calculation]
Calculate = Callable[..., Reply | None]
_SLUG = "policy/work-injury-lump-sum"
MONTHS = (27, 25, 23, 21, 18, 16, 13, 11, 9, 7)
LEAVING = {5: 30, 6: 25, 7: 10, 8: 7, 9: 4, 10: 2}


@pytest.mark.parametrize("grade", range(1, 11))
def test_each_grade_gets_the_months_of_the_law(figure: Figure, grade: int) -> None:
    found = figure(f"{grade}级工伤一次性伤残补助金几个月")
    assert found.result == f"一次性伤残补助金{MONTHS[grade - 1]}个月。"
    assert found.cites[0] == f"{_SLUG}#各等级月数表~r{grade}"


@pytest.mark.parametrize("grade", range(1, 11))
def test_the_sums_of_leaving_are_those_of_the_province(figure: Figure, grade: int) -> None:
    medical = figure(f"{grade}级离职医疗补助金几个月").result
    employment = figure(f"{grade}级离职就业补助金几个月").result
    if grade < 5:
        assert "没有" in medical
        assert "没有" in employment
    else:
        assert medical == f"一次性工伤医疗补助金{LEAVING[grade]}个月。"
        assert employment == f"一次性伤残就业补助金{LEAVING[grade]}个月。"


def test_a_named_wage_makes_the_disability_sum_an_amount(figure: Figure) -> None:
    found = figure("六级工伤一次性伤残补助金几个月 本人工资6000")
    assert found.result == "一次性伤残补助金96000元（16个月）。"
    assert found.formula == "16×6000＝96000元"
    assert any("不是实发" in warning for warning in found.warnings)
    assert lump_sum(Decimal(16), Decimal(6000)) == 96000


def test_the_persons_own_wage_is_not_used_for_the_sums_of_leaving(figure: Figure) -> None:
    found = figure("六级工伤月薪八千 离职一共多少钱")
    assert "一次性伤残补助金128,000元（16个月），一次性工伤医疗补助金25个月" in found.result
    assert any("不用本人工资" in warning for warning in found.warnings)


def test_a_named_average_of_the_province_is_used_for_the_sums_of_leaving(figure: Figure) -> None:
    found = figure("七级离职 全省平均工资8432.83 医疗补助金多少钱")
    assert found.result == "一次性工伤医疗补助金84328.3元（10个月）。"


def test_near_retirement_no_reduced_figure_is_given_but_the_rule_is_said(figure: Figure) -> None:
    found = figure("六级的人辞职了 就业补助金厂里要付几个月")
    assert any("每增加1周岁递减20%，转工伤科算" in warning for warning in found.warnings)


def test_an_unknown_grade_is_asked_for_in_four_groups(
    calculated: Calculate, figure: Figure
) -> None:
    reply = calculated("一次性伤残补助金他能拿几个月")
    assert isinstance(reply, MissingSlot)
    said = [figure(choice).result for choice in reply.choices]
    assert said[0].startswith("一级：一次性伤残补助金27个月；二级")
    assert len(said) == 4
    assert said[3] == "九级：一次性伤残补助金9个月；十级：一次性伤残补助金7个月。"


@pytest.mark.parametrize(
    ("question", "names"),
    [
        ("工伤11级伤残补助金多少", "一级到十级"),
        ("工伤零级伤残补助金几个月", "一级到十级"),
        ("六级工伤本人工资50 伤残补助金多少钱", "50元"),
        ("六级工伤本人工资-5000 伤残补助金多少钱", "-5000元"),
        ("六级工伤本人工资6000和8000 伤残补助金多少钱", "好几个金额"),
    ],
)
def test_absurd_grades_and_wages_are_refused(
    calculated: Calculate, question: str, names: str
) -> None:
    reply = calculated(question)
    assert isinstance(reply, Refusal)
    assert names in reply.message


@pytest.mark.parametrize(
    "question",
    [
        "一次性伤残补助金几个月工资",
        "六级工伤就业补助金谁付",
        "六级工伤一次性伤残补助金怎么申请",
        "三级伤残每个月津贴是工资的百分之几",
        "单位没参保的二级伤残一次性了断是几倍",
        "离退休还差三年的六级工伤走人 就业补助金怎么扣",
        "前年评九级 今年又伤了评七级 离职拿几个月",
        "超龄评九级就业补助给几个月",
        "6级的厂里没活给他干 在家里每月发几成",
        "八级和十级一次性伤残补助差几个月 网上说的对吗",
    ],
)
def test_other_questions_about_injuries_are_left_to_the_articles(
    calculated: Calculate, question: str
) -> None:
    assert calculated(question) is None


# Death


def test_every_sum_of_the_table_is_twenty_times_the_income(library: Knowledge) -> None:
    rows = read_rows(library, _SLUG, "工伤发生年份", "上一年度全国城镇居民人均可支配收入")
    assert len(rows) == 5
    for row in rows:
        income = row.number("上一年度全国城镇居民人均可支配收入")
        assert income is not None
        assert death_sum(income) == row.number("一次性工亡补助金")


@pytest.mark.parametrize(
    ("question", "said"),
    [
        ("2026年工亡补助金多少", "1,130,040元：2026年发生"),
        ("去年11月出的事 今年才来办 一次性工亡补助金按多少发", "1,083,760元：2025年发生"),
        ("2024年的工亡补助金标准", "1,036,420元：2024年发生"),
        ("23年工亡的那个案子一次性补助是多少钱", "985,660元：2023年发生"),
        ("2022年工亡补助金多少", "948,240元：2022年发生"),
    ],
)
def test_the_sum_of_a_death_is_that_of_its_own_year(
    figure: Figure, question: str, said: str
) -> None:
    assert figure(question).result.startswith(said)


def test_an_income_that_is_to_be_verified_is_said_to_be(figure: Figure) -> None:
    doubtful, sure = figure("2026年工亡补助金多少"), figure("2025年工亡补助金多少")
    assert doubtful.warnings == ("2026年用的人均可支配收入56502元待核实",)
    assert sure.warnings == ()
    assert doubtful.cites[0] == f"{_SLUG}#一次性工亡补助金~r5"


@pytest.mark.parametrize("year", [2019, 2021, 2027])
def test_a_year_without_a_row_gives_no_sum(calculated: Calculate, year: int) -> None:
    reply = calculated(f"{year}年工亡补助金多少")
    assert isinstance(reply, Refusal)
    assert f"没有{year}年" in reply.message


def test_an_unknown_year_is_asked_for_with_the_latest_years(
    calculated: Calculate, figure: Figure
) -> None:
    reply = calculated("工亡一次性补助金多少钱")
    assert isinstance(reply, MissingSlot)
    assert [choice[:4] for choice in reply.choices] == ["2026", "2025", "2024", "2023"]
    assert figure(reply.choices[0]).result.startswith("1,130,040元")


@pytest.mark.parametrize(
    "question",
    [
        "因工死亡家属能领什么",
        "2026年工亡抚恤金多少",
        "工亡补助金2026年谁来领",
        "2024年12月出事 2025年走的 工亡补助按哪年",
        "三级工伤上个月去世了 家里有没有那笔工亡补助金",
        "2026年工亡补助金什么材料",
    ],
)
def test_other_questions_about_deaths_are_left_to_the_articles(
    calculated: Calculate, question: str
) -> None:
    assert calculated(question) is None
