"""A link lets its bearer set a password once, for a while, for an account that may sign in."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest

from kb.accounts.accounts import OIDC, Account, Accounts
from kb.accounts.caller import Caller
from kb.accounts.credentials import must_change
from kb.accounts.invitations import accept, accept_first, invite, invite_first, invited
from kb.accounts.rights import Role
from kb.accounts.sign_ins import resume
from kb.accounts.signing_in import From, sign_in
from kb.database import Database
from kb.errors import AccountError, NotFound, SignInError
from tests.kb.audit.conftest import Clock
from tests.kb.people import ADDRESS, OTHER, PASSWORD, stored

HOUR = 1 / 24
SECOND = 1 / 86_400


def test_a_link_names_its_account_and_sets_the_password_once(
    accounts: Accounts, server: Caller
) -> None:
    made = accounts.add(server, "chen", "陈", Role.COUNTER)
    bearer = invite(accounts, server, made.id)
    assert invited(accounts, bearer) == made
    done = accept(accounts, bearer, PASSWORD, ADDRESS)
    assert done.has_password
    assert not must_change(accounts, done)
    assert sign_in(accounts, "chen", PASSWORD, From(ADDRESS)).bearer
    for again in (lambda: invited(accounts, bearer), lambda: _accept(accounts, bearer)):
        with pytest.raises(NotFound):
            again()


def _accept(accounts: Accounts, bearer: str) -> object:
    return accept(accounts, bearer, OTHER, ADDRESS)


def test_a_password_that_is_refused_leaves_the_link_open(
    accounts: Accounts, counter: Account, server: Caller
) -> None:
    bearer = invite(accounts, server, counter.id)
    with pytest.raises(AccountError):
        accept(accounts, bearer, "1234567890", ADDRESS)
    assert accept(accounts, bearer, OTHER, ADDRESS).id == counter.id


def test_a_link_ends_after_72_hours(
    accounts: Accounts, counter: Account, server: Caller, clock: Clock
) -> None:
    bearer = invite(accounts, server, counter.id)
    clock.forward(72 * HOUR - SECOND)
    assert invited(accounts, bearer) == counter
    clock.forward(SECOND)
    with pytest.raises(NotFound):
        _accept(accounts, bearer)


def test_a_new_link_ends_the_one_before_and_the_password_stays_until_it_is_used(
    accounts: Accounts, counter: Account, server: Caller
) -> None:
    first = invite(accounts, server, counter.id)
    second = invite(accounts, server, counter.id)
    with pytest.raises(NotFound):
        _accept(accounts, first)
    bearer = sign_in(accounts, counter.name, PASSWORD, From(ADDRESS)).bearer
    _accept(accounts, second)
    assert resume(accounts, bearer) is None
    with pytest.raises(SignInError):
        sign_in(accounts, counter.name, PASSWORD, From(ADDRESS))


def test_a_disabled_account_gets_no_link_and_its_link_opens_nothing(
    accounts: Accounts, counter: Account, server: Caller
) -> None:
    bearer = invite(accounts, server, counter.id)
    accounts.disable(server, counter.id)
    with pytest.raises(NotFound):
        _accept(accounts, bearer)
    with pytest.raises(AccountError, match="已停用"):
        invite(accounts, server, counter.id)
    accounts.enable(server, counter.id)
    with pytest.raises(NotFound):
        _accept(accounts, bearer)


def test_an_account_of_a_sign_in_service_gets_no_link(accounts: Accounts, server: Caller) -> None:
    made = accounts.add(server, "chen", "陈", Role.COUNTER, OIDC)
    with pytest.raises(AccountError, match="不在本系统"):
        invite(accounts, server, made.id)


@pytest.mark.parametrize("bearer", ["", "x", "湖", "\ud800", "0" * 64])
def test_what_is_no_link_opens_nothing(accounts: Accounts, counter: Account, bearer: str) -> None:
    assert counter
    with pytest.raises(NotFound):
        invited(accounts, bearer)
    with pytest.raises(NotFound):
        _accept(accounts, bearer)


def test_the_database_does_not_hold_the_link(
    accounts: Accounts, counter: Account, server: Caller
) -> None:
    bearer = invite(accounts, server, counter.id)
    assert bearer.encode() not in stored(accounts.settings.state / "wenzhi.sqlite")


def test_the_first_link_makes_the_first_administrator_and_no_second(
    accounts: Accounts, server: Caller
) -> None:
    old, bearer = invite_first(accounts, server), invite_first(accounts, server)
    assert old is not None
    assert bearer is not None
    assert invited(accounts, bearer) is None
    with pytest.raises(NotFound):
        accept_first(accounts, old, "head", "主任", PASSWORD, ADDRESS)
    with pytest.raises(AccountError):
        accept_first(accounts, bearer, "head", "主任", "1234567890", ADDRESS)
    assert not accounts.any()
    made = accept_first(accounts, bearer, "head", "主任", PASSWORD, ADDRESS)
    assert made.role is Role.ADMINISTRATOR
    with pytest.raises(NotFound):
        accept_first(accounts, bearer, "other", "别人", PASSWORD, ADDRESS)
    assert invite_first(accounts, server) is None


def test_the_first_link_ends_after_24_hours(
    accounts: Accounts, server: Caller, clock: Clock
) -> None:
    bearer = invite_first(accounts, server)
    assert bearer is not None
    clock.forward(24 * HOUR)
    with pytest.raises(NotFound):
        accept_first(accounts, bearer, "head", "主任", PASSWORD, ADDRESS)


def test_the_first_link_is_worth_nothing_once_there_is_an_account(
    accounts: Accounts, server: Caller
) -> None:
    bearer = invite_first(accounts, server)
    assert bearer is not None
    accounts.add(server, "chen", "陈", Role.COUNTER)
    with pytest.raises(NotFound):
        accept_first(accounts, bearer, "head", "主任", PASSWORD, ADDRESS)


def test_a_link_of_an_account_makes_no_administrator_and_the_first_sets_no_password(
    accounts: Accounts, server: Caller
) -> None:
    first = invite_first(accounts, server)
    assert first is not None
    with pytest.raises(NotFound):
        _accept(accounts, first)
    made = accounts.add(server, "chen", "陈", Role.COUNTER)
    bearer = invite(accounts, server, made.id)
    with pytest.raises(NotFound):
        accept_first(accounts, bearer, "head", "主任", PASSWORD, ADDRESS)


def test_of_many_at_one_time_only_one_uses_a_link(
    accounts: Accounts, counter: Account, server: Caller
) -> None:
    bearer = invite(accounts, server, counter.id)
    opened = [
        replace(accounts, database=Database(accounts.settings.database_url)) for _ in range(4)
    ]

    def once(number: int) -> bool:
        try:
            accept(opened[number], bearer, f"{OTHER}-{number}", ADDRESS)
        except NotFound:
            return False
        return True

    with ThreadPoolExecutor(4) as pool:
        used = sum(pool.map(once, range(4)))
    for one in opened:
        one.database.close()
    assert used == 1
