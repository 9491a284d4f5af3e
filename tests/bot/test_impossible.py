"""Figures that cannot be are told, and those that can are not touched."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest

from bot.ask import ask
from bot.calculators.numerals import to_digits
from bot.impossible import impossible_figure
from bot.types import Abstention, Outcome
from kb.knowledge import Knowledge
from kb.tokenizer import normalise
from kb.types import Scope

Ask = Callable[..., Outcome]
YEAR = 2026


def doubt(question: str) -> str:
    return impossible_figure(to_digits(normalise(question)), YEAR)


@pytest.mark.parametrize(
    ("question", "named"),
    [
        ("失业金领5000个月可以吗", "5000个月"),
        ("交了300年社保能领多少养老金", "300年"),
        ("断缴一千年能补吗", "1000年"),
        ("缴费年限1.5万年养老金多少", "1.5万年"),
        ("失业保险缴了-3年能领几个月", "-3年"),
        ("-5岁能退休吗", "-5岁"),
        ("工伤负3级赔多少", "负3级"),
        ("我今年150岁什么时候能退休", "150岁"),
        ("公元1年出生的人几岁退休", "公元1年"),
        ("13月份的养老金什么时候发", "13月份"),
        ("缴费基数一亿，每月交多少", "缴费基数一亿"),
        ("缴费基数10000000000元每月交多少", "缴费基数10000000000"),
        ("缴费基数负5000每月交多少", "缴费基数负5000"),
        ("缴费基数0元每月交多少", "缴费基数0"),
        ("工资一千亿，工伤八级赔多少", "工资1000亿"),
        ("月薪-5000元", "月薪-5000"),
        ("今年0岁几岁退休", "今年0岁"),
        ("我今年5岁，什么时候能退休", "今年5岁"),
        ("3岁退休养老金多少", "3岁退休"),
        ("25点上班可以吗", "25点"),
        ("二十五点还能来吗", "25点"),
        ("下午26点去办来得及吗", "下午26点"),
        ("25:30开门吗", "25:30"),
        ("每月32号发养老金吗", "每月32号"),
        ("计发基数9999万", "计发基数9999万"),
        ("缴费基数100万每月交多少", "缴费基数100万"),
        ("月薪1千万交多少社保", "月薪1千万"),
        ("工资几千万要交多少", "工资几千万"),
        ("储存额9999万每月发多少", "储存额9999万"),
        ("缴费-5年能领失业金吗", "-5年"),
        ("缴费－5年能领失业金吗", "-5年"),
        ("缴费−5年能领失业金吗", "−5年"),
        ("失业保险-18个月能领几个月", "-18个月"),
        ("工龄-3年养老金怎么算", "-3年"),
        ("缴费负五年能领吗", "负5年"),
    ],
)
def test_a_figure_that_cannot_be_is_named(question: str, named: str) -> None:
    assert doubt(question) == f"“{named}”不合常理，请核对后再问。"


@pytest.mark.parametrize(
    ("question", "said"),
    [
        ("1965年1月出生今年20岁几时退休", "61岁左右"),
        ("2030年出生什么时候退休", "2030年还没有到"),
        ("1990年出生 2020年退休 养老金怎么算", "才30岁"),
    ],
)
def test_what_contradicts_a_year_of_birth_is_said(question: str, said: str) -> None:
    assert said in doubt(question)


@pytest.mark.parametrize(
    "question",
    [
        "缴费30年养老金怎么算",
        "失业保险交了180个月能领几个月",
        "1965年1月出生今年61岁几时退休",
        "1965年出生 虚岁63岁能退吗",
        "1965年1月生，2025年2月退休的养老金怎么算",
        "新生儿0岁能办社保卡吗",
        "百岁老人100岁还要认证吗",
        "一天对账差-5000元怎么办",
        "支出户余额3亿对不上",
        "一个月工资一亿，2025年缴费基数上限是多少",
        "2024年12月份的养老金",
        "12月份到账吗",
        "浙人社发〔2025〕52号",
        "档案保存100年吗",
        "2025-01-01起几岁退休",
        "账户里有12万5，60岁退休每月多少",
        "孙子今年5岁，我退休后能替他办卡吗",
        "延迟3岁退休对吗",
        "提前5岁退休行吗",
        "15岁参加工作，几岁退休",
        "24点以前到账吗",
        "8点25上班吗",
        "第25点要求怎么理解",
        "基准利率加25点是多少",
        "每月32号窗口谁值班",
        "缴费基数99999每月交多少",
        "计发基数101196是一年的吗",
        "工资总额5000万的单位交多少",
        "年薪1000万怎么交社保",
        "财政专户账户9999万对不上",
        "工资20250101起涨",
        "缴费1-5年领几个月",
        "交了五-十年领几个月",
        "缴费5年-10年领几个月",
        "缴费基数-2025年",
        "断缴-3个月内能补吗",
        "工伤7-10级",
        "五级-十级",
        "ORA-12541",
        "0575-83045012",
        "2024-05缴费到账吗",
    ],
)
def test_what_can_be_is_not_doubted(question: str) -> None:
    assert doubt(question) == ""


def test_benefit_is_not_worked_out_of_a_number_of_years_below_zero(library: Knowledge) -> None:
    outcome = ask(library, "失业保险缴费-5年能领几个月", Scope(as_of=date(YEAR, 6, 1)))
    assert isinstance(outcome, Abstention)
    assert "“-5年”不合常理" in outcome.message


@pytest.mark.parametrize(
    "question",
    ["个人账户储存额1亿元，60岁退休每月发多少", "工资一千亿，工伤八级一次性伤残补助金多少钱"],
)
def test_no_sum_is_worked_out_of_a_part_of_an_absurd_amount(asked: Ask, question: str) -> None:
    outcome = asked(question)
    assert isinstance(outcome, Abstention)
    assert "不合常理" in outcome.message
