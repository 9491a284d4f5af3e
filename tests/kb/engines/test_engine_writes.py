"""What holds for every engine when articles are replaced and when several use it; see kb.engines.Engine."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest

from kb.engines import Engine, Indexed
from kb.types import Passage
from tests.kb.engines.making import (
    found,
    made,
    near,
    put,
)

# Replacing and removing


def test_a_replaced_article_leaves_nothing_of_the_old_one(engine: Engine) -> None:
    put(engine, made("a", "养老", "退休", "失业"), made("b", "工伤"))
    item = made("a", "医保")
    put(engine, item)
    assert engine.size() == 2
    assert found(engine, "养老 退休 失业") == []
    assert sorted(near(engine, "养老")) == ["a#p0", "b#p0"]
    assert engine.passages(["a#p0", "a#p1", "a#p2"]) == list(item.article.passages)
    assert engine.article("a") == replace(item.article, passages=())


def test_a_removed_article_is_gone_and_the_others_stay(engine: Engine) -> None:
    put(engine, made("a", "养老"), made("b", "养老"))
    put(engine, removed=["a", "never-there"])
    assert engine.article("a") is None
    assert [article.slug for article in engine.articles()] == ["b"]
    assert engine.passages(["a#p0", "b#p0"]) == list(made("b", "养老").article.passages)
    assert found(engine, "养老") == near(engine, "养老") == ["b#p0"]


def test_an_article_may_be_removed_and_added_in_one_write(engine: Engine) -> None:
    put(engine, made("a", "养老"))
    put(engine, made("a", "退休"), removed=["a"])
    assert found(engine, "退休 养老") == ["a#p0"]
    put(engine, removed=["a"])
    put(engine, made("a", "失业"))
    assert found(engine, "失业 退休 养老") == ["a#p0"]


def test_of_two_articles_with_one_slug_the_later_counts(engine: Engine) -> None:
    put(engine, made("a", "养老"), made("b", "失业"), made("a", "退休"))
    assert found(engine, "养老") == []
    assert found(engine, "退休") == ["a#p0"]
    assert engine.size() == 2


def test_a_write_that_breaks_off_changes_nothing(engine: Engine) -> None:
    put(engine, made("a", "养老"), made("b", "失业"))
    before = dict(engine.files())

    def added() -> Iterator[Indexed]:
        yield made("a", "退休")
        raise RuntimeError("the power went out")

    with pytest.raises(RuntimeError, match="power"):
        engine.write(added(), {"b"}, {})
    assert found(engine, "养老 退休 失业") == ["a#p0", "b#p0"]
    assert engine.article("a") == replace(made("a", "养老").article, passages=())
    assert dict(engine.files()) == before
    put(engine, made("a", "退休"))
    assert found(engine, "退休") == ["a#p0"]


# Several at once


def test_who_holds_the_engine_exclusively_keeps_others_from_writing(engine: Engine) -> None:
    order: list[str] = []
    entered = threading.Event()

    def other() -> None:
        entered.wait(10)
        put(engine, made("b", "失业"))
        order.append("other")

    with ThreadPoolExecutor(1) as pool:
        with engine.exclusive():
            waiting = pool.submit(other)
            entered.set()
            put(engine, made("a", "养老"))
            assert set(engine.files()) == {"a.md"}
            put(engine, made("a", "养老 退休"))
            order.append("holder")
        waiting.result(10)
    assert order == ["holder", "other"]
    assert set(engine.files()) == {"a.md", "b.md"}


def test_writers_in_several_threads_lose_nothing(engine: Engine) -> None:
    def add(number: int) -> None:
        put(engine, made(f"a{number}", "养老"))

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(add, range(12)))
    assert len(found(engine, "养老")) == len(engine.files()) == 12


def test_many_threads_get_the_same_answers(engine: Engine) -> None:
    put(engine, *(made(f"a{n:02d}", f"养老 词{n % 7}", f"退休 词{n % 5}") for n in range(40)))
    queries = [f"养老 词{n % 7} 词{n % 5}" for n in range(35)]
    expected = [(found(engine, text), near(engine, text)) for text in queries]

    def ask(text: str) -> tuple[list[str], list[str]]:
        return found(engine, text), near(engine, text)

    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(ask, queries * 4)) == expected * 4


def test_closing_lets_calls_under_way_come_to_their_end(engine: Engine) -> None:
    put(engine, *(made(f"a{n:02d}", f"养老 词{n}") for n in range(40)))
    expected = found(engine, "养老")
    closed = threading.Event()

    def read() -> int:
        rounds = 0
        while not closed.is_set() or rounds < 20:
            assert found(engine, f"养老 词{rounds % 40}")
            passages: list[Passage] = engine.passages(expected)
            assert len(passages) == 40
            rounds += 1
        return rounds

    with ThreadPoolExecutor(4) as pool:
        readers = [pool.submit(read) for _ in range(4)]
        for _ in range(10):
            engine.close()
        closed.set()
        assert all(reader.result(30) for reader in readers)
