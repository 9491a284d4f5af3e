"""Accounts: names that can be used, roles, who may be disabled, and that an administrator is always left."""

from __future__ import annotations

import pytest

from kb.accounts.accounts import LDAP, Account, Accounts
from kb.accounts.caller import Caller, at_the_server
from kb.accounts.invitations import invite
from kb.accounts.rights import Right, Role
from kb.accounts.sign_ins import of_account, resume
from kb.accounts.signing_in import From, sign_in
from kb.accounts.tokens import bearer_of_token, make_token, tokens_of
from kb.errors import AccountError, NotFound, SignInError
from tests.kb.people import ADDRESS, PASSWORD, add_person, caller


@pytest.mark.parametrize(
    "name", ["", "a", "-ab", ".ab", "a" * 33, "窗口一", "a b", "a/b", "a'--", "a\0b"]
)
def test_a_name_that_cannot_be_used_adds_nothing(
    accounts: Accounts, server: Caller, name: str
) -> None:
    with pytest.raises(AccountError):
        accounts.add(server, name, "甲", Role.COUNTER)
    assert not accounts.any()


@pytest.mark.parametrize("typed", ["chen", "Chen", " ＣＨＥＮ ", "chen\n"])
def test_a_name_is_the_same_however_it_is_typed(
    accounts: Accounts, server: Caller, typed: str
) -> None:
    made = accounts.add(server, "chen", "陈", Role.COUNTER)
    assert accounts.named(typed) == made
    with pytest.raises(AccountError, match="已经有了"):
        accounts.add(server, typed, "陈", Role.COUNTER)


@pytest.mark.parametrize("shown", ["<b>甲</b>", "甲\n乙", "甲" * 33, "=1+1", "甲\u202e乙", "  "])
def test_a_display_name_holds_nothing_but_a_name(
    accounts: Accounts, server: Caller, shown: str
) -> None:
    made = accounts.add(server, "chen", "陈", Role.COUNTER)
    with pytest.raises(AccountError):
        accounts.rename(server, made.id, shown)
    assert accounts.get(made.id).display_name == "陈"


def test_without_a_display_name_the_name_is_shown(accounts: Accounts, server: Caller) -> None:
    assert accounts.add(server, "chen", "", Role.COUNTER).display_name == "chen"


def test_accounts_are_listed_by_name_and_an_unknown_one_is_said(
    accounts: Accounts, server: Caller
) -> None:
    for name in ("zhou", "an", "li"):
        accounts.add(server, name, name, Role.COUNTER)
    assert [item.name for item in accounts.every()] == ["an", "li", "zhou"]
    with pytest.raises(NotFound):
        accounts.get("0" * 32)
    with pytest.raises(NotFound):
        accounts.named("nobody")


def test_another_role_ends_the_sign_ins_and_takes_rights_from_tokens(
    accounts: Accounts, administrator: Account
) -> None:
    engineer = add_person(accounts, "engineer", Role.ENGINEER)
    bearer = sign_in(accounts, "engineer", PASSWORD, From(ADDRESS)).bearer
    token = make_token(accounts, caller(engineer), "监控", [Right.MEASURE, Right.READ], 1)
    accounts.change_role(caller(administrator), engineer.id, Role.COUNTER)
    assert resume(accounts, bearer) is None
    identity = bearer_of_token(accounts, token)
    assert identity is not None
    assert identity.role is Role.COUNTER
    assert identity.may(Right.READ)
    assert not identity.may(Right.MEASURE)


def test_disabling_ends_sign_ins_tokens_and_links_at_once(
    accounts: Accounts, administrator: Account, counter: Account
) -> None:
    bearer = sign_in(accounts, counter.name, PASSWORD, From(ADDRESS)).bearer
    token = make_token(accounts, caller(counter), "报表", [Right.READ], 1)
    invite(accounts, caller(administrator), counter.id)
    accounts.disable(caller(administrator), counter.id)
    assert resume(accounts, bearer) is None
    assert bearer_of_token(accounts, token) is None
    assert (of_account(accounts, counter.id), tokens_of(accounts, counter.id)) == ([], [])
    with pytest.raises(SignInError):
        sign_in(accounts, counter.name, PASSWORD, From(ADDRESS))
    accounts.enable(caller(administrator), counter.id)
    assert sign_in(accounts, counter.name, PASSWORD, From(ADDRESS)).bearer


def test_disabling_twice_keeps_the_first_moment(
    accounts: Accounts, administrator: Account, counter: Account
) -> None:
    accounts.disable(caller(administrator), counter.id)
    first = accounts.get(counter.id).disabled_at
    accounts.clock.forward(1)  # type: ignore[attr-defined]
    accounts.disable(caller(administrator), counter.id)
    assert accounts.get(counter.id).disabled_at == first


def test_nobody_changes_the_own_role_or_disables_the_own_account(
    accounts: Accounts, administrator: Account
) -> None:
    add_person(accounts, "second", Role.ADMINISTRATOR)
    with pytest.raises(AccountError, match="自己"):
        accounts.change_role(caller(administrator), administrator.id, Role.COUNTER)
    with pytest.raises(AccountError, match="自己"):
        accounts.disable(caller(administrator), administrator.id)


def _second(accounts: Accounts, kind: str) -> None:
    """Another administrator, who cannot sign in."""
    by = at_the_server()
    if kind == "disabled":
        made = add_person(accounts, "second", Role.ADMINISTRATOR)
        accounts.disable(by, made.id)
    elif kind == "without a password":
        accounts.add(by, "second", "乙", Role.ADMINISTRATOR)


@pytest.mark.parametrize("kind", ["none", "disabled", "without a password"])
def test_the_last_administrator_who_can_sign_in_stays(
    accounts: Accounts, administrator: Account, server: Caller, kind: str
) -> None:
    _second(accounts, kind)
    with pytest.raises(AccountError, match="最后一位"):
        accounts.disable(server, administrator.id)
    with pytest.raises(AccountError, match="最后一位"):
        accounts.change_role(server, administrator.id, Role.AUDITOR)
    assert accounts.get(administrator.id) == administrator


@pytest.mark.parametrize("origin", ["local", LDAP])
def test_with_another_administrator_one_may_go(
    accounts: Accounts, administrator: Account, server: Caller, origin: str
) -> None:
    if origin == LDAP:
        accounts.add(server, "second", "乙", Role.ADMINISTRATOR, LDAP)
    else:
        add_person(accounts, "second", Role.ADMINISTRATOR)
    accounts.disable(server, administrator.id)
    assert accounts.get(administrator.id).disabled_at is not None


def test_an_account_as_others_know_it_holds_no_secret(accounts: Accounts, counter: Account) -> None:
    assert "argon2" not in repr(accounts.get(counter.id))
