"""Signing in: password, second factor, locks after too many tries; every outcome on record, none telling who exists."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from kb.accounts.accounts import LOCAL, Account, Accounts, account_of, folded, row_of
from kb.accounts.attempts import forgive, name_on_record, reserve_try, take_back
from kb.accounts.caller import Caller, nobody
from kb.accounts.credentials import use_code
from kb.accounts.passwords import burn, hash_password, is_password, needs_rehash
from kb.accounts.sign_ins import begin
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
    """Check a name and a password. Raises SignInError, the same for whatever was wrong with them."""
    name = folded(name)[:64]
    tries = reserve_try(accounts, name, origin.address)
    found = _matching(accounts, name, password)
    with accounts.database.writing() as session:
        row = session.get(AccountRow, found.id, with_for_update=True) if found else None
        if found and row and row.disabled_at is None and row.password == found.password:
            take_back(session, tries)
            if needs_rehash(row.password):
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


def sign_in_trusted(accounts: Accounts, account_id: str, origin: From) -> Passed:
    """Sign in somebody whom another service vouches for. Raises SignInError for a disabled account."""
    with accounts.database.writing() as session:
        row = row_of(session, account_id)
        if row.disabled_at is None:
            return _begin(session, accounts, row, origin)
    _refuse(accounts, row.name, origin, "账号已停用")
    raise SignInError("不能登录", "请找系统管理员")


def _matching(accounts: Accounts, name: str, password: str) -> AccountRow | None:
    """The account that a name and a password belong to, as it was read; takes as long when there is none."""
    with accounts.database.reading() as session:
        row = session.scalar(select(AccountRow).where(AccountRow.name == name))
    if row is None or row.origin != LOCAL or not row.password:
        burn(password)
        return None
    return row if is_password(row.password, password) else None


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
