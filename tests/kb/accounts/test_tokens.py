"""Tokens give a program some of its owner's rights, for a while, until they are revoked."""

from __future__ import annotations

import pytest

from kb.accounts.accounts import Account, Accounts
from kb.accounts.bearer import new_bearer
from kb.accounts.rights import RIGHTS, TOKEN_RIGHTS, Right, Role
from kb.accounts.tokens import bearer_of_token, make_token, revoke_token, tokens_of
from kb.errors import AccountError, NotFound
from kb.models import AccountRow, TokenRow
from tests.kb.audit.conftest import Clock
from tests.kb.people import add_person, caller, stored

SECOND = 1 / 86_400


def make(accounts: Accounts, owner: Account, *rights: Right, days: int = 30) -> str:
    return make_token(accounts, caller(owner), "报表程序", rights or (Right.READ,), days)


def test_a_token_is_its_owner_with_the_rights_it_was_given(
    accounts: Accounts, counter: Account
) -> None:
    bearer = make(accounts, counter, Right.READ)
    found = bearer_of_token(accounts, bearer)
    assert found is not None
    assert (found.account, found.name, found.role) == (counter.id, counter.name, Role.COUNTER)
    assert found.rights == {Right.READ}
    assert found.levels == counter.identity.levels
    assert bearer.startswith("wz_")


def test_a_token_never_has_a_right_that_is_not_for_programs(
    accounts: Accounts, administrator: Account, counter: Account
) -> None:
    for right in set(Right) - (RIGHTS[Role.ADMINISTRATOR] & TOKEN_RIGHTS):
        with pytest.raises(AccountError, match="不能有这些权限"):
            make(accounts, administrator, Right.READ, right)
    bearer = make(accounts, counter, Right.READ)
    with accounts.database.writing() as session:
        row = session.get(TokenRow, tokens_of(accounts, counter.id)[0].id)
        assert row is not None
        row.rights = ["own", "read"]
    found = bearer_of_token(accounts, bearer)
    assert found is not None
    assert found.rights == {Right.READ}


@pytest.mark.parametrize(("name", "days"), [("", 1), ("  ", 1), ("x", 0), ("x", -1), ("x", 367)])
def test_a_token_has_a_name_and_a_bounded_life(
    accounts: Accounts, counter: Account, name: str, days: int
) -> None:
    with pytest.raises(AccountError):
        make_token(accounts, caller(counter), name, [Right.READ], days)
    with pytest.raises(AccountError):
        make_token(accounts, caller(counter), "报表", [], 1)
    assert tokens_of(accounts, counter.id) == []


def test_a_token_ends_when_it_was_said_to(
    accounts: Accounts, counter: Account, clock: Clock
) -> None:
    bearer = make(accounts, counter, days=366)
    clock.forward(366 - SECOND)
    assert bearer_of_token(accounts, bearer) is not None
    clock.forward(SECOND)
    assert bearer_of_token(accounts, bearer) is None


def test_only_the_owner_revokes_a_token_and_then_it_is_worth_nothing(
    accounts: Accounts, counter: Account, administrator: Account
) -> None:
    bearer = make(accounts, counter)
    made = tokens_of(accounts, counter.id)[0]
    with pytest.raises(NotFound):
        revoke_token(accounts, caller(administrator), made.id)
    revoke_token(accounts, caller(counter), made.id)
    assert bearer_of_token(accounts, bearer) is None
    with pytest.raises(NotFound):
        revoke_token(accounts, caller(counter), made.id)


def test_one_has_at_most_twenty(accounts: Accounts, counter: Account, clock: Clock) -> None:
    for _ in range(20):
        make(accounts, counter)
        clock.forward(SECOND)
    with pytest.raises(AccountError, match="最多20个"):
        make(accounts, counter)
    listed = tokens_of(accounts, counter.id)
    assert [one.created_at for one in listed] == sorted(
        (one.created_at for one in listed), reverse=True
    )
    revoke_token(accounts, caller(counter), listed[0].id)
    assert make(accounts, counter)


def test_when_it_was_used_is_kept_to_the_minute(
    accounts: Accounts, counter: Account, clock: Clock
) -> None:
    bearer = make(accounts, counter)
    assert tokens_of(accounts, counter.id)[0].used_at is None
    bearer_of_token(accounts, bearer)
    first = clock.now
    clock.forward(59 * SECOND)
    bearer_of_token(accounts, bearer)
    assert tokens_of(accounts, counter.id)[0].used_at == first
    clock.forward(SECOND)
    bearer_of_token(accounts, bearer)
    assert tokens_of(accounts, counter.id)[0].used_at == clock.now


def test_a_disabled_owners_token_is_worth_nothing(accounts: Accounts, counter: Account) -> None:
    bearer = make(accounts, counter)
    with accounts.database.writing() as session:
        row = session.get(AccountRow, counter.id)
        assert row is not None
        row.disabled_at = accounts.clock()
    assert bearer_of_token(accounts, bearer) is None


def test_a_value_of_the_same_form_that_was_never_given_is_nobodys(
    accounts: Accounts, counter: Account
) -> None:
    make(accounts, counter)
    for value in (new_bearer("wz_"), new_bearer(), "", "wz_", "wz_" + "\ud800" * 49):
        assert bearer_of_token(accounts, value) is None


def test_the_database_does_not_hold_the_token(accounts: Accounts, counter: Account) -> None:
    bearer = make(accounts, counter)
    assert bearer.encode() not in stored(accounts.settings.state / "wenzhi.sqlite")


@pytest.mark.parametrize("role", Role)
def test_each_role_gives_tokens_what_it_holds_and_programs_may_have(
    accounts: Accounts, role: Role
) -> None:
    owner = add_person(accounts, "somebody", role)
    for right in RIGHTS[role] & TOKEN_RIGHTS:
        assert make(accounts, owner, right)
    for right in TOKEN_RIGHTS - RIGHTS[role]:
        with pytest.raises(AccountError):
            make(accounts, owner, right)
