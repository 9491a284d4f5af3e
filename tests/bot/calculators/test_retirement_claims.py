"""An age at which such people do not retire is told, whether it is stated or asked; what may be so is left alone."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest

from bot.calculators import Calculation, Refusal, Reply
from bot.calculators.retirement_rules import TRACKS, Track
from bot.calculators.tables import read_rows
from kb.knowledge import Knowledge

Calculate = Callable[..., Reply | None]


@pytest.mark.parametrize(
    ("question", "said"),
    [
        ("1965年出生 女工人 60岁退休可以吗", "没有60周岁的"),
        ("女职工60岁退休对吗", "最后延到55周岁（原50周岁）或58周岁（原55周岁）"),
        ("听说女的要六十岁才退休", "没有60周岁的"),
        ("女职工的退休年龄是60岁吗", "没有60周岁的"),
        ("女灵活就业60岁退休可以吗", "没有60周岁的"),
        ("女工人56岁退休可以吗", "女工人（原50周岁）的法定退休年龄最后延到55周岁，没有56周岁的"),
        ("女45岁退休可以吗", "没有按45周岁退的"),
        ("男职工1990年出生50岁退休", "男职工的原法定退休年龄是60周岁"),
        ("男职工1990年出生55岁退休可以吗", "没有按50、55周岁退的"),
        ("男1970年3月生55岁退休", "没有按50、55周岁退的"),
        ("男的55岁能不能退休", "没有按50、55周岁退的"),
        ("男的58岁退休合法吗", "没有按58周岁退的"),
        ("男职工退休年龄是55岁对吗", "没有按50、55周岁退的"),
        ("男职工65岁退休吗", "最后延到63周岁，没有65周岁的"),
        ("女干部1975年出生50岁退休可以吗", "女干部（管理、技术等岗位）的原法定退休年龄是55周岁"),
        ("女干部50岁退休对吗", "没有按50周岁退的"),
        (
            "女工人1975年出生55岁退休可以吗",
            "50岁1个月到50岁6个月，弹性延迟最多再晚3年，到不了55周岁",
        ),
        ("女工人1974年出生55岁退休可以吗", "法定退休年龄是50岁，到不了55周岁"),
        ("女工人1990年出生50岁退休可以吗", "法定退休年龄是55岁，弹性提前最多早3年，早不到50周岁"),
    ],
)
def test_an_age_at_which_they_do_not_retire_is_told(
    calculated: Calculate, question: str, said: str
) -> None:
    reply = calculated(question)
    assert isinstance(reply, Refusal)
    assert said in reply.message
    assert reply.cites


def test_an_age_that_is_not_this_births_own_is_answered_with_its_own(calculated: Calculate) -> None:
    reply = calculated("女工人1975年3月出生52岁退休可以吗")
    assert isinstance(reply, Calculation)
    assert reply.result.startswith("2025年5月退休（50岁2个月")


@pytest.mark.parametrize(
    "question",
    [
        "男职工60岁退休对吗",
        "男职工63岁退休吗",
        "女职工55岁退休对吗",
        "女工人1984年12月以后出生的55岁退休吗",
        "特殊工种男55岁退休对吗",
        "因病男50岁退休可以吗",
        "男的55岁退休除以多少",
        "我爸55岁退休金多少",
        "我爸55岁退休了，现在涨多少",
        "男的想57岁退行不行",
        "男60岁女55岁退休对吗",
        "60岁退休对吗",
        "公务员女60岁退休对吗",
        "女职工60岁退休，单位不让怎么办",
        "我老婆今年60岁能退休吗",
    ],
)
def test_what_may_be_so_or_asks_for_more_is_left_to_the_articles(
    calculated: Calculate, question: str
) -> None:
    assert not isinstance(calculated(question), Refusal)


def test_before_the_delay_was_in_force_nothing_is_told(calculated: Calculate) -> None:
    assert calculated("女职工60岁退休对吗", date(2024, 12, 31)) is None


@pytest.mark.parametrize("track", TRACKS, ids=lambda track: track.name)
def test_no_row_of_the_table_is_called_wrong(
    library: Knowledge, calculated: Calculate, track: Track
) -> None:
    for row in read_rows(library, track.table, "出生年月", "法定退休年龄"):
        years = row.cell("法定退休年龄").partition("岁")[0]
        said = f"{track.name}{row.cell('出生年月')}出生{years}岁退休对吗"
        assert not isinstance(calculated(said), Refusal), said
