"""What every engine does; see kb.engines.Engine."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import numpy as np
import pytest

from kb.engines import Engine, Indexed
from kb.types import FileState, Finding, Passage, PassageForm, Scope, Source
from tests.kb.engines.making import (
    DIMENSION,
    EVERYONE,
    day,
    found,
    made,
    near,
    put,
    state_of,
    vector_of,
)

STAFF = Scope()


# An empty engine


def test_an_empty_engine_finds_nothing(engine: Engine) -> None:
    assert engine.size() == 0
    assert engine.keyword({"养老": 1.0}, EVERYONE, 10) == []
    assert engine.nearest(vector_of("养老"), EVERYONE, 10) == []
    assert engine.frequencies({"养老"}) == {"养老": 0}


def test_an_empty_engine_knows_no_article_passage_or_file(engine: Engine) -> None:
    assert engine.article("policy/a") is None
    assert list(engine.articles()) == []
    assert engine.passages(["policy/a#p0"]) == []
    assert dict(engine.files()) == {}


def test_an_engine_emptied_again_finds_nothing(engine: Engine) -> None:
    put(engine, made("a", "养老 退休"))
    engine.write((), {"a"}, {})
    test_an_empty_engine_finds_nothing(engine)
    test_an_empty_engine_knows_no_article_passage_or_file(engine)


# Articles, passages, files


def test_an_article_comes_back_as_it_was_written(engine: Engine) -> None:
    source = Source("办法", "国发〔2024〕1号", day("2024-09-13"), "https://example.org/?a=1&b='")
    item = made(
        "policy/a",
        "养老",
        kind="policy",
        sources=(source, Source("另一份")),
        effective_from=day("2025-01-01"),
        effective_to=day("2030-12-31"),
        review_by=day("2027-06-30"),
        audience=("counter",),
        tags=("养老", "退休"),
        questions=("什么时候退休",),
        verified=False,
    )
    put(engine, item)
    assert engine.article("policy/a") == replace(item.article, passages=())


def test_the_list_of_articles_is_ordered_and_without_html(engine: Engine) -> None:
    items = [made(slug, "养老") for slug in ("policy/b", "howto/z", "policy/a")]
    put(engine, *items)
    expected = {item.article.slug: replace(item.article, html="", passages=()) for item in items}
    assert list(engine.articles()) == [expected[slug] for slug in sorted(expected)]


def test_an_article_without_passages_is_kept_and_never_ranked(engine: Engine) -> None:
    put(engine, made("draft", "养老", status="draft"), made("a", "养老"))
    assert engine.article("draft") is not None
    assert found(engine, "养老") == near(engine, "养老") == ["a#p0"]
    assert engine.passages(["draft#p0"]) == []
    assert engine.size() == 1


def test_passages_come_in_the_order_asked_and_unknown_ones_are_left_out(engine: Engine) -> None:
    first, second = made("a", "养老", "退休"), made("b", "失业")
    put(engine, first, second)
    ids = ["b#p0", "a#p9", "a#p1", "", "c#p0", "a#p0"]
    expected = [second.article.passages[0], first.article.passages[1], first.article.passages[0]]
    assert engine.passages(ids) == expected
    assert engine.passages([]) == []


def in_section(slug: str, *marks: str) -> Indexed:
    """An article whose passages have ids that begin with `slug#p`: a mark follows in each."""
    item = made(slug, *(f"养老 {mark}" for mark in marks))
    passages = tuple(
        replace(passage, id=f"{slug}#p{mark}", anchor=f"p{mark.partition('~')[0]}", form=form(mark))
        for passage, mark in zip(item.article.passages, marks, strict=True)
    )
    entries = [
        replace(entry, passage=passage)
        for entry, passage in zip(item.entries, passages, strict=True)
    ]
    return replace(item, article=replace(item.article, passages=passages), entries=entries)


def form(mark: str) -> PassageForm:
    kind = mark.partition("~")[2][:1]
    return "row" if kind == "r" else "question" if kind == "q" else "text"


def section(engine: Engine, identifier: str) -> list[str]:
    return [passage.id for passage in engine.section(identifier)]


def test_a_section_is_its_texts_and_rows_in_reading_order_without_questions(
    engine: Engine,
) -> None:
    marks = ("", "~2", "~10", "~r1", "~r2", "~r2.2", "~r10", "~q1", "~q2")
    put(engine, in_section("a", *marks))
    expected = [f"a#p{mark}" for mark in marks[:7]]
    assert section(engine, "a#p") == expected
    assert engine.section("a#p") == engine.passages(expected)


def test_a_section_holds_nothing_of_one_whose_name_begins_the_same(engine: Engine) -> None:
    put(engine, in_section("a", "", "~r1", "1", "1~r1", "-2"), in_section("a/b", ""))
    assert section(engine, "a#p") == ["a#p", "a#p~r1"]
    assert section(engine, "a#p1") == ["a#p1", "a#p1~r1"]
    assert section(engine, "a/b#p") == ["a/b#p"]


@pytest.mark.parametrize("unknown", ["a#q", "b#p", "a", "", "a#", "#p"])
def test_an_unknown_section_is_empty(engine: Engine, unknown: str) -> None:
    assert engine.section(unknown) == []
    put(engine, in_section("a", "", "~2"))
    assert engine.section(unknown) == []


def test_a_section_of_a_replaced_or_removed_article_is_the_new_one_or_none(engine: Engine) -> None:
    put(engine, in_section("a", "", "~2", "~r1"), in_section("b", ""))
    put(engine, in_section("a", "", "~r1"))
    assert section(engine, "a#p") == ["a#p", "a#p~r1"]
    put(engine, removed=["a"])
    assert section(engine, "a#p") == []
    assert section(engine, "b#p") == ["b#p"]


@pytest.mark.parametrize(
    "text",
    [
        "𠮷林 😀👍",
        "'; DROP TABLE passage; --",
        "100% _x_ \\ \"'`",
        "第一行\n第二行\t第三列",
        "A" * 5_000,
    ],
)
def test_any_text_comes_back_as_it_was_and_is_found(engine: Engine, text: str) -> None:
    item = made("a", text)
    put(engine, item)
    assert engine.passages(["a#p0"]) == list(item.article.passages)
    for word in text.split():
        assert found(engine, word) == ["a#p0"]


def test_files_come_back_with_their_findings(engine: Engine) -> None:
    files = {
        "a.md": state_of("a.md", "1", Finding("a.md", 3, "缺少“来源”", "warning")),
        "b.md": FileState("b.md", 2**40, 2**62, "", "abc", "另一种做法"),
    }
    engine.write((), (), files)
    assert dict(engine.files()) == files


def test_files_are_read_when_all_articles_were_taken(engine: Engine) -> None:
    files: dict[str, FileState] = {}

    def added() -> Iterator[Indexed]:
        yield made("a", "养老")
        files["a.md"] = state_of("a.md")

    engine.write(added(), (), files)
    assert set(engine.files()) == {"a.md"}


def test_a_file_that_is_not_named_again_is_forgotten(engine: Engine) -> None:
    engine.write((), (), {"a.md": state_of("a.md"), "b.md": state_of("b.md")})
    engine.write((), (), {"b.md": state_of("b.md", "2")})
    assert dict(engine.files()) == {"b.md": state_of("b.md", "2")}


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


# Scope: filters before ranking


def both(engine: Engine, scope: Scope, limit: int = 1) -> tuple[list[str], list[str]]:
    return found(engine, "养老", scope, limit), near(engine, "养老", scope, limit)


def test_access_filters_before_ranking(engine: Engine) -> None:
    put(
        engine,
        made("secret", "养老", access="engineer"),
        made("open", "养老 另外 还有 很多 别的 话"),
        made("top", "养老 养老", access="admin"),
    )
    assert both(engine, STAFF) == (["open#p0"], ["open#p0"])
    engineer = replace(STAFF, access=frozenset({"staff", "engineer"}))
    assert both(engine, engineer) == (["secret#p0"], ["secret#p0"])
    assert both(engine, replace(STAFF, access=frozenset())) == ([], [])


@pytest.mark.parametrize(
    ("on", "expected"),
    [
        ("2024-12-31", ["always", "old"]),
        ("2025-01-01", ["always", "new", "old"]),
        ("2025-06-30", ["always", "new", "old"]),
        ("2025-07-01", ["always", "new"]),
        ("1949-10-01", ["always", "old"]),
        (None, ["always", "new", "old"]),
    ],
)
def test_the_day_filters_and_both_ends_are_in_force(
    engine: Engine, on: str | None, expected: list[str]
) -> None:
    put(
        engine,
        made("old", "养老", effective_to=day("2025-06-30")),
        made("new", "养老", effective_from=day("2025-01-01")),
        made("always", "养老"),
    )
    scope = replace(STAFF, as_of=day(on) if on else None)
    keyword, nearest = both(engine, scope, 9)
    assert sorted(keyword) == sorted(nearest) == [f"{slug}#p0" for slug in expected]


@pytest.mark.parametrize(
    ("region", "expected"),
    [
        ("全国", ["全国"]),
        ("浙江", ["全国", "浙江"]),
        ("绍兴", ["全国", "浙江", "绍兴"]),
        ("嵊州", ["全国", "浙江", "绍兴", "嵊州"]),
        (None, ["全国", "浙江", "绍兴", "嵊州"]),
    ],
)
def test_a_region_admits_the_regions_that_contain_it(
    engine: Engine, region: str | None, expected: list[str]
) -> None:
    put(engine, *(made(name, "养老", region=name) for name in ("全国", "浙江", "绍兴", "嵊州")))
    keyword, nearest = both(engine, replace(STAFF, region=region), 9)
    assert set(keyword) == set(nearest) == {f"{name}#p0" for name in expected}


def test_the_kind_filters_before_ranking(engine: Engine) -> None:
    put(engine, made("a", "养老", kind="policy"), made("b", "养老 一 二 三", kind="faq"))
    assert both(engine, replace(STAFF, kind="faq")) == (["b#p0"], ["b#p0"])
    assert both(engine, replace(STAFF, kind="training")) == ([], [])


def test_a_filter_that_leaves_few_still_fills_the_limit(engine: Engine) -> None:
    put(engine, *(made(f"s{n:03d}", "养老", access="admin") for n in range(150)))
    put(engine, *(made(f"o{n}", "养老 一 二 三") for n in range(3)))
    keyword, nearest = both(engine, STAFF, 5)
    assert sorted(keyword) == sorted(nearest) == ["o0#p0", "o1#p0", "o2#p0"]


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
