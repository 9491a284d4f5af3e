"""The statements on the audit log's two tables: lock the end, add an entry, read entries in order."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, delete, func, insert, or_, select, text, update
from sqlalchemy.orm import Session

from kb.audit.entry import Entry, values_of
from kb.errors import AuditError
from kb.models import AUDIT_TRIGGERS, AuditHeadRow, AuditRow

_COLUMNS = tuple(column for column in AuditRow.__table__.columns)


@dataclass(frozen=True, slots=True)
class End:
    """Where the table says that the log ends; `archived_to` is the last entry that lies in the archive."""

    sequence: int
    mac: str
    moment: datetime | None
    archived_to: int


@dataclass(frozen=True, slots=True)
class Filter:
    """Which entries are wanted: from `since` up to, not including, `until`; empty means all.

    `text` is looked for in subject, detail, name and address.
    """

    since: datetime | None = None
    until: datetime | None = None
    action: str = ""
    name: str = ""
    outcome: str = ""
    text: str = ""


def read_end(session: Session, lock: bool = False) -> End:
    """Where the log ends; with `lock` nobody else adds an entry before this transaction is over.

    Raises AuditError when the row that says so was removed.
    """
    wanted = select(
        AuditHeadRow.sequence, AuditHeadRow.mac, AuditHeadRow.moment, AuditHeadRow.archived_to
    ).where(AuditHeadRow.id == 1)
    remedy = "运行 manage.py audit verify 查明原因"
    try:
        row = session.connection().execute(wanted.with_for_update() if lock else wanted).first()
    except (ValueError, TypeError) as error:
        raise AuditError("记录库里审计日志的末尾记录已损坏", remedy) from error
    if row is None:
        raise AuditError("记录库里审计日志的末尾记录不见了", remedy)
    end = End(*row)
    if not (isinstance(end.sequence, int) and isinstance(end.archived_to, int)):
        raise AuditError("记录库里审计日志的末尾记录已损坏", remedy)
    return end


def add_entry(session: Session, entry: Entry) -> None:
    """Put the entry at the end of the log."""
    connection = session.connection()
    connection.execute(insert(AuditRow), values_of(entry))
    end = {"sequence": entry.sequence, "mac": entry.mac, "moment": entry.moment}
    connection.execute(update(AuditHeadRow).where(AuditHeadRow.id == 1), end)


def restore_end(session: Session) -> None:
    """Write the row that says where the log ends anew, from the last entry in the table."""
    if session.get(AuditHeadRow, 1) is None:
        last = session.execute(select(*_COLUMNS).order_by(AuditRow.sequence.desc())).first()
        first = session.scalar(select(func.min(AuditRow.sequence)))
        if last is None or first is None:
            raise AuditError("审计日志的表是空的", "从备份恢复记录库")
        end = {"sequence": last.sequence, "mac": last.mac, "moment": last.moment}
        session.add(AuditHeadRow(id=1, archived_to=first - 1, **end))
        session.flush()


def mac_at(session: Session, sequence: int) -> str | None:
    """The seal of the entry of this number; None when it is not in the table."""
    return session.scalar(select(AuditRow.mac).where(AuditRow.sequence == sequence))


def count_since(session: Session, moment: datetime) -> int:
    """How many entries were made at or after the moment."""
    return session.scalar(select(func.count()).where(AuditRow.moment >= moment)) or 0


def batch(session: Session, after: int, limit: int) -> list[Entry]:
    """The entries that follow a number, in order. Raises ValueError for one that cannot be read."""
    wanted = select(*_COLUMNS).where(AuditRow.sequence > after).order_by(AuditRow.sequence)
    return [Entry(*row) for row in session.execute(wanted.limit(limit))]


def numbers(session: Session, after: int, limit: int) -> list[int]:
    """The numbers of the entries that follow a number, in order."""
    wanted = select(AuditRow.sequence).where(AuditRow.sequence > after)
    return list(session.scalars(wanted.order_by(AuditRow.sequence).limit(limit)))


def before_first(session: Session) -> int:
    """The number before the table's first entry: a forged one may have a number below 1."""
    first = session.scalar(select(func.min(AuditRow.sequence)))
    return 0 if first is None else first - 1


def matching(session: Session, wanted: Filter, limit: int, offset: int) -> Iterator[Entry]:
    """The entries wanted, newest first."""
    newest = _narrowed(select(*_COLUMNS), wanted).order_by(AuditRow.sequence.desc())
    for row in session.execute(newest.limit(limit).offset(offset)):
        yield Entry(*row)


def following(session: Session, wanted: Filter, after: int, limit: int) -> list[Entry]:
    """The entries wanted that follow a number, oldest first."""
    query = _narrowed(select(*_COLUMNS), wanted).where(AuditRow.sequence > after)
    return [Entry(*row) for row in session.execute(query.order_by(AuditRow.sequence).limit(limit))]


def count_matching(session: Session, wanted: Filter) -> int:
    """How many entries are wanted."""
    return session.scalar(_narrowed(select(func.count(AuditRow.sequence)), wanted)) or 0


def remove_archived(session: Session, last: int) -> None:
    """Say that entries up to this number lie in the archive, and take them out of the table."""
    session.execute(update(AuditHeadRow).where(AuditHeadRow.id == 1).values(archived_to=last))
    session.execute(delete(AuditRow).where(AuditRow.sequence <= last))


def missing_triggers(session: Session) -> list[str]:
    """The triggers that SQLite should hold and does not; none of another database."""
    if session.get_bind().dialect.name != "sqlite":
        return []
    found = session.scalars(text("SELECT name FROM sqlite_master WHERE type = 'trigger'"))
    return sorted(AUDIT_TRIGGERS.keys() - set(found))


def _narrowed(query: Select[Any], wanted: Filter) -> Select[Any]:
    conditions = []
    if wanted.since:
        conditions.append(AuditRow.moment >= wanted.since)
    if wanted.until:
        conditions.append(AuditRow.moment < wanted.until)
    for column, value in (
        (AuditRow.action, wanted.action),
        (AuditRow.name, wanted.name),
        (AuditRow.outcome, wanted.outcome),
    ):
        if value:
            conditions.append(column == value)
    if wanted.text:
        searched = (AuditRow.subject, AuditRow.detail, AuditRow.name, AuditRow.address)
        sought = wanted.text.replace("\0", "\ufffd")  # as it is stored; SQLite's LIKE ends at a NUL
        conditions.append(or_(*(column.contains(sought, autoescape=True) for column in searched)))
    return query.where(*conditions)
