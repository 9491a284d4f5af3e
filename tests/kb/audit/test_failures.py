"""Killed while it writes, written from two processes, on a full disk: no acknowledged entry is lost, none is skipped."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
import tracemalloc
from collections.abc import Callable
from pathlib import Path

from sqlalchemy import insert, select, update

from kb.audit.entry import sealed, values_of
from kb.audit.log import AuditLog
from kb.audit.table import Filter
from kb.audit.verify import verify
from kb.models import AuditHeadRow, AuditRow, ConversationRow
from tests.conftest import REPOSITORY
from tests.kb.audit.conftest import EVENT, Opened

KILLS = 15
WRITER = """\
import sys
from pathlib import Path

from kb.audit.entry import Action, Event
from kb.audit.log import AuditLog
from kb.database import Database

folder, name, most = Path(sys.argv[1]), sys.argv[2], int(sys.argv[3])
log = AuditLog(Database(f"sqlite:///{folder}/wenzhi.sqlite"), folder / "audit")
print("ready", flush=True)
for number in range(most):
    entry = log.record(Event(Action.PROBLEM_CHANGED, name=name, detail=f"{number}"))
    print(entry.sequence, entry.mac, flush=True)
"""
ON_A_FULL_DISK = """\
import resource, sys
from pathlib import Path

from kb.audit.entry import Action, Event
from kb.audit.log import AuditLog
from kb.database import Database
from kb.errors import AuditError, RecordsError
from kb.models import ConversationRow
from kb.records import now_utc

folder = Path(sys.argv[1])
database = Database(f"sqlite:///{folder}/wenzhi.sqlite")
log = AuditLog(database, folder / "audit")
log.record(Event(Action.SIGN_IN))
size = (folder / "wenzhi.sqlite-wal").stat().st_size
import signal
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (size + 200_000, resource.RLIM_INFINITY))
done = 0
try:
    for number in range(100):
        with database.writing() as session:
            session.add(ConversationRow(id=f"{number:032d}", started_at=now_utc()))
            log.append(session, Event(Action.ROLE_CHANGED, subject=f"{number:032d}"))
        done += 1
except (AuditError, RecordsError) as error:
    print(type(error).__name__, done, flush=True)
resource.setrlimit(resource.RLIMIT_FSIZE, (1, resource.RLIM_INFINITY))
try:
    log.record(Event(Action.SIGN_IN))
except AuditError as error:
    print(error.message, flush=True)
"""


def started(program: str, *arguments: object) -> subprocess.Popen[str]:
    command = [sys.executable, "-c", program, *map(str, arguments)]
    return subprocess.Popen(command, cwd=REPOSITORY, stdout=subprocess.PIPE, text=True)


def test_killed_at_any_moment_no_acknowledged_entry_is_lost(opened: Opened, tmp_path: Path) -> None:
    acknowledged: dict[str, str] = {}
    for turn in range(KILLS):
        writer = started(WRITER, tmp_path, f"writer{turn}", 10_000)
        assert writer.stdout is not None
        assert writer.stdout.readline() == "ready\n"
        time.sleep(0.02 + 0.017 * turn)
        writer.send_signal(signal.SIGKILL)
        said = writer.stdout.read()
        writer.wait()
        writer.stdout.close()
        acknowledged |= dict(
            line.split() for line in said.splitlines(keepends=True) if line.endswith("\n")
        )
        log = opened(tmp_path)
        assert verify(log).faults == ()
        log.check()
    kept = {str(entry.sequence): entry.mac for entry in log.each(Filter())}
    assert len(acknowledged) > KILLS
    assert acknowledged.items() <= kept.items()


def test_two_processes_write_one_chain(opened: Opened, tmp_path: Path) -> None:
    opened(tmp_path).record(EVENT)
    writers = [started(WRITER, tmp_path, name, 150) for name in ("one", "two")]
    said = [writer.communicate()[0].splitlines() for writer in writers]
    assert [len(lines) for lines in said] == [151, 151]
    log = opened(tmp_path)
    assert verify(log).faults == ()
    assert log.count(Filter()) == 301
    assert {log.count(Filter(name=name)) for name in ("one", "two")} == {150}
    first = {line for lines in said for line in lines if line != "ready"}
    assert first == {
        f"{entry.sequence} {entry.mac}" for entry in log.each(Filter(action="problem_changed"))
    }


def test_on_a_full_disk_what_cannot_be_recorded_is_not_done(opened: Opened, tmp_path: Path) -> None:
    ended = subprocess.run(
        [sys.executable, "-c", ON_A_FULL_DISK, str(tmp_path)],
        cwd=REPOSITORY,
        capture_output=True,
        text=True,
        check=False,
    )
    first, *rest = ended.stdout.splitlines()
    done = int(first.split()[1])
    assert 0 < done < 100
    assert rest == ["审计日志写不进去，操作没有执行"]
    log = opened(tmp_path)
    subjects = [entry.subject for entry in log.each(Filter(action="role_changed"))]
    assert subjects == [f"{number:032d}" for number in range(done)]
    assert conversation_ids(log) == subjects
    assert verify(log).faults == ()
    log.record(EVENT)


def conversation_ids(log: AuditLog) -> list[str]:
    with log.database.reading() as session:
        return list(session.scalars(select(ConversationRow.id).order_by(ConversationRow.id)))


def test_ten_times_the_entries_take_about_ten_times_as_long_and_no_more_memory(
    opened: Opened, tmp_path: Path
) -> None:
    """Entries are read 2,000 at a time: 3,000 fill a batch as well as 9,000."""
    few, more, many = (
        filled(opened, tmp_path / str(count), count) for count in (3_000, 9_000, 30_000)
    )
    assert seconds(lambda: verify(many)) < 20 * seconds(lambda: verify(few))
    assert peak(lambda: verify(more)) < 1.5 * peak(lambda: verify(few))


def filled(opened: Opened, folder: Path, count: int) -> AuditLog:
    folder.mkdir()
    log = opened(folder)
    last = log.record(EVENT)
    rows = []
    for number in range(2, count):
        last = sealed(log.key(), EVENT, number, last.moment, last.mac)
        rows.append(values_of(last))
    with log.database.writing() as session:
        session.execute(insert(AuditRow), rows)
        session.execute(update(AuditHeadRow).values(sequence=last.sequence, mac=last.mac))
    log.record(EVENT)
    return log


def seconds(work: Callable[[], object]) -> float:
    """The better of two."""
    times = []
    for _ in range(2):
        begin = time.process_time()
        work()
        times.append(time.process_time() - begin)
    return min(times)


def peak(work: Callable[[], object]) -> int:
    """The most memory that Python objects took meanwhile, in bytes."""
    tracemalloc.start()
    try:
        work()
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
