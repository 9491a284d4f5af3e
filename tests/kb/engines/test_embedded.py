"""What the embedded engine promises beside the contract: exact BM25, few segments, readers beside writers."""

from __future__ import annotations

import gc
import math
import os
import random
import shutil
import threading
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest

from kb.engines import Engine, Indexed
from kb.engines.embedded import EmbeddedEngine
from kb.engines.embedded import engine as engine_module
from kb.engines.embedded.bm25 import K1, B
from kb.engines.embedded.generations import Generation
from tests.kb.engines.making import (
    EVERYONE,
    found,
    made,
    named,
    near,
    put,
    run_python,
    segments,
    state_of,
    vector_of,
)
from tests.kb.engines.writer import SLUGS, version_of, write_version

REPOSITORY = Path(__file__).resolve().parents[3]
WORDS = [f"词{number}" for number in range(30)]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "index"


@pytest.fixture
def engine(folder: Path) -> EmbeddedEngine:
    return EmbeddedEngine(folder)


def random_article(chance: random.Random, slug: str) -> Indexed:
    texts = [
        " ".join(chance.choices(WORDS, k=chance.randint(1, 12)))
        for _ in range(chance.randint(0, 4))
    ]
    return made(slug, *texts)


def rankings(engine: Engine) -> list[list[tuple[str, float]]]:
    """What a set of questions gives, scores rounded to what single precision can hold."""
    questions = [dict.fromkeys(WORDS[n : n + 4], 1.0) for n in range(0, 30, 3)]
    keyword = [engine.keyword(question, EVERYONE, 20) for question in questions]
    nearest = [engine.nearest(vector_of(f"问{n}"), EVERYONE, 20) for n in range(10)]
    return [[(place.id, round(place.score, 4)) for place in ranked] for ranked in keyword + nearest]


# Exact scores


def bm25(passages: dict[str, list[str]], query: Counter[str]) -> dict[str, float]:
    """BM25 written down as in the textbooks, with the probabilistic inverse document frequency plus one."""
    mean = sum(map(len, passages.values())) / len(passages)
    scores: dict[str, float] = {}
    for name, words in passages.items():
        for word, weight in query.items():
            frequency = words.count(word)
            if frequency:
                holding = sum(word in others for others in passages.values())
                inverse = math.log(1 + (len(passages) - holding + 0.5) / (holding + 0.5))
                norm = K1 * (1 - B + B * len(words) / mean)
                gain = weight * inverse * frequency * (K1 + 1) / (frequency + norm)
                scores[name] = scores.get(name, 0) + gain
    return scores


def test_keyword_scores_are_those_of_bm25(engine: EmbeddedEngine) -> None:
    chance = random.Random(7)
    for _ in range(5):  # of which most were replaced or removed again
        put(engine, *(random_article(chance, f"a{n}") for n in chance.sample(range(40), 25)))
    put(engine, removed=[f"a{n}" for n in range(0, 40, 9)])
    ids = near(engine, "所有")
    passages = {passage.id: passage.text.split() for passage in engine.passages(ids)}
    assert len(passages) == engine.size() > 30
    for n in range(25):
        query = Counter(chance.choices(WORDS, k=5))
        ranked = engine.keyword(query, EVERYONE, 1_000)
        expected = bm25(passages, query)
        assert {place.id: place.score for place in ranked} == pytest.approx(expected, abs=1e-4), n


def test_rankings_do_not_depend_on_the_order_of_writes(tmp_path: Path) -> None:
    chance, latest = random.Random(11), {}
    grown, fresh = EmbeddedEngine(tmp_path / "grown"), EmbeddedEngine(tmp_path / "fresh")
    for _ in range(40):
        items = [random_article(chance, f"a{chance.randrange(30)}") for _ in range(2)]
        removed = [f"a{chance.randrange(30)}" for _ in range(chance.randrange(2))]
        for slug in removed:
            latest.pop(slug, None)
        latest.update({item.article.slug: item for item in items})
        put(grown, *items, removed=removed)
    put(fresh, *latest.values())
    assert rankings(grown) == rankings(fresh)
    assert grown.articles() == fresh.articles()
    assert grown.frequencies(WORDS) == fresh.frequencies(WORDS)


# Generations and joining


def test_an_index_opened_again_answers_the_same(engine: EmbeddedEngine, folder: Path) -> None:
    chance = random.Random(3)
    put(engine, *(random_article(chance, f"a{n}") for n in range(30)))
    again = EmbeddedEngine(folder)
    assert again.repaired is None
    assert rankings(again) == rankings(engine)
    assert again.articles() == engine.articles()
    assert again.files() == engine.files()


def test_another_engine_on_the_folder_follows_every_write(
    engine: EmbeddedEngine, folder: Path
) -> None:
    reader = EmbeddedEngine(folder)
    for number in range(15):
        put(engine, made("a", f"第{number}版"), made(f"b{number}", "养老"))
        assert found(reader, f"第{number}版") == ["a#p0"]
        assert len(found(reader, "养老")) == number + 1


def test_a_write_of_another_process_is_followed(engine: EmbeddedEngine, folder: Path) -> None:
    write_version(engine, 1)
    run_python(
        f"""
        from pathlib import Path
        from kb.engines.embedded import EmbeddedEngine
        from tests.kb.engines.writer import write_version
        write_version(EmbeddedEngine(Path({str(folder)!r})), 2)
        """
    )
    assert version_of(dict(engine.files())) == 2
    assert len(found(engine, "第2版")) == 2 * len(SLUGS)
    assert found(engine, "第1版") == []


def test_many_small_writes_keep_everything_and_segments_few(
    engine: EmbeddedEngine, folder: Path
) -> None:
    for number in range(40):
        put(engine, made(f"a{number:02d}", "养老", f"词{number}"))
        assert len(segments(folder)) <= 9
    assert engine.size() == 80
    assert len(found(engine, "养老")) == len(engine.articles()) == 40
    for number in range(40):
        assert found(engine, f"词{number}") == [f"a{number:02d}#p1"]
    assert segments(folder) == named(folder)


def test_articles_saved_again_and_again_do_not_make_the_index_grow(
    engine: EmbeddedEngine, folder: Path
) -> None:
    def size() -> int:
        return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())

    texts = [f"养老 {'很长的一段话 ' * 20} {number}" for number in range(20)]
    for _ in range(3):
        put(engine, made("a", *texts), made("b", *texts))
    small = size()
    for _ in range(40):
        put(engine, made("a", *texts), made("b", *texts))
    assert size() < 30 * small
    assert engine.size() == 40
    assert segments(folder) == named(folder)


def test_a_large_write_makes_several_segments_and_keeps_all(
    engine: EmbeddedEngine, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kb.engines.embedded.engine.ROWS_PER_SEGMENT", 20)
    put(engine, *(made(f"a{n:02d}", "养老", "退休", f"词{n}") for n in range(30)))
    assert len(segments(folder)) > 3
    assert engine.size() == 90
    assert [found(engine, f"词{n}") for n in range(30)] == [[f"a{n:02d}#p2"] for n in range(30)]


def test_joining_drops_what_is_dead(
    engine: EmbeddedEngine, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kb.engines.embedded.joining._DEAD_ROWS", 5)
    put(engine, *(made(f"a{n:02d}", *["机密的旧话"] * 10) for n in range(4)))
    put(engine, *(made(f"a{n:02d}", "新话") for n in range(3)))
    content = b"".join(path.read_bytes() for path in folder.rglob("passages"))
    assert content.decode().count("机密的旧话") == 10
    assert found(engine, "新话") == ["a00#p0", "a01#p0", "a02#p0"]
    assert len(found(engine, "机密的旧话")) == 10


def test_joining_articles_of_two_models_keeps_the_new_vectors(engine: EmbeddedEngine) -> None:
    put(engine, made("old", "养老"))
    for number in range(20):
        put(engine, made(f"a{number:02d}", "退休", vectors=[vector_of(f"{number}", 12)]))
    ranked = engine.nearest(vector_of("3", 12), EVERYONE, 50)
    assert len(ranked) == 20
    assert (ranked[0].id, ranked[0].score) == ("a03#p0", pytest.approx(1, abs=1e-6))
    assert found(engine, "养老") == ["old#p0"]


def test_files_and_memory_of_past_generations_are_released(engine: EmbeddedEngine) -> None:
    def open_files() -> int:
        return len(os.listdir("/proc/self/fd"))

    gc.collect()
    gc.disable()  # what is kept alive by a cycle must show
    try:
        put(engine, made("a", "养老"))
        before = open_files()
        for number in range(50):
            put(engine, made("a", f"第{number}版"), made(f"b{number}", "养老"))
            assert found(engine, f"第{number}版") == ["a#p0"]
        assert open_files() - before <= 2 * 9
        engine.close()
        assert open_files() <= before - 2
    finally:
        gc.enable()


# Readers beside a writer


def test_readers_see_the_old_or_the_new_state_and_never_a_mix(
    engine: EmbeddedEngine, folder: Path
) -> None:
    write_version(engine, 1)
    other, done = EmbeddedEngine(folder), threading.Event()
    words = {f"第{version}版": 1.0 for version in range(1, 20)}

    def read(reader: EmbeddedEngine) -> set[int]:
        seen = set()
        while not done.is_set():
            ranked = reader.keyword(words, EVERYONE, 100)
            assert len(ranked) == 2 * len(SLUGS)
            counts = reader.frequencies(words)
            assert sorted(counts.values())[-2:] == [0, 2 * len(SLUGS)]
            assert len(reader.nearest(vector_of("不变"), EVERYONE, 100)) == 3 * len(SLUGS)
            seen.add(version_of(dict(reader.files())))
        return seen

    with ThreadPoolExecutor(3) as pool:
        readers = [pool.submit(read, reader) for reader in (engine, other, other)]
        try:
            for version in range(2, 20):
                write_version(engine, version)
        finally:
            done.set()
        assert all(len(reader.result(30)) > 1 for reader in readers)


def test_opening_while_another_process_removes_the_segments_opens_what_it_wrote(
    engine: EmbeddedEngine, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_version(engine, 1)
    reader = EmbeddedEngine(folder)
    reader.close()
    read, versions = engine_module.read_generation, iter([2, 3])

    def overtaken(folder: Path) -> Generation:
        generation = read(folder)
        with monkeypatch.context() as patched:
            patched.setattr(engine_module, "read_generation", read)
            for version in versions:
                write_version(engine, version)
        return generation

    monkeypatch.setattr(engine_module, "read_generation", overtaken)
    assert len(found(reader, "第3版")) == 2 * len(SLUGS)
    assert reader.repaired is None


def test_an_open_engine_answers_on_when_the_folder_is_deleted(
    engine: EmbeddedEngine, folder: Path
) -> None:
    put(engine, made("a", "养老", "退休"))
    shutil.rmtree(folder)
    assert found(engine, "养老") == ["a#p0"]
    assert engine.passages(["a#p1"])[0].text == "退休"
    article = engine.article("a")
    assert article is not None
    assert article.html == "<p>养老</p><p>退休</p>"


def test_a_write_after_the_folder_was_deleted_starts_from_nothing(
    engine: EmbeddedEngine, folder: Path
) -> None:
    put(engine, made("a", "养老"))
    shutil.rmtree(folder)
    with engine.exclusive():
        assert dict(engine.files()) == {}
        put(engine, made("b", "退休"))
    assert found(engine, "养老 退休") == ["b#p0"]


def test_joining_that_fails_leaves_what_was_written(
    engine: EmbeddedEngine, folder: Path, caplog: pytest.LogCaptureFixture
) -> None:
    for number in range(8):
        put(engine, made(f"a{number}", "养老"))
    blocked = folder / "segment-000010"  # the name of the segment to be joined

    def added() -> Iterator[Indexed]:
        yield made("a8", "养老")
        blocked.write_text("", "ascii")

    engine.write(added(), (), {"a8.md": state_of("a8.md")})
    assert "没有整理成功" in caplog.text
    assert len(found(engine, "养老")) == 9
    blocked.unlink()
    put(engine, made("a9", "养老"))
    assert len(found(EmbeddedEngine(folder), "养老")) == 10
    assert len(segments(folder)) < 9


def test_vectors_that_do_not_fit_their_passages_are_refused(engine: EmbeddedEngine) -> None:
    item = made("a", "养老", "退休")
    with pytest.raises(ValueError, match="shape"):
        engine.write([Indexed(item.article, item.entries, np.ones((1, 8), np.float32))], (), {})
    assert engine.size() == 0
