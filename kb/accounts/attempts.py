"""Counts failed tries to sign in, by the name tried and by the address they come from, and says when it is enough.

A name counts whether an account has it or not: a lock tells nobody which names exist.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from hashlib import sha256

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from kb.accounts.accounts import Accounts
from kb.accounts.caller import Caller, nobody
from kb.audit.entry import Action, Outcome
from kb.errors import SignInError
from kb.models import AccountRow, AttemptRow
from kb.settings import Settings


def reserve_try(accounts: Accounts, name: str, address: str) -> Sequence[int]:
    """Count a try before its outcome is known, so that tries at one time cannot outrun the count.

    Returns the tries' ids, to be taken back when it succeeds. Raises SignInError when there were too many.
    """
    settings, subjects = accounts.settings, (_of_name(name), _fingerprint("address", address))
    with accounts.database.writing() as session:
        tries = _reserve(session, settings, subjects, accounts.clock())
        if tries is None:
            tried = name_on_record(session, name)
            event = nobody(address).event(Action.LOCKED_OUT, tried, Outcome.REFUSED)
            accounts.audit.append(session, event)
    if tries is None:
        remedy = f"{settings.lockout_minutes}分钟后再试；着急请找系统管理员"
        raise SignInError("尝试次数过多，暂时不能登录", remedy)
    return tries


def _reserve(
    session: Session, settings: Settings, subjects: Sequence[str], moment: datetime
) -> tuple[int, ...] | None:
    since = moment - timedelta(minutes=settings.lockout_minutes)
    session.execute(delete(AttemptRow).where(AttemptRow.tried_at <= since))
    counts = (
        select(func.count()).where(AttemptRow.subject.in_(subjects)).group_by(AttemptRow.subject)
    )
    if any(count >= settings.lockout_tries for count in session.scalars(counts)):
        return None
    rows = [AttemptRow(subject=subject, tried_at=moment) for subject in subjects]
    session.add_all(rows)
    session.flush()
    return tuple(row.id for row in rows)


def name_on_record(session: Session, name: str) -> str:
    """The name tried as the audit log may keep it: only an account's, since people type passwords for names."""
    known = session.scalar(select(AccountRow.id).where(AccountRow.name == name))
    return name if known else "（没有这个账号）"


def take_back(session: Session, tries: Sequence[int]) -> None:
    """A try that succeeded does not count."""
    session.execute(delete(AttemptRow).where(AttemptRow.id.in_(tries)))


def forgive(session: Session, name: str) -> None:
    """Forget the failed tries for a name, in this transaction: its owner signed in."""
    session.execute(delete(AttemptRow).where(AttemptRow.subject == _of_name(name)))


def unlock(accounts: Accounts, by: Caller, name: str) -> None:
    """Let the owner of a name try again at once."""
    with accounts.database.writing() as session:
        forgive(session, name)
        accounts.audit.append(session, by.event(Action.ACCOUNT_CHANGED, name, detail="解除锁定"))


def _of_name(name: str) -> str:
    """Only fingerprints are kept, since people type passwords for names."""
    return _fingerprint("name", name)


def _fingerprint(kind: str, value: str) -> str:
    return sha256(f"{kind}:{value}".encode("utf-8", "replace")).hexdigest()
