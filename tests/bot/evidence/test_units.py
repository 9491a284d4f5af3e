"""Sections are cut into units that are quoted whole; evidence shows its key first."""

from __future__ import annotations

import pytest

from bot.evidence.units import is_step, units_of
from bot.types import Evidence, Unit
from tests.bot.evidence.making import hit, passage, rows

LONG = "单位漏缴、少缴的，由单位向税务机关申报补缴，滞纳金由单位承担，不得向职工收取，也不得从工资里扣。"


def texts(*parts: str) -> list[str]:
    return [unit.text for unit in units_of([passage(part) for part in parts])]


def test_a_long_line_is_cut_into_sentences_and_a_short_one_is_not() -> None:
    assert texts(f"{LONG}{LONG}满一年的领。") == [LONG, "满一年的领。"]
    assert texts("先看年限。再看月数。") == ["先看年限。再看月数。"]


@pytest.mark.parametrize("mark", ["1. ", "12. ", "· "])
def test_a_step_and_an_item_stay_whole_however_long(mark: str) -> None:
    item = f"{mark}{LONG}{LONG}"
    assert texts(f"{item}\n完。") == [item, "完。"]


def test_a_closing_quotation_mark_stays_with_its_sentence() -> None:
    assert texts(f"先问他：“{LONG}”{LONG}") == [f"先问他：“{LONG}”", LONG]


def test_lines_of_a_table_are_left_to_its_rows_which_stay_whole() -> None:
    row = "档次=第1档；说明=满一年的。满五年的。"
    parts = [passage("按表查。\n档次 | 说明\n第1档 | 满一年的。"), *rows(row)]
    assert [(unit.text, unit.is_row) for unit in units_of(parts)] == [
        ("按表查。", False),
        (row, True),
    ]


def test_the_notice_about_menu_names_is_no_unit_unless_it_says_more() -> None:
    assert texts("先校时。菜单名称以浏览器和省集中系统为准。") == ["先校时。"]
    assert texts("1. 先查。\n2. 菜单名称以省集中系统为准。\n再查。") == ["1. 先查。", "再查。"]
    more = "菜单名称以省集中系统为准；统筹区字段叫 AAA027。"
    assert texts(more) == [more]


def test_what_is_said_twice_is_one_unit_at_its_first_place() -> None:
    units = units_of([passage("满一年。\n再说。"), passage("满一年。\n最后。", number=2)])
    assert [unit.text for unit in units] == ["满一年。", "再说。", "最后。"]
    assert units[0].passage.id == "a#b~1"


def test_every_unit_is_the_part_of_its_passage_that_it_says() -> None:
    for unit in units_of([passage(f"{LONG}{LONG}甲。\n\n1. 乙\n· 丙。丁。"), *rows("甲=1；乙=2")]):
        assert unit.passage.text[unit.start : unit.end] == unit.text != ""


def test_only_numbered_items_of_a_text_are_steps() -> None:
    units = units_of([passage("1. 甲\n· 乙\n2025年的。"), *rows("1. 序号=2；名称=甲")])
    assert [is_step(unit) for unit in units] == [True, False, False, False]


def test_the_key_is_quoted_first_and_the_rest_in_reading_order() -> None:
    found = passage("1. 甲\n说明\n2. 乙")
    first, middle, last = units_of([found])
    assert Evidence(hit(found), last, (first, middle, last)).lines == ("2. 乙", "1. 甲", "说明")
    assert Evidence(hit(found), first, (first, last)).quote == "1. 甲\n2. 乙"


def test_sentences_that_adjoin_share_a_line_and_others_do_not() -> None:
    found = passage("甲。乙。丙。丁。")
    parts = [Unit(found, start, start + 2) for start in (0, 2, 4, 6)]
    assert Evidence(hit(found), parts[3], tuple(parts)).lines == ("丁。", "甲。乙。丙。")
    assert Evidence(hit(found), parts[0], (parts[0], parts[1], parts[3])).lines == (
        "甲。",
        "乙。",
        "丁。",
    )
    assert Evidence(hit(found), parts[1], tuple(parts)).lines == ("乙。", "甲。", "丙。丁。")
