"""A browser stays signed in while it is used, up to a limit, and until somebody ends it."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select

from kb.accounts.accounts import Account, Accounts
from kb.accounts.sign_ins import end, end_everywhere, of_account, resume
from kb.accounts.signing_in import From, sign_in
from kb.models import AccountRow, SignInRow
from tests.kb.audit.conftest import Clock
from tests.kb.people import ADDRESS, PASSWORD, caller, stored, with_settings

MINUTE = 1 / 1440
SECOND = 1 / 86_400


def signed_in(accounts: Accounts, account: Account, agent: str = "Firefox") -> str:
    return sign_in(accounts, account.name, PASSWORD, From(ADDRESS, agent)).bearer


def rows(accounts: Accounts) -> int:
    with accounts.database.reading() as session:
        return session.scalar(select(func.count()).select_from(SignInRow)) or 0


def test_it_ends_after_so_long_without_a_request(
    accounts: Accounts, counter: Account, clock: Clock
) -> None:
    bearer = signed_in(accounts, counter)
    for _ in range(3):
        clock.forward(30 * MINUTE - SECOND)
        assert resume(accounts, bearer) == counter
    clock.forward(30 * MINUTE)
    assert of_account(accounts, counter.id) == []
    assert resume(accounts, bearer) is None
    assert rows(accounts) == 0


def test_it_ends_after_the_longest_time_however_busy_it_was(
    accounts: Accounts, counter: Account, clock: Clock
) -> None:
    bearer = signed_in(accounts, counter)
    for _ in range(12 * 3 - 1):
        clock.forward(20 * MINUTE)
        assert resume(accounts, bearer) is not None
    clock.forward(20 * MINUTE)
    assert resume(accounts, bearer) is None


def test_the_settings_say_how_long(accounts: Accounts, counter: Account, clock: Clock) -> None:
    strict = with_settings(accounts, idle_minutes=5, session_hours=1)
    bearer = signed_in(accounts, counter)
    clock.forward(5 * MINUTE)
    assert resume(strict, bearer) is None
    bearer = signed_in(accounts, counter)
    for _ in range(14):
        clock.forward(4 * MINUTE)
        assert resume(strict, bearer) is not None
    clock.forward(4 * MINUTE)
    assert resume(strict, bearer) is None


def test_not_every_request_writes(accounts: Accounts, counter: Account, clock: Clock) -> None:
    bearer = signed_in(accounts, counter)
    began = clock.now
    clock.forward(MINUTE - SECOND)
    resume(accounts, bearer)
    assert of_account(accounts, counter.id)[0].seen_at == began
    clock.forward(SECOND)
    resume(accounts, bearer)
    assert of_account(accounts, counter.id)[0].seen_at == clock.now


@pytest.mark.parametrize("bearer", ["", "x", "湖", "\ud800", "a" * 100_000])
def test_what_no_browser_was_given_is_nobodys(
    accounts: Accounts, counter: Account, bearer: str
) -> None:
    signed_in(accounts, counter)
    assert resume(accounts, bearer) is None


def test_the_database_does_not_hold_what_the_browser_shows(
    accounts: Accounts, counter: Account
) -> None:
    bearer = signed_in(accounts, counter)
    with accounts.database.reading() as session:
        kept = session.scalars(select(SignInRow.id)).one()
    assert resume(accounts, kept) is None
    assert bearer.encode() not in stored(accounts.settings.state / "wenzhi.sqlite")


def test_a_disabled_account_is_signed_in_nowhere(accounts: Accounts, counter: Account) -> None:
    bearer = signed_in(accounts, counter)
    with accounts.database.writing() as session:
        row = session.get(AccountRow, counter.id)
        assert row is not None
        row.disabled_at = accounts.clock()
    assert resume(accounts, bearer) is None
    assert rows(accounts) == 0


def test_signing_out_ends_one_browser_only(accounts: Accounts, counter: Account) -> None:
    here, there = signed_in(accounts, counter), signed_in(accounts, counter)
    end(accounts, here, caller(counter))
    assert resume(accounts, here) is None
    assert resume(accounts, there) is not None


@pytest.mark.parametrize("keep", [True, False])
def test_signing_out_everywhere_keeps_the_own_browser_if_wanted(
    accounts: Accounts, counter: Account, administrator: Account, keep: bool
) -> None:
    here, there = signed_in(accounts, counter), signed_in(accounts, counter)
    others = signed_in(accounts, administrator)
    end_everywhere(accounts, counter.id, caller(counter), here if keep else "")
    assert (resume(accounts, here) is not None) is keep
    assert resume(accounts, there) is None
    assert resume(accounts, others) is not None


def test_where_one_is_signed_in_is_listed_newest_first(
    accounts: Accounts, counter: Account, clock: Clock
) -> None:
    for agent in ("first", "second", "x" * 300):
        bearer = signed_in(accounts, counter, agent)
        clock.forward(MINUTE)
    listed = of_account(accounts, counter.id, bearer)
    assert [one.agent for one in listed] == ["x" * 200, "second", "first"]
    assert [one.current for one in listed] == [True, False, False]
