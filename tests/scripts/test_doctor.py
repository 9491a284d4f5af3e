"""`manage.py doctor` finds each thing that can be wrong and names the remedy."""

from __future__ import annotations

import json
import socket
from pathlib import Path

import pytest

from scripts.commands import doctor
from tests.scripts.conftest import Manage
from tests.slapd import BASE, READER, READER_PASSWORD, STAFF, Directory


@pytest.fixture(autouse=True)
def _free_port(monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        monkeypatch.setenv("WENZHI_PORT", str(probe.getsockname()[1]))


def line_about(name: str, text: str) -> str:
    return next(line for line in text.splitlines() if line[2:].startswith(f"{name}："))


def test_all_is_well_once_the_library_is_indexed(indexed: Manage) -> None:
    ended = indexed("doctor")
    assert ended.status == 0, ended.out
    assert {line[0] for line in ended.out.splitlines()} == {"✔"}


def test_json_holds_every_check(indexed: Manage) -> None:
    body = json.loads(indexed("doctor", "--json").out)
    assert body["ok"] is True
    assert {check["name"] for check in body["checks"]} >= {"Python", "依赖", "索引", "端口"}


def test_a_missing_index_is_a_fault_with_the_command_to_make_one(manage_cli: Manage) -> None:
    ended = manage_cli("doctor")
    assert ended.status == 1
    assert line_about("索引", ended.out).startswith("✘")
    assert "manage.py index" in line_about("索引", ended.out)


def test_an_index_older_than_the_articles_is_a_fault(indexed: Manage, library: Path) -> None:
    (library / "howto" / "more.md").write_text("# 新增\n\n正文\n", "utf-8")
    (library / "howto" / "inside.md").unlink()
    assert "有 2 个文件的改动" in line_about("索引", indexed("doctor").out)


def test_missing_articles_do_not_end_the_examination(indexed: Manage, tmp_path: Path) -> None:
    ended = indexed("doctor", "--articles", str(tmp_path / "none"))
    assert ended.status == 1
    assert "不存在" in line_about("文章", ended.out)
    assert line_about("端口", ended.out).startswith("✔")


def test_a_port_used_by_another_program_is_a_fault(
    indexed: Manage, monkeypatch: pytest.MonkeyPatch
) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        monkeypatch.setenv("WENZHI_PORT", str(taken.getsockname()[1]))
        monkeypatch.setattr(doctor, "_is_ours", lambda url: False)
        ended = indexed("doctor")
    assert ended.status == 1
    assert "占用" in line_about("端口", ended.out)


def test_a_model_that_does_not_exist_is_a_fault(
    indexed: Manage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WENZHI_MODEL", "nowhere")
    ended = indexed("doctor")
    assert ended.status == 1
    assert "bundled" in line_about("向量模型", ended.out)


def test_a_damaged_model_is_named(
    indexed: Manage, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, bundled_model: Path
) -> None:
    folder = tmp_path / "var" / "models" / "e5-small-lite"
    folder.mkdir(parents=True)
    for file in bundled_model.rglob("*"):
        if file.is_file():
            (folder / file.relative_to(bundled_model)).parent.mkdir(exist_ok=True)
            (folder / file.relative_to(bundled_model)).write_bytes(file.read_bytes())
    with (folder / "model.onnx").open("ab") as model:
        model.write(b"x")
    monkeypatch.setenv("WENZHI_MODEL", "bundled")
    ended = indexed("doctor")
    assert ended.status == 1
    assert "model.onnx 已损坏" in line_about("向量模型", ended.out)


def test_a_database_that_cannot_be_opened_is_a_fault(
    indexed: Manage, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "taken").write_text("我不是目录", "utf-8")
    monkeypatch.setenv("WENZHI_DATABASE", f"sqlite:///{tmp_path}/taken/records.sqlite")
    ended = indexed("doctor")
    assert ended.status == 1
    assert line_about("数据库", ended.out).startswith("✘")


def test_packages_of_another_version_are_named(
    indexed: Manage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(doctor, "version", lambda package: "0.0.1")
    ended = indexed("doctor")
    assert ended.status == 1
    assert "nh3" in line_about("依赖", ended.out)
    assert "scripts/serve.py" in line_about("依赖", ended.out)


def test_a_full_disk_is_a_fault(indexed: Manage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doctor, "_DISK_NEEDED_GIB", 10**9)
    assert "清理" in line_about("磁盘", indexed("doctor").out)


def test_the_directory_is_asked_as_the_settings_say(
    indexed: Manage, directory: Directory, monkeypatch: pytest.MonkeyPatch
) -> None:
    given = {
        "ACCESS": "login",
        "LDAP_URL": directory.secure,
        "LDAP_CA": str(directory.ca),
        "LDAP_BIND": READER,
        "LDAP_PASSWORD": READER_PASSWORD,
        "LDAP_BASE": BASE,
        "LDAP_ROLES": f"counter: {STAFF}",
    }
    for key, value in given.items():
        monkeypatch.setenv(f"WENZHI_{key}", value)
    assert line_about("登录", indexed("doctor").out).startswith("✔")
    monkeypatch.setenv("WENZHI_LDAP_PASSWORD", "wrong-Secret-9")
    ended = indexed("doctor")
    assert ended.status == 1
    assert "invalidCredentials" in line_about("登录", ended.out)
    assert "wrong-Secret-9" not in ended.out
    monkeypatch.setenv("WENZHI_LDAP_ROLES", "counter")
    assert "ldap_roles" in line_about("登录", indexed("doctor").out)
