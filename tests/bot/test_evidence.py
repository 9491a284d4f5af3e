"""What counts as evidence: dates are named by a row's own cells, and spans are parts of the text."""

from __future__ import annotations

import pytest

from bot.evidence import choose_evidence
from bot.types import Evidence
from kb.knowledge import Knowledge
from kb.periods import names_dates
from kb.search import search
from kb.types import Hit, Passage, PassageForm, Query, Scope
from kb.weights import question_weights


def hit(text: str, form: PassageForm = "row", headings: tuple[str, ...] = ()) -> Hit:
    passage = Passage("a#b~r1", "a", "b", form, "缴费基数", headings, text)
    return Hit(passage, 1.0, 1, 1, 1.0, 0.9, code_match=False)


def query(*dates: str) -> Query:
    return Query("缴费基数", (), (), dates, Scope())


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
    assert names_dates(query(day), hit(text).passage) is named


def test_a_text_names_the_dates_of_its_headings_and_sentences() -> None:
    assert names_dates(query("1976年"), hit("查这张表。", "text", ("1976年出生的女职工",)).passage)
    assert names_dates(query("2025年"), hit("2025-01-01起执行。", "text").passage)
    assert not names_dates(query("2024年"), hit("文号浙人社发〔2024〕61号。", "text").passage)
    assert not names_dates(query("2024年", "2025年"), hit("2025年起执行。", "text").passage)


def test_a_question_without_dates_is_named_by_everything() -> None:
    assert names_dates(query(), hit("随便").passage)


def test_a_quote_is_made_of_the_parts_of_the_text_that_its_spans_say() -> None:
    found = Evidence(hit("1. 甲\n说明\n2. 乙", "text"), ((0, 4), (8, 12)))
    assert found.quote == "1. 甲\n2. 乙"


@pytest.mark.parametrize(
    "question", ["缴费基数上限是多少", "2024年缴费基数", "ORA-12541", "劳动能力鉴定怎么申请"]
)
def test_evidence_comes_from_the_hits_and_its_spans_lie_in_their_text(
    counter: Knowledge, question: str
) -> None:
    ranking = search(counter, question, Scope(), 40)
    weights = question_weights(counter, ranking.query)
    evidence = choose_evidence(counter, ranking.query, ranking.hits, weights)
    assert evidence
    for item in evidence:
        assert item.hit.passage.id in {found.passage.id for found in ranking.hits}
        assert item.spans
        for start, end in item.spans:
            assert 0 <= start < end <= len(item.hit.passage.text)
        assert len({found.hit.passage.slug for found in evidence}) == 1


def test_without_hits_there_is_no_evidence(counter: Knowledge) -> None:
    ranking = search(counter, "缴费基数", Scope(), 1)
    weights = question_weights(counter, ranking.query)
    assert choose_evidence(counter, ranking.query, (), weights) == []


def test_rare_words_of_a_question_weigh_more_than_common_ones(counter: Knowledge) -> None:
    weights = question_weights(counter, search(counter, "女职工滞纳金", Scope(), 1).query).of
    assert weights["滞纳"] > weights["职工"]
