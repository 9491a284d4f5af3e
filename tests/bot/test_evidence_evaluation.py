"""The plain sentence picker that quoted evidence is compared with."""

from __future__ import annotations

from bot.evidence.evaluation import most_alike
from kb.knowledge import Knowledge
from kb.search import make_query
from kb.types import Scope


def pick(knowledge: Knowledge, question: str, text: str) -> tuple[str, str]:
    return most_alike(knowledge, make_query(knowledge, question, Scope()), text)


def test_the_sentence_with_the_most_words_of_the_question_is_picked(counter: Knowledge) -> None:
    text = "基数每年公布。滞纳金从欠缴之日起按日加收。欠缴由单位补。"
    sentence, extended = pick(counter, "滞纳金从哪天起加收", text)
    assert sentence == "滞纳金从欠缴之日起按日加收。"
    assert extended == text


def test_the_first_of_equals_is_picked(counter: Knowledge) -> None:
    assert pick(counter, "滞纳金", "先看。滞纳金一。滞纳金二。")[0] == "滞纳金一。"


def test_neighbours_are_added_by_turns_as_long_as_they_fit(counter: Knowledge) -> None:
    before, behind = "前" * 79 + "。", "后" * 59 + "。"
    text = f"{before}滞纳金怎么算。{behind}{'尾' * 20}。"
    assert pick(counter, "滞纳金", text)[1] == text[: 80 + 7 + 60]
    text = f"{'首' * 59}。{'前' * 39}。滞纳金怎么算。{'后' * 39}。{'尾' * 99}。"
    assert pick(counter, "滞纳金", text)[1] == text[: 60 + 40 + 7 + 40]


def test_of_nothing_nothing_is_picked(counter: Knowledge) -> None:
    assert pick(counter, "滞纳金", "") == ("", "")
