"""Sets passwords and second factors: by the rules of the settings, on record, and the old ones remembered."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from kb.accounts.accounts import (
    LDAP,
    LOCAL,
    Account,
    Accounts,
    account_of,
    added,
    end_sign_ins,
    row_of,
)
from kb.accounts.attempts import reserve_try, take_back
from kb.accounts.bearer import fingerprint
from kb.accounts.caller import Caller
from kb.accounts.directory import person
from kb.accounts.password_rules import objections
from kb.accounts.passwords import hash_password, is_password, was_used_before
from kb.accounts.recovery_codes import code_fingerprint, matching, new_codes
from kb.accounts.rights import ROLE_NAMES, Role
from kb.accounts.sealing import Purpose, seal, unseal
from kb.accounts.second_factor import accepted_step
from kb.audit.entry import Action, Outcome
from kb.errors import AccountError, ChangeRefused
from kb.models import AccountRow, OldPasswordRow


def set_password(accounts: Accounts, row: AccountRow, session: Session, password: str) -> None:
    """Give an account a password, in this transaction. Raises AccountError with all that speaks against it."""
    if row.origin != LOCAL:
        raise AccountError("这个账号的密码不在本系统里", "到单位的统一身份系统里修改")
    kept = accounts.settings.password_history
    old = session.scalars(
        select(OldPasswordRow)
        .where(OldPasswordRow.account_id == row.id)
        .order_by(OldPasswordRow.id.desc())
    ).all()
    former = [row.password, *(item.password for item in old)]
    wrong = objections(
        password,
        minimum=accounts.settings.password_length,
        account=row.name,
        display_name=row.display_name,
    )
    if not wrong and was_used_before(password, [item for item in former if item][:kept]):
        wrong = [f"不能与最近{kept}次用过的密码相同"]
    if wrong:
        raise AccountError("密码不能用：" + "；".join(wrong), "换一个密码")
    moment = accounts.clock()
    _remember(session, row, moment, old, kept - 1)
    row.password, row.password_set_at, row.must_change = hash_password(password), moment, False


def add_with_password(
    accounts: Accounts, by: Caller, name: str, display_name: str, role: Role, password: str
) -> Account:
    """Add an account with a first password, which its owner must change. Raises AccountError; then nothing is added."""
    with accounts.database.writing() as session:
        row = added(session, name, display_name, role, LOCAL, accounts.clock())
        set_password(accounts, row, session, password)
        row.must_change = True
        event = by.event(Action.ACCOUNT_ADDED, row.name, detail=ROLE_NAMES[role])
        accounts.audit.append(session, event)
        return account_of(row)


def change_password(
    accounts: Accounts, by: Caller, current: str, password: str, bearer: str = ""
) -> None:
    """Change one's own password; signs out everywhere else. Raises AccountError."""
    confirm_password(accounts, by, current)
    with accounts.database.writing() as session:
        row = row_of(session, by.identity.account)
        set_password(accounts, row, session, password)
        end_sign_ins(session, row.id, fingerprint(bearer) if bearer else "")
        accounts.audit.append(session, by.event(Action.PASSWORD_CHANGED, row.name))


def confirm_password(accounts: Accounts, by: Caller, current: str) -> None:
    """Make sure that who asks knows the account's password. Raises AccountError, and SignInError after too many
    tries: an unattended screen is no way to guess it."""
    tries = reserve_try(accounts, by.identity.name, by.address)
    with accounts.database.reading() as session:
        row = row_of(session, by.identity.account)
    right = _is_own(accounts, row, current)
    with accounts.database.writing() as session:
        if right:
            take_back(session, tries)
        else:
            event = by.event(
                Action.PASSWORD_CHANGED, by.identity.name, Outcome.REFUSED, "现在的密码不对"
            )
            accounts.audit.append(session, event)
    if not right:
        raise AccountError("现在的密码不对", "检查大小写后重新输入")


def _is_own(accounts: Accounts, row: AccountRow, password: str) -> bool:
    """Raises UnansweredError when the directory knows the password and cannot be asked."""
    if row.origin == LDAP and accounts.settings.ldap_url:
        return person(accounts.settings, row.name, password) is not None
    return bool(row.password) and is_password(row.password, password)


def must_change(accounts: Accounts, account: Account) -> bool:
    """Whether a password was given by another, or is older than the settings allow."""
    days = accounts.settings.password_days
    if account.origin != LOCAL or account.password_set_at is None:
        return False
    old = days > 0 and accounts.clock() - account.password_set_at >= timedelta(days=days)
    return account.must_change or old


def add_second_factor(accounts: Accounts, by: Caller, secret: str, code: str) -> tuple[str, ...]:
    """Ask for a one-time code from now on; returns the recovery codes, which are shown once.

    Raises AccountError when the code does not belong to the secret, or codes are asked for already: then nothing
    changed.
    """
    step = accepted_step(secret, code, accounts.clock(), None)
    if step is None:
        raise AccountError("动态口令不对", "核对手机时间，输入应用里现在显示的6位数字")
    codes = new_codes()
    with accounts.database.writing() as session:
        row = row_of(session, by.identity.account)
        if (
            row.second_factor
        ):  # else whoever finds a screen unattended could put in a telephone of their own
            raise ChangeRefused("动态口令已经启用", "要换手机，先停用，或请系统管理员重置")
        row.second_factor = seal(accounts.keys, Purpose.SECOND_FACTOR, secret, row.id)
        row.second_factor_step = step
        row.recovery_codes = [code_fingerprint(item) for item in codes]
        event = by.event(Action.SECOND_FACTOR_CHANGED, row.name, detail="启用")
        accounts.audit.append(session, event)
    return codes


def remove_second_factor(accounts: Accounts, by: Caller, account_id: str) -> None:
    """Ask for no one-time code any more: the telephone was lost, or its owner wants none."""
    with accounts.database.writing() as session:
        row = row_of(session, account_id)
        row.second_factor, row.second_factor_step, row.recovery_codes = "", None, []
        event = by.event(Action.SECOND_FACTOR_CHANGED, row.name, detail="停用")
        accounts.audit.append(session, event)


def use_code(accounts: Accounts, row: AccountRow, code: str, moment: datetime) -> bool:
    """Whether a one-time or recovery code is right, in this transaction; none is right twice."""
    if not row.second_factor:
        return False  # it was reset since the password was given
    secret = unseal(accounts.keys, Purpose.SECOND_FACTOR, row.second_factor, row.id)
    step = accepted_step(secret, code, moment, row.second_factor_step)
    if step is not None:
        row.second_factor_step = step
        return True
    spent = matching(code, row.recovery_codes)
    row.recovery_codes = [item for item in row.recovery_codes if item != spent]
    return spent is not None


def _remember(
    session: Session,
    row: AccountRow,
    moment: datetime,
    old: Sequence[OldPasswordRow],
    most: int,
) -> None:
    """Keep the password that is given up, and drop those that no rule asks for any more: `most` stay, newest first."""
    if row.password and most > 0:
        session.add(
            OldPasswordRow(
                account_id=row.id, password=row.password, set_at=row.password_set_at or moment
            )
        )
    forgotten = [item.id for item in old[max(0, most - 1) :]]
    session.execute(delete(OldPasswordRow).where(OldPasswordRow.id.in_(forgotten)))
