"""The accounts: who may sign in, with which role, and every change of that on record."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from uuid import uuid4

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from kb.accounts.caller import Caller
from kb.accounts.identity import Identity, identity_of
from kb.accounts.rights import ROLE_NAMES, Role
from kb.accounts.sealing import Keys
from kb.audit.entry import Action
from kb.audit.log import AuditLog
from kb.database import Database
from kb.errors import AccountError, ChangeRefused, NotFound
from kb.models import AccountRow, InvitationRow, SignInRow, TokenRow
from kb.records import now_utc
from kb.settings import Settings

LOCAL, LDAP, OIDC = "local", "ldap", "oidc"
"""Who knows the password of an account: this database, the bureau's directory, or its sign-in service."""

_NAME = re.compile(r"[a-z0-9][a-z0-9._-]{1,31}")
_LONGEST_DISPLAY_NAME = 32
_DISPLAY_NAME = re.compile(r"[\w ·.（）()-]+")


@dataclass(frozen=True, slots=True)
class Account:
    """Somebody who may sign in; moments in UTC."""

    id: str
    name: str
    display_name: str
    role: Role
    origin: str
    has_password: bool
    has_second_factor: bool
    must_change: bool
    password_set_at: datetime | None
    created_at: datetime
    disabled_at: datetime | None

    @property
    def identity(self) -> Identity:
        """What this one may do."""
        return identity_of(self.id, self.name, self.role)


@dataclass(frozen=True, slots=True)
class Accounts:
    """Where accounts are kept, and all that is needed to change them. Every method raises RecordsError when the
    database does not work, and AuditError when a change could not be recorded: then it was not made."""

    database: Database
    audit: AuditLog
    settings: Settings
    keys: Keys
    clock: Callable[[], datetime] = now_utc

    def every(self) -> list[Account]:
        """All accounts by name."""
        with self.database.reading() as session:
            return [
                account_of(row)
                for row in session.scalars(select(AccountRow).order_by(AccountRow.name))
            ]

    def any(self) -> bool:
        """Whether there is an account at all."""
        with self.database.reading() as session:
            return bool(session.scalar(select(func.count()).select_from(AccountRow)))

    def get(self, identifier: str) -> Account:
        """The account of an id. Raises NotFound."""
        with self.database.reading() as session:
            return account_of(row_of(session, identifier))

    def named(self, name: str) -> Account:
        """The account of a name. Raises NotFound."""
        with self.database.reading() as session:
            row = session.scalar(select(AccountRow).where(AccountRow.name == folded(name)))
            if row is None:
                raise NotFound(f"没有账号“{name[:32]}”", "检查账号名")
            return account_of(row)

    def add(
        self, by: Caller, name: str, display_name: str, role: Role, origin: str = LOCAL
    ) -> Account:
        """Add an account that has no password yet. Raises AccountError for a name that cannot be used."""
        with self.database.writing() as session:
            row = added(session, name, display_name, role, origin, self.clock())
            self.audit.append(
                session, by.event(Action.ACCOUNT_ADDED, row.name, detail=ROLE_NAMES[role])
            )
            return account_of(row)

    def rename(self, by: Caller, identifier: str, display_name: str) -> None:
        """Change how an account is called on pages."""
        with self.database.writing() as session:
            row = row_of(session, identifier)
            before, row.display_name = row.display_name, checked_display_name(display_name)
            event = by.event(
                Action.ACCOUNT_CHANGED, row.name, detail=f"{before} → {row.display_name}"
            )
            self.audit.append(session, event)

    def change_role(self, by: Caller, identifier: str, role: Role) -> None:
        """Give an account another role; it must sign in again. Raises AccountError for one's own or the last
        administrator's."""
        with self.database.writing() as session:
            row = row_of(session, identifier)
            if row.id == by.identity.account:
                raise ChangeRefused("不能改自己的角色", "请另一位系统管理员来改")
            _require_administrator_left(session, row, role)
            before, row.role = Role(row.role), role.value
            end_sign_ins(session, row.id)
            detail = f"{ROLE_NAMES[before]} → {ROLE_NAMES[role]}"
            self.audit.append(session, by.event(Action.ROLE_CHANGED, row.name, detail=detail))

    def disable(self, by: Caller, identifier: str) -> None:
        """Let nobody sign in with an account any more, at once."""
        with self.database.writing() as session:
            row = row_of(session, identifier)
            if row.id == by.identity.account:
                raise ChangeRefused("不能停用自己的账号", "请另一位系统管理员来停用")
            _require_administrator_left(session, row, None)
            row.disabled_at = row.disabled_at or self.clock()
            end_sign_ins(session, row.id)
            session.execute(delete(TokenRow).where(TokenRow.account_id == row.id))
            session.execute(delete(InvitationRow).where(InvitationRow.account_id == row.id))
            self.audit.append(session, by.event(Action.ACCOUNT_DISABLED, row.name))

    def enable(self, by: Caller, identifier: str) -> None:
        """Let a disabled account sign in again."""
        with self.database.writing() as session:
            row = row_of(session, identifier)
            row.disabled_at = None
            self.audit.append(
                session, by.event(Action.ACCOUNT_CHANGED, row.name, detail="重新启用")
            )


def account_of(row: AccountRow) -> Account:
    """The account as others may know it: without its secrets."""
    return Account(
        id=row.id,
        name=row.name,
        display_name=row.display_name,
        role=Role(row.role),
        origin=row.origin,
        has_password=bool(row.password),
        has_second_factor=bool(row.second_factor),
        must_change=row.must_change,
        password_set_at=row.password_set_at,
        created_at=row.created_at,
        disabled_at=row.disabled_at,
    )


def row_of(session: Session, identifier: str, lock: bool = False) -> AccountRow:
    """The row of an account, for a change in this transaction. Raises NotFound.

    With `lock` no other transaction changes it meanwhile, which SQLite sees to by itself.
    """
    row = session.get(AccountRow, identifier, with_for_update=lock)
    if row is None:
        raise NotFound("没有这个账号", "回到账号列表重新选择")
    return row


def added(
    session: Session, name: str, display_name: str, role: Role, origin: str, moment: datetime
) -> AccountRow:
    """A new account in this transaction. Raises AccountError for a name that cannot be used or is taken."""
    name = folded(name)
    if not is_name(name):
        raise AccountError(
            f"账号名“{name[:32]}”不能用",
            "2到32位小写字母、数字、点、横线或下划线，以字母或数字开头",
        )
    if session.scalar(select(AccountRow.id).where(AccountRow.name == name)):
        raise AccountError(f"账号“{name}”已经有了", "换一个账号名")
    row = AccountRow(
        id=uuid4().hex,
        name=name,
        display_name=checked_display_name(display_name or name),
        role=role.value,
        origin=origin,
        password="",
        password_set_at=None,
        must_change=False,
        second_factor="",
        second_factor_step=None,
        recovery_codes=[],
        created_at=moment,
        disabled_at=None,
    )
    session.add(row)
    session.flush()
    return row


def folded(name: str) -> str:
    """A name as it is kept and compared: full-width as ASCII, lower case, no blanks around it."""
    return unicodedata.normalize("NFKC", name).strip().lower()


def is_name(name: str) -> bool:
    """Whether an account may have this name, as folded() makes it."""
    return bool(_NAME.fullmatch(name))


def checked_display_name(text: str) -> str:
    """The name shown on pages. Raises AccountError."""
    text = unicodedata.normalize("NFC", text).strip()
    if not text or len(text) > _LONGEST_DISPLAY_NAME or not _DISPLAY_NAME.fullmatch(text):
        raise AccountError(
            f"姓名“{text[:40]}”不能用",
            f"1到{_LONGEST_DISPLAY_NAME}个字，只能是文字、数字、空格和 ·.-（）",
        )
    return text


def end_sign_ins(session: Session, account_id: str, except_for: str = "") -> None:
    """Sign an account out of all browsers but the one whose fingerprint is given."""
    session.execute(
        delete(SignInRow).where(SignInRow.account_id == account_id, SignInRow.id != except_for)
    )


def _require_administrator_left(session: Session, row: AccountRow, role: Role | None) -> None:
    """Raise AccountError when the only administrator who can sign in would be none any more."""
    if row.role != Role.ADMINISTRATOR or role is Role.ADMINISTRATOR:
        return
    others = select(func.count()).where(
        AccountRow.role == Role.ADMINISTRATOR.value,
        AccountRow.disabled_at.is_(None),
        AccountRow.id != row.id,
        (AccountRow.password != "") | (AccountRow.origin != LOCAL),
    )
    if not session.scalar(others):
        raise ChangeRefused("这是最后一位系统管理员", "先添加另一位系统管理员")
