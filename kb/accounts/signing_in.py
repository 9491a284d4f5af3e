"""Signing in: password, second factor, locks after too many tries; every outcome on record, none telling who exists."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from kb.accounts.accounts import LDAP, LOCAL, Account, Accounts, account_of, folded, is_name, row_of
from kb.accounts.attempts import forgive, name_on_record, reserve_try, take_back
from kb.accounts.caller import Caller, nobody
from kb.accounts.credentials import use_code
from kb.accounts.directory import Person, person
from kb.accounts.outside import roles_of_directory
from kb.accounts.passwords import burn, hash_password, is_password, needs_rehash
from kb.accounts.role_mapping import role_of
from kb.accounts.sign_ins import begin
from kb.accounts.vouched import Vouched, settle
from kb.audit.entry import Action, Outcome
from kb.errors import SignInError
from kb.models import AccountRow

_WRONG = ("账号或密码不对", "检查大小写后重新输入；忘记密码请找系统管理员")
_WRONG_CODE = ("动态口令不对", "输入应用里现在显示的6位数字，或一个没用过的备用码")


@dataclass(frozen=True, slots=True)
class From:
    """Where a try comes from: its network address, and what the browser calls itself."""

    address: str
    agent: str = ""


@dataclass(frozen=True, slots=True)
class Passed:
    """The password was right. Without `bearer` a one-time code is wanted before the browser is signed in."""

    account: Account
    bearer: str = ""


def sign_in(accounts: Accounts, name: str, password: str, origin: From) -> Passed:
    """Check a name and a password. Raises SignInError, the same for whatever was wrong with them; whoever may not
    be served though the password was right is told so, and when the directory cannot be asked, all are."""
    name = folded(name)[:64]
    tries = reserve_try(accounts, name, origin.address)
    try:
        found = _matching(accounts, name, password, origin, tries)
    except SignInError as trouble:
        _refuse(accounts, name, origin, trouble.message)
        raise
    with accounts.database.writing() as session:
        row = session.get(AccountRow, found.id, with_for_update=True) if found else None
        if found and row and row.disabled_at is None and row.password == found.password:
            take_back(session, tries)
            if row.password and needs_rehash(row.password):
                row.password = hash_password(password)
            if row.second_factor:
                return Passed(account_of(row))
            return _begin(session, accounts, row, origin)
    _refuse(accounts, name, origin, "账号或密码不对")
    raise SignInError(*_WRONG)


def sign_in_by_code(accounts: Accounts, account_id: str, code: str, origin: From) -> Passed:
    """Check the one-time code of somebody whose password was right. Raises SignInError."""
    with accounts.database.reading() as session:
        name = row_of(session, account_id).name
    tries = reserve_try(accounts, name, origin.address)
    with accounts.database.writing() as session:
        row = row_of(session, account_id, lock=True)
        right = row.disabled_at is None and use_code(accounts, row, code, accounts.clock())
        if right:
            take_back(session, tries)
            return _begin(session, accounts, row, origin)
    _refuse(accounts, name, origin, "动态口令不对")
    raise SignInError(*_WRONG_CODE)


def sign_in_vouched(accounts: Accounts, found: Vouched, origin: From) -> Passed:
    """Sign in somebody whom another service has asked for everything. Raises SignInError."""
    try:
        account_id = settle(accounts, found, origin.address)
    except SignInError as trouble:
        _refuse(accounts, folded(found.name)[:64], origin, trouble.message)
        raise
    return sign_in_trusted(accounts, account_id, origin)


def sign_in_trusted(accounts: Accounts, account_id: str, origin: From) -> Passed:
    """Sign in somebody whom another service vouches for. Raises SignInError for a disabled account."""
    with accounts.database.writing() as session:
        row = row_of(session, account_id)
        if row.disabled_at is None:
            return _begin(session, accounts, row, origin)
    _refuse(accounts, row.name, origin, "账号已停用")
    raise SignInError("不能登录", "请找系统管理员")


def _matching(
    accounts: Accounts, name: str, password: str, origin: From, tries: Sequence[int]
) -> AccountRow | None:
    """The account that a name and a password belong to, as it was read; takes as long when there is none."""
    with accounts.database.reading() as session:
        row = session.scalar(select(AccountRow).where(AccountRow.name == name))
    if row is None or row.origin == LDAP:
        disabled = row is not None and row.disabled_at is not None
        return _by_directory(accounts, name, "" if disabled else password, origin, tries)
    if row.origin != LOCAL or not row.password:
        burn(password)
        right = False
    else:
        right = is_password(row.password, password) and row.disabled_at is None
    if not right:
        _known(accounts, name, "")
    return row if right else None


def _by_directory(
    accounts: Accounts, name: str, password: str, origin: From, tries: Sequence[int]
) -> AccountRow | None:
    """The account of somebody whom the directory knows; made on the first time, None when it does not.

    A try counts only when the directory found the password wrong.
    """
    try:
        found = _known(accounts, name, password)
        if found is None:
            burn(password)
            return None
        role = role_of(roles_of_directory(accounts.settings), found.groups)
        account = settle(accounts, Vouched(LDAP, name, found.display_name, role), origin.address)
        with accounts.database.reading() as session:
            return row_of(session, account)
    except SignInError:
        with accounts.database.writing() as session:
            take_back(session, tries)
        raise


def _known(accounts: Accounts, name: str, password: str) -> Person | None:
    """Whom the directory knows, if there is one. It is asked for every name that fails, without the password of a
    local account, so that neither time nor text tells which accounts are local. Raises UnansweredError."""
    if not accounts.settings.ldap_url or not is_name(name):
        return None
    return person(accounts.settings, name, password)


def _begin(session: Session, accounts: Accounts, row: AccountRow, origin: From) -> Passed:
    forgive(session, row.name)
    account = account_of(row)
    bearer = begin(session, accounts, row, origin.address, origin.agent)
    caller = Caller(account.identity, origin.address)
    accounts.audit.append(session, caller.event(Action.SIGN_IN, row.name))
    return Passed(account, bearer)


def _refuse(accounts: Accounts, name: str, origin: From, why: str) -> None:
    with accounts.database.writing() as session:
        tried = name_on_record(session, name)
        event = nobody(origin.address).event(Action.SIGN_IN_FAILED, tried, Outcome.REFUSED, why)
        accounts.audit.append(session, event)
