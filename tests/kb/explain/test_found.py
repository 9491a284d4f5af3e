"""What an engineer is told of a question is what search did with it."""

from __future__ import annotations

from typing import get_args

import numpy as np
import pytest

from kb.explain import (
    STAGE_NAMES,
    Stage,
)
from kb.features import DOCUMENT_FEATURES, FEATURE_NAMES, FEATURES, TREES
from kb.knowledge import Knowledge
from kb.search import look_up, order_scores, search
from tests.kb.explain.conftest import Opened
from tests.kb.explain.explaining import TODAY, retrieved, verdict


def test_every_feature_has_a_chinese_name_of_its_own() -> None:
    assert set(FEATURE_NAMES) == {*FEATURES, *DOCUMENT_FEATURES, TREES}
    assert len(set(FEATURE_NAMES.values())) == len(FEATURE_NAMES)
    assert set(STAGE_NAMES) == set(get_args(Stage))


def test_the_sections_stand_as_search_ranks_them(knowledge: Knowledge) -> None:
    for question in ("女的几岁退休", "ORA-12541 怎么处理", "2024年女的几岁退休"):
        hits = search(knowledge, question, TODAY, 50).hits
        contenders = retrieved(knowledge, question).contenders
        assert [item.hit for item in contenders] == list(hits)


def test_the_contributions_of_a_section_explain_its_probability(knowledge: Knowledge) -> None:
    contenders = retrieved(knowledge, "女的几岁退休").contenders
    scores = np.array([item.score for item in contenders])
    chances = np.exp(scores) / np.exp(scores).sum()
    assert chances == pytest.approx([item.hit.score for item in contenders])
    amounts = [abs(item.amount) for item in contenders[0].contributions]
    assert amounts == sorted(amounts, reverse=True)
    assert min(amounts) > 0


def test_the_rankings_are_those_of_both_legs(knowledge: Knowledge) -> None:
    found = retrieved(knowledge, "女的几岁退休")
    assert found.keyword[0].keyword_rank == 1
    assert found.nearest[0].nearest_rank == 1
    assert found.counts[:2] == (len(found.keyword), len(found.nearest))
    assert [step.rank for step in found.fused] == list(range(1, len(found.fused) + 1))
    scores = [step.score for step in found.fused]
    assert scores == sorted(scores, reverse=True)


def test_a_question_shows_its_dates_codes_and_what_no_article_says(knowledge: Knowledge) -> None:
    wording = retrieved(knowledge, "24年12月女的ora12541斑马").wording
    assert wording.text == "2024年12月女的ora12541斑马"
    assert wording.codes == ("ora-12541",)
    assert wording.dates == ("2024年12月",)
    tokens = {item.text: item for item in wording.tokens}
    assert tokens["斑马"].passages == 0
    assert (tokens["斑马"].weight or 0) > (tokens["ora-12541"].weight or 0) > 0


def test_a_question_that_goes_on_is_looked_up_with_the_one_before(knowledge: Knowledge) -> None:
    alone = retrieved(knowledge, "那怎么算呢").wording
    joined = retrieved(knowledge, "那怎么算呢", before=("女的几岁退休",)).wording
    assert (alone.goes_on, alone.would_go_on, alone.looked_up) == (False, True, "那怎么算呢")
    assert (joined.goes_on, joined.text) == (True, "那怎么算呢")
    assert joined.looked_up == "女的几岁退休 那怎么算呢"


def test_a_question_about_other_people_is_looked_up_as_the_one_before_about_them(
    knowledge: Knowledge,
) -> None:
    put = retrieved(knowledge, "那男的呢", before=("女的几岁退休",)).wording
    assert (put.text, put.looked_up) == ("男的几岁退休", "男的几岁退休")
    assert put.goes_on


def test_documents_without_questions_are_explained_by_the_order_that_decided(
    opened: Opened,
) -> None:
    head = "---\ntitle: {}\nkind: policy\n---\n"
    knowledge = opened(
        {
            "policy/a.md": head.format("采砂许可") + "由水利局办理。\n",
            "policy/b.md": head.format("渡船") + "船停稳再下船。\n",
        }
    )
    told = retrieved(knowledge, "采砂许可")
    first = {item.feature: item for item in told.contenders[0].contributions}
    assert told.contenders[0].hit.passage.slug == "policy/a"
    assert TREES in first
    assert "heading_likeness" in first
    assert first[TREES].name == "决策树合计"
    found = look_up(knowledge, "采砂许可", TODAY)
    scores = sorted(order_scores(found).tolist(), reverse=True)
    assert [item.score for item in told.contenders] == pytest.approx(scores)
    behind = verdict(knowledge, "采砂许可", "policy/b#lead")
    assert behind.rival == "policy/a#lead"
    assert "heading_likeness" in {item.feature for item in behind.differences}
