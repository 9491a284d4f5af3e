"""Two rankings become one, and a passage that only one of them finds can still win."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kb.fusion import KEYWORD_WEIGHT, fuse, scaled
from kb.types import Ranked

SCORES = st.lists(st.floats(0.01, 100, allow_nan=False), max_size=12)


def ranking(scores: list[float], name: str = "p") -> list[Ranked]:
    ordered = sorted(scores, reverse=True)
    return [Ranked(f"{name}{number}", score) for number, score in enumerate(ordered)]


def test_scores_are_scaled_between_the_first_and_the_last_place() -> None:
    assert scaled(ranking([9.0, 5.0, 1.0])) == {"p0": 1.0, "p1": 0.5, "p2": 0.0}


def test_equal_scores_all_count_one_and_no_place_counts_nothing() -> None:
    assert scaled(ranking([3.0, 3.0])) == {"p0": 1.0, "p1": 1.0}
    assert scaled([]) == {}


def test_each_leg_counts_with_its_weight() -> None:
    keyword = [Ranked("a", 10), Ranked("b", 5), Ranked("c", 0)]
    nearest = [Ranked("b", 0.9), Ranked("c", 0.8), Ranked("d", 0.7)]
    assert fuse(keyword, nearest, 0.4) == pytest.approx({"b": 0.8, "a": 0.4, "c": 0.3, "d": 0.0})
    assert list(fuse(keyword, nearest, 0.4)) == ["b", "a", "c", "d"]


def test_a_passage_that_only_one_leg_finds_can_win() -> None:
    nearest = [Ranked("x", 0.9), Ranked("y", 0.89), Ranked("z", 0.1)]
    assert next(iter(fuse([Ranked("k", 9), Ranked("z", 1)], nearest, 0.9))) == "k"
    assert next(iter(fuse([], nearest))) == "x"
    assert next(iter(fuse([Ranked("k", 9), Ranked("l", 1)], []))) == "k"


def test_without_any_place_nothing_is_found() -> None:
    assert fuse([], []) == {}


@given(SCORES, SCORES)
def test_fused_scores_lie_between_nothing_and_one_and_descend(
    keyword: list[float], nearest: list[float]
) -> None:
    fused = fuse(ranking(keyword), ranking(nearest, "n" if len(keyword) % 2 else "p"))
    assert all(-1e-9 <= score <= 1 + 1e-9 for score in fused.values())
    assert list(fused.values()) == sorted(fused.values(), reverse=True)


def test_meaning_weighs_more_than_words() -> None:
    assert 0 < KEYWORD_WEIGHT < 0.5
