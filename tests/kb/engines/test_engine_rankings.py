"""How every engine ranks; see kb.engines.Engine."""

from __future__ import annotations

import numpy as np
import pytest

from kb.engines import Engine
from tests.kb.engines.making import (
    DIMENSION,
    EVERYONE,
    found,
    made,
    near,
    put,
    vector_of,
)

# Keyword ranking


def test_a_passage_is_found_by_each_of_its_words(engine: Engine) -> None:
    put(engine, made("a", "养老 退休 ORA-00060 人社部发〔2024〕94号"), made("b", "失业"))
    for word in ("养老", "退休", "ORA-00060", "人社部发〔2024〕94号"):
        assert found(engine, word) == ["a#p0"]
    assert found(engine, "没有的词") == []
    assert engine.keyword({}, EVERYONE, 10) == []


def test_the_rarer_word_counts_for_more(engine: Engine) -> None:
    put(
        engine,
        made("a", "常见 甲"),
        made("b", "罕见 乙"),
        *(made(f"c{n}", "常见 丙") for n in range(5)),
    )
    assert found(engine, "常见 罕见")[0] == "b#p0"


def test_more_occurrences_and_a_shorter_passage_rank_higher(engine: Engine) -> None:
    put(
        engine,
        made("a", "养老 一 二 三"),
        made("b", "养老 养老 一 二"),
        made("c", "养老 一 二 三 四 五 六"),
    )
    assert found(engine, "养老") == ["b#p0", "a#p0", "c#p0"]


def test_the_weight_of_a_query_word_counts(engine: Engine) -> None:
    put(engine, made("a", "养老"), made("b", "失业"))
    ranked = engine.keyword({"养老": 1.0, "失业": 2.0}, EVERYONE, 10)
    assert [place.id for place in ranked] == ["b#p0", "a#p0"]
    assert ranked[0].score == pytest.approx(2 * ranked[1].score)


def test_frequencies_count_passages_once_and_only_those_served(engine: Engine) -> None:
    put(engine, made("a", "养老 养老 退休", "养老"), made("b", "退休"), made("c", "退休"))
    put(engine, made("b", "失业"), removed=["c"])
    expected = {"养老": 2, "退休": 1, "失业": 1, "没有": 0}
    assert engine.frequencies(expected.keys()) == expected


# Nearest ranking


def test_nearest_is_the_exact_cosine(engine: Engine) -> None:
    texts = [f"第 {number} 段" for number in range(200)]
    put(engine, *(made(f"a{n:03d}", *texts[n : n + 20]) for n in range(0, 200, 20)))
    query = vector_of("问题")
    cosines = {
        f"a{n // 20 * 20:03d}#p{n % 20}": float(query @ vector_of(t)) for n, t in enumerate(texts)
    }
    ranked = engine.nearest(query, EVERYONE, 200)
    assert [place.id for place in ranked] == sorted(cosines, key=lambda name: -cosines[name])
    for place in ranked:
        assert place.score == pytest.approx(cosines[place.id], abs=1e-6)
    assert engine.nearest(query, EVERYONE, 7) == ranked[:7]


def test_a_passage_that_is_not_embedded_is_found_by_keyword_only(engine: Engine) -> None:
    later = np.zeros(DIMENSION, np.float32)
    put(engine, made("a", "养老", "退休", vectors=[later, vector_of("退休")]))
    assert found(engine, "养老") == ["a#p0"]
    assert near(engine, "养老") == ["a#p1"]


def test_vectors_of_another_length_are_left_out(engine: Engine) -> None:
    put(engine, made("old", "养老"))
    put(engine, made("new", "退休", vectors=[vector_of("退休", 12)]))
    assert near(engine, "退休") == ["old#p0"]
    assert [place.id for place in engine.nearest(vector_of("退休", 12), EVERYONE, 9)] == ["new#p0"]
    assert engine.nearest(vector_of("退休", 5), EVERYONE, 9) == []
    assert set(found(engine, "养老 退休")) == {"old#p0", "new#p0"}


def test_the_cosines_of_passages_are_those_of_their_ranking(engine: Engine) -> None:
    put(engine, made("a", "养老", "退休"), made("b", "失业"))
    put(engine, made("a", "养老", "补缴"))  # a newer article takes the place of the older
    query = vector_of("问题")
    ranked = {place.id: place.score for place in engine.nearest(query, EVERYONE, 10)}
    asked = ["b#p0", "a#p1", "nowhere#p0", "a#p0"]
    expected = {name: ranked[name] for name in asked if name in ranked}
    assert engine.cosines(asked, query) == pytest.approx(expected, abs=1e-6)
    assert ranked["a#p1"] == pytest.approx(float(query @ vector_of("补缴")), abs=1e-6)
    assert engine.cosines([], query) == {}


def test_passages_without_a_vector_of_that_length_have_no_cosine(engine: Engine) -> None:
    later = np.zeros(DIMENSION, np.float32)
    put(engine, made("a", "养老", "退休", vectors=[later, vector_of("退休")]))
    put(engine, made("b", "失业", vectors=[vector_of("失业", 12)]))
    assert list(engine.cosines(["a#p0", "a#p1", "b#p0"], vector_of("退休"))) == ["a#p1"]


# Order and limits


def test_equal_scores_come_in_the_order_of_their_ids(engine: Engine) -> None:
    slugs = ["m", "b", "z", "a", "q"]
    for slug in slugs:
        put(engine, made(slug, "养老 退休"))
    put(engine, made("a", "养老 退休"))
    expected = [f"{slug}#p0" for slug in sorted(slugs)]
    assert found(engine, "养老") == near(engine, "养老 退休") == expected
    assert found(engine, "养老", limit=3) == near(engine, "养老 退休", limit=3) == expected[:3]


def test_equal_vectors_score_equal_wherever_they_lie(engine: Engine) -> None:
    same = vector_of("同样的话", 384)
    for number in range(0, 60, 4):
        vectors = [vector_of(f"{number} {n}", 384) for n in range(3)]
        vectors.insert(number % 3, same)
        put(engine, made(f"a{99 - number}", "一", "二", "三", "四", vectors=vectors))
    put(engine, made("z", "一", "二", vectors=[-same, same]))
    expected = sorted(f"a{99 - number}#p{number % 3}" for number in range(0, 60, 4))
    for number in range(20):
        ranked = engine.nearest(vector_of(f"问题{number}", 384), EVERYONE, 62)
        score = next(place.score for place in ranked if place.id == "z#p1")
        assert [place.id for place in ranked if place.score == score] == [*expected, "z#p1"]


@pytest.mark.parametrize("limit", [0, 1, 2, 3, 4])
def test_no_more_than_the_limit_is_returned(engine: Engine, limit: int) -> None:
    put(engine, made("a", "养老", "养老 一", "养老 二 三"))
    assert len(found(engine, "养老", limit=limit)) == min(limit, 3)
    assert len(near(engine, "养老", limit=limit)) == min(limit, 3)
