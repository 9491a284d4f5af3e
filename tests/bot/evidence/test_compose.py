"""An answer is put together from one section: short, the key first, and never a row about something else."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest

from bot.answers import lines_of
from bot.evidence.compose import compose, steps_of
from bot.evidence.room import TEXT_LIMIT, fitting
from bot.evidence.units import units_of
from bot.types import Evidence
from kb.knowledge import Knowledge
from kb.search import make_query
from kb.types import Scope
from tests.bot.evidence.making import TODAY, hit, rows

Compose = Callable[..., Evidence | None]

BASES, WAGES = "policy/base#各年度缴费基数", "policy/wage#历次标准"
GRADES, KINDS = "policy/injury#各等级几个月", "policy/offices#补贴一览"
STEPS, TEXT = "howto/apply#办理步骤", "policy/text#滞纳金怎么算"
LONGEST = "policy/text#一句特别长的话"
PASSWORD, CODES = "playbook/password#lead", "playbook/password#口令对照"
MATERIALS, LOST = "howto/invoice#要带什么", "howto/invoice#丢了怎么办"


@pytest.fixture
def composed(tables: Knowledge) -> Compose:
    """What is quoted of a section for a question."""

    def put_together(question: str, section: str, day: date = TODAY) -> Evidence | None:
        query = make_query(tables, question, Scope(as_of=day))
        return compose(tables, query, hit(tables.engine.section(section)[0]))

    return put_together


def quoted(evidence: Evidence | None) -> list[str]:
    assert evidence is not None
    return [unit.text for unit in evidence.units]


def quoted_rows(evidence: Evidence | None) -> list[str]:
    assert evidence is not None
    return [unit.text for unit in evidence.units if unit.is_row]


@pytest.mark.parametrize("question", ["2023年到2025年的缴费基数", "2023-2025年缴费基数"])
def test_of_a_span_of_years_the_rows_between_are_quoted_too(
    composed: Compose, question: str
) -> None:
    rows = quoted_rows(composed(question, BASES))
    assert sorted(row[:7] for row in rows) == ["年度=2023", "年度=2024", "年度=2025"]


# Length, key, verbatim


@pytest.mark.parametrize(
    "question",
    ["滞纳金怎么算", "滞纳金从哪天算起", "滞纳金谁出", "灵活就业断缴要滞纳金吗", "滞纳金有异议"],
)
def test_no_more_text_is_quoted_than_can_be_read_at_a_counter(
    composed: Compose, tables: Knowledge, question: str
) -> None:
    whole = sum(len(part.text) for part in tables.engine.section(TEXT))
    texts = quoted(composed(question, TEXT))
    assert len(texts) > 1
    assert sum(map(len, texts)) <= TEXT_LIMIT == 160 < whole


def test_a_sentence_that_is_longer_by_itself_is_quoted_alone(composed: Compose) -> None:
    found = composed("漏缴社会保险费的滞纳金和罚款是几倍", LONGEST)
    assert found is not None
    assert len(found.key.text) > TEXT_LIMIT
    assert found.units == (found.key,)


@pytest.mark.parametrize(
    ("question", "section", "key"),
    [
        ("滞纳金的起算日是哪天", TEXT, "起算日"),
        ("对滞纳金的数额有异议怎么复议", TEXT, "行政复议"),
        ("2024年缴费基数上限", BASES, "年度=2024年度"),
        ("七级伤残补助金几个月", GRADES, "伤残等级=七级"),
    ],
)
def test_what_answers_best_stands_first_and_alone_is_marked(
    composed: Compose, question: str, section: str, key: str
) -> None:
    found = composed(question, section)
    assert found is not None
    assert key in found.key.text
    lines = lines_of([found])
    assert lines[0].text == found.key.text.strip()
    assert [line.is_key for line in lines] == [True, *[False] * (len(lines) - 1)]
    assert {line.number for line in lines} == {1}


@pytest.mark.parametrize("section", [TEXT, LONGEST, BASES, WAGES, GRADES, KINDS, STEPS])
def test_every_line_stands_in_the_section_word_by_word(
    composed: Compose, tables: Knowledge, section: str
) -> None:
    passages = [part.text for part in tables.engine.section(section)]
    for question in ("滞纳金怎么算", "哪些补贴", "工伤认定怎么办", "最低月工资历年分别多少"):
        found = composed(question, section)
        for line in lines_of([found]) if found else ():
            assert any(line.text in text for text in passages)


# Rows about something else


@pytest.mark.parametrize("year", [2023, 2024, 2025])
def test_a_row_of_another_year_is_never_quoted(composed: Compose, year: int) -> None:
    rows = quoted_rows(composed(f"{year}年缴费基数上限分别是哪些", BASES))
    assert [row[:10] for row in rows] == [f"年度={year}年度；"[:10]]


def test_whichever_row_was_found_the_row_of_the_year_answers(tables: Knowledge) -> None:
    query = make_query(tables, "2024年缴费基数上限", Scope(as_of=TODAY))
    for part in tables.engine.section(BASES):
        found = compose(tables, query, hit(part))
        assert found is not None
        assert found.key.text.startswith("年度=2024年度")


def test_a_section_that_is_all_about_other_years_is_no_evidence(composed: Compose) -> None:
    assert composed("2019年缴费基数上限", BASES) is None


@pytest.mark.parametrize(("asked", "grade"), [("7级", "七"), ("七级", "七"), ("10级", "十")])
def test_a_row_of_another_grade_is_never_quoted(composed: Compose, asked: str, grade: str) -> None:
    rows = quoted_rows(composed(f"{asked}伤残补助金分别几个月", GRADES))
    assert [row.partition("；")[0] for row in rows] == [f"伤残等级={grade}级"]


@pytest.mark.parametrize(
    ("question", "day", "amount"),
    [
        ("最低月工资是多少", TODAY, "2490元"),
        ("最低月工资是多少", date(2025, 12, 31), "2260元"),
        ("最低月工资是多少", date(2027, 1, 1), "2600元"),
        ("2023年最低月工资是多少", TODAY, "2070元"),
    ],
)
def test_of_rows_that_hold_from_a_day_on_only_the_newest_that_holds_is_quoted(
    composed: Compose, question: str, day: date, amount: str
) -> None:
    rows = quoted_rows(composed(question, WAGES, day))
    assert len(rows) == 1
    assert amount in rows[0]


def test_who_asks_for_all_times_gets_the_rows_of_the_past(composed: Compose) -> None:
    rows = quoted_rows(composed("最低月工资历年分别是多少", WAGES))
    assert [row for row in rows if "2070元" in row or "2260元" in row]
    assert len(rows) > 2


# Lists and steps


def test_a_list_gets_up_to_eight_rows_and_another_question_up_to_three(composed: Compose) -> None:
    assert len(quoted_rows(composed("补贴有哪些", KINDS))) == 8
    assert len(quoted_rows(composed("补贴谁能领", KINDS))) <= 3


@pytest.mark.parametrize(
    "question",
    ["工伤认定怎么申请", "工伤认定办理流程", "怎么调查取证", "诊断证明怎么处理"],
)
def test_steps_stay_numbered_and_in_order(composed: Compose, question: str) -> None:
    found = composed(question, STEPS)
    assert found is not None
    steps = [line for line in found.lines if line[0].isdecimal()]
    assert [step.partition(". ")[0] for step in steps] == [str(n) for n in range(1, 9)]


def test_of_many_steps_those_from_the_one_asked_for_are_given(composed: Compose) -> None:
    found = composed("怎么送达", STEPS)
    assert found is not None
    assert [line.partition(". ")[0] for line in found.lines] == ["9", "10"]


def test_the_steps_of_a_section_are_given_although_its_best_unit_is_none(
    tables: Knowledge,
) -> None:
    query = make_query(tables, "工伤认定怎么申请", Scope(as_of=TODAY))
    found = steps_of(tables, query, hit(tables.engine.section(STEPS)[0]))
    assert found is not None
    assert found.lines[0].startswith("1. ")
    assert len(found.lines) == 8
    assert steps_of(tables, query, hit(tables.engine.section(TEXT)[0])) is None


def test_a_question_for_no_way_is_not_answered_with_all_steps(composed: Compose) -> None:
    found = composed("哪一步登记受理", STEPS)
    assert found is not None
    assert "登记受理" in found.key.text
    assert len(found.units) < 8


# What is quoted beside the key


def test_a_lead_says_once_what_its_summary_says_too_and_keeps_its_doubt(composed: Compose) -> None:
    assert quoted(composed("口令错了会锁账户吗", PASSWORD)) == [
        "口令错了多试会把账户锁掉，先停程序，再请库侧解锁（待核实）。"
    ]


def test_the_opening_of_a_section_goes_before_sentences_that_sound_more_like_the_question(
    tables: Knowledge,
) -> None:
    query = make_query(tables, "票据丢了还要登报吗", Scope(as_of=TODAY))
    opening, long, _, key = units_of(tables.engine.section(LOST))
    ranked = [(3.0, key), (2.0, long), (1.0, opening)]
    limit = len(key.text) + len(long.text)
    assert fitting(query, ranked, opening, limit) == [key, opening]


def test_rows_beside_a_row_are_of_its_table(tables: Knowledge) -> None:
    query = make_query(tables, "口令几天到期", Scope(as_of=TODAY))
    lock, late, validity, grace = (
        unit for unit in units_of(tables.engine.section(CODES)) if unit.is_row
    )
    ranked = [(3.0, validity), (2.8, late), (2.6, lock), (2.0, grace)]
    assert fitting(query, ranked, lock, TEXT_LIMIT) == [validity, grace]


def test_a_list_is_given_whole_although_one_row_sounds_more_like_the_question(
    composed: Compose,
) -> None:
    rows = quoted_rows(composed("手工报销发票要带哪几样", MATERIALS))
    assert [row.partition("；")[0] for row in rows] == [
        f"材料={name}" for name in ("收费票据", "费用清单", "诊断证明", "病历资料")
    ]


def test_every_row_with_a_code_of_the_question_is_quoted(composed: Compose) -> None:
    rows = quoted_rows(composed("ORA-28002口令过几天到期跟ORA-28000", CODES))
    assert [row[4:13] for row in rows] == ["ORA-28000", "ORA-28002"]


def test_a_row_of_another_year_is_not_quoted_although_another_cell_names_the_year(
    tables: Knowledge,
) -> None:
    query = make_query(tables, "2024年的收入", Scope(as_of=TODAY))
    first, other = units_of(
        rows(
            "年度=2024年；收入=54188元；用于=2025年",
            "年度=2023年；收入=51821元；用于=2024年发生的工亡",
        )
    )
    assert fitting(query, [(2.0, first), (1.0, other)], first, TEXT_LIMIT) == [first]


def test_what_was_said_before_is_not_said_again(tables: Knowledge) -> None:
    query = make_query(tables, "票据丢了还要登报吗", Scope(as_of=TODAY))
    place = hit(tables.engine.section(LOST)[0])
    alone = compose(tables, query, place)
    opening = "票据丢了的不当场答能不能报，一律转科室。"
    beside = compose(tables, query, place, said=opening)
    assert alone is not None
    assert opening in quoted(alone)
    assert opening not in quoted(beside)


def test_of_rows_that_sound_alike_the_one_nearest_in_meaning_answers(tables: Knowledge) -> None:
    query = make_query(tables, "补贴谁能领", Scope(as_of=TODAY))
    parts = tables.engine.section(KINDS)
    for row in (part for part in parts if part.form == "row"):
        near = {part.id: 0.9 if part == row else 0.5 for part in parts}
        found = compose(tables, query, hit(parts[0]), near)
        assert found is not None
        assert quoted_rows(found)[0] == row.text


def test_a_sentence_that_only_says_where_to_look_does_not_lead(composed: Compose) -> None:
    evidence = composed("失业金能领几个月", "policy/months#lead")
    assert evidence is not None
    assert "一次最长二十四个月" in evidence.key.text
