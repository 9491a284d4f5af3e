"""The statutory month for every row of the three tables, the window around it, and what does not fit."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest

from bot.calculators import Calculation, MissingSlot, Refusal, Reply
from bot.calculators.months import Month, age_words
from bot.calculators.retirement_rules import (
    MEN,
    TRACKS,
    WOMEN_50,
    WOMEN_55,
    Track,
    retirement_of,
)
from bot.calculators.retirement_tracks import tracks_of
from bot.calculators.tables import read_rows
from kb.knowledge import Knowledge

Figure = Callable[..., Calculation]
Calculate = Callable[..., Reply | None]
ROWS = {MEN: 141, WOMEN_55: 141, WOMEN_50: 119}


def month(words: str) -> Month:
    year, _, rest = words.partition("年")
    return Month(int(year), int(rest.removesuffix("月")))


@pytest.mark.parametrize("track", TRACKS, ids=lambda track: track.name)
def test_every_row_of_the_table_comes_out_of_the_rule(library: Knowledge, track: Track) -> None:
    rows = read_rows(library, track.table, "人员", "出生年月", "延迟月数")
    assert len(rows) == ROWS[track]
    for row in rows:
        found = retirement_of(track, month(row.cell("出生年月")))
        assert row.cell("人员") == track.name
        assert row.number("延迟月数") == found.delay
        assert row.cell("法定退休年龄") == age_words(found.age)
        assert row.cell("法定退休年月") == str(found.month)


@pytest.mark.parametrize(
    ("track", "birth", "age", "retires"),
    [
        (MEN, Month(1964, 12), "60岁", Month(2024, 12)),
        (MEN, Month(1965, 1), "60岁1个月", Month(2025, 2)),
        (MEN, Month(1966, 6), "60岁5个月", Month(2026, 11)),
        (MEN, Month(1966, 7), "60岁5个月", Month(2026, 12)),
        (MEN, Month(1970, 1), "61岁4个月", Month(2031, 5)),
        (MEN, Month(1976, 8), "62岁11个月", Month(2039, 7)),
        (MEN, Month(1976, 9), "63岁", Month(2039, 9)),
        (MEN, Month(1990, 1), "63岁", Month(2053, 1)),
        (WOMEN_55, Month(1969, 12), "55岁", Month(2024, 12)),
        (WOMEN_55, Month(1971, 6), "55岁5个月", Month(2026, 11)),
        (WOMEN_55, Month(1981, 9), "58岁", Month(2039, 9)),
        (WOMEN_50, Month(1974, 12), "50岁", Month(2024, 12)),
        (WOMEN_50, Month(1975, 2), "50岁1个月", Month(2025, 3)),
        (WOMEN_50, Month(1976, 3), "50岁8个月", Month(2026, 11)),
        (WOMEN_50, Month(1976, 11), "51岁", Month(2027, 11)),
        (WOMEN_50, Month(1980, 1), "52岁7个月", Month(2032, 8)),
        (WOMEN_50, Month(1984, 10), "54岁11个月", Month(2039, 9)),
        (WOMEN_50, Month(1984, 11), "55岁", Month(2039, 11)),
    ],
)
def test_the_known_cases_and_the_ends_of_the_transition(
    track: Track, birth: Month, age: str, retires: Month
) -> None:
    found = retirement_of(track, birth)
    assert (age_words(found.age), found.month) == (age, retires)


@pytest.mark.parametrize(
    ("track", "birth", "earliest", "latest"),
    [
        (MEN, Month(1967, 3), Month(2027, 3), Month(2030, 10)),
        (MEN, Month(1980, 5), Month(2040, 5), Month(2046, 5)),
        (WOMEN_50, Month(1976, 11), Month(2026, 11), Month(2030, 11)),
        (WOMEN_50, Month(1980, 1), Month(2030, 1), Month(2035, 8)),
        (WOMEN_50, Month(1980, 12), Month(2030, 12), Month(2036, 12)),
        (WOMEN_50, Month(1981, 1), Month(2031, 2), Month(2037, 2)),
        (WOMEN_50, Month(1990, 1), Month(2042, 1), Month(2048, 1)),
    ],
)
def test_the_window_is_three_years_and_never_below_the_old_age(
    track: Track, birth: Month, earliest: Month, latest: Month
) -> None:
    found = retirement_of(track, birth)
    assert (found.earliest, found.latest) == (earliest, latest)


@pytest.mark.parametrize(
    ("question", "said", "row"),
    [
        ("男职工1967年3月出生什么时候退休", "2027年10月", "male#1967年出生的男职工~r3"),
        ("女工人76年3月生几时退", "2026年11月", "female-50#1976年出生的原50周岁女职工~r3"),
        ("我妈1975年8月的 原来55退 到几岁", "2032年1月", "female-55#1975年出生的原55周岁女职工~r8"),
        ("一九六七年三月男的几时退", "2027年10月", "male#1967年出生的男职工~r3"),
        ("男職工1967-03-15出生什麼時候退休", "2027年10月", "male#1967年出生的男职工~r3"),
        (
            "老婆原五十五 七五年八月 哪年能退",
            "2032年1月",
            "female-55#1975年出生的原55周岁女职工~r8",
        ),
        (
            "车间女工85年2月生的最后要做到几岁",
            "2040年2月退休（55岁",
            "female-50#表外的原50周岁女职工",
        ),
        ("客户男64年11月的 他要不要延", "不受延迟影响，仍是60周岁", "male#表外的人怎么办"),
    ],
)
def test_a_question_gets_its_month_and_the_row_it_stands_in(
    figure: Figure, question: str, said: str, row: str
) -> None:
    found = figure(question)
    assert said in found.result
    assert found.cites[0] == f"policy/retirement-table-{row}"


def test_who_asks_for_the_earliest_month_is_told_it_first(figure: Figure) -> None:
    found = figure("76年11月的女工想提前退最早哪个月")
    assert found.result.startswith("最早2026年11月可以退（50岁")
    assert "2027年11月退休（51岁" in found.result
    assert any("最低缴费年限（2026年15年" in warning for warning in found.warnings)


def test_who_asks_for_both_ends_of_the_window_is_told_both(figure: Figure) -> None:
    assert "最早2027年3月、最晚2030年10月" in figure("67年3月男的最早最晚啥时候退").result


def test_the_sum_is_shown_with_its_numbers(figure: Figure) -> None:
    assert figure("男职工1967年3月出生什么时候退休").formula == (
        "1967年3月距1965年1月26个月，26÷4取整＋1＝7个月；1967年3月＋60年＋7个月＝2027年10月"
    )
    assert "最多60个月" in figure("车间女工85年2月生的最后要做到几岁").formula


def test_whether_the_month_has_come_is_said_for_the_day(figure: Figure) -> None:
    question = "男的65年1月生日现在到龄了没"
    assert "2025-01-20还没到龄" in figure(question, date(2025, 1, 20)).result
    assert "就是这个月" in figure(question, date(2025, 2, 20)).result
    assert "已经到龄" in figure(question, date(2025, 3, 1)).result


@pytest.mark.parametrize(
    ("text", "tracks"),
    [
        ("男的", (MEN,)),
        ("我姨夫", (MEN,)),
        ("孩子他爸", (MEN,)),
        ("女工", (WOMEN_50,)),
        ("女会计按55的", (WOMEN_55,)),
        ("管理岗的姐姐", (WOMEN_55,)),
        ("原来50退的", (WOMEN_50,)),
        ("女会计", (WOMEN_50, WOMEN_55)),
        ("灵活就业女", (WOMEN_50, WOMEN_55)),
        ("她不是干部", (WOMEN_50, WOMEN_55)),
        ("车间女主任", (WOMEN_50, WOMEN_55)),
        ("女工程师", (WOMEN_55,)),
        ("女工作人员", (WOMEN_50, WOMEN_55)),
        ("女儿替爸爸问", (MEN, WOMEN_50, WOMEN_55)),
        ("他", (MEN, WOMEN_50, WOMEN_55)),
    ],
)
def test_the_track_follows_from_sex_and_post_and_is_asked_for_where_they_do_not_say(
    text: str, tracks: tuple[Track, ...]
) -> None:
    assert tracks_of(text) == tracks


@pytest.mark.parametrize(
    ("question", "choices"), [("79年8月的女的哪年退", 2), ("76年5月生的几时退", 3)]
)
def test_a_track_that_is_not_known_is_asked_for(
    calculated: Calculate, figure: Figure, question: str, choices: int
) -> None:
    reply = calculated(question)
    assert isinstance(reply, MissingSlot)
    assert len(reply.choices) == choices
    assert len({figure(choice).result for choice in reply.choices}) == choices


@pytest.mark.parametrize(
    ("question", "names"),
    [
        ("男 1970年13月生几时退", "13月"),
        ("女工人1976年0月生几时退", "0月"),
        ("1899年5月男的什么时候退休", "1899年"),
        ("2999年5月男的什么时候退休", "2999年"),
        ("男2015年3月生几时退", "2015年"),
        ("女 60岁退休 1990年3月出生 几时退", "没有60周岁"),
        ("女 60 岁退休 1990 年出生", "没有60周岁"),
        ("男职工 1970年3月生 原来50退 几时退", "没有按50、55周岁"),
    ],
)
def test_what_does_not_fit_is_named_and_gives_no_month(
    calculated: Calculate, question: str, names: str
) -> None:
    reply = calculated(question)
    assert isinstance(reply, Refusal)
    assert names in reply.message


@pytest.mark.parametrize(
    "question",
    [
        "女职工什么时候退休",
        "男的1967年出生几岁退休",
        "男67年3月生退休要带什么材料",
        "男67年3月生 到龄了养老金什么时候到账",
        "67年3月男的缴了12年到龄怎么办",
        "女工人76年3月生和女干部75年5月生退休差多少",
        "76年3月女的按50还是55退",
        "男67年3月生 特殊工种几岁退",
        "28年9月退的女干部几月生",
        "24年12月到60岁按老办法退吗",
        "81年9月以后的女干部几岁退",
        "80年1月女工人选2030年退要几年社保",
        "男67年3月左右生 几时退",
    ],
)
def test_other_questions_about_retirement_are_left_to_the_articles(
    calculated: Calculate, question: str
) -> None:
    assert calculated(question) is None


def test_before_the_rule_was_in_force_nothing_is_calculated(calculated: Calculate) -> None:
    assert calculated("男职工1967年3月出生什么时候退休", date(2024, 12, 31)) is None
