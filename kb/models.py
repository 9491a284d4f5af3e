"""The tables of the records database; nothing else in the program names a table or a column."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    DDL,
    JSON,
    BigInteger,
    Connection,
    DateTime,
    Dialect,
    ForeignKey,
    Integer,
    String,
    Table,
    Text,
    UniqueConstraint,
    event,
)
from sqlalchemy.dialects.mysql import DATETIME
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column
from sqlalchemy.types import TypeDecorator


class UtcDateTime(TypeDecorator[datetime]):
    """A moment with its time zone in Python; stored as UTC, to the microsecond, without one."""

    impl = DateTime().with_variant(DATETIME(fsp=6), "mysql")
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        return value.astimezone(UTC).replace(tzinfo=None) if value else None

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        return value.replace(tzinfo=UTC) if value else None


class Base(DeclarativeBase):
    """What all tables share: how Python types are stored."""

    type_annotation_map = {datetime: UtcDateTime, list[str]: JSON}  # noqa: RUF012


_SEQUENCE = BigInteger().with_variant(Integer, "sqlite")


def _identifier(**options: Any) -> Any:
    """A column of 32 hexadecimal digits."""
    return mapped_column(String(32), **options)


class ConversationRow(Base):
    """Questions that one person asked in a row; without an account, a visitor of the trial."""

    __tablename__ = "conversation"

    id: Mapped[str] = _identifier(primary_key=True)
    started_at: Mapped[datetime]
    account_id: Mapped[str | None] = mapped_column(String(32), index=True)


class AnswerRow(Base):
    """One question (masked) and what came of it; `slugs` are the articles shown."""

    __tablename__ = "answer"

    id: Mapped[str] = _identifier(primary_key=True)
    conversation_id: Mapped[str] = mapped_column(ForeignKey("conversation.id"), index=True)
    question: Mapped[str] = mapped_column(Text)
    outcome: Mapped[str] = mapped_column(String(16))
    confidence: Mapped[float]
    slugs: Mapped[list[str]]
    took_ms: Mapped[int]
    answered_at: Mapped[datetime] = mapped_column(index=True)


class FeedbackRow(Base):
    """What a reader thought of an answer; the newest counts."""

    __tablename__ = "feedback"

    id: Mapped[int] = mapped_column(primary_key=True)
    answer_id: Mapped[str] = mapped_column(ForeignKey("answer.id"), index=True)
    helpful: Mapped[bool]
    reason: Mapped[str] = mapped_column(Text)
    given_at: Mapped[datetime]


class ProblemRow(Base):
    """A record of the 业务问题库; `year` and `sequence` make its number."""

    __tablename__ = "problem"
    __table_args__ = (UniqueConstraint("year", "sequence"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    year: Mapped[int]
    sequence: Mapped[int]
    question: Mapped[str] = mapped_column(Text)
    note: Mapped[str] = mapped_column(Text)
    answer_id: Mapped[str | None] = mapped_column(ForeignKey("answer.id"))
    status: Mapped[str] = mapped_column(String(16))
    created_at: Mapped[datetime]
    account_id: Mapped[str | None] = mapped_column(String(32), index=True)


class AccountRow(Base):
    """Somebody who may sign in. `password` is an Argon2 hash; empty where another directory knows the password,
    or where none was set yet. `second_factor` is sealed (kb/accounts/sealing.py). `subject` is who somebody is to the
    sign-in service (kb/accounts/vouched.py)."""

    __tablename__ = "account"

    id: Mapped[str] = _identifier(primary_key=True)
    name: Mapped[str] = mapped_column(String(64), unique=True)
    display_name: Mapped[str] = mapped_column(String(64))
    role: Mapped[str] = mapped_column(String(16))
    origin: Mapped[str] = mapped_column(String(16))
    password: Mapped[str] = mapped_column(Text)
    password_set_at: Mapped[datetime | None]
    must_change: Mapped[bool]
    second_factor: Mapped[str] = mapped_column(Text)
    second_factor_step: Mapped[int | None]
    recovery_codes: Mapped[list[str]]
    created_at: Mapped[datetime]
    disabled_at: Mapped[datetime | None]
    subject: Mapped[str | None] = mapped_column(String(64))


class OldPasswordRow(Base):
    """The hash of a password that an account had before."""

    __tablename__ = "old_password"

    id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[str] = mapped_column(ForeignKey("account.id"), index=True)
    password: Mapped[str] = mapped_column(Text)
    set_at: Mapped[datetime]


class SignInRow(Base):
    """A browser that signed in; `id` is the fingerprint of what its cookie carries."""

    __tablename__ = "sign_in"

    id: Mapped[str] = mapped_column(String(64), primary_key=True)
    account_id: Mapped[str] = mapped_column(ForeignKey("account.id"), index=True)
    began_at: Mapped[datetime]
    seen_at: Mapped[datetime]
    address: Mapped[str] = mapped_column(String(64))
    agent: Mapped[str] = mapped_column(String(200))


class AttemptRow(Base):
    """A failed try to sign in; `subject` is the name tried or the address it came from, as a fingerprint."""

    __tablename__ = "attempt"

    id: Mapped[int] = mapped_column(primary_key=True)
    subject: Mapped[str] = mapped_column(String(64), index=True)
    tried_at: Mapped[datetime]


class InvitationRow(Base):
    """A link with which its bearer sets a password, once; without an account it makes the first administrator."""

    __tablename__ = "invitation"

    id: Mapped[str] = mapped_column(String(64), primary_key=True)
    account_id: Mapped[str | None] = mapped_column(ForeignKey("account.id"), index=True)
    expires_at: Mapped[datetime]


class TokenRow(Base):
    """What a program shows instead of a password; `fingerprint` is all that is kept of it."""

    __tablename__ = "token"

    id: Mapped[str] = _identifier(primary_key=True)
    account_id: Mapped[str] = mapped_column(ForeignKey("account.id"), index=True)
    fingerprint: Mapped[str] = mapped_column(String(64), unique=True)
    name: Mapped[str] = mapped_column(String(64))
    rights: Mapped[list[str]]
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]


class AuditRow(Base):
    """One entry of the audit log; `mac` seals it together with `previous`, the seal of the entry before."""

    __tablename__ = "audit"

    sequence: Mapped[int] = mapped_column(_SEQUENCE, primary_key=True, autoincrement=False)
    moment: Mapped[datetime] = mapped_column(index=True)
    action: Mapped[str] = mapped_column(String(32), index=True)
    actor: Mapped[str] = mapped_column(String(32))
    name: Mapped[str] = mapped_column(String(100), index=True)
    role: Mapped[str] = mapped_column(String(16))
    address: Mapped[str] = mapped_column(String(64))
    subject: Mapped[str] = mapped_column(String(300))
    outcome: Mapped[str] = mapped_column(String(16))
    detail: Mapped[str] = mapped_column(Text)
    previous: Mapped[str] = mapped_column(String(64))
    mac: Mapped[str] = mapped_column(String(64))


class AuditHeadRow(Base):
    """Where the audit log ends; its one row is locked by whoever adds an entry, so that all stand in one order."""

    __tablename__ = "audit_head"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    sequence: Mapped[int] = mapped_column(_SEQUENCE)
    mac: Mapped[str] = mapped_column(String(64))
    moment: Mapped[datetime | None]
    archived_to: Mapped[int] = mapped_column(_SEQUENCE)


AUDIT_TRIGGERS = {
    "audit_kept": "UPDATE ON audit",
    "audit_not_replaced": (
        "INSERT ON audit WHEN EXISTS (SELECT 1 FROM audit WHERE sequence = NEW.sequence)"
    ),
    "audit_archived_first": (
        "DELETE ON audit WHEN OLD.sequence > coalesce((SELECT archived_to FROM audit_head), 0)"
    ),
    "audit_head_forward": (
        "UPDATE ON audit_head WHEN NEW.sequence < OLD.sequence OR NEW.archived_to < OLD.archived_to"
    ),
    "audit_head_kept": "DELETE ON audit_head",
}
"""What SQLite refuses, by the trigger's name; beyond one machine the database account's rights do it."""


def _refuse_changes() -> None:
    """Entries are never changed, and taken away only once archived; the head row is there from the beginning."""
    for name, what in AUDIT_TRIGGERS.items():
        table = AuditHeadRow if " ON audit_head" in what else AuditRow
        refusal = f"BEGIN SELECT RAISE(ABORT, '{name}'); END"
        statement = DDL(f"CREATE TRIGGER {name} BEFORE {what} {refusal}")  # type: ignore[no-untyped-call]
        event.listen(table.__table__, "after_create", statement.execute_if(dialect="sqlite"))
    event.listen(AuditHeadRow.__table__, "after_create", _begin_log)


def _begin_log(table: Table, connection: Connection, **_: object) -> None:
    first = {"id": 1, "sequence": 0, "mac": "0" * 64, "moment": None, "archived_to": 0}
    connection.execute(table.insert().values(**first))


_refuse_changes()
