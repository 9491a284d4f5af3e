"""A key is made once, whole and private, however many ask for it; one that others can read is refused."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from kb.errors import SecretError
from kb.keyfile import KEY_BYTES, read_or_make_key

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "state" / "secret" / "key"


def test_a_key_is_made_once_and_stays(path: Path) -> None:
    key = read_or_make_key(path)
    assert len(key) == KEY_BYTES
    assert read_or_make_key(path) == key


def test_every_installation_has_a_key_of_its_own(tmp_path: Path) -> None:
    keys = {read_or_make_key(tmp_path / str(number) / "key") for number in range(20)}
    assert len(keys) == 20


@pytest.mark.parametrize("umask", [0o000, 0o022, 0o077])
def test_nobody_else_may_read_the_file_or_enter_its_folder(path: Path, umask: int) -> None:
    before = os.umask(umask)
    try:
        read_or_make_key(path)
    finally:
        os.umask(before)
    assert path.stat().st_mode & 0o777 == 0o600
    assert path.parent.stat().st_mode & 0o777 == 0o700
    assert [item.name for item in path.parent.iterdir()] == ["key"]


def test_processes_that_ask_at_once_get_the_same_key(path: Path) -> None:
    """Eight processes wait for the same moment, five times over."""
    code = (
        "import sys, time; from pathlib import Path; from kb.keyfile import read_or_make_key\n"
        "print('ready', flush=True); sys.stdin.readline()\n"
        "print(*(read_or_make_key(Path(sys.argv[1]) / str(n) / 'key').hex() for n in range(5)))"
    )
    command = [sys.executable, "-c", code, str(path.parent)]
    running = [
        subprocess.Popen(
            command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        for _ in range(8)
    ]
    for process in running:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
    for process in running:
        assert process.stdin is not None
        process.stdin.write("\n")
        process.stdin.flush()
    found = {process.communicate()[0] for process in running}
    assert len(found) == 1
    assert len(set(found.pop().split())) == 5


def test_a_process_that_comes_second_takes_the_key_of_the_first(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The other one finishes just before this one gives its draft the name."""
    link, others = os.link, bytes(range(KEY_BYTES))

    def after_another(source: Path, target: Path) -> None:
        descriptor = os.open(target, os.O_WRONLY | os.O_CREAT, 0o600)
        os.write(descriptor, others)
        os.close(descriptor)
        link(source, target)

    monkeypatch.setattr(os, "link", after_another)
    assert read_or_make_key(path) == others
    assert [item.name for item in path.parent.iterdir()] == ["key"]


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o660, 0o606, 0o644])
def test_a_file_that_others_may_read_or_write_is_refused_with_the_command_that_helps(
    path: Path, mode: int
) -> None:
    read_or_make_key(path)
    path.chmod(mode)
    with pytest.raises(SecretError, match="其他用户") as caught:
        read_or_make_key(path)
    assert f"chmod 600 {path}" in caught.value.remedy


def test_a_folder_that_others_may_write_is_refused(path: Path) -> None:
    read_or_make_key(path)
    path.parent.chmod(0o770)
    with pytest.raises(SecretError, match="目录") as caught:
        read_or_make_key(path)
    assert f"chmod 700 {path.parent}" in caught.value.remedy


@pytest.mark.parametrize("content", [b"", b"short", b"x" * (KEY_BYTES - 1), b"x" * (KEY_BYTES + 1)])
def test_a_file_of_another_length_is_refused_and_left_alone(path: Path, content: bytes) -> None:
    read_or_make_key(path)
    path.write_bytes(content)
    with pytest.raises(SecretError, match="已损坏") as caught:
        read_or_make_key(path)
    assert "备份" in caught.value.remedy
    assert path.read_bytes() == content


def test_a_place_where_no_file_can_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(SecretError, match="无法读取或创建"):
        read_or_make_key(tmp_path / "file" / "secret" / "key")
    with pytest.raises(SecretError, match="无法读取或创建"):
        read_or_make_key(tmp_path)
