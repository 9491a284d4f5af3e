"""Which sections are quoted: one, and beside an article's lead its steps or what goes into it."""

from __future__ import annotations

import pytest

from bot.evidence import choose_evidence
from bot.types import Evidence
from kb.knowledge import Knowledge
from kb.search import make_query, search
from kb.types import Scope
from kb.weights import question_weights
from tests.bot.evidence.making import TODAY, hit


def chosen(knowledge: Knowledge, question: str) -> list[Evidence]:
    ranking = search(knowledge, question, Scope(as_of=TODAY), 40)
    return choose_evidence(knowledge, ranking.query, ranking.hits)


@pytest.mark.parametrize(
    "question", ["缴费基数上限是多少", "2024年缴费基数", "ORA-12541", "劳动能力鉴定怎么申请"]
)
def test_evidence_comes_from_the_sections_found_and_from_one_article(
    counter: Knowledge, question: str
) -> None:
    ranking = search(counter, question, Scope(as_of=TODAY), 40)
    evidence = choose_evidence(counter, ranking.query, ranking.hits)
    assert 1 <= len(evidence) <= 2
    assert len({item.hit.passage.slug for item in evidence}) == 1
    for item in evidence:
        assert item.hit in ranking.hits
        assert item.key in item.units
        units = [unit.passage.section_id for unit in item.units]
        assert set(units) == {item.hit.passage.section_id}


def test_without_hits_there_is_no_evidence(counter: Knowledge) -> None:
    ranking = search(counter, "缴费基数", Scope(), 1)
    assert choose_evidence(counter, ranking.query, ()) == []


@pytest.mark.parametrize("question", ["劳动能力鉴定怎么申请", "劳动能力鉴定申请流程"])
def test_who_asks_for_the_way_gets_the_steps_beside_the_lead(
    counter: Knowledge, question: str
) -> None:
    lead, steps = chosen(counter, question)
    assert lead.hit.passage.anchor == "lead"
    assert [line[:2] for line in steps.lines] == ["1.", "2.", "3."]


@pytest.mark.parametrize("question", ["国办发〔2021〕7号", "国办发〔2021〕7号是关于什么的"])
def test_beside_the_lead_stands_the_line_that_names_the_document_asked_for(
    tables: Knowledge, question: str
) -> None:
    lead, sources = chosen(tables, question)
    assert lead.lines == ("滞纳金按日加收。",)
    assert sources.lines == ("· 国办发〔2021〕7号，减轻单位负担的几条意见。",)


def test_a_second_section_says_nothing_that_the_first_one_says(tables: Knowledge) -> None:
    query = make_query(tables, "手工报销多久办完", Scope(as_of=TODAY))
    sections = [tables.engine.section(f"howto/invoice#{name}") for name in ("lead", "多久办完")]
    first, second = choose_evidence(tables, query, [hit(parts[0]) for parts in sections])
    said = "手工报销20个工作日办完。"
    assert said in first.lines
    assert said not in second.lines
    assert "从收到申请那天算起" in second.key.text


def test_who_asks_for_something_else_gets_no_steps(counter: Knowledge) -> None:
    lines = [line for item in chosen(counter, "劳动能力鉴定管理办法") for line in item.lines]
    assert lines
    assert not [line for line in lines if line.startswith("1.")]


def test_a_section_about_another_year_is_passed_over(counter: Knowledge) -> None:
    ranking = search(counter, "2019年缴费基数上限", Scope(as_of=TODAY), 40)
    for item in choose_evidence(counter, ranking.query, ranking.hits):
        assert item.hit.passage.section_id != "policy/base#各年度缴费基数"
        assert "2025年度" not in item.quote


def test_rare_words_of_a_question_weigh_more_than_common_ones(counter: Knowledge) -> None:
    weights = question_weights(counter, search(counter, "女职工滞纳金", Scope(), 1).query).of
    assert weights["滞纳"] > weights["职工"]
