"""What is held on one account: handed out to its owner, and taken away when it must go."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from kb.accounts.accounts import Accounts, row_of
from kb.accounts.caller import Caller
from kb.audit.entry import Action
from kb.errors import AccountError
from kb.models import (
    AccountRow,
    AnswerRow,
    ConversationRow,
    FeedbackRow,
    InvitationRow,
    OldPasswordRow,
    ProblemRow,
    SignInRow,
    TokenRow,
)

_WITH_THE_ACCOUNT = (SignInRow, TokenRow, InvitationRow, OldPasswordRow)


def held_on(accounts: Accounts, by: Caller, account_id: str) -> dict[str, Any]:
    """All that is held on an account, in words and ISO 8601 moments; its secrets are no part of it."""
    with accounts.database.writing() as session:
        row = row_of(session, account_id)
        accounts.audit.append(session, by.event(Action.EXPORTED, row.name, detail="个人数据"))
        return {
            "account": _account(row),
            "signed_in": _rows(
                session, SignInRow, account_id, "began_at", "seen_at", "address", "agent"
            ),
            "tokens": _rows(
                session, TokenRow, account_id, "name", "rights", "created_at", "expires_at"
            ),
            "questions": _questions(session, account_id),
            "problems": _rows(
                session, ProblemRow, account_id, "question", "note", "status", "created_at"
            ),
        }


def remove(accounts: Accounts, by: Caller, account_id: str) -> None:
    """Take an account away, with all that is held on it but the audit log.

    What it asked and reported stays, as nobody's. Raises AccountError for an account that may still sign in.
    """
    with accounts.database.writing() as session:
        row = row_of(session, account_id)
        if row.disabled_at is None:
            raise AccountError(f"账号“{row.name}”还在使用", "先停用再删除")
        for table in _WITH_THE_ACCOUNT:
            session.execute(delete(table).where(table.account_id == account_id))
        for kept in (ConversationRow, ProblemRow):
            session.execute(
                update(kept).where(kept.account_id == account_id).values(account_id=None)
            )
        session.delete(row)
        accounts.audit.append(session, by.event(Action.RECORD_DELETED, row.name, detail="账号"))
    accounts.database.clear_remains()


def _account(row: AccountRow) -> dict[str, Any]:
    names = (
        "name",
        "display_name",
        "role",
        "origin",
        "created_at",
        "password_set_at",
        "disabled_at",
    )
    return _fields(row, names) | {"second_factor": bool(row.second_factor)}


def _rows(session: Session, table: Any, account_id: str, *names: str) -> list[dict[str, Any]]:
    rows = session.scalars(select(table).where(table.account_id == account_id))
    return [_fields(row, names) for row in rows]


def _questions(session: Session, account_id: str) -> list[dict[str, Any]]:
    answers = session.scalars(
        select(AnswerRow)
        .join(ConversationRow)
        .where(ConversationRow.account_id == account_id)
        .order_by(AnswerRow.answered_at)
    ).all()
    names = ("question", "outcome", "slugs", "answered_at")
    judged = select(FeedbackRow).where(FeedbackRow.answer_id.in_([item.id for item in answers]))
    feedback = {item.answer_id: item for item in session.scalars(judged)}
    return [
        _fields(item, names)
        | (_fields(feedback[item.id], ("helpful", "reason")) if item.id in feedback else {})
        for item in answers
    ]


def _fields(row: Any, names: tuple[str, ...]) -> dict[str, Any]:
    values = {name: getattr(row, name) for name in names}
    return {
        name: value.isoformat() if isinstance(value, datetime) else value
        for name, value in values.items()
    }
