"""Trees: what is grown tells apart what no weights can, is kept whole, and adds up leaf by leaf."""

from __future__ import annotations

import json

import numpy as np

from kb.listwise import Sample, fit
from kb.trees import Forest, grow, read_forest


def in_the_middle(seed: int, count: int) -> list[Sample]:
    """Candidates with two measures each; right are those whose first is neither low nor high."""
    chance = np.random.default_rng(seed)
    samples = []
    for _ in range(count):
        features = chance.random((20, 2))
        samples.append(Sample(features, np.abs(features[:, 0] - 0.5) < 0.2))
    return samples


def share_first(samples: list[Sample], scores: list[np.ndarray]) -> float:
    """The share of samples whose best candidate is right."""
    pairs = zip(samples, scores, strict=True)
    return float(np.mean([item.right[int(np.argmax(score))] for item, score in pairs]))


def test_trees_tell_apart_what_weights_cannot() -> None:
    learned, asked = in_the_middle(1, 60), in_the_middle(2, 60)
    weights, forest = fit(learned), grow(learned, [0, 0])
    by_trees = share_first(asked, [forest.scores(item.features) for item in asked])
    by_weights = share_first(asked, [item.features @ weights for item in asked])
    assert by_trees == 1
    assert by_weights < 0.6


def test_what_may_only_rise_never_counts_against_a_candidate() -> None:
    forest = grow(in_the_middle(5, 60), [1, 0])
    rising = np.column_stack([np.linspace(0, 1, 50), np.full(50, 0.5)])
    assert (np.diff(forest.scores(rising)) >= 0).all()
    free = grow(in_the_middle(5, 60), [0, 0])
    assert (np.diff(free.scores(rising)) < 0).any()


def test_the_same_samples_grow_the_same_trees() -> None:
    samples = in_the_middle(3, 40)
    assert grow(samples, [0, 0]).as_json() == grow(samples, [0, 0]).as_json()


def test_trees_are_read_as_they_were_kept() -> None:
    samples = in_the_middle(4, 40)
    forest = grow(samples, [0, 0])
    again = read_forest(json.loads(json.dumps(forest.as_json())))
    rows = samples[0].features
    np.testing.assert_allclose(again.scores(rows), forest.scores(rows), atol=0.005)
    assert again.scores(rows).std() > 0.1


def test_the_leaves_that_a_row_falls_into_are_added_up() -> None:
    forest = Forest(
        feature=np.array([[0, 0, 1, 0, 0], [1, 0, 0, 0, 0]]),
        threshold=np.array([[0.5, 0, 2.0, 0, 0], [3.0, 0, 0, 0, 0]]),
        left=np.array([[1, 1, 3, 3, 4], [1, 1, 2, 3, 4]]),
        right=np.array([[2, 1, 4, 3, 4], [2, 1, 2, 3, 4]]),
        value=np.array([[0, 1.0, 0, 10.0, 20.0], [0, 100.0, 200.0, 0, 0]]),
        depth=2,
    )
    rows = np.array([[0.5, 3.0], [0.6, 2.0], [0.6, 2.1], [0.0, 4.0]])
    assert forest.scores(rows).tolist() == [101.0, 110.0, 120.0, 201.0]
    assert forest.scores(rows[:0]).tolist() == []
