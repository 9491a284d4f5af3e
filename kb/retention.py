"""Deletes what was kept long enough: questions and answers by the settings, sign-ins, links, tokens and tries by their own time."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any

from sqlalchemy import ColumnElement, delete, exists, func, select, update
from sqlalchemy.orm import Session

from kb.accounts.accounts import Accounts
from kb.accounts.caller import Caller, the_service
from kb.audit.entry import Action
from kb.errors import WenzhiError
from kb.models import (
    AnswerRow,
    AttemptRow,
    ConversationRow,
    FeedbackRow,
    InvitationRow,
    ProblemRow,
    SignInRow,
    TokenRow,
)

_LOG = logging.getLogger(__name__)
_A_DAY = 86_400.0
_BATCH = 1_000
"""Rows that go in one transaction; others wait for it, an answer's record at most 2 s."""

Counts = dict[str, int]
"""How many of what, by the keys of NAMES, in the order in which they are deleted."""

NAMES: Mapping[str, str] = {
    "answers": "问答记录",
    "conversations": "对话",
    "sign_ins": "登录状态",
    "invitations": "设置密码的链接",
    "tokens": "接口令牌",
    "attempts": "登录失败计数",
}

Show = Callable[[str, int, int], None]


def due(accounts: Accounts) -> Counts:
    """How much there is to delete now; changes nothing. Raises RecordsError."""
    with accounts.database.reading() as session:
        return {
            name: session.scalar(select(func.count()).select_from(table).where(condition)) or 0
            for name, (table, condition) in _conditions(accounts).items()
        }


def forget(accounts: Accounts, by: Caller, show: Show = lambda *_: None) -> Counts:
    """Delete what is due, in batches; every batch is on record with its count, or not made.

    Answers go with what was thought of them; a problem that came of one stays, without the way back to it.
    Returns what was deleted. Raises RecordsError, and AuditError when it could not be recorded: then the
    batches before stay deleted, and the next run goes on.
    """
    waiting = due(accounts)
    done: Counts = dict.fromkeys(NAMES, 0)
    for name in NAMES:
        while waiting[name] and (count := _forget_batch(accounts, by, name)):
            done[name] += count
            show("删除过期记录", sum(done.values()), max(sum(waiting.values()), sum(done.values())))
    if any(done.values()):
        accounts.database.clear_remains()
    return done


def start_forgetting(
    accounts: Accounts, stop: threading.Event, every: float = _A_DAY
) -> threading.Thread:
    """Delete what is due now and again every so many seconds, in a thread that ends soon after `stop` is set."""
    thread = threading.Thread(
        target=_keep_forgetting, args=(accounts, stop, every), name="forget", daemon=True
    )
    thread.start()
    return thread


def _keep_forgetting(accounts: Accounts, stop: threading.Event, every: float) -> None:
    while not stop.is_set():
        try:
            _log(forget(accounts, the_service()))
        except WenzhiError as error:
            _LOG.error("过期记录没有删除，下次再试：%s", error)
        except Exception:  # a defect of ours must not end this for good
            _LOG.exception("过期记录没有删除，下次再试")
        stop.wait(every)


def _log(done: Counts) -> None:
    if any(done.values()):
        _LOG.info("已删除过期记录：%s", said(done))


def said(counts: Counts) -> str:
    """The counts that are not zero, in words."""
    return "，".join(f"{NAMES[name]} {count} 条" for name, count in counts.items() if count)


def _forget_batch(accounts: Accounts, by: Caller, name: str) -> int:
    table, condition = _conditions(accounts)[name]
    key: Any = table.id
    with accounts.database.writing() as session:
        rows = list(session.scalars(select(key).where(condition).limit(_BATCH)))
        if not rows:
            return 0
        if name == "answers":
            _let_go(session, rows)
        session.execute(delete(table).where(key.in_(rows)))
        event = by.event(Action.RECORD_DELETED, "过期记录", detail=said({name: len(rows)}))
        accounts.audit.append(session, event)
    return len(rows)


def _let_go(session: Session, answers: list[str]) -> None:
    """Take away what refers to answers that go."""
    session.execute(delete(FeedbackRow).where(FeedbackRow.answer_id.in_(answers)))
    session.execute(
        update(ProblemRow).where(ProblemRow.answer_id.in_(answers)).values(answer_id=None)
    )


def _conditions(accounts: Accounts) -> dict[str, tuple[Any, ColumnElement[bool]]]:
    """The table of each kind, and which of its rows are due."""
    moment, settings = accounts.clock(), accounts.settings
    kept_from = moment - timedelta(days=settings.retention_days)
    tries_from = moment - timedelta(minutes=settings.lockout_minutes)
    goes_on = exists().where(
        AnswerRow.conversation_id == ConversationRow.id, AnswerRow.answered_at >= kept_from
    )
    ended = (SignInRow.began_at <= moment - timedelta(hours=settings.session_hours)) | (
        SignInRow.seen_at <= moment - timedelta(minutes=settings.idle_minutes)
    )
    return {
        "answers": (AnswerRow, AnswerRow.answered_at < kept_from),
        "conversations": (ConversationRow, (ConversationRow.started_at < kept_from) & ~goes_on),
        "sign_ins": (SignInRow, ended),
        "invitations": (InvitationRow, InvitationRow.expires_at <= moment),
        "tokens": (TokenRow, TokenRow.expires_at <= moment),
        "attempts": (AttemptRow, AttemptRow.tried_at <= tries_from),
    }
