"""`manage.py audit` verifies, shows, archives and exports the log, and records that it did."""

from __future__ import annotations

import csv
import json
import shutil
import sqlite3
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from kb.audit import AuditLog
from kb.audit.entry import Action, Event, Outcome
from kb.database import Database
from tests.scripts.conftest import Manage
from tests.scripts.test_doctor import line_about

LONG_AGO = datetime(2026, 1, 1, tzinfo=UTC)


@pytest.fixture
def log(tmp_path: Path) -> Iterator[AuditLog]:
    """The log of the command line's state folder, with three entries of three days long ago."""
    days = iter(LONG_AGO + timedelta(days=number) for number in range(3))
    database = Database(f"sqlite:///{tmp_path}/var/wenzhi.sqlite")
    opened = AuditLog(database, tmp_path / "var" / "audit", clock=lambda: next(days))
    opened.record(Event(Action.SIGN_IN, name="chen", address="10.0.0.3"))
    opened.record(Event(Action.DENIED, Outcome.REFUSED, name="wang", subject="howto/inside"))
    opened.record(Event(Action.EXPORTED, name="chen", detail="=HYPERLINK(1)"))
    yield opened
    database.close()


def alter(folder: Path) -> None:
    """Change an entry behind the back of the log."""
    with sqlite3.connect(folder / "var" / "wenzhi.sqlite") as connection:
        connection.execute("DROP TRIGGER audit_kept")
        connection.execute("UPDATE audit SET name = 'nobody' WHERE sequence = 2")
    connection.close()


@pytest.mark.usefixtures("log")
def test_a_log_in_order_is_verified_and_that_is_recorded(manage_cli: Manage) -> None:
    ended = manage_cli("audit", "verify")
    assert (ended.status, ended.out) == (0, "校验 3 条，其中归档 0 条；没有发现问题\n")
    shown = json.loads(manage_cli("audit", "show", "--action", "audit_verified", "--json").out)
    assert shown["count"] == 1
    assert shown["entries"][0]["name"].startswith("命令行：")


@pytest.mark.usefixtures("log")
def test_an_altered_entry_is_named_and_the_status_says_so(
    manage_cli: Manage, tmp_path: Path
) -> None:
    alter(tmp_path)
    ended = manage_cli("audit", "verify")
    assert ended.status == 1
    assert "✘ 第 2 条的内容被改动，或是伪造的" in ended.out
    body = json.loads(manage_cli("audit", "verify", "--json").out)
    assert body["ok"] is False
    assert [fault["sequence"] for fault in body["faults"]] == [0, 2]
    failed = manage_cli("audit", "show", "--outcome", "failed").out
    assert "校验审计日志（失败）" in failed


@pytest.mark.usefixtures("log")
def test_a_log_too_broken_to_take_an_entry_is_verified_all_the_same(
    manage_cli: Manage, tmp_path: Path
) -> None:
    (tmp_path / "var" / "audit" / "head").unlink()
    ended = manage_cli("audit", "verify")
    assert ended.status == 1
    assert "文件不见了" in ended.out
    assert "resume" in ended.err
    assert manage_cli("audit", "show").status == 1
    assert manage_cli("audit", "resume", "--reason", "误删了文件").status == 0
    assert "误删了文件" in manage_cli("audit", "verify").out
    assert manage_cli("audit", "verify").status == 0


@pytest.mark.usefixtures("log")
def test_the_log_is_compared_with_anchors_kept_elsewhere(
    manage_cli: Manage, tmp_path: Path
) -> None:
    copy = tmp_path / "copy.jsonl"
    shutil.copy(tmp_path / "var" / "audit" / "anchors.jsonl", copy)
    assert manage_cli("audit", "verify", "--anchors", str(copy)).status == 0
    copy.write_text(copy.read_text().replace('"count": 1', '"count": 2', 1))
    ended = manage_cli("audit", "verify", "--anchors", str(copy))
    assert ended.status == 1
    assert "copy.jsonl 第 1 行" in ended.out
    assert manage_cli("audit", "verify", "--anchors", str(tmp_path / "no")).status == 1


@pytest.mark.usefixtures("log")
def test_entries_are_shown_in_chinese_newest_first_and_filtered(manage_cli: Manage) -> None:
    lines = manage_cli("audit", "show", "--until", "2026-01-02").out.splitlines()
    assert lines == [
        "2 2026-01-02 08:00:00 wang 越权被拒（拒绝）：howto/inside",
        "1 2026-01-01 08:00:00 chen 登录（成功）：来自 10.0.0.3",
        "共 2 条，显示 2 条",
    ]
    assert "查看审计日志（成功）：until=2026-01-02" in manage_cli("audit", "show").out


@pytest.mark.usefixtures("log")
def test_an_export_opens_in_excel_runs_nothing_and_overwrites_nothing(
    manage_cli: Manage, tmp_path: Path
) -> None:
    path = tmp_path / "log.csv"
    assert manage_cli("audit", "export", str(path), "--until", "2026-01-03").status == 0
    assert path.read_bytes().startswith(b"\xef\xbb\xbf")
    with path.open(encoding="utf-8-sig", newline="") as file:
        header, *rows = csv.reader(file)
    assert header[:4] == ["序号", "时间（北京时间）", "操作", "结果"]
    assert [row[0] for row in rows] == ["1", "2", "3"]
    assert rows[2][9] == "'=HYPERLINK(1)"
    again = manage_cli("audit", "export", str(path))
    assert again.status == 1
    assert "已经存在" in again.err
    assert "导出（成功）" in manage_cli("audit", "show").out


@pytest.mark.usefixtures("log")
def test_old_entries_are_archived_and_nothing_is_lost(manage_cli: Manage) -> None:
    ended = manage_cli("audit", "archive")
    assert ended.status == 0
    assert "第 1 到第 3 条" in ended.out
    assert "校验 4 条，其中归档 3 条；没有发现问题" in manage_cli("audit", "verify").out
    assert "没有超过 183 天的记录" in manage_cli("audit", "archive").out


def test_an_empty_log_is_in_order_and_wrong_usage_is_said_in_chinese(manage_cli: Manage) -> None:
    assert manage_cli("audit", "verify").out == "校验 0 条，其中归档 0 条；没有发现问题\n"
    assert manage_cli("audit").status == 2
    ended = manage_cli("audit", "show", "--action", "nothing")
    assert ended.status == 2
    assert "不能是" in ended.err
    assert "用法：" in manage_cli("audit", "verify", "--help").out


@pytest.mark.usefixtures("log")
def test_doctor_says_whether_the_log_is_in_order(manage_cli: Manage, tmp_path: Path) -> None:
    assert (
        line_about("审计日志", manage_cli("doctor").out) == "✔ 审计日志：密钥和末尾相符，已记 3 条"
    )
    (tmp_path / "var" / "audit" / "key").chmod(0o644)
    told = line_about("审计日志", manage_cli("doctor").out)
    assert told.startswith("✘")
    assert "chmod 600" in told
