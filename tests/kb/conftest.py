"""Accounts on a real database with a real audit log in a folder of their own, at a moment that the test sets."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from kb.accounts.accounts import Account, Accounts
from kb.accounts.caller import Caller, at_the_server
from kb.accounts.rights import Role
from kb.accounts.sealing import keys_of
from kb.audit import open_audit_log
from kb.database import Database
from kb.settings import Settings
from tests.kb.audit.conftest import Clock
from tests.kb.people import add_person


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def accounts(tmp_path: Path, clock: Clock) -> Iterator[Accounts]:
    """Accounts with the default settings and nobody in them."""
    state = tmp_path / "var"
    settings = Settings(state=state, audit_key=state / "audit" / "key", access="login")
    database = Database(settings.database_url)
    audit = open_audit_log(settings, database)
    audit.clock = clock
    yield Accounts(database, audit, settings, keys_of(state), clock)
    database.close()


@pytest.fixture
def server() -> Caller:
    """Whoever works on the server's command line."""
    return at_the_server()


@pytest.fixture
def counter(accounts: Accounts) -> Account:
    """Counter staff with PASSWORD, who may sign in at once."""
    return add_person(accounts, "counter", Role.COUNTER)


@pytest.fixture
def administrator(accounts: Accounts) -> Account:
    """A system administrator with PASSWORD."""
    return add_person(accounts, "administrator", Role.ADMINISTRATOR)
