"""The flexible worker's contribution and the pension from the account; tables, rights and general questions."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal

import pytest

from bot.calculators import Calculation, MissingSlot, Refusal, Reply
from bot.calculators.account_pension import account_pension_of, divisor_between
from bot.calculators.flexible_worker import monthly_contribution
from bot.calculators.tables import Row, read_rows
from kb.knowledge import Knowledge

Figure = Callable[..., Calculation]
Calculate = Callable[..., Reply | None]


# Contribution


def test_every_lowest_contribution_of_the_table_is_a_fifth_of_the_lower_limit(
    library: Knowledge,
) -> None:
    bases = {
        row.cell("年度"): row.number("下限")
        for row in read_rows(library, "policy/contribution-base", "年度", "下限", "上限")
    }
    rows = read_rows(library, "policy/flexible-worker-contribution", "年度", "每月最低")
    assert len(rows) == len(bases) == 4
    for row in rows:
        base, lowest = bases[row.cell("年度")], row.number("每月最低")
        assert (monthly_contribution(base) if base else None) == lowest
        if lowest:
            assert lowest * 12 == row.number("一年最低")


@pytest.mark.parametrize(
    ("question", "said"),
    [
        ("2025年灵活就业按下限每月交多少", "最低997.2元一个月（2025年度）"),
        ("灵活就业想顶格交2025年一个月要多少钱", "最高5059.8元一个月"),
        ("2024年灵活就业一年要多少钱", "最低962.4元一个月、一年11548.8元，最高4986元一个月"),
        ("2023年自己交养老最低每月多少钱", "最低892.4元一个月"),
        ("灵活就业基数8000一个月交多少", "1600元一个月（基数8000元，按20%）"),
    ],
)
def test_the_contribution_of_a_year_or_a_base(figure: Figure, question: str, said: str) -> None:
    assert figure(question).result.startswith(said)


def test_a_base_in_a_year_without_limits_says_which_limits_it_was_held_against(
    figure: Figure,
) -> None:
    found = figure("灵活就业基数8000一个月交多少")
    assert any("2026年度上下限未公布" in warning for warning in found.warnings)
    assert ("核对上下限的年度", "2025年度") in found.inputs
    assert not any(
        "未公布" in item for item in figure("2025年灵活就业基数8000一个月交多少").warnings
    )


def test_an_upper_limit_that_is_to_be_verified_is_said_to_be(figure: Figure) -> None:
    assert "2024年度上限待核实" in figure("灵活就业2024年最高每月交多少").warnings
    assert "2025年度上限待核实" not in figure("灵活就业2025年最高每月交多少").warnings
    assert "2024年度下限待核实" not in figure("灵活就业2024年最低每月交多少").warnings


@pytest.mark.parametrize(
    ("question", "names"),
    [
        ("2026年灵活就业最低每月交多少", "2026年度缴费基数上下限未公布"),
        ("灵活就业2022年最低交多少", "没有2022年度"),
        ("灵活就业基数3000一个月交多少", "下限4986元"),
        ("灵活就业基数30000一个月交多少", "上限25299元"),
        ("灵活就业基数-8000一个月交多少", "-8000元"),
    ],
)
def test_unknown_years_and_bases_outside_the_limits_give_no_contribution(
    calculated: Calculate, question: str, names: str
) -> None:
    reply = calculated(question)
    assert isinstance(reply, Refusal)
    assert names in reply.message


def test_an_unpublished_year_cites_the_row_that_says_so(
    calculated: Calculate, library: Knowledge
) -> None:
    reply = calculated("2026年灵活就业最低每月交多少")
    assert isinstance(reply, Refusal)
    assert "未公布" in library.engine.passages(reply.cites)[0].text


@pytest.mark.parametrize(
    "question",
    [
        "灵活就业一个月最低交多少",
        "灵活就业2025年在哪里交多少",
        "灵活就业2025年和2024年差多少",
        "灵活就业2025年医保每月交多少",
        "想一个月交1500对应基数多少",
        "2025年灵活就业按60%交多少",
        "2025年单位养老交多少",
    ],
)
def test_other_questions_about_contributions_are_left_to_the_articles(
    calculated: Calculate, question: str
) -> None:
    assert calculated(question) is None


# Account


def test_every_divisor_of_the_tables_is_found_and_the_samples_fit_the_interpolation(
    library: Knowledge, figure: Figure
) -> None:
    rows = read_rows(library, "policy/account-divisor", "退休年龄", "计发月数")
    assert len(rows) == 16 + 4 + 4
    for row in rows:
        found = figure(f"{row.cell('退休年龄')}计发月数多少")
        assert found.result.startswith(f"{row.cell('计发月数')}：")
        assert found.cites[0] == row.id


@pytest.mark.parametrize(
    ("first", "second", "months", "divisor"),
    [
        (195, 190, 1, "194.6"),
        (195, 190, 8, "191.7"),
        (139, 132, 1, "138.4"),
        (139, 132, 5, "136.1"),
        (125, 117, 7, "120.3"),
    ],
)
def test_between_two_full_years_the_divisor_falls_evenly(
    first: int, second: int, months: int, divisor: str
) -> None:
    assert divisor_between(Decimal(first), Decimal(second), months) == Decimal(divisor)


@pytest.mark.parametrize(
    ("question", "said"),
    [
        ("账户8万60岁退休每月多少", "每月575.54元"),
        ("账户12.5万60岁5个月退休一个月多少", "每月918.44元"),
        ("账户十二万五 62岁7个月退休每月多少", "每月1039.07元"),
        ("厂里女工50整 账户六万每月多少", "每月307.69元"),
        ("60岁5个月计发月数", "136.1"),
        ("60岁零1个月退的个人账户除多少", "138.4"),
        ("特殊工种47岁退计发月数多少", "208"),
    ],
)
def test_balance_and_age_give_the_pension_or_the_divisor(
    figure: Figure, question: str, said: str
) -> None:
    assert figure(question).result.startswith(said)
    assert account_pension_of(Decimal(80000), Decimal(139)) == Decimal("575.54")


def test_a_divisor_that_is_worked_out_or_unverified_is_said_to_be(figure: Figure) -> None:
    assert any("待核实" in item for item in figure("62岁7个月计发月数多少").warnings)
    assert any("待核实" in item for item in figure("60岁5个月计发月数多少").warnings)
    assert figure("60岁1个月计发月数多少").warnings == ()
    assert figure("60岁计发月数多少").warnings == ()


@pytest.mark.parametrize("question", ["账户8万每月多少", "帮客户看下他个人账户除以几"])
def test_an_unknown_age_is_asked_for(calculated: Calculate, figure: Figure, question: str) -> None:
    reply = calculated(question)
    assert isinstance(reply, MissingSlot)
    assert len({figure(choice).result for choice in reply.choices}) == 4


@pytest.mark.parametrize(
    ("question", "names"),
    [
        ("46岁退休计发月数多少", "没有46岁"),
        ("65岁3个月计发月数多少", "没有65岁3个月"),
        ("45岁3个月计发月数多少", "没有45岁3个月"),
        ("120岁计发月数多少", "没有120岁"),
        ("60岁13个月计发月数多少", "13个月"),
        ("个账-5000 60岁每月多少", "-5000元"),
        ("账户0元60岁每月多少", "0元"),
        ("账户99999万60岁每月多少", "不合常理"),
    ],
)
def test_ages_without_a_divisor_and_absurd_balances_give_no_pension(
    calculated: Calculate, question: str, names: str
) -> None:
    reply = calculated(question)
    assert isinstance(reply, Refusal)
    assert names in reply.message


@pytest.mark.parametrize(
    "question",
    [
        "计发月数是多少",
        "50岁退休除195对不对",
        "账户8万能不能取出来",
        "个人账户8万利息多少",
        "居保账户8万60岁每月多少",
        "60岁退休个人账户8万和63岁差多少",
        "账户8万多60岁每月多少",
        "大爷问啥叫计发月数咋讲他才懂",
        "2024年个人账户利率多少",
    ],
)
def test_other_questions_about_the_account_are_left_to_the_articles(
    calculated: Calculate, question: str
) -> None:
    assert calculated(question) is None


# Tables, rights


def test_a_cell_that_is_not_known_holds_no_number() -> None:
    row = Row(
        "a#b~r1",
        (("下限(元/月)", "未公布"), ("上限(元/月)", "24,930（待核实）"), ("状态", "下限已核")),
    )
    assert row.number("下限") is None
    assert row.number("上限") == 24930
    assert row.unverified("上限")
    assert not row.unverified("下限")


def test_a_semicolon_inside_a_cell_does_not_end_it(library: Knowledge) -> None:
    row = read_rows(library, "policy/contribution-base", "年度", "下限", "上限")[0]
    assert row.cell("来源") == "下限见浙江税务2024-12-20问答；上限未见官方原文"


@pytest.mark.parametrize(
    "question",
    [
        "男职工1967年3月出生什么时候退休",
        "2031年退休最低要交几年",
        "失业保险交了68个月能领多久",
        "2026年工亡补助金多少",
        "六级工伤一次性伤残补助金几个月",
        "2025年灵活就业按下限每月交多少",
        "60岁5个月计发月数",
    ],
)
def test_nothing_is_told_of_articles_that_the_asker_may_not_read(
    calculated: Calculate, question: str
) -> None:
    assert calculated(question) is not None
    assert calculated(question, access="nobody") is None


def test_a_library_without_these_articles_calculates_nothing(counter: Knowledge) -> None:
    from bot.calculators import calculate
    from kb.search import make_query
    from kb.types import Scope

    for question in ("失业保险交了68个月能领多久", "男职工1967年3月出生什么时候退休"):
        assert calculate(counter, make_query(counter, question, Scope())) is None


def test_every_cited_passage_exists(figure: Figure, library: Knowledge) -> None:
    for question in (
        "男职工1967年3月出生什么时候退休",
        "2031年退休最低要交几年",
        "失业保险交了68个月能领多久",
        "2025年失业金一个月是多少钱",
        "2026年工亡补助金多少",
        "十级工伤离职给多少",
        "2025年灵活就业按下限每月交多少",
        "62岁7个月计发月数多少",
    ):
        cites = figure(question, date(2026, 11, 22)).cites
        assert len(cites) > 1
        assert [passage.id for passage in library.engine.passages(cites)] == list(cites)
