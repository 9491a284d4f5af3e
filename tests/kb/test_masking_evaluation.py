"""The made-up questions are formed as real ones are, and masking keeps within its limits on them."""

from __future__ import annotations

import ast
from pathlib import Path
from random import Random

import pytest

from kb.masking import find, mask
from kb.masking_evaluation import TEXTS, examples, facts, measure
from kb.masking_evaluation.measure import OTHER_WORDS
from kb.masking_evaluation.texts import Example

LEAST_RECALL = 0.995
MOST_FALSE_MASKS = 0.005
SEEDS = (1, 2026)
FOLDER = Path(facts.__file__).parent


@pytest.mark.parametrize("seed", SEEDS)
def test_personal_data_is_hidden_and_little_else(seed: int) -> None:
    found = measure(find, examples(seed))
    assert found.recall >= LEAST_RECALL, [tally.wrong for tally in found.personal.values()]
    assert found.false_masks <= MOST_FALSE_MASKS, [tally.wrong for tally in found.harmless.values()]
    assert found.other_words <= MOST_FALSE_MASKS
    assert min(tally.total for tally in found.personal.values()) >= 30


def test_masking_a_masked_text_changes_nothing() -> None:
    once = [mask(example.text).text for example in examples(3)]
    assert [mask(text).text for text in once] == once


def test_a_seed_gives_the_same_questions_and_another_seed_others() -> None:
    assert examples(5) == examples(5)
    assert len(examples(5)) == TEXTS
    assert examples(5) != examples(6)


def test_some_questions_hold_nothing_personal_and_some_several_things() -> None:
    counts = {len(example.personal) for example in examples(7)}
    assert counts == {0, 1, 2, 3}


def test_every_piece_stands_where_it_is_said_to_stand() -> None:
    example = next(item for item in examples(1) if item.personal and item.harmless)
    for start, end, _ in example.personal + example.harmless:
        assert 0 <= start < end <= len(example.text)
        assert example.text[start:end].strip()


def test_check_digits_are_those_of_known_numbers() -> None:
    assert facts.id_check("11010519491231002") == "X"  # the example of GB 11643-1999
    assert facts.luhn_check("411111111111111") == "1"  # the card networks' test number
    assert facts.luhn_check("7992739871") == "3"


@pytest.mark.parametrize("draw", range(20))
def test_a_mistyped_id_number_has_the_wrong_check_digit(draw: int) -> None:
    number = facts.wrong_id_18(Random(draw))
    assert facts.id_check(number[:17]) != number[17]


def test_the_questions_are_made_without_looking_at_the_masking() -> None:
    imported = {
        node.module
        for path in FOLDER.glob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.ImportFrom)
    }
    assert "kb.masking_evaluation.facts" in imported
    assert not [name for name in imported if name and name.startswith("kb.masking.")]
    assert "kb.masking" not in imported


EXAMPLE = Example("甲1234乙5678丙", ((1, 5, "号"),), ((6, 10, "单号"),))


@pytest.mark.parametrize(
    ("spans", "recall", "false_masks", "other_words"),
    [
        ([], 0, 0, 0),
        ([(1, 5, "号")], 1, 0, 0),
        ([(1, 4, "号")], 0, 0, 0),  # one digit is left to read
        ([(1, 5, "号"), (9, 10, "号")], 1, 1, 0),
        ([(0, 5, "号")], 1, 0, 1),
        ([(0, 11, "号")], 1, 1, 1),
    ],
)
def test_what_is_left_and_what_is_hidden_too_much_is_counted(
    spans: list[tuple[int, int, str]], recall: float, false_masks: float, other_words: float
) -> None:
    found = measure(lambda text: spans, [EXAMPLE])
    assert (found.recall, found.false_masks, found.other_words) == (
        recall,
        false_masks,
        other_words,
    )
    assert found.harmless[OTHER_WORDS].total == 1
