"""An entry says who did what, when and from where; it is kept with what it records, or neither is."""

from __future__ import annotations

import sqlite3
import stat
from datetime import UTC, timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from kb.accounts.identity import identity_of
from kb.accounts.rights import Role
from kb.audit.entry import ACTION_NAMES, Action, Event, Outcome, event_by, is_genuine
from kb.audit.log import AuditLog
from kb.audit.table import Filter
from kb.audit.verify import verify
from kb.errors import AuditError
from kb.models import AUDIT_TRIGGERS, ConversationRow
from tests.kb.audit.conftest import EVENT, Clock, Opened


def conversations(log: AuditLog) -> int:
    with log.database.reading() as session:
        return session.scalar(select(func.count()).select_from(ConversationRow)) or 0


def add_conversation(session: Session, clock: Clock, name: str = "c" * 32) -> None:
    session.add(ConversationRow(id=name, started_at=clock()))


def test_an_entry_says_who_when_where_what_and_with_what_outcome(
    log: AuditLog, clock: Clock
) -> None:
    somebody = identity_of("b" * 32, "chen", Role.SUPERVISOR)
    event = event_by(
        somebody, Action.DENIED, "howto/inside", Outcome.REFUSED, "没有权限", "10.0.0.9"
    )
    entry = log.record(event)
    assert log.entries(Filter()) == [entry]
    assert (entry.sequence, entry.moment, entry.action) == (1, clock.now, "denied")
    assert (entry.actor, entry.name, entry.role) == ("b" * 32, "chen", "supervisor")
    assert (entry.address, entry.subject, entry.outcome) == ("10.0.0.9", "howto/inside", "refused")
    assert entry.moment.tzinfo is UTC
    assert is_genuine(log.key(), entry)


def test_every_action_has_a_chinese_name() -> None:
    assert set(ACTION_NAMES) == set(Action)
    assert len(set(ACTION_NAMES.values())) == len(Action)


def test_numbers_of_persons_are_masked_and_lines_cannot_be_forged(log: AuditLog) -> None:
    entry = log.record(
        Event(
            Action.SIGN_IN_FAILED,
            name="13812345678",
            detail="身份证 11010519491231002X\r\n2 登录成功\u202e\x00",
            subject="长" * 400,
        )
    )
    assert entry.name == "［手机号］"
    assert "1949" not in entry.detail
    assert entry.detail.isprintable()
    assert len(entry.subject) == 300
    assert entry.subject.endswith("…")
    assert verify(log).fault_count == 0


def test_what_is_recorded_and_its_entry_are_kept_together(log: AuditLog, clock: Clock) -> None:
    with log.database.writing() as session:
        add_conversation(session, clock)
        log.append(session, EVENT)
    assert (conversations(log), log.count(Filter())) == (1, 1)


def test_when_what_is_recorded_fails_there_is_no_entry_either(log: AuditLog, clock: Clock) -> None:
    def fails() -> None:
        with log.database.writing() as session:
            add_conversation(session, clock)
            log.append(session, EVENT)
            raise ValueError

    log.record(EVENT)
    with pytest.raises(ValueError):
        fails()
    assert (conversations(log), log.count(Filter())) == (0, 1)
    log.record(EVENT)
    assert verify(log).faults == ()


def test_an_entry_taken_back_with_a_savepoint_leaves_the_log_whole(log: AuditLog) -> None:
    with log.database.writing() as session:
        log.append(session, EVENT)
        inner = session.begin_nested()
        log.append(session, EVENT)
        inner.rollback()
    assert log.record(EVENT).sequence == 2
    assert verify(log).faults == ()


def test_entries_are_found_by_time_action_name_outcome_and_text(
    log: AuditLog, clock: Clock
) -> None:
    log.record(EVENT)
    clock.forward(1)
    second = log.record(Event(Action.SIGN_IN, Outcome.FAILED, name="wang", detail="密码 100%_ 错"))
    day = timedelta(hours=1)
    for wanted in (
        Filter(since=clock.now - day),
        Filter(action="sign_in"),
        Filter(name="wang"),
        Filter(outcome="failed"),
        Filter(text="100%_"),
    ):
        assert log.entries(wanted) == [second]
        assert log.count(wanted) == 1
        assert list(log.each(wanted)) == [second]
    assert log.count(Filter(text="1%错")) == 0
    assert [entry.sequence for entry in log.entries(Filter(until=clock.now - day))] == [1]
    assert [entry.sequence for entry in log.entries(Filter(), limit=1, offset=1)] == [1]


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE audit SET name = 'x' WHERE sequence = 1",
        "DELETE FROM audit WHERE sequence = 2",
        "INSERT OR REPLACE INTO audit SELECT * FROM audit WHERE sequence = 1",
        "UPDATE audit_head SET sequence = 1",
        "DELETE FROM audit_head",
    ],
)
def test_the_database_itself_refuses_to_change_or_delete_entries(
    log: AuditLog, tmp_path: Path, statement: str
) -> None:
    log.record(EVENT)
    log.record(EVENT)
    with (
        sqlite3.connect(tmp_path / "wenzhi.sqlite") as connection,
        pytest.raises(sqlite3.IntegrityError, match="audit"),
    ):
        connection.execute(statement)
    connection.close()
    assert log.count(Filter()) == 2


def test_the_key_and_the_folder_are_the_owners_alone(log: AuditLog, tmp_path: Path) -> None:
    log.record(EVENT)
    assert stat.S_IMODE((tmp_path / "audit" / "key").stat().st_mode) == 0o600
    assert stat.S_IMODE((tmp_path / "audit").stat().st_mode) == 0o700
    assert len((tmp_path / "audit" / "key").read_bytes()) == 32


def test_a_key_that_others_may_read_is_not_used(
    log: AuditLog, opened: Opened, tmp_path: Path
) -> None:
    log.record(EVENT)
    (tmp_path / "audit" / "key").chmod(0o640)
    with pytest.raises(AuditError, match="chmod 600"):
        opened(tmp_path).record(EVENT)


def test_a_missing_key_is_never_made_anew_while_there_are_entries(
    log: AuditLog, opened: Opened, tmp_path: Path
) -> None:
    log.record(EVENT)
    (tmp_path / "audit" / "key").unlink()
    with pytest.raises(AuditError, match="备份"):
        opened(tmp_path).record(EVENT)
    with pytest.raises(AuditError, match="不见了"):
        opened(tmp_path).check()
    assert not (tmp_path / "audit" / "key").exists()


def test_without_a_trigger_or_with_an_altered_head_the_log_is_not_in_order(
    log: AuditLog, opened: Opened, tmp_path: Path
) -> None:
    assert log.check() == 0
    log.record(EVENT)
    assert log.check() == 1
    with sqlite3.connect(tmp_path / "wenzhi.sqlite") as connection:
        connection.execute(f"DROP TRIGGER {min(AUDIT_TRIGGERS)}")
    connection.close()
    with pytest.raises(AuditError, match=min(AUDIT_TRIGGERS)):
        opened(tmp_path).check()


def drop_triggers(path: Path, *statements: str) -> None:
    """Do what somebody with the database file can do."""
    with sqlite3.connect(path) as connection:
        for name in AUDIT_TRIGGERS:
            connection.execute(f"DROP TRIGGER {name}")
        for statement in statements:
            connection.execute(statement)
    connection.close()


def test_after_entries_were_cut_off_nothing_privileged_is_done_until_somebody_answers_for_it(
    log: AuditLog, clock: Clock, opened: Opened, tmp_path: Path
) -> None:
    for _ in range(5):
        log.record(EVENT)
    drop_triggers(
        tmp_path / "wenzhi.sqlite",
        "DELETE FROM audit WHERE sequence > 3",
        "UPDATE audit_head SET sequence = 3, mac = (SELECT mac FROM audit WHERE sequence = 3)",
    )
    again = opened(tmp_path)

    def privileged() -> None:
        with again.database.writing() as session:
            add_conversation(session, clock)
            again.append(session, EVENT)

    with pytest.raises(AuditError, match="第 4 到第 5 条"):
        privileged()
    assert conversations(again) == 0
    assert again.resume(Event(Action.AUDIT_RESUMED, name="chen", detail="恢复了备份")).sequence == 6
    privileged()
    found = verify(again)
    assert conversations(again) == 1
    assert [line for line in found.resumed if "第 4 到第 5 条" in line and "恢复了备份" in line]
    assert {fault.message[:7] for fault in found.faults} == {"记录库里防止改"}


@pytest.mark.parametrize("damage", ["head gone", "head altered", "anchors altered"])
def test_damaged_files_stop_the_log_until_it_is_resumed(
    log: AuditLog, clock: Clock, opened: Opened, tmp_path: Path, damage: str
) -> None:
    for _ in range(3):
        log.record(EVENT)
        clock.forward(1)
    name, step = damage.split()
    path = tmp_path / "audit" / {"head": "head", "anchors": "anchors.jsonl"}[name]
    if step == "gone":
        path.unlink()
    else:
        path.write_bytes(path.read_bytes()[:-9] + b"00000000\n")
    again = opened(tmp_path)
    assert verify(again).fault_count > 0
    with pytest.raises(AuditError):
        again.record(EVENT)
    again.resume(Event(Action.AUDIT_RESUMED, detail="磁盘故障"))
    clock.forward(1)
    assert opened(tmp_path).record(EVENT).sequence == 5
    assert verify(opened(tmp_path)).faults == ()
