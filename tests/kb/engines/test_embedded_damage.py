"""An embedded index whose writer is killed or whose files are damaged."""

from __future__ import annotations

import os
import random
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from kb.engines import Indexed
from kb.engines.embedded import EmbeddedEngine
from tests.kb.engines.making import REPOSITORY, found, made, named, put, segments
from tests.kb.engines.writer import SLUGS, version_of, write_version


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "index"


@pytest.fixture
def engine(folder: Path) -> EmbeddedEngine:
    return EmbeddedEngine(folder)


# A writer that is killed


@pytest.fixture
def log(tmp_path: Path) -> Path:
    """Where writers report each version that they have written."""
    path = tmp_path / "committed"
    path.write_text("0\n")
    return path


@pytest.fixture
def writers(folder: Path) -> Iterator[subprocess.Popen[str]]:
    command = [sys.executable, "-m", "tests.kb.engines.writer", str(folder)]
    with subprocess.Popen(
        command, cwd=REPOSITORY, text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as process:
        yield process
        process.terminate()


def kill_a_writer(writers: subprocess.Popen[str], log: Path, seconds: float) -> None:
    """Start a writer and kill it so long after the first version that it wrote."""
    assert writers.stdin is not None
    assert writers.stdout is not None
    before = log.stat().st_size
    print("go", file=writers.stdin, flush=True)
    child = int(writers.stdout.readline())
    deadline = time.monotonic() + 20
    while log.stat().st_size == before and time.monotonic() < deadline:
        time.sleep(0.002)
    time.sleep(seconds)
    os.kill(child, signal.SIGKILL)
    assert writers.stdout.readline() == "dead\n"


def test_a_writer_killed_at_any_moment_loses_nothing(
    folder: Path, writers: subprocess.Popen[str], log: Path
) -> None:
    chance, left_behind = random.Random(5), 0
    for _ in range(20):
        kill_a_writer(writers, log, chance.uniform(0.0, 0.08))
        committed = int(log.read_text().split()[-1])
        engine = EmbeddedEngine(folder)
        assert engine.repaired is None
        version = version_of(dict(engine.files()))
        assert version in (committed, committed + 1)
        assert len(found(engine, f"第{version}版")) == 2 * len(SLUGS)
        assert engine.size() == 3 * len(SLUGS)
        left_behind += segments(folder) != named(folder)
        write_version(engine, version + 1)
        log.write_text(f"{version + 1}\n")
        assert segments(folder) == named(folder)
        assert len(found(engine, f"第{version + 1}版")) == 2 * len(SLUGS)
    assert left_behind, "no writer was killed at work"


def test_a_killed_writer_does_not_keep_the_lock(
    folder: Path, writers: subprocess.Popen[str], log: Path
) -> None:
    kill_a_writer(writers, log, 0.05)
    started = time.monotonic()
    write_version(EmbeddedEngine(folder), 1)
    assert time.monotonic() - started < 10


# Damage


def flip(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 0x10
    path.write_bytes(content)


def truncate(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-1])


def empty(path: Path) -> None:
    path.write_bytes(b"")


@pytest.mark.parametrize("harm", [flip, truncate, empty, Path.unlink])
@pytest.mark.parametrize(
    "name", ["CURRENT", "passages", "articles", "vectors", "rows", "names", "*.trm", "*.pst"]
)
def test_a_damaged_index_is_set_aside_and_can_be_built_again(
    engine: EmbeddedEngine, folder: Path, name: str, harm: Callable[[Path], None]
) -> None:
    put(engine, made("a", "养老"), made("b", "退休"))
    harm(next(folder.rglob(name)))
    opened = EmbeddedEngine(folder)
    assert opened.repaired is not None
    assert opened.repaired.is_dir()
    assert any(opened.repaired.iterdir())
    assert (opened.size(), dict(opened.files())) == (0, {})
    put(opened, made("a", "养老"))
    assert found(opened, "养老") == ["a#p0"]
    assert EmbeddedEngine(folder).repaired is None
    assert segments(folder) == named(folder)


def test_any_byte_of_the_list_of_segments_that_is_changed_is_noticed(
    engine: EmbeddedEngine, folder: Path
) -> None:
    put(engine, made("policy/a", "养老"))
    content = (folder / "CURRENT").read_bytes()
    for place in range(0, len(content), 11):
        changed = bytearray(content)
        changed[place] ^= 0x01
        copied = folder.parent / f"copy-{place}"
        shutil.copytree(folder, copied)
        (copied / "CURRENT").write_bytes(changed)
        assert EmbeddedEngine(copied).repaired is not None, place


def test_only_the_last_damaged_index_is_kept(engine: EmbeddedEngine, folder: Path) -> None:
    for number in range(3):
        put(engine, made("a", f"第{number}版"))
        truncate(folder / "CURRENT")
        engine = EmbeddedEngine(folder)
    assert sorted(path.name for path in folder.iterdir()) == ["damaged", "write.lock"]


def test_an_index_of_another_format_is_built_again(engine: EmbeddedEngine, folder: Path) -> None:
    folder.mkdir()
    (folder / "CURRENT").write_text("generation-000007", "ascii")
    (folder / "generation-000007").mkdir()
    engine = EmbeddedEngine(folder)
    assert engine.repaired is not None
    put(engine, made("a", "养老"))
    assert found(engine, "养老") == ["a#p0"]


def test_an_index_built_again_by_another_process_replaces_what_was_open(
    engine: EmbeddedEngine, folder: Path
) -> None:
    put(engine, made("a", "养老"))
    flip(folder / "CURRENT")
    put(EmbeddedEngine(folder), made("b", "退休"))  # its segments have the names of the old ones
    assert found(engine, "养老 退休") == ["b#p0"]


def test_damage_under_an_open_engine_is_noticed_by_the_next_write(
    engine: EmbeddedEngine, folder: Path
) -> None:
    put(engine, made("a", "养老"))
    flip(folder / "CURRENT")
    assert found(engine, "养老") == ["a#p0"]
    with engine.exclusive():
        assert dict(engine.files()) == {}
        put(engine, made("a", "养老"))
    assert engine.repaired is not None
    assert found(EmbeddedEngine(folder), "养老") == ["a#p0"]


def test_leftovers_of_a_first_write_that_was_killed_are_no_damage(folder: Path) -> None:
    engine = EmbeddedEngine(folder)

    def added() -> Iterator[Indexed]:
        yield made("a", "养老")
        shutil.copytree(folder, folder.parent / "killed")

    engine.write(added(), (), {})
    opened = EmbeddedEngine(folder.parent / "killed")
    assert opened.repaired is None
    assert opened.size() == 0
