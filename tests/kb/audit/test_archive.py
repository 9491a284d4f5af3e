"""Entries older than half a year move into files, and whatever stops the move, none is lost."""

from __future__ import annotations

from pathlib import Path

import pytest

from kb.audit import archive as archiving
from kb.audit import table
from kb.audit.archive import archive, archive_files, read_archive
from kb.audit.log import AuditLog
from kb.audit.table import Filter
from kb.audit.verify import verify
from kb.errors import AuditError
from tests.kb.audit.conftest import EVENT, Clock, Opened, record_days


def test_only_what_is_older_than_the_days_moves_and_all_of_it_is_verified(
    log: AuditLog, clock: Clock
) -> None:
    record_days(log, clock, 10, 3)
    before = log.entries(Filter(), limit=100)
    clock.forward(183 - 5)
    [made] = archive(log, 183, EVENT)
    assert (made.first, made.last) == (1, 15)
    assert list(read_archive(made.path)) == before[::-1][:15]
    assert [entry.sequence for entry in log.entries(Filter())] == [*range(31, 15, -1)]
    newest = log.entries(Filter())[0]
    assert (newest.action, newest.subject) == ("audit_archived", made.path.name)
    found = verify(log)
    assert (found.entries, found.archived, found.faults) == (31, 15, ())
    assert archive(log, 183, EVENT) == []


def test_archiving_goes_on_where_it_ended_also_when_all_entries_were_moved(
    log: AuditLog, clock: Clock
) -> None:
    for _ in range(3):
        record_days(log, clock, 2, 2)
        clock.forward(400)
        archive(log, 183, EVENT)
    assert len(archive_files(log.folder)) == 3
    log.record(EVENT)
    assert verify(log).faults == ()
    assert verify(log).entries == 16


def test_less_than_half_a_year_is_refused(log: AuditLog) -> None:
    with pytest.raises(AuditError, match="183"):
        archive(log, 182, EVENT)


def test_many_entries_go_into_several_files(
    log: AuditLog, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(archiving, "_PER_FILE", 4)
    record_days(log, clock, 5, 2)
    clock.forward(200)
    assert [(file.first, file.last) for file in archive(log, 183, EVENT)] == [
        (1, 4),
        (5, 8),
        (9, 10),
    ]
    assert verify(log).faults == ()


@pytest.mark.parametrize(
    ("module", "step"),
    [(archiving, "put_in_place"), (archiving, "_compare"), (table, "remove_archived")],
)
def test_an_archiving_that_was_stopped_at_any_step_is_finished_by_the_next(
    log: AuditLog,
    clock: Clock,
    opened: Opened,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    module: object,
    step: str,
) -> None:
    def stopped(*_: object) -> None:
        raise KeyboardInterrupt

    record_days(log, clock, 3, 3)
    clock.forward(200)
    with monkeypatch.context() as patched:
        patched.setattr(module, step, stopped)
        with pytest.raises(KeyboardInterrupt):
            archive(log, 183, EVENT)
    again = opened(tmp_path)
    assert again.count(Filter()) == 9
    assert verify(again).faults == ()
    again.record(EVENT)
    [made] = archive(again, 183, EVENT)
    assert (made.first, made.last) == (1, 9)
    assert verify(again).faults == ()


def test_a_file_that_does_not_hold_what_the_table_holds_takes_no_entry_out_of_it(
    log: AuditLog, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    def shortened(path: Path, content: bytes) -> Path:
        return prepared(path, content[: len(content) // 2])

    prepared = archiving.prepared
    record_days(log, clock, 3, 3)
    clock.forward(200)
    monkeypatch.setattr(archiving, "prepared", shortened)
    with pytest.raises(AuditError):
        archive(log, 183, EVENT)
    assert log.count(Filter()) == 9
