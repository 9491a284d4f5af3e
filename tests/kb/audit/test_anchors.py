"""Each day in China that is over has its anchor; a copy kept elsewhere shows what was replaced here."""

from __future__ import annotations

import json
import shutil
from datetime import UTC, datetime
from pathlib import Path

import pytest

from kb.audit.log import AuditLog
from kb.audit.verify import verify
from kb.errors import AuditError
from tests.kb.audit.conftest import EVENT, Clock, Opened, record_days


def lines(folder: Path) -> list[dict[str, object]]:
    text = (folder / "audit" / "anchors.jsonl").read_text()
    return [json.loads(line) for line in text.splitlines()]


def test_the_first_entry_of_a_day_in_china_anchors_the_day_before(
    log: AuditLog, clock: Clock, tmp_path: Path
) -> None:
    clock.now = datetime(2026, 3, 1, 15, 59, tzinfo=UTC)
    log.record(EVENT)
    entry = log.record(EVENT)
    assert not (tmp_path / "audit" / "anchors.jsonl").exists()
    clock.now = datetime(2026, 3, 1, 16, 1, tzinfo=UTC)
    log.record(EVENT)
    log.record(EVENT)
    [anchor] = lines(tmp_path)
    assert (anchor["day"], anchor["sequence"], anchor["count"]) == ("2026-03-01", 2, 2)
    assert anchor["mac"] == entry.mac


def test_a_clock_that_goes_back_and_forth_leaves_the_log_in_order(
    log: AuditLog, clock: Clock
) -> None:
    for days in (1, -1, 1, 2, -3):
        log.record(EVENT)
        clock.forward(days)
    log.record(EVENT)
    assert verify(log).faults == ()


def test_a_failed_first_entry_of_the_day_does_not_leave_an_anchor_that_is_wrong(
    log: AuditLog, clock: Clock, tmp_path: Path
) -> None:
    def fails() -> None:
        with log.database.writing() as session:
            log.append(session, EVENT)
            raise ValueError

    log.record(EVENT)
    clock.forward(1)
    with pytest.raises(ValueError):
        fails()
    log.record(EVENT)
    assert len(lines(tmp_path)) == 1
    assert verify(log).faults == ()


def test_anchors_kept_elsewhere_show_that_the_whole_log_was_rolled_back(
    log: AuditLog, clock: Clock, opened: Opened, tmp_path: Path
) -> None:
    """Somebody who puts back an older state of database and folder is found by the copy alone."""
    record_days(log, clock, 2, 3)
    older = tmp_path / "older"
    log.database.close()
    shutil.copytree(tmp_path / "audit", older / "audit")
    shutil.copy(tmp_path / "wenzhi.sqlite", older)
    record_days(log, clock, 3, 3)
    copy = tmp_path / "copy.jsonl"
    shutil.copy(tmp_path / "audit" / "anchors.jsonl", copy)
    assert verify(log, [copy]).faults == ()
    rolled_back = opened(older)
    assert verify(rolled_back).faults == ()
    assert [fault.sequence for fault in verify(rolled_back, [copy]).faults] == [9, 12]
    record_days(rolled_back, clock, 3, 3)
    assert [fault.sequence for fault in verify(rolled_back, [copy]).faults] == [9, 12]


def test_a_copy_that_is_not_there_is_named(log: AuditLog, tmp_path: Path) -> None:
    log.record(EVENT)
    with pytest.raises(AuditError, match=r"none\.jsonl"):
        verify(log, [tmp_path / "none.jsonl"])
