"""People with accounts, what they type, and what the audit log and the disk say of them afterwards."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

from kb.accounts.accounts import Account, Accounts
from kb.accounts.caller import Caller, at_the_server
from kb.accounts.credentials import add_with_password
from kb.accounts.rights import Role
from kb.audit.entry import Entry
from kb.audit.table import Filter
from kb.models import AccountRow

PASSWORD = "湖边-Lantern-31-quiet"
OTHER = "云雀-Harbour-58-slowly"
ADDRESS = "10.0.0.7"


def add_person(accounts: Accounts, name: str, role: Role, password: str = PASSWORD) -> Account:
    """An account as after its owner has changed the first password."""
    made = add_with_password(accounts, at_the_server(), name, "窗口经办员甲", role, password)
    with accounts.database.writing() as session:
        row = session.get(AccountRow, made.id)
        assert row is not None
        row.must_change = False
    return accounts.get(made.id)


def caller(account: Account) -> Caller:
    """Somebody who is signed in with an account."""
    return Caller(account.identity, ADDRESS)


def with_settings(accounts: Accounts, **changed: object) -> Accounts:
    """The same accounts under other settings."""
    return replace(accounts, settings=replace(accounts.settings, **changed))


def recorded(accounts: Accounts) -> list[Entry]:
    """The audit log, oldest first."""
    return list(accounts.audit.each(Filter()))


def break_audit(accounts: Accounts) -> None:
    """From now on no entry can be written: the folder beside the database is gone."""
    shutil.rmtree(accounts.audit.folder)


def stored(path: Path) -> bytes:
    """All bytes of the records database, with what lies in its log."""
    return b"".join(part.read_bytes() for part in sorted(path.parent.glob(f"{path.name}*")))
