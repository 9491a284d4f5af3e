"""Embeddings are computed once per model and text, and a cache that fails is done without."""

from __future__ import annotations

import logging
import os
import sqlite3
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest

from kb.embedder import Embedder, open_embedder
from kb.vector_cache import VectorCache
from tests.kb.engines.making import run_python

TEXTS = [
    "灵活就业人员中断缴费后可以补缴。",
    "社会保障卡挂失到银行网点办理。",
    "工伤认定要三十日内申请。",
]


@pytest.fixture(scope="module")
def embedder(bundled_model: Path) -> Embedder:
    return open_embedder("bundled", bundled_model.parent)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "var" / "vectors.sqlite"


@pytest.fixture
def cache(path: Path) -> Iterator[VectorCache]:
    opened = VectorCache(path)
    yield opened
    opened.close()


class _Renamed:
    """The same model under another name: another model, as far as the cache can tell."""

    def __init__(self, embedder: Embedder, name: str) -> None:
        self.name, self.dimension = name, embedder.dimension
        self.embed_query, self.embed_passages = embedder.embed_query, embedder.embed_passages


def test_vectors_are_those_of_the_model_in_the_order_of_the_texts(
    cache: VectorCache, embedder: Embedder
) -> None:
    expected = embedder.embed_passages(TEXTS)
    for _ in range(2):  # computed, then kept
        np.testing.assert_allclose(cache.embed(embedder, TEXTS), expected, atol=1e-6)
    np.testing.assert_array_equal(
        cache.embed(embedder, TEXTS[::-1])[::-1], cache.embed(embedder, TEXTS)
    )
    assert cache.embed(embedder, []).shape == (0, embedder.dimension)


def test_a_text_is_missing_until_it_was_embedded_also_after_a_restart(
    cache: VectorCache, path: Path, embedder: Embedder
) -> None:
    assert cache.missing(embedder, [*TEXTS, *TEXTS]) == 3
    cache.embed(embedder, TEXTS[:2])
    assert cache.missing(embedder, TEXTS) == 1
    with closing(VectorCache(path)) as again:
        assert again.missing(embedder, TEXTS) == 1


def test_another_model_and_another_text_are_no_hits(cache: VectorCache, embedder: Embedder) -> None:
    cache.embed(embedder, TEXTS)
    assert cache.missing(_Renamed(embedder, "another"), TEXTS) == 3
    assert cache.missing(embedder, [f"{text} " for text in TEXTS]) == 3


def test_the_same_text_twice_is_embedded_once(cache: VectorCache, embedder: Embedder) -> None:
    steps: list[int] = []
    vectors = cache.embed(embedder, [TEXTS[0], TEXTS[1], TEXTS[0]], steps.append)
    np.testing.assert_array_equal(vectors[0], vectors[2])
    assert steps == [0, 3]
    steps.clear()
    cache.embed(embedder, TEXTS, steps.append)
    assert steps == [2, 1]


def test_only_what_is_kept_can_be_asked_for(cache: VectorCache, embedder: Embedder) -> None:
    kept = cache.embed(embedder, TEXTS[:1])
    vectors = cache.kept(embedder, TEXTS)
    np.testing.assert_array_equal(vectors[:1], kept)
    assert not vectors[1:].any()
    assert cache.missing(embedder, TEXTS) == 2


def test_more_texts_than_one_query_takes(cache: VectorCache, embedder: Embedder) -> None:
    with closing(sqlite3.connect(":memory:")) as base:
        most = base.getlimit(sqlite3.SQLITE_LIMIT_VARIABLE_NUMBER)
    texts = [f"{number}" for number in range(most + 10)]
    assert cache.missing(embedder, texts) == len(texts)


def test_texts_with_half_characters_and_nothing_in_them(
    cache: VectorCache, embedder: Embedder
) -> None:
    texts = ["", " ", "半个\ud83d", "\x00"]
    vectors = cache.embed(embedder, texts)
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-3)
    assert cache.missing(embedder, texts) == 0


# What was not used for long


def grow_older(path: Path, days: int) -> None:
    """As if all that was noted had been noted so many days earlier."""
    with closing(sqlite3.connect(path)) as other, other:
        other.execute("UPDATE place SET used = used - ?", [days])
        (first,) = other.execute("PRAGMA user_version").fetchone()
        other.execute(f"PRAGMA user_version = {first - days}")


def test_what_is_neither_in_the_library_nor_used_for_long_is_forgotten(
    cache: VectorCache, path: Path, embedder: Embedder
) -> None:
    own, old, of_another = TEXTS
    expected = cache.embed(embedder, TEXTS)
    grow_older(path, 100)
    cache.embed(embedder, [of_another])
    assert cache.prune(embedder, [own], 200) == 0
    assert cache.prune(embedder, [own], 90) == 1
    assert [cache.missing(embedder, [text]) for text in (own, old, of_another)] == [0, 1, 0]
    np.testing.assert_array_equal(cache.kept(embedder, TEXTS)[[0, 2]], expected[[0, 2]])
    assert cache.prune(embedder, [own], 90) == 0


def test_what_was_used_in_the_last_days_stays_however_short_the_time(
    cache: VectorCache, path: Path, embedder: Embedder
) -> None:
    """That a vector is used is noted once a week: one noted six days ago may have been used yesterday."""
    cache.embed(embedder, TEXTS)
    grow_older(path, 6)
    cache.embed(embedder, TEXTS)
    assert cache.prune(embedder, [], 1) == 0
    grow_older(path, 2)
    assert cache.prune(embedder, [], 1) == 3


def test_the_room_of_what_is_forgotten_is_given_back(path: Path, embedder: Embedder) -> None:
    with closing(VectorCache(path)) as cache:
        cache.embed(embedder, [*TEXTS, *(f"第{number}段" for number in range(200))])
    grow_older(path, 100)
    before = path.stat().st_size
    with closing(VectorCache(path)) as cache:
        assert cache.prune(embedder, TEXTS, 90) == 200
        assert path.stat().st_size < before / 3


def test_vectors_that_came_together_lie_together(
    cache: VectorCache, path: Path, embedder: Embedder
) -> None:
    texts = [f"第{number}段" for number in range(70)]
    expected = cache.embed(embedder, texts)
    with closing(sqlite3.connect(path)) as other:
        rows = other.execute("SELECT value FROM embedding ORDER BY row").fetchall()
    np.testing.assert_array_equal([np.frombuffer(value, "<f4") for (value,) in rows], expected)


@pytest.fixture
def former(path: Path, embedder: Embedder) -> Path:
    """A file as former versions left it, with all of TEXTS, next to each other by their hashes."""
    with closing(VectorCache(path)) as cache:
        cache.embed(embedder, TEXTS)
    with closing(sqlite3.connect(path)) as other, other:
        other.execute("INSERT INTO vector SELECT key, value FROM place JOIN embedding USING (row)")
        other.execute("DROP TABLE place")
        other.execute("DROP TABLE embedding")
        other.execute("PRAGMA user_version = 0")
    return path


def test_vectors_of_former_versions_are_used_and_come_to_the_others(
    former: Path, embedder: Embedder
) -> None:
    with closing(VectorCache(former)) as cache:
        assert cache.missing(embedder, TEXTS) == 0
        np.testing.assert_allclose(
            cache.embed(embedder, TEXTS[:2]), embedder.embed_passages(TEXTS[:2]), atol=1e-6
        )
    with closing(sqlite3.connect(former)) as other:
        assert other.execute("SELECT count(*) FROM place").fetchone() == (2,)
        assert other.execute("SELECT count(*) FROM embedding").fetchone() == (2,)


def test_vectors_of_former_versions_are_forgotten_so_long_after_the_new_one_came(
    former: Path, embedder: Embedder
) -> None:
    with closing(VectorCache(former)) as cache:
        assert cache.prune(embedder, TEXTS[:1], 90) == 0
        assert cache.missing(embedder, TEXTS) == 0
    grow_older(former, 90)
    with closing(VectorCache(former)) as cache:
        assert cache.prune(embedder, TEXTS[:1], 90) == 2
        assert cache.missing(embedder, TEXTS) == 2
        assert cache.missing(embedder, TEXTS[:1]) == 0


def test_a_closed_cache_forgets_nothing(cache: VectorCache, embedder: Embedder) -> None:
    cache.embed(embedder, TEXTS)
    cache.close()
    assert cache.prune(embedder, [], 1) == 0


# A file that is damaged


def damage(path: Path) -> None:
    path.write_bytes(b"not a database" * 1_000)


def test_a_damaged_file_is_set_aside_and_begun_anew(path: Path, embedder: Embedder) -> None:
    with closing(VectorCache(path)) as cache:
        cache.embed(embedder, TEXTS)
    damage(path)
    with closing(VectorCache(path)) as cache:
        assert cache.missing(embedder, TEXTS) == 3
        cache.embed(embedder, TEXTS)
        assert cache.missing(embedder, TEXTS) == 0
    assert path.with_name("vectors.damaged").read_bytes().startswith(b"not a database")


def test_a_journal_beside_a_damaged_file_does_not_come_back(path: Path, embedder: Embedder) -> None:
    path.parent.mkdir()
    damage(path)
    damage(path.with_name("vectors.sqlite-wal"))
    with closing(VectorCache(path)) as cache:
        cache.embed(embedder, TEXTS)
    with closing(VectorCache(path)) as again:
        assert again.missing(embedder, TEXTS) == 0
    assert path.with_name("vectors.damaged").exists()


def test_damage_found_while_reading_is_set_aside_too(
    path: Path, embedder: Embedder, caplog: pytest.LogCaptureFixture
) -> None:
    with closing(VectorCache(path)) as cache:
        cache.embed(embedder, [f"第{number}段" for number in range(60)])
    content = bytearray(path.read_bytes())
    content[len(content) // 2 :] = b"\xff" * (len(content) // 2)  # where opening does not look
    path.write_bytes(content)
    with closing(VectorCache(path)) as cache:
        vectors = cache.embed(embedder, [f"第{number}段" for number in range(60)])
        np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-3)
        assert cache.missing(embedder, [f"第{number}段" for number in range(60)]) == 0
    assert "已损坏" in caplog.text


def test_a_vector_that_was_damaged_is_embedded_again(
    cache: VectorCache, path: Path, embedder: Embedder
) -> None:
    expected = cache.embed(embedder, TEXTS)
    with closing(sqlite3.connect(path)) as other, other:
        other.execute("UPDATE embedding SET value = zeroblob(length(value))")
    assert cache.missing(embedder, TEXTS) == 3
    np.testing.assert_allclose(cache.embed(embedder, TEXTS), expected, atol=1e-6)
    with closing(sqlite3.connect(path)) as other, other:
        other.execute("UPDATE embedding SET value = substr(value, 1, 100)")
    np.testing.assert_allclose(cache.embed(embedder, TEXTS), expected, atol=1e-6)
    assert cache.missing(embedder, TEXTS) == 0


# A file that cannot be used


def test_a_folder_that_cannot_be_made_is_done_without(
    tmp_path: Path, embedder: Embedder, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "taken").write_text("我不是目录", "utf-8")
    with closing(VectorCache(tmp_path / "taken" / "vectors.sqlite")) as cache:
        assert cache.embed(embedder, TEXTS).shape == (3, embedder.dimension)
        assert cache.missing(embedder, TEXTS) == 3
    assert "打不开" in caplog.text


def test_a_full_disk_is_done_without(path: Path, embedder: Embedder, bundled_model: Path) -> None:
    with closing(VectorCache(path)) as cache:
        cache.embed(embedder, TEXTS[:1])
    said = run_python(
        f"""
        import resource
        from pathlib import Path
        from kb.embedder import open_embedder
        from kb.vector_cache import VectorCache
        embedder = open_embedder("bundled", Path({str(bundled_model.parent)!r}))
        cache = VectorCache(Path({str(path)!r}))
        resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
        print(cache.embed(embedder, {TEXTS!r}).shape, cache.missing(embedder, {TEXTS!r}))
        """
    )
    assert said == f"(3, {embedder.dimension}) 2\n"


def test_a_closed_cache_keeps_nothing_and_harms_nothing(
    cache: VectorCache, path: Path, embedder: Embedder
) -> None:
    cache.embed(embedder, TEXTS[:1])
    cache.close()
    cache.close()
    assert cache.embed(embedder, TEXTS).shape == (3, embedder.dimension)
    assert not path.with_name("vectors.damaged").exists()
    with closing(VectorCache(path)) as again:
        assert again.missing(embedder, TEXTS) == 2


# Several at once


def test_threads_and_processes_share_one_file(path: Path, embedder: Embedder) -> None:
    caches = [VectorCache(path), VectorCache(path)]
    texts = [f"第{number}段" for number in range(30)]
    expected = embedder.embed_passages(texts)

    def embed(number: int) -> None:
        start = number * 5 % 30
        vectors = caches[number % 2].embed(embedder, texts[start : start + 10])
        np.testing.assert_allclose(vectors, expected[start : start + 10], atol=1e-5)

    with ThreadPoolExecutor(6) as pool:
        list(pool.map(embed, range(24)))
    assert [cache.missing(embedder, texts) for cache in caches] == [0, 0]
    for cache in caches:
        cache.close()


def test_closing_while_others_embed_harms_nothing(
    path: Path, embedder: Embedder, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.WARNING)
    cache, started = VectorCache(path), threading.Event()

    def embed(number: int) -> None:
        for step in range(5):
            started.set()
            cache.embed(embedder, [f"第{number}段第{step}句"])

    with ThreadPoolExecutor(3) as pool:
        running = [pool.submit(embed, number) for number in range(3)]
        started.wait(10)
        cache.close()
        for one in running:
            one.result(30)
    assert caplog.text == ""
    assert sorted(os.listdir(path.parent))[0] == "vectors.sqlite"
