"""Too many wrong tries lock a name and an address for a while, whether the name exists or not."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest
from sqlalchemy import select

from kb.accounts.accounts import Account, Accounts
from kb.accounts.attempts import reserve_try, unlock
from kb.accounts.caller import Caller
from kb.accounts.signing_in import From, sign_in
from kb.database import Database
from kb.errors import SignInError
from kb.models import AttemptRow
from tests.kb.audit.conftest import Clock
from tests.kb.people import ADDRESS, PASSWORD, recorded

TRIES = 5
"""The default of lockout_tries."""
MINUTE = 1 / 1440


def fail(accounts: Accounts, name: str, address: str = ADDRESS, times: int = 1) -> None:
    for _ in range(times):
        reserve_try(accounts, name, address)


def is_locked(accounts: Accounts, name: str, address: str) -> bool:
    try:
        reserve_try(accounts, name, address)
    except SignInError:
        return True
    return False


def test_a_name_is_locked_after_so_many_tries_wherever_they_come_from(accounts: Accounts) -> None:
    for number in range(TRIES):
        fail(accounts, "chen", f"10.0.0.{number}")
    assert is_locked(accounts, "chen", "10.0.9.9")
    assert not is_locked(accounts, "wang", "10.0.9.9")


def test_an_address_is_locked_after_so_many_tries_whatever_names_it_tried(
    accounts: Accounts,
) -> None:
    for number in range(TRIES):
        fail(accounts, f"name{number}")
    assert is_locked(accounts, "another", ADDRESS)
    assert not is_locked(accounts, "another", "10.0.9.9")


def test_the_lock_ends_by_time_and_tries_against_it_do_not_prolong_it(
    accounts: Accounts, clock: Clock
) -> None:
    fail(accounts, "chen", times=TRIES)
    clock.forward(15 * MINUTE - 1 / 86_400)
    assert is_locked(accounts, "chen", ADDRESS)
    clock.forward(1 / 86_400)
    assert not is_locked(accounts, "chen", ADDRESS)


def test_the_right_password_opens_nothing_while_locked(
    accounts: Accounts, counter: Account
) -> None:
    fail(accounts, counter.name, times=TRIES)
    with pytest.raises(SignInError, match="次数过多"):
        sign_in(accounts, counter.name, PASSWORD, From(ADDRESS))
    assert recorded(accounts)[-1].action == "locked_out"


def test_signing_in_forgets_the_tries_for_the_name(accounts: Accounts, counter: Account) -> None:
    for number in range(TRIES - 1):
        fail(accounts, counter.name, f"10.0.0.{number}")
    sign_in(accounts, counter.name, PASSWORD, From("10.0.9.9"))
    fail(accounts, counter.name, "10.0.9.9", times=TRIES - 1)
    assert sign_in(accounts, counter.name, PASSWORD, From("10.0.8.8")).bearer


def test_an_administrator_unlocks_a_name_on_record(
    accounts: Accounts, counter: Account, server: Caller
) -> None:
    for number in range(TRIES):
        fail(accounts, counter.name, f"10.0.0.{number}")
    unlock(accounts, server, counter.name)
    assert not is_locked(accounts, counter.name, "10.0.9.9")
    entry = recorded(accounts)[-1]
    assert (entry.subject, entry.detail) == (counter.name, "解除锁定")


def test_the_lock_tells_nobody_whether_a_name_exists(accounts: Accounts, counter: Account) -> None:
    said = []
    for name in (counter.name, "nobody"):
        for number in range(TRIES):
            fail(accounts, name, f"10.0.{len(said)}.{number}")
        with pytest.raises(SignInError) as refused:
            sign_in(accounts, name, "wrong", From(f"10.0.9.{len(said)}"))
        said.append(str(refused.value))
    assert said[0] == said[1]


def test_of_what_was_tried_only_fingerprints_are_kept(accounts: Accounts) -> None:
    fail(accounts, "my-password-by-mistake")
    with accounts.database.reading() as session:
        subjects = session.scalars(select(AttemptRow.subject)).all()
    assert [len(subject) for subject in subjects] == [64, 64]
    assert all(set(subject) <= set("0123456789abcdef") for subject in subjects)


@pytest.mark.parametrize("end", ["wrong", "locked"])
def test_what_was_typed_for_a_name_is_not_put_on_record_unless_it_is_one(
    accounts: Accounts, counter: Account, end: str
) -> None:
    typed = "my-password-by-mistake"
    for name in (typed, counter.name):
        address = f"10.0.0.{len(name)}"
        fail(accounts, name, address, times=TRIES if end == "locked" else 0)
        with pytest.raises(SignInError):
            sign_in(accounts, name, "wrong", From(address))
    assert [entry.subject for entry in recorded(accounts)][-2:] == ["（没有这个账号）", "counter"]
    assert typed not in str(recorded(accounts))


def test_tries_at_one_time_cannot_outrun_the_count(accounts: Accounts) -> None:
    opened = [
        replace(accounts, database=Database(accounts.settings.database_url)) for _ in range(4)
    ]

    def once(number: int) -> bool:
        return not is_locked(opened[number % 4], "chen", f"10.0.0.{number}")

    with ThreadPoolExecutor(8) as pool:
        passed = sum(pool.map(once, range(24)))
    for one in opened:
        one.database.close()
    assert passed == TRIES
