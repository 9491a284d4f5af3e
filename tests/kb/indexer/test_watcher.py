"""What is saved while the server runs becomes findable without anybody asking."""

from __future__ import annotations

import logging
import shutil
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from kb.embedder import Embedder
from kb.indexer import Indexer
from kb.watcher import matters, start_watching
from tests.kb.library import Library, found, near, sections, touch, wait_until

NEVER = 3_600.0


@pytest.fixture
def library(tmp_path: Path, embedder: Embedder) -> Library:
    made = Library(tmp_path, embedder)
    made.save("policy/pension.md", "灵活就业人员中断缴费后可以补缴。")
    return made


@contextmanager
def watching(library: Library, look_again: float = NEVER) -> Iterator[Indexer]:
    """A watched library; with `look_again` left out only saves are noticed."""
    indexer, stop = library.indexer(), threading.Event()
    thread = start_watching(indexer, stop, look_again)
    try:
        yield indexer
    finally:
        stop.set()
        thread.join(10)
        assert not thread.is_alive()


@contextmanager
def watched(library: Library, look_again: float = NEVER) -> Iterator[Indexer]:
    """A watched library whose articles are indexed."""
    with watching(library, look_again) as indexer:
        wait_until(lambda: found(indexer, "补缴") == {"policy/pension"})
        yield indexer


def updates(caplog: pytest.LogCaptureFixture) -> list[str]:
    return [record.message for record in caplog.records if record.message.startswith("索引已更新")]


def test_an_article_saved_before_the_watching_began_is_indexed(library: Library) -> None:
    with watching(library) as indexer:
        wait_until(lambda: found(indexer, "补缴") == {"policy/pension"})


def test_a_saved_article_is_soon_found_by_word_and_by_meaning(library: Library) -> None:
    with watched(library) as indexer:
        library.save("howto/card.md", "社会保障卡挂失到银行网点办理。")
        seconds = wait_until(
            lambda: found(indexer, "挂失") == near(indexer) - {"policy/pension"} == {"howto/card"}
        )
        print(f"found after {seconds:.2f} seconds")  # noqa: T201
        library.save("howto/card.md", "社会保障卡补换要带身份证。")
        wait_until(lambda: found(indexer, "补换") == {"howto/card"})
        assert found(indexer, "挂失") == set()


def test_a_removed_article_is_soon_gone(library: Library) -> None:
    with watched(library) as indexer:
        (library.articles / "policy/pension.md").unlink()
        wait_until(lambda: found(indexer, "补缴") == set())


def test_an_article_with_many_passages_is_found_by_word_before_its_vectors(
    library: Library,
) -> None:
    body = sections(*(f"第{number}步：核对第{number}份材料和金额。" for number in range(80)))
    with watched(library) as indexer:
        library.save("howto/long.md", body)
        wait_until(lambda: found(indexer, "核对材料") == {"howto/long"})
        assert near(indexer) == {"policy/pension"}
        wait_until(lambda: near(indexer) == {"policy/pension", "howto/long"}, 60)


def test_a_saved_glossary_takes_effect(library: Library) -> None:
    word = "灵活就业人员中断缴费"
    with watched(library) as indexer:
        library.save_as_is("glossary/terms.yaml", f"- term: {word}\n  definition: 断缴\n")
        wait_until(lambda: indexer.engine.frequencies([word]) == {word: 1})
        assert word in indexer.tokenizer.tokens(f"{word}怎么办")


def test_fifty_files_at_once_are_one_or_few_updates(
    library: Library, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, "kb.watcher")
    with watched(library) as indexer:
        caplog.clear()
        for number in range(50):
            library.save(f"faq/f{number:02d}.md", f"第{number}个问题的回答。")
        wait_until(lambda: len(found(indexer, "问题的回答")) == 50, 60)
        wait_until(lambda: len(near(indexer)) == 51, 60)
    assert 1 <= len(updates(caplog)) <= 3


def test_a_folder_that_is_moved_in_or_out_is_noticed(library: Library) -> None:
    outside = library.folder / "prepared"
    library.save("../prepared/a.md", "工伤认定要三十日内申请。")
    with watched(library) as indexer:
        outside.rename(library.articles / "injury")
        wait_until(lambda: found(indexer, "工伤认定") == {"injury/a"})
        (library.articles / "injury").rename(library.articles / "work-injury")
        wait_until(lambda: found(indexer, "工伤认定") == {"work-injury/a"})
        (library.articles / "work-injury").rename(outside)
        wait_until(lambda: found(indexer, "工伤认定") == set())


def test_a_failed_update_is_tried_again(library: Library, caplog: pytest.LogCaptureFixture) -> None:
    kept = library.folder / "kept"
    with watched(library, look_again=0.3) as indexer:
        library.index.rename(kept)
        library.index.write_text("我不是目录", "utf-8")
        library.save("howto/card.md", "社会保障卡挂失到银行网点办理。")
        wait_until(lambda: "索引更新失败" in caplog.text)
        assert found(indexer, "补缴") == {"policy/pension"}
        library.index.unlink()
        kept.rename(library.index)
        wait_until(lambda: found(indexer, "挂失") == {"howto/card"})
    assert "不是目录" in caplog.text


def test_a_defect_of_ours_does_not_end_the_watching(
    library: Library, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*_: object) -> None:
        raise ZeroDivisionError

    with watched(library, look_again=0.3) as indexer:
        with monkeypatch.context() as patched:
            patched.setattr("kb.indexer.read_article", fails)
            library.save("howto/card.md", "社会保障卡挂失到银行网点办理。")
            wait_until(lambda: "ZeroDivisionError" in caplog.text)
        wait_until(lambda: found(indexer, "挂失") == {"howto/card"})


def test_a_library_that_is_put_in_the_place_of_another_is_followed(library: Library) -> None:
    with watched(library, look_again=0.3) as indexer:
        library.articles.rename(library.folder / "old")
        library.save("howto/card.md", "社会保障卡挂失到银行网点办理。")
        wait_until(lambda: found(indexer, "挂失") == {"howto/card"})
        wait_until(lambda: found(indexer, "补缴") == set())


def test_a_library_that_comes_later_is_waited_for(
    library: Library, caplog: pytest.LogCaptureFixture
) -> None:
    indexer = library.indexer()
    shutil.rmtree(library.articles)
    stop = threading.Event()
    thread = start_watching(indexer, stop, 0.3)
    try:
        wait_until(lambda: f"文章目录 {library.articles} 不存在" in caplog.text)
        library.save("howto/card.md", "社会保障卡挂失到银行网点办理。")
        wait_until(lambda: found(indexer, "挂失") == {"howto/card"})
    finally:
        stop.set()
        thread.join(10)


def test_files_that_are_no_articles_change_nothing(library: Library) -> None:
    with watched(library) as indexer:
        time.sleep(0.5)
        before = (library.index / "CURRENT").stat().st_ino
        library.save_as_is(".git/index.lock", "x")
        library.save_as_is("howto/picture.png", "x")
        library.save_as_is("howto/.card.md.swp", "x")
        touch(library.articles / "howto/picture.png")
        time.sleep(0.5)
        assert (library.index / "CURRENT").stat().st_ino == before
        assert indexer.update().changed == 0


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("policy/a.md", True),
        ("policy", True),
        ("", True),
        ("glossary/terms.yaml", True),
        ("policy/picture.png", False),
        ("policy/a.md~", False),
        (".git/HEAD", False),
        (".git/refs/heads/main.md", False),
        ("policy/.a.md.swp", False),
        ("policy/terms.yaml", False),
    ],
)
def test_only_what_can_change_the_index_matters(path: str, expected: bool) -> None:
    library = Path("/home/me/.wenzhi/articles")
    assert matters(library / path, library) is expected


def test_the_thread_ends_soon_after_it_is_told_to(library: Library) -> None:
    stop = threading.Event()
    thread = start_watching(library.indexer(), stop)
    time.sleep(0.3)
    started = time.monotonic()
    stop.set()
    thread.join(10)
    assert not thread.is_alive()
    assert time.monotonic() - started < 5
