"""The bundled model carries what was learned of the field, and can learn it anew."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from safetensors.numpy import load_file

from kb.bundled_model import is_built
from kb.bundled_model.tuning import (
    SHARE,
    TUNING_PATH,
    apply_tuning,
    compress,
    is_tunable,
    keep_tuning,
)
from kb.bundled_model.weights import Adapted, Quantized, Tensors
from kb.errors import ModelError
from kb.tuning import Lesson, lessons_of, tune
from kb.types import Passage, PassageForm

NORM = "encoder.layer.0.output.LayerNorm.weight"
DENSE = "encoder.layer.0.output.dense.weight"


def matrix(rows: int, columns: int) -> Quantized:
    codes = np.random.default_rng(1).integers(0, 16, (rows, columns), np.uint8)
    return Quantized(codes, np.full((rows, columns // 32), 0.01, np.float32))


def passage(section: str, form: PassageForm, text: str, part: str = "") -> Passage:
    slug, _, anchor = section.partition("#")
    return Passage(f"{section}{part}", slug, anchor, form, "标题", (), text)


# What was learned is in the model


def test_the_built_model_holds_the_learned_values(bundled_model: Path) -> None:
    learned = load_file(TUNING_PATH)
    built = load_file(bundled_model / "model.safetensors")
    assert {_bare(name) for name in learned} == {name for name in built if is_tunable(name)}
    for name, values in learned.items():
        if name == _bare(name):
            assert np.array_equal(built[name], values.astype(np.float32)), name


def _bare(name: str) -> str:
    return name.removesuffix(".left").removesuffix(".right")


def test_a_model_with_other_learned_values_counts_as_not_built(
    bundled_model: Path, tmp_path: Path
) -> None:
    other = tmp_path / "other.safetensors"
    keep_tuning({NORM: np.ones(384, np.float32)}, other)
    assert is_built(bundled_model)
    assert not is_built(bundled_model, tuning=other)
    assert not is_built(bundled_model, tuning=None)


@pytest.mark.parametrize(
    "learned",
    [
        {NORM: np.ones(383)},
        {f"{DENSE}.left": np.ones((64, 2)), f"{DENSE}.right": np.ones((2, 31))},
        {f"{DENSE}.left": np.ones((63, 2)), f"{DENSE}.right": np.ones((2, 32))},
        {f"{DENSE}.left": np.ones((64, 2))},
        {DENSE: np.ones((64, 32))},
        {"nothing.bias": np.ones(4)},
        {"embeddings.LayerNorm.bias": np.ones(384)},
    ],
)
def test_values_that_do_not_fit_the_model_are_refused(
    tmp_path: Path, learned: dict[str, np.ndarray]
) -> None:
    path = tmp_path / "tuning.safetensors"
    keep_tuning(learned, path)
    own: Tensors = {
        NORM: np.zeros(384, np.float32),
        DENSE: matrix(64, 32),
        "embeddings.LayerNorm.bias": np.zeros(384, np.float32),
    }
    with pytest.raises(ModelError, match="对不上"):
        apply_tuning(own, path)


def test_a_share_of_what_was_learned_comes_back_when_it_is_of_low_rank(tmp_path: Path) -> None:
    chance = np.random.default_rng(0)
    before = matrix(64, 32)
    values = before.values()
    after = values + 0.1 * chance.normal(size=(64, 3)) @ chance.normal(size=(3, 32))
    path = tmp_path / "tuning.safetensors"
    keep_tuning(compress({DENSE: values}, {DENSE: after}), path)
    tuned = apply_tuning({DENSE: before}, path)[DENSE]
    assert isinstance(tuned, Adapted)
    assert np.abs(after - values).max() > 0.1
    assert np.allclose(tuned.values(), values + SHARE * (after - values), atol=2e-3)


def test_values_replace_those_of_the_model_and_leave_the_rest(tmp_path: Path) -> None:
    path = tmp_path / "tuning.safetensors"
    keep_tuning({NORM: np.full(3, 0.5, np.float32)}, path)
    own = {NORM: np.zeros(3, np.float32), "rest": np.ones(2, np.float32)}
    tuned = apply_tuning(own, path)
    assert np.array_equal(np.asarray(tuned[NORM]), np.full(3, 0.5))
    assert tuned["rest"] is own["rest"]
    assert np.array_equal(own[NORM], np.zeros(3))
    assert apply_tuning(own, None) is own


# Learning


def test_a_lesson_is_a_section_with_two_questions_at_least() -> None:
    lessons = lessons_of(
        [
            passage("a#lead", "text", "失业金每月领多少"),
            passage("a#lead", "question", "失业金几钿", "~q1"),
            passage("a#lead", "question", "失业金一个月多少", "~q2"),
            passage("a#材料", "question", "失业金带什么", "~q3"),
        ]
    )
    assert [item.section for item in lessons] == ["a#lead"]
    assert lessons[0].questions == ("失业金几钿", "失业金一个月多少")
    assert lessons[0].texts == ("标题\n失业金每月领多少",)
    assert (lessons[0].slug, lessons[0].is_lead) == ("a", True)


def test_a_few_steps_draw_the_ways_of_asking_of_a_section_together(bundled_model: Path) -> None:
    asked = {
        "卡#挂失": ("卡丢了", "卡找不到了", "社保卡掉了咋弄"),
        "卡#密码": ("密码忘了", "密码输错三次", "卡锁住了"),
        "人#没了": ("老人走了", "他爸过世了", "人没了还在发钱"),
        "机#打印": ("打印机卡纸", "纸打歪了", "打出来是白的"),
    }
    lessons = [Lesson(section, questions, ()) for section, questions in asked.items()]
    steps: list[tuple[int, int]] = []
    tuned = tune(bundled_model, lessons, 60, lambda done, total, _: steps.append((done, total)))
    assert steps[-1] == (len(steps), len(steps))
    assert tuned.last_loss < 0.5 * tuned.first_loss
    built = load_file(bundled_model / "model.safetensors")
    assert {_bare(name) for name in tuned.values} == {name for name in built if is_tunable(name)}
