"""One-time links with which people set their own password, so that no password is ever handed out."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from kb.accounts.accounts import (
    LOCAL,
    Account,
    Accounts,
    account_of,
    added,
    end_sign_ins,
    row_of,
)
from kb.accounts.bearer import fingerprint, new_bearer
from kb.accounts.caller import Caller
from kb.accounts.credentials import set_password
from kb.accounts.rights import ROLE_NAMES, Role
from kb.audit.entry import Action
from kb.errors import AccountError, DeadLink
from kb.models import AccountRow, InvitationRow

VALID_FOR = timedelta(hours=72)
_FIRST_VALID_FOR = timedelta(hours=24)
_GONE = ("这个链接无效、已用过或已过期", "请系统管理员重新生成一个")


def invite(accounts: Accounts, by: Caller, account_id: str) -> str:
    """A new link's bearer value for an account; earlier ones end. The password it has stays until it sets one."""
    bearer, moment = new_bearer(), accounts.clock()
    with accounts.database.writing() as session:
        row = row_of(session, account_id)
        if row.disabled_at is not None:
            raise AccountError(f"账号“{row.name}”已停用", "先重新启用")
        if row.origin != LOCAL:
            raise AccountError("这个账号的密码不在本系统里", "到单位的统一身份系统里修改")
        session.execute(delete(InvitationRow).where(InvitationRow.account_id == row.id))
        session.add(
            InvitationRow(id=fingerprint(bearer), account_id=row.id, expires_at=moment + VALID_FOR)
        )
        accounts.audit.append(session, by.event(Action.INVITATION_MADE, row.name))
    return bearer


def invite_first(accounts: Accounts, by: Caller) -> str | None:
    """A link that makes the first administrator; None once there is an account. Earlier ones end."""
    bearer = new_bearer()
    with accounts.database.writing() as session:
        if session.scalar(select(func.count()).select_from(AccountRow)):
            return None
        session.execute(delete(InvitationRow))
        expires = accounts.clock() + _FIRST_VALID_FOR
        session.add(InvitationRow(id=fingerprint(bearer), account_id=None, expires_at=expires))
        accounts.audit.append(session, by.event(Action.INVITATION_MADE, "第一位系统管理员"))
    return bearer


def invited(accounts: Accounts, bearer: str) -> Account | None:
    """Whom a link is for; None for the first administrator's. Raises DeadLink for a link that holds no more."""
    with accounts.database.reading() as session:
        row = _open(session, accounts, bearer)
        return account_of(row_of(session, row.account_id)) if row.account_id else None


def accept(accounts: Accounts, bearer: str, password: str, address: str) -> Account:
    """Set the password of the account that a link is for. Raises DeadLink, and AccountError for the password."""
    with accounts.database.writing() as session:
        invitation = _open(session, accounts, bearer, lock=True)
        if invitation.account_id is None:
            raise DeadLink(*_GONE)
        row = row_of(session, invitation.account_id)
        return _accepted(session, accounts, invitation, row, password, address)


def accept_first(
    accounts: Accounts, bearer: str, name: str, display_name: str, password: str, address: str
) -> Account:
    """Make the first administrator. Raises DeadLink, and AccountError for name or password."""
    with accounts.database.writing() as session:
        invitation = _open(session, accounts, bearer, lock=True)
        taken = session.scalar(select(func.count()).select_from(AccountRow))
        if invitation.account_id is not None or taken:
            raise DeadLink(*_GONE)
        role = Role.ADMINISTRATOR
        row = added(session, name, display_name, role, LOCAL, accounts.clock())
        caller = Caller(account_of(row).identity, address)
        event = caller.event(Action.ACCOUNT_ADDED, row.name, detail=ROLE_NAMES[role])
        accounts.audit.append(session, event)
        return _accepted(session, accounts, invitation, row, password, address)


def _open(session: Session, accounts: Accounts, bearer: str, lock: bool = False) -> InvitationRow:
    """The invitation of a link; with `lock` nobody else uses it up meanwhile. Raises NotFound."""
    row = session.get(InvitationRow, fingerprint(bearer), with_for_update=lock)
    if row is None or row.expires_at <= accounts.clock():
        raise DeadLink(*_GONE)
    if row.account_id and row_of(session, row.account_id).disabled_at is not None:
        raise DeadLink(*_GONE)
    return row


def _accepted(
    session: Session,
    accounts: Accounts,
    invitation: InvitationRow,
    row: AccountRow,
    password: str,
    address: str,
) -> Account:
    set_password(accounts, row, session, password)
    end_sign_ins(session, row.id)
    session.delete(invitation)
    account = account_of(row)
    caller = Caller(account.identity, address)
    accounts.audit.append(
        session, caller.event(Action.PASSWORD_CHANGED, row.name, detail="用链接设置")
    )
    return account
