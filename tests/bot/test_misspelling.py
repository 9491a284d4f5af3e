"""One homophone in a question: how it is made, what it costs, and that staff are still answered."""

from __future__ import annotations

import re

import pytest

from bot.ask import ask
from bot.golden import GoldenQuestion, read_golden
from bot.misspelling import measure_loss, misspell
from bot.types import Answer
from kb.errors import DatasetError
from kb.knowledge import Knowledge
from kb.pinyin import readings
from kb.spelling import mend
from kb.types import Scope
from tests.bot.conftest import TODAY
from tests.bot.test_golden import GOLDEN

MOST_LOST = 0.05


def test_one_character_gives_way_to_one_that_sounds_the_same(library: Knowledge) -> None:
    for item in read_golden(GOLDEN):
        typed = misspell(library.tokenizer, item.question, 1)
        pairs = zip(item.question, typed, strict=True)
        changed = [(one, other) for one, other in pairs if one != other]
        assert len(changed) <= 1
        assert all(readings(one) & readings(other) for one, other in changed), typed


def test_the_same_seed_makes_the_same_mistake_and_another_seed_others(library: Knowledge) -> None:
    questions = [item.question for item in read_golden(GOLDEN)][:40]

    def typed(seed: int) -> list[str]:
        return [misspell(library.tokenizer, question, seed) for question in questions]

    assert typed(1) == typed(1)
    assert typed(1) != typed(2)


@pytest.mark.parametrize("question", ["ORA-00060", "http 502", "的呢", "12541"])
def test_codes_digits_and_words_that_say_nothing_stay(library: Knowledge, question: str) -> None:
    assert {misspell(library.tokenizer, question, seed) for seed in range(9)} == {question}


def test_digits_and_letters_beside_words_stay(library: Knowledge) -> None:
    question = "2024年VPN登录报错12541"
    kept = re.compile(r"[^\u4e00-\u9fff]")
    for seed in range(9):
        typed = misspell(library.tokenizer, question, seed)
        assert typed != question
        assert kept.findall(typed) == kept.findall(question)


@pytest.mark.parametrize("seed", [1, 2])
def test_one_homophone_in_each_golden_question_costs_few_of_the_first_three_places(
    library: Knowledge, seed: int
) -> None:
    loss = measure_loss(library, read_golden(GOLDEN), seed, lambda done, total: None)
    assert loss.mistyped > 0.9 * loss.questions
    assert loss.hit_3 - loss.typos_hit_3 <= MOST_LOST


def test_without_sections_there_is_nothing_to_measure(library: Knowledge) -> None:
    question = GoldenQuestion("天气", "out_of_scope", TODAY, outcome="abstention")
    with pytest.raises(DatasetError):
        measure_loss(library, [question], 1, lambda done, total: None)


def test_a_mistyped_question_is_answered_and_what_was_looked_up_is_said(library: Knowledge) -> None:
    outcome = ask(library, "停公留薪期最长多久", Scope(as_of=TODAY))
    assert isinstance(outcome, Answer)
    assert "已按“停工留薪期”检索" in outcome.warnings


def test_no_golden_question_that_is_well_spelt_is_mended(library: Knowledge) -> None:
    wellspelt = [item.question for item in read_golden(GOLDEN) if item.kind != "typo"]
    assert [question for question in wellspelt if mend(library, question).words] == []
