"""Accounts whose password lies elsewhere: made when their owner first signs in, kept in step at every later time."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, replace
from hashlib import sha256

from sqlalchemy import select
from sqlalchemy.orm import Session

from kb.accounts.accounts import (
    LDAP,
    OIDC,
    Accounts,
    added,
    checked_display_name,
    end_sign_ins,
    folded,
)
from kb.accounts.caller import Caller
from kb.accounts.identity import NOBODY
from kb.accounts.rights import ROLE_NAMES, Role
from kb.accounts.role_mapping import GIVEN_BY_GROUPS
from kb.audit.entry import Action
from kb.errors import AccountError, SignInError
from kb.models import AccountRow

_NAMED: Mapping[str, str] = {LDAP: "单位目录服务", OIDC: "统一身份服务"}


@dataclass(frozen=True, slots=True)
class Vouched:
    """Somebody whom a directory or sign-in service (`origin`) vouches for, and the role its groups give.

    `subject` is subject_of() for a sign-in service, which may rename people; a directory knows them by name.
    """

    origin: str
    name: str
    display_name: str
    role: Role | None
    subject: str | None = None


def subject_of(issuer: str, subject: str) -> str:
    """One value for somebody of a sign-in service (OpenID Connect Core, 5.7), 64 hexadecimal digits."""
    return sha256(f"{issuer}\0{subject}".encode("utf-8", "replace")).hexdigest()


def settle(accounts: Accounts, person: Vouched, address: str) -> str:
    """The id of somebody's account, made or brought up to date. Raises SignInError for one who has no role, whose
    sign-ins end, and for one whose name belongs to another account."""
    by = Caller(replace(NOBODY, name=_NAMED[person.origin]), address)
    with accounts.database.writing() as session:
        row = _row(session, person)
        if person.role is not None:
            row = (
                _renewed(accounts, session, by, row, person)
                if row
                else _made(accounts, session, by, person)
            )
            return row.id
        if row is not None:
            end_sign_ins(session, row.id)
    remedy = "请系统管理员在单位目录里把您加进对应的组"
    raise SignInError("您的单位账号没有使用本系统的权限", remedy)


def _row(session: Session, person: Vouched) -> AccountRow | None:
    """The account that this one has already. Raises SignInError when the name is another's."""
    wanted = (
        AccountRow.subject == person.subject
        if person.subject
        else AccountRow.name == folded(person.name)
    )
    row = session.scalar(select(AccountRow).where(wanted))
    if row is not None and row.origin != person.origin:
        raise SignInError(f"账号名“{row.name}”属于本系统的另一个账号", "请找系统管理员")
    return row


def _made(accounts: Accounts, session: Session, by: Caller, person: Vouched) -> AccountRow:
    role, shown = person.role or Role.COUNTER, _shown(person)
    try:
        row = added(session, person.name, shown, role, person.origin, accounts.clock())
    except AccountError as error:
        raise SignInError(f"不能登录：{error.message}", "请找系统管理员") from error
    row.subject = person.subject
    accounts.audit.append(
        session, by.event(Action.ACCOUNT_ADDED, row.name, detail=ROLE_NAMES[role])
    )
    return row


def _renewed(
    accounts: Accounts, session: Session, by: Caller, row: AccountRow, person: Vouched
) -> AccountRow:
    """Another role ends all sign-ins; that of an administrator or auditor was given here and stays."""
    shown, role, before = _shown(person), person.role, Role(row.role)
    if shown != row.display_name:
        detail = f"{row.display_name} → {shown}"
        row.display_name = shown
        accounts.audit.append(session, by.event(Action.ACCOUNT_CHANGED, row.name, detail=detail))
    if role is not None and role is not before and before in GIVEN_BY_GROUPS:
        row.role = role.value
        end_sign_ins(session, row.id)
        detail = f"{ROLE_NAMES[before]} → {ROLE_NAMES[role]}"
        accounts.audit.append(session, by.event(Action.ROLE_CHANGED, row.name, detail=detail))
    return row


def _shown(person: Vouched) -> str:
    """The name that pages show; the account's own where the directory's cannot be shown."""
    text = unicodedata.normalize("NFKC", person.display_name).replace("(", "（").replace(")", "）")
    try:
        return checked_display_name(text[:32])
    except AccountError:
        return folded(person.name)[:32]
