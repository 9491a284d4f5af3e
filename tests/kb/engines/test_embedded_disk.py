"""An embedded index on a disk that is full, read-only or not there."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from kb.engines.embedded import EmbeddedEngine
from kb.errors import IndexStoreError
from tests.kb.engines.making import found, made, named, put, run_python, segments


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "index"


@pytest.fixture
def engine(folder: Path) -> EmbeddedEngine:
    return EmbeddedEngine(folder)


# A folder that cannot be written


def write_and_report(folder: Path, first: str = "pass") -> str:
    """A program that tries to write a large article and says what became of it and of the old index."""
    return f"""
import signal, resource
from pathlib import Path
from kb.engines.embedded import EmbeddedEngine
from kb.errors import IndexStoreError
from tests.kb.engines.making import found, made, put
engine = EmbeddedEngine(Path({str(folder)!r}))
assert found(engine, "养老") == ["a#p0"]
{first}
try:
    put(engine, *(made(f"big{{n}}", *(f"退休 词{{m}} " * 20 for m in range(20))) for n in range(40)))
except IndexStoreError as error:
    print(error)
assert found(engine, "养老") == ["a#p0"]
assert found(EmbeddedEngine(Path({str(folder)!r})), "养老 退休") == ["a#p0"]
"""


@pytest.mark.parametrize("limit", [0, 500, 20_000])
def test_a_full_disk_is_said_so_and_the_old_index_still_answers(
    engine: EmbeddedEngine, folder: Path, limit: int
) -> None:
    put(engine, made("a", "养老"))
    first = f"resource.setrlimit(resource.RLIMIT_FSIZE, ({limit}, {limit}))"
    said = run_python(write_and_report(folder, first))
    assert f"磁盘已满，索引目录 {folder} 写不进去" in said
    assert "清理磁盘后重试" in said
    assert segments(folder) == named(folder)
    put(engine, made("b", "养老"))
    assert found(EmbeddedEngine(folder), "养老") == ["a#p0", "b#p0"]


def can_mount() -> bool:
    unshare = shutil.which("unshare")
    if unshare is None:
        return False
    command = [unshare, "-m", "mount", "-t", "tmpfs", "none", "/mnt"]
    return subprocess.run(command, capture_output=True, check=False).returncode == 0


mounting = pytest.mark.skipif(not can_mount(), reason="needs the right to mount")


@mounting
def test_a_disk_without_room_is_said_so(folder: Path, engine: EmbeddedEngine) -> None:
    put(engine, made("a", "养老"))
    shell = 'cp -r "$0" "$0.kept" && mount -t tmpfs -o size=200k none "$0" && cp -r "$0.kept/." "$0" && exec "$@"'
    said = run_python(write_and_report(folder), "unshare", "-m", "sh", "-c", shell, str(folder))
    assert f"磁盘已满，索引目录 {folder} 写不进去" in said


@mounting
def test_a_read_only_disk_is_said_so(folder: Path, engine: EmbeddedEngine) -> None:
    put(engine, made("a", "养老"))
    shell = 'mount --bind "$0" "$0" && mount -o remount,ro,bind "$0" && exec "$@"'
    said = run_python(write_and_report(folder), "unshare", "-m", "sh", "-c", shell, str(folder))
    assert f"索引目录 {folder} 不可写：磁盘是只读的" in said
    assert "检查磁盘挂载；原索引仍可用" in said


@pytest.fixture
def others_folder() -> Iterator[Path]:
    """A folder that all may read, with an index that only its owner may write."""
    root = Path(tempfile.mkdtemp(prefix="wenzhi-test-"))
    root.chmod(0o755)
    put(EmbeddedEngine(root / "index"), made("a", "养老"))
    (root / "index").chmod(0o555)
    yield root / "index"
    (root / "index").chmod(0o755)
    shutil.rmtree(root)


@pytest.fixture
def nobody() -> Iterator[None]:
    """Without the administrator's rights."""
    if os.geteuid() != 0:
        yield
        return
    os.seteuid(65534)
    try:
        yield
    finally:
        os.seteuid(0)


@pytest.mark.usefixtures("nobody")
def test_a_folder_without_the_right_to_write_is_said_so(others_folder: Path) -> None:
    engine = EmbeddedEngine(others_folder)
    with pytest.raises(IndexStoreError) as raised:
        put(engine, made("a", "退休"))
    assert raised.value.message == f"索引目录 {others_folder} 没有读写权限"
    assert raised.value.remedy == "检查目录的属主和权限；原索引仍可用"
    assert found(engine, "养老 退休") == ["a#p0"]


def test_a_file_in_the_place_of_the_folder_is_said_so(tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("我不是目录", "utf-8")
    with pytest.raises(IndexStoreError) as raised:
        EmbeddedEngine(tmp_path / "taken")
    assert raised.value.message == f"索引目录 {tmp_path / 'taken'} 不是目录"
    assert raised.value.remedy == "改 index 设置或移走同名文件"
    assert (tmp_path / "taken").read_text("utf-8") == "我不是目录"


def test_a_file_that_takes_the_place_later_is_said_so_and_the_old_index_answers(
    engine: EmbeddedEngine, folder: Path
) -> None:
    put(engine, made("a", "养老"))
    shutil.rmtree(folder)
    folder.write_text("我不是目录", "utf-8")
    assert found(engine, "养老") == ["a#p0"]
    with pytest.raises(IndexStoreError, match="不是目录"):
        put(engine, made("a", "退休"))
    assert found(engine, "养老 退休") == ["a#p0"]
