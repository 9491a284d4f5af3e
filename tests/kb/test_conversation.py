"""A question is understood by the ones before it: what it leaves unsaid, what it corrects, or that it is new."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from kb.conversation import Bearing, Understood, bearing_of, understand
from kb.knowledge import Knowledge, open_indexer, open_knowledge
from kb.settings import load_settings
from kb.substitution import mend, substitute
from kb.types import Turn

TERMS = (
    "[{term: 失业保险金, synonyms: [失业金]}, {term: 工伤认定}, {term: 养老金}, {term: 灵活就业}]"
)
TEXT = """\
---
title: 社保业务要带什么材料
---
失业金、养老金、灵活就业要带什么材料，多久到账，客户的社保卡丢了怎么补办新的，能一起领吗，换个问题怎么办退休。
"""


@pytest.fixture(scope="module")
def knowledge(tmp_path_factory: pytest.TempPathFactory, bundled_model: Path) -> Iterator[Knowledge]:
    folder = tmp_path_factory.mktemp("conversation")
    (folder / "articles" / "glossary").mkdir(parents=True)
    (folder / "articles" / "glossary" / "terms.yaml").write_text(TERMS, encoding="utf-8")
    (folder / "articles" / "some.md").write_text(TEXT, encoding="utf-8")
    opened = open_knowledge(load_settings(folder, {}, model=str(bundled_model)))
    indexer = open_indexer(opened)
    indexer.update()
    indexer.cache.close()
    yield opened
    opened.close()


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("那灵活就业的呢", Bearing.GOES_ON),
        ("要带什么材料", Bearing.GOES_ON),
        ("那多久到账", Bearing.GOES_ON),
        ("社保卡丢了怎么补办", Bearing.UNSURE),
        ("那养老金呢", Bearing.UNSURE),
        ("失业金和养老金能一起领吗", Bearing.ALONE),
        ("客户的社保卡丢了想补一张新的要带什么材料", Bearing.ALONE),
        ("ORA-12541 怎么办", Bearing.ALONE),
        ("火星上种土豆", Bearing.ALONE),
        ("跟ORA-12514有什么区别", Bearing.GOES_ON),
        ("换了一台电脑还是读不出来", Bearing.GOES_ON),
    ],
)
def test_what_goes_on(knowledge: Knowledge, question: str, expected: Bearing) -> None:
    assert bearing_of(knowledge, question) is expected


@pytest.mark.parametrize(
    ("before", "words", "merged"),
    [
        ("七级伤残补助金几个月", "那八级呢", "八级伤残补助金几个月"),
        ("2024年缴费基数上限", "那2023年的下限呢", "2023年缴费基数下限"),
        ("2024年缴费基数上限", "23年呢", "23年缴费基数上限"),
        ("缴费满5年失业金领几个月", "那15年呢", "缴费满15年失业金领几个月"),
        ("1966年3月出生几岁退休", "5月的呢", "1966年5月出生几岁退休"),
        ("断缴了单位能补缴吗", "那灵活就业的呢", "断缴了灵活就业能补缴吗"),
        ("502是什么意思", "那504呢", "504是什么意思"),
        ("50岁计发月数是多少", "60岁呢", "60岁计发月数是多少"),
        ("ORA-12541怎么处理", "那ORA-12514呢", "ORA-12514怎么处理"),
        ("67年3月的男的几时退休", "68年的呢", "68年3月的男的几时退休"),
        ("1967年3月的男的几时退休", "1968年和1969年的呢", "1968年3月和1969年3月的男的几时退休"),
        ("2024年缴费基数上限", "2022年和2023年的呢", "2022年和2023年缴费基数上限"),
        ("七级伤残补助金几个月", "那八级、九级呢", "八级、九级伤残补助金几个月"),
        ("失业补助金还有吗", "那失业金呢", "失业金还有吗"),
    ],
)
def test_a_word_takes_the_place_of_the_one_of_its_kind(
    before: str, words: str, merged: str
) -> None:
    assert substitute(before, words) == (merged, "")


def test_what_is_said_beside_the_word_is_kept() -> None:
    assert substitute("职工怎么参加养老保险", "灵活就业的要带什么") == (
        "灵活就业怎么参加养老保险",
        "要带什么",
    )
    assert substitute("失业金怎么申请", "要带什么材料") is None
    assert substitute("缴费15年领多少", "那2024年呢") is None, "15年 is how long, 2024年 is when"


def test_years_of_contribution_do_not_take_the_place_of_a_year_of_birth() -> None:
    assert substitute("67年3月的男的几时退休", "缴费15年呢") is None


def test_a_mistyped_word_is_put_right() -> None:
    assert mend("单位布缴怎么办", "补缴") == "单位补缴怎么办"
    assert mend("工伤怎么认定", "失业金") is None


def follow(knowledge: Knowledge, *questions: str, slugs: tuple[str, ...] = ("some",)) -> Understood:
    """The last question as understood after the others, which were all answered from one article."""
    history = [Turn(question, "answer", slugs) for question in questions[:-1]]
    return understand(knowledge, questions[-1], history)


def test_a_follow_up_to_a_follow_up_knows_the_question_that_stood_alone(
    knowledge: Knowledge,
) -> None:
    found = follow(knowledge, "失业金怎么领", "要带什么材料", "谢谢", "多久到账")
    assert (found.text, found.own) == ("失业金怎么领 多久到账", "多久到账")
    assert found.cited == ("some",)


def test_a_substitution_is_what_later_follow_ups_go_on_with(knowledge: Knowledge) -> None:
    found = follow(knowledge, "职工养老金怎么领", "那灵活就业的呢", "要带什么材料")
    assert found.text == "灵活就业养老金怎么领 要带什么材料"


@pytest.mark.parametrize(
    "question", ["换个问题，工伤认定怎么办", "客户的社保卡丢了想补一张新的要带什么材料"]
)
def test_a_new_topic_drops_what_was_before(knowledge: Knowledge, question: str) -> None:
    found = follow(knowledge, "失业金怎么领", question)
    assert found.bearing is Bearing.ALONE
    assert "失业金" not in found.text
    assert not found.text.startswith("换个问题")
    assert found.cited == ()


@pytest.mark.parametrize(
    ("before", "correction", "text"),
    [
        (
            "失业金怎么领",
            "不是这个，我问的是工伤认定和养老金一起怎么办",
            "工伤认定和养老金一起怎么办",
        ),
        ("职工养老金怎么领", "我是说灵活就业的", "灵活就业养老金怎么领"),
        ("单位布缴怎么办", "打错了 是补缴", "单位补缴怎么办"),
        ("七级补几个月", "写错了，应该是八级", "八级补几个月"),
    ],
)
def test_a_correction_says_what_was_meant(
    knowledge: Knowledge, before: str, correction: str, text: str
) -> None:
    found = follow(knowledge, before, correction)
    assert found.text == text
    assert found.refused == ()


def test_not_this_one_asks_again_and_refuses_all_that_was_shown(knowledge: Knowledge) -> None:
    history = [Turn("失业金怎么领", "answer", ("a", "b")), Turn("不是这个", "answer", ("c",))]
    found = understand(knowledge, "不对", history)
    assert found.text == "失业金怎么领"
    assert found.refused == ("c", "a", "b")


def test_a_comparison_is_asked_whole_and_replaces_nothing(knowledge: Knowledge) -> None:
    found = follow(knowledge, "502是什么意思", "跟504有什么区别")
    assert found.text == found.own == "502是什么意思 跟504有什么区别"


def test_a_bare_reply_to_what_was_asked_back_says_which_case_is_meant(
    knowledge: Knowledge,
) -> None:
    asked_back = [Turn("几岁退休", "clarification")]
    case = understand(knowledge, "社保卡", asked_back)
    assert (case.text, case.own) == ("几岁退休 社保卡", "几岁退休 社保卡")
    assert understand(knowledge, "工伤认定", asked_back).own == "工伤认定", "a matter of its own"
    assert understand(knowledge, "社保卡怎么补", asked_back).own == "社保卡怎么补"


def test_only_an_answer_counts_as_cited(knowledge: Knowledge) -> None:
    history = [Turn("失业金怎么领", "abstention", ("some",))]
    found = understand(knowledge, "要带什么材料", history)
    assert (found.text, found.cited) == ("失业金怎么领 要带什么材料", ())


def test_without_history_a_question_is_as_it_was_typed(knowledge: Knowledge) -> None:
    assert understand(knowledge, "那灵活就业的呢", ()) == Understood(
        "那灵活就业的呢", "那灵活就业的呢"
    )


def test_a_choice_of_a_clarification_is_a_whole_question(knowledge: Knowledge) -> None:
    history = [Turn("养老金怎么领", "clarification")]
    found = understand(knowledge, "灵活就业：养老金怎么领", history)
    assert (found.text, found.bearing) == ("灵活就业：养老金怎么领", Bearing.ALONE)


def test_a_question_asked_again_is_not_joined_with_itself(knowledge: Knowledge) -> None:
    asked_back = [Turn("养老金领取条件", "clarification")]
    found = understand(knowledge, "养老金领取条件", asked_back)
    assert (found.text, found.own, found.bearing) == (
        "养老金领取条件",
        "养老金领取条件",
        Bearing.ALONE,
    )
