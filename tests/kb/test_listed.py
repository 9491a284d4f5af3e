"""What the questions of a section say together."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

import pytest

from kb.candidates import Candidate
from kb.features import LISTED_FEATURES, compared, measure_listed
from kb.listed import Listed, listed_by_section
from kb.types import Article, FrontMatter, Hit, Passage, SectionQuestions

HEAD = FrontMatter(
    "失业保险金",
    questions=("失业金能领几个月",),
    section_questions=(SectionQuestions("怎么算", ("失业金怎么算", "五年以内算几个月")),),
)


def test_a_section_lists_its_own_questions_under_the_ids_of_their_passages() -> None:
    article = Article("policy/unemployment", "policy/unemployment.md", "", HEAD, "", (), (), ())
    assert listed_by_section([article]) == {
        "policy/unemployment#lead": Listed(("失业金能领几个月",), ("policy/unemployment#lead~q1",)),
        "policy/unemployment#怎么算": Listed(
            ("失业金怎么算", "五年以内算几个月"),
            ("policy/unemployment#怎么算~q1", "policy/unemployment#怎么算~q2"),
        ),
    }


def test_a_section_that_lists_nothing_is_not_there() -> None:
    article = Article("policy/none", "policy/none.md", "", FrontMatter("无"), "", (), (), ())
    assert listed_by_section([article]) == {}


def test_the_five_nearest_of_the_questions_count() -> None:
    ids = tuple(f"a#b~q{number}" for number in range(1, 8))
    cosines = dict(zip(ids, (0.9, 0.1, 0.8, 0.2, 0.7, 0.6, 0.5), strict=True))
    listed = Listed(("问",) * 7, ids)
    assert feature("listed_cosine", "补缴", listed, {**cosines, "a#b": 1.0}) == pytest.approx(0.7)
    assert set(compared([section("补缴")], [listed])) == set(ids)


def test_for_each_missing_question_the_best_passage_counts() -> None:
    listed = Listed(("问",) * 2, ("a#b~q1", "a#b~q2"))
    cosines = {"a#b~q1": 0.9, "a#b~q2": 0.6, "a#b": 0.3, "a#b~2": 0.1}
    assert set(compared([section("补缴", "断缴")], [listed])) == set(cosines)
    for some, expected in ((cosines, (0.9 + 0.6 + 3 * 0.3) / 5), ({"a#b": 0.3}, 0.3), ({}, 0.0)):
        assert feature("listed_cosine", "问", listed, some, "补缴", "断缴") == pytest.approx(
            expected
        )


def test_characters_count_that_any_of_the_questions_holds() -> None:
    questions = ("缴费明细在哪里打", "收不收钱", *("问",) * 3)
    listed = Listed(questions, tuple(f"a#b~q{number}" for number in range(1, 6)))
    assert feature("listed_characters", "打明细要收钱？", listed) == pytest.approx(5 / 6)
    assert feature("listed_characters", "？", listed) == 0


def test_of_a_section_that_lists_few_its_own_words_count_too() -> None:
    asked = "打明细要收钱？"
    few = Listed(("收不收钱",), ("a#b~q1",))
    assert feature("listed_characters", asked, few, {}, "打明细不用钱") == pytest.approx(5 / 6)
    assert feature("listed_characters", asked, Listed(), {}, "打明细不用钱") == pytest.approx(4 / 6)


def section(*texts: str) -> Candidate:
    """A candidate whose passages say this, without headings."""
    ids = ("a#b", *(f"a#b~{number}" for number in range(2, len(texts) + 1)))
    passages = (
        Passage(identifier, "a", "b", "text", "", (), text)
        for identifier, text in zip(ids, texts, strict=True)
    )
    return Candidate([Hit(passage, 0.5, 1, 1, 1.0, 0.5, False) for passage in passages], [])


def feature(
    name: str,
    question: str,
    listed: Listed,
    cosines: Mapping[str, float] = MappingProxyType({}),
    *texts: str,
) -> float:
    measured = measure_listed(question, [section(*(texts or ("无",)))], [listed], cosines)
    assert measured.shape == (1, len(LISTED_FEATURES))
    return float(measured[0, LISTED_FEATURES.index(name)])
