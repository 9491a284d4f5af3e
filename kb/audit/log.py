"""The audit log: adds entries in the transaction of what they record, and finds them again."""

from __future__ import annotations

import logging
import os
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, time
from pathlib import Path

from sqlalchemy import event as events
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from kb.audit import anchors, table
from kb.audit.entry import GENESIS, Entry, Event, sealed
from kb.audit.head import NAME as HEAD
from kb.audit.head import Head, advance_head, begin_head, read_head, replace_head
from kb.audit.key import AuditKey, load_key, make_key
from kb.audit.table import End, Filter
from kb.database import Database
from kb.errors import AuditError, RecordsError, WenzhiError
from kb.records import CHINA_TIME, now_utc

_LOG = logging.getLogger(__name__)
_BATCH = 2_000
_FAILED = "审计日志写不进去，操作没有执行"
_EXAMINE = "运行 manage.py audit verify 查明原因；确认无误后用 manage.py audit resume 继续"


@dataclass(slots=True)
class _Pending:
    """What a transaction with entries carries: their moment, and where the log ends once it is over."""

    moment: datetime
    head: Head | None = None
    replaces: bool = False


class AuditLog:
    """The audit log of a database; `folder` holds head, anchors and archive outside it.

    Whatever cannot be recorded must not be done: every method that writes raises AuditError, and the
    caller's transaction is then rolled back.
    """

    def __init__(
        self,
        database: Database,
        folder: Path,
        key_path: Path | None = None,
        clock: Callable[[], datetime] = now_utc,
    ) -> None:
        self.database = database
        self.folder = folder
        self.key_path = key_path or folder / "key"
        self.clock = clock
        self._key: AuditKey | None = None
        self._lock = threading.Lock()

    def append(self, session: Session, event: Event) -> Entry:
        """Add an entry to the caller's transaction: both are kept, or neither.

        All entries of one transaction bear the moment of its first one. Raises AuditError.
        """
        with _translated():
            end = table.read_end(session, lock=True)
            pending = session.info.get(self) or self._begin(session, end)
            entry = sealed(self.key(), event, end.sequence + 1, pending.moment, end.mac or GENESIS)
            table.add_entry(session, entry)
        return entry

    def record(self, event: Event) -> Entry:
        """Add an entry in a transaction of its own; it is on the disk when this returns. Raises AuditError."""
        with _translated(), self.database.writing() as session:
            return self.append(session, event)

    def resume(self, event: Event) -> Entry:
        """Go on after a damage that was looked into, leaving an entry that says so. Raises AuditError.

        Numbers that were given before are not given again: the gap before this entry shows what was lost.
        Entries that were altered stay faults.
        """
        with _translated(), self.database.writing() as session:
            table.restore_end(session)
            end = table.read_end(session, lock=True)
            key = load_key(self.key_path)
            used = max(end.sequence, self._used(key))
            pending = self._pending(session, self.clock(), replaces=True)
            entry = sealed(key, event, used + 1, pending.moment, end.mac)
            table.add_entry(session, entry)
            return entry

    def entries(self, wanted: Filter, limit: int = 100, offset: int = 0) -> list[Entry]:
        """The entries wanted that are not archived, newest first. Raises RecordsError."""
        with self.database.reading() as session:
            return list(table.matching(session, wanted, limit, offset))

    def each(self, wanted: Filter) -> Iterator[Entry]:
        """All entries wanted that are not archived, oldest first, in batches. Raises RecordsError."""
        after = 0
        while True:
            with self.database.reading() as session:
                found = table.following(session, wanted, after, _BATCH)
            yield from found
            if not found:
                return
            after = found[-1].sequence

    def count(self, wanted: Filter) -> int:
        """How many entries are wanted. Raises RecordsError."""
        with self.database.reading() as session:
            return table.count_matching(session, wanted)

    def check(self) -> int:
        """How many entries were made so far. Raises AuditError when the log could not go on."""
        with _translated(), self.database.reading() as session:
            end = table.read_end(session)
            lacking = table.missing_triggers(session)
            if lacking:
                raise AuditError(
                    f"记录库里防止改动审计日志的触发器不见了：{'、'.join(lacking)}", _EXAMINE
                )
            if end.sequence or self.key_path.exists():
                self._compare(session, end, self.key())
            return end.sequence

    def key(self) -> AuditKey:
        """The key that seals the entries. Raises AuditError when it is missing or not in order."""
        with self._lock:
            if self._key is None:
                self._key = load_key(self.key_path)
            return self._key

    def _begin(self, session: Session, end: End) -> _Pending:
        """See that the log is in order before the transaction's first entry, and anchor a day that is over."""
        path = self.folder / HEAD
        if not (end.sequence or self.key_path.exists() or path.exists()):
            make_key(self.key_path)
        key = self.key()
        moment = self.clock()
        if not end.sequence:
            begin_head(self.folder, key, Head(0, GENESIS))
        self._compare(session, end, key)
        if not os.access(path, os.W_OK):
            raise AuditError(
                f"审计日志的 {path} 不可写", "检查文件权限，它应属于运行服务的系统账号"
            )
        if end.moment and anchors.china_day(end.moment) != anchors.china_day(moment):
            midnight = datetime.combine(anchors.china_day(end.moment), time(), CHINA_TIME)
            count = table.count_since(session, midnight.astimezone(UTC))
            anchors.add_anchor(self.folder, key, end.moment, end.sequence, end.mac, count)
        return self._pending(session, moment)

    def _compare(self, session: Session, end: End, key: AuditKey) -> None:
        """Raises AuditError when the table does not hold what was acknowledged last."""
        head = read_head(self.folder, key)
        if head is None:
            if end.sequence:
                raise AuditError(f"审计日志的 {self.folder / HEAD} 文件不见了", _EXAMINE)
            return
        if head.sequence > end.sequence:
            lost = f"第 {end.sequence + 1} 到第 {head.sequence} 条审计日志不见了"
            raise AuditError(lost, _EXAMINE)
        if head.sequence > end.archived_to:
            mac = end.mac if head.sequence == end.sequence else table.mac_at(session, head.sequence)
            if mac != head.mac:
                raise AuditError(f"第 {head.sequence} 条审计日志被改动或删除", _EXAMINE)

    def _used(self, key: AuditKey) -> int:
        """The highest number known outside the database; sets damaged anchors aside."""
        try:
            head = read_head(self.folder, key)
        except AuditError:
            head = None
        known = list(anchors.anchors_in(self.folder / anchors.NAME, key))
        if not all(known):
            anchors.set_aside(self.folder)
        return max([head.sequence if head else 0, *(item.sequence for item in known if item)])

    def _pending(self, session: Session, moment: datetime, replaces: bool = False) -> _Pending:
        """Have the head file follow the transaction once it is over."""
        pending = session.info[self] = _Pending(moment, replaces=replaces)
        if not events.contains(session, "before_commit", self._before_commit):
            events.listen(session, "before_commit", self._before_commit)
            events.listen(session, "after_commit", self._after_commit)
            events.listen(session, "after_rollback", self._after_rollback)
        return pending

    def _before_commit(self, session: Session) -> None:
        """Ask the table where the log ends: a savepoint may have taken entries back."""
        pending = session.info.get(self)
        if pending:
            with _translated():
                end = table.read_end(session)
                pending.head = Head(end.sequence, end.mac)

    def _after_commit(self, session: Session) -> None:
        """The entries are kept whatever happens here; an older head is true as well."""
        pending = session.info.pop(self, None)
        if pending and pending.head:
            step = replace_head if pending.replaces else advance_head
            try:
                step(self.folder, self.key(), pending.head)
            except (OSError, WenzhiError) as error:
                _LOG.warning("audit head not advanced: %s", error)

    def _after_rollback(self, session: Session) -> None:
        session.info.pop(self, None)


@contextmanager
def _translated() -> Iterator[None]:
    """Whatever keeps an entry from being written becomes an AuditError that says what to do."""
    try:
        yield
    except RecordsError as error:
        raise AuditError(_FAILED, error.remedy) from error
    except (SQLAlchemyError, OSError) as error:
        _LOG.warning("audit log failed: %s", error)
        remedy = "检查磁盘空间、文件权限和 database 设置，详细原因见服务日志"
        raise AuditError(_FAILED, remedy) from error
