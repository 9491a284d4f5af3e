"""Figures that cannot be are told, and those that can are not touched."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from bot.calculators.numerals import to_digits
from bot.impossible import impossible_figure
from bot.types import Abstention, Outcome
from kb.tokenizer import normalise

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
    ],
)
def test_what_can_be_is_not_doubted(question: str) -> None:
    assert doubt(question) == ""


@pytest.mark.parametrize(
    "question",
    ["个人账户储存额1亿元，60岁退休每月发多少", "工资一千亿，工伤八级一次性伤残补助金多少钱"],
)
def test_no_sum_is_worked_out_of_a_part_of_an_absurd_amount(asked: Ask, question: str) -> None:
    outcome = asked(question)
    assert isinstance(outcome, Abstention)
    assert "不合常理" in outcome.message
