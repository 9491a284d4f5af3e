"""`manage.py forget` deletes what was kept long enough, or only counts it, and says so."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from kb.database import Database
from kb.records import Records
from tests.scripts.conftest import Manage


@pytest.fixture
def records(tmp_path: Path) -> Iterator[Records]:
    """One question of 400 days ago and one of today."""
    database = Database(f"sqlite:///{tmp_path}/var/wenzhi.sqlite")
    now = datetime.now(UTC)
    for moment in (now - timedelta(days=400), now):
        records = Records(database, lambda moment=moment: moment)
        records.record_answer("断缴怎么补", "answer", 0.9, [], 5)
    yield records
    database.close()


def audited(manage_cli: Manage) -> list[tuple[str, str]]:
    shown = json.loads(manage_cli("audit", "show", "--json").out)["entries"]
    return [
        (entry["action"], entry["detail"]) for entry in shown if entry["action"] != "audit_read"
    ]


@pytest.mark.usefixtures("records")
def test_a_dry_run_counts_and_deletes_nothing(manage_cli: Manage) -> None:
    for _ in range(2):
        ended = manage_cli("forget", "--dry-run")
        assert (ended.status, ended.out) == (0, "要删除：问答记录 1 条，对话 1 条\n")
    assert audited(manage_cli) == []


@pytest.mark.usefixtures("records")
def test_what_is_too_old_is_deleted_once_and_on_record(manage_cli: Manage) -> None:
    ended = manage_cli("forget")
    assert (ended.status, ended.out) == (0, "已删除：问答记录 1 条，对话 1 条\n")
    assert "100%" in ended.err
    assert manage_cli("forget").out == "没有过期的记录（问答保存 365 天）\n"
    told = ["对话 1 条", "问答记录 1 条"]
    assert audited(manage_cli) == [("record_deleted", detail) for detail in told]


@pytest.mark.usefixtures("records")
def test_the_setting_says_how_long_and_a_program_reads_the_counts(
    manage_cli: Manage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WENZHI_RETENTION_DAYS", "401")
    body = json.loads(manage_cli("forget", "--json").out)
    assert body["deleted"] is True
    assert body["answers"] == 0
    monkeypatch.setenv("WENZHI_RETENTION_DAYS", "399")
    assert json.loads(manage_cli("forget", "--dry-run", "--json").out)["answers"] == 1
    assert json.loads(manage_cli("forget", "--json").out)["answers"] == 1


@pytest.mark.usefixtures("records")
def test_a_log_that_takes_no_entry_keeps_everything(manage_cli: Manage, tmp_path: Path) -> None:
    manage_cli("audit", "show")
    (tmp_path / "var" / "audit" / "head").unlink()
    ended = manage_cli("forget")
    assert ended.status == 1
    assert "审计日志" in ended.err
    assert json.loads(manage_cli("forget", "--dry-run", "--json").out)["answers"] == 1
