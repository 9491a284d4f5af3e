"""The tables of the records database; nothing else in the program names a table or a column."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import JSON, DateTime, Dialect, ForeignKey, String, Text, UniqueConstraint
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


def _identifier(**options: Any) -> Any:
    """A column of 32 hexadecimal digits."""
    return mapped_column(String(32), **options)


class ConversationRow(Base):
    """Questions that one person asked in a row."""

    __tablename__ = "conversation"

    id: Mapped[str] = _identifier(primary_key=True)
    started_at: Mapped[datetime]


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
