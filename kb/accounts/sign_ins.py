"""Browsers that signed in: each holds a bearer value, the database its fingerprint; both end by time or by will."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from kb.accounts.accounts import Account, Accounts, account_of, end_sign_ins, row_of
from kb.accounts.bearer import fingerprint, new_bearer
from kb.accounts.caller import Caller
from kb.audit.entry import Action
from kb.models import AccountRow, SignInRow

_SEEN_EVERY = timedelta(minutes=1)
"""How exactly the last request is remembered; not every request writes."""
_LONGEST_AGENT = 200


@dataclass(frozen=True, slots=True)
class SignIn:
    """A browser that is signed in; moments in UTC. `current` is the one that asks."""

    began_at: datetime
    seen_at: datetime
    address: str
    agent: str
    current: bool


def begin(session: Session, accounts: Accounts, row: AccountRow, address: str, agent: str) -> str:
    """Sign a browser in, in this transaction; returns the bearer value that it must show from now on."""
    bearer, moment = new_bearer(), accounts.clock()
    session.add(
        SignInRow(
            id=fingerprint(bearer),
            account_id=row.id,
            began_at=moment,
            seen_at=moment,
            address=address[:64],
            agent=agent[:_LONGEST_AGENT],
        )
    )
    return bearer


def resume(accounts: Accounts, bearer: str) -> Account | None:
    """Who is signed in by a bearer value; None when it is unknown, has ended, or its account was disabled."""
    moment, name = accounts.clock(), fingerprint(bearer)
    with accounts.database.reading() as session:
        row = session.get(SignInRow, name)
        if row is None:
            return None
        account = account_of(row_of(session, row.account_id))
        ended = _has_ended(accounts, row, moment) or account.disabled_at is not None
        stale = moment - row.seen_at >= _SEEN_EVERY
    if ended or stale:
        with accounts.database.writing() as session:
            known = session.get(SignInRow, name)
            if known is None:
                return None
            if ended:
                session.delete(known)
            else:
                known.seen_at = moment
    return None if ended else account


def end(accounts: Accounts, bearer: str, by: Caller) -> None:
    """Sign a browser out."""
    with accounts.database.writing() as session:
        session.execute(delete(SignInRow).where(SignInRow.id == fingerprint(bearer)))
        accounts.audit.append(session, by.event(Action.SIGN_OUT, by.identity.name))


def end_everywhere(accounts: Accounts, account_id: str, by: Caller, keeping: str = "") -> None:
    """Sign an account out of all browsers, but not of the one with the bearer value `keeping`."""
    with accounts.database.writing() as session:
        row = row_of(session, account_id)
        end_sign_ins(session, row.id, fingerprint(keeping) if keeping else "")
        accounts.audit.append(session, by.event(Action.SIGN_OUT, row.name, detail="所有设备"))


def of_account(accounts: Accounts, account_id: str, bearer: str = "") -> list[SignIn]:
    """Where an account is signed in, the newest first."""
    own, moment = fingerprint(bearer), accounts.clock()
    wanted = (
        select(SignInRow)
        .where(SignInRow.account_id == account_id)
        .order_by(SignInRow.began_at.desc())
    )
    with accounts.database.reading() as session:
        return [
            SignIn(row.began_at, row.seen_at, row.address, row.agent, row.id == own)
            for row in session.scalars(wanted)
            if not _has_ended(accounts, row, moment)
        ]


def _has_ended(accounts: Accounts, row: SignInRow, moment: datetime) -> bool:
    settings = accounts.settings
    return moment - row.began_at >= timedelta(
        hours=settings.session_hours
    ) or moment - row.seen_at >= timedelta(minutes=settings.idle_minutes)
