"""Passwords: rules, history, expiry and forced change; second factors are set up only with a right code."""

from __future__ import annotations

from datetime import timedelta

import pyotp
import pytest
from sqlalchemy import func, select

from kb.accounts.accounts import LDAP, Account, Accounts
from kb.accounts.caller import Caller
from kb.accounts.credentials import (
    add_second_factor,
    add_with_password,
    change_password,
    confirm_password,
    must_change,
    remove_second_factor,
    set_password,
)
from kb.accounts.rights import Role
from kb.accounts.second_factor import new_secret
from kb.accounts.sign_ins import resume
from kb.accounts.signing_in import From, sign_in
from kb.database import Database
from kb.errors import AccountError, SignInError
from kb.models import AccountRow, OldPasswordRow
from tests.kb.audit.conftest import Clock
from tests.kb.people import ADDRESS, OTHER, PASSWORD, caller, recorded, stored, with_settings

WORDS = ("Lantern", "Harbour", "Meadow", "Copper", "Glacier", "Thistle", "Walnut", "Ferry")


def password(number: int) -> str:
    """A good password, another for each number."""
    return f"雪松{WORDS[number]}静静{47 + 8 * number}"


def change(accounts: Accounts, account: Account, old: str, new: str) -> None:
    change_password(accounts, caller(account), old, new)


def old_passwords(database: Database) -> int:
    with database.reading() as session:
        return session.scalar(select(func.count()).select_from(OldPasswordRow)) or 0


@pytest.mark.parametrize(
    "weak",
    ["", "short", "1234567890", "counter2026!", "窗口经办员甲2026", "Password@123", "x" * 200],
)
def test_a_weak_password_is_refused_and_the_old_one_stays(
    accounts: Accounts, counter: Account, weak: str
) -> None:
    with pytest.raises(AccountError, match="密码不能用"):
        change(accounts, counter, PASSWORD, weak)
    assert sign_in(accounts, counter.name, PASSWORD, From(ADDRESS)).bearer


def test_a_weak_first_password_adds_no_account(accounts: Accounts, server: Caller) -> None:
    with pytest.raises(AccountError):
        add_with_password(accounts, server, "chen", "陈", Role.COUNTER, "1234567890")
    assert not accounts.any()
    assert recorded(accounts) == []


def test_the_setting_says_how_long_a_password_must_be(accounts: Accounts, counter: Account) -> None:
    strict = with_settings(accounts, password_length=20)
    with pytest.raises(AccountError, match="20"):
        change(strict, counter, PASSWORD, OTHER[:19])
    change(strict, counter, PASSWORD, OTHER + "-onwards")


def test_the_last_five_passwords_are_refused_and_the_sixth_is_taken(
    accounts: Accounts, counter: Account
) -> None:
    change(accounts, counter, PASSWORD, password(0))
    for number in range(1, 5):
        change(accounts, counter, password(number - 1), password(number))
    for number in range(5):
        with pytest.raises(AccountError, match="最近5次"):
            change(accounts, counter, password(4), password(number))
    change(accounts, counter, password(4), PASSWORD)


@pytest.mark.parametrize("kept", [0, 1, 2, 3])
def test_no_more_old_passwords_are_kept_than_the_rule_asks_for(
    accounts: Accounts, counter: Account, kept: int
) -> None:
    own = with_settings(accounts, password_history=kept)
    change(own, counter, PASSWORD, password(0))
    for number in range(1, 5):
        change(own, counter, password(number - 1), password(number))
    assert old_passwords(accounts.database) == max(0, kept - 1)
    for number in range(5):
        if number > 4 - kept:
            with pytest.raises(AccountError):
                change(own, counter, password(4), password(number))
    if kept < 5:
        change(own, counter, password(4), password(4 - kept))


def test_a_password_expires_after_so_many_days(
    accounts: Accounts, counter: Account, clock: Clock
) -> None:
    clock.forward(90 - 1 / 86_400)
    assert not must_change(accounts, accounts.get(counter.id))
    clock.forward(1 / 86_400)
    assert must_change(accounts, accounts.get(counter.id))
    assert not must_change(with_settings(accounts, password_days=0), accounts.get(counter.id))
    change(accounts, counter, PASSWORD, OTHER)
    assert not must_change(accounts, accounts.get(counter.id))


def test_a_password_given_by_another_must_be_changed_and_then_not_again(
    accounts: Accounts, server: Caller
) -> None:
    made = add_with_password(accounts, server, "chen", "陈", Role.COUNTER, PASSWORD)
    unlimited = with_settings(accounts, password_days=0)
    assert must_change(unlimited, accounts.get(made.id))
    change(accounts, made, PASSWORD, OTHER)
    assert not must_change(unlimited, accounts.get(made.id))


def test_an_account_of_another_directory_has_no_password_here(
    accounts: Accounts, server: Caller, clock: Clock
) -> None:
    made = accounts.add(server, "chen", "陈", Role.COUNTER, LDAP)
    clock.forward(1000)
    assert not must_change(accounts, made)
    with accounts.database.writing() as session:
        row = session.get(AccountRow, made.id)
        assert row is not None
        with pytest.raises(AccountError, match="不在本系统"):
            set_password(accounts, row, session, PASSWORD)


def test_changing_the_password_signs_out_everywhere_else(
    accounts: Accounts, counter: Account
) -> None:
    here, there = (
        sign_in(accounts, counter.name, PASSWORD, From(ADDRESS)).bearer for _ in range(2)
    )
    change_password(accounts, caller(counter), PASSWORD, OTHER, here)
    assert resume(accounts, here) is not None
    assert resume(accounts, there) is None


def test_an_unattended_screen_is_no_way_to_guess_the_password(
    accounts: Accounts, counter: Account
) -> None:
    for _ in range(5):
        with pytest.raises(AccountError, match="现在的密码不对"):
            confirm_password(accounts, caller(counter), "guess")
    with pytest.raises(SignInError, match="次数过多"):
        confirm_password(accounts, caller(counter), PASSWORD)


def test_confirming_the_right_password_costs_no_tries(accounts: Accounts, counter: Account) -> None:
    for _ in range(6):
        confirm_password(accounts, caller(counter), PASSWORD)


def test_an_account_without_a_password_is_confirmed_by_none(
    accounts: Accounts, server: Caller
) -> None:
    made = accounts.add(server, "chen", "陈", Role.COUNTER)
    with pytest.raises(AccountError):
        confirm_password(accounts, caller(made), "")


def test_a_second_factor_needs_a_right_code_and_is_kept_sealed(
    accounts: Accounts, counter: Account
) -> None:
    secret = new_secret()
    with pytest.raises(AccountError, match="动态口令不对"):
        add_second_factor(accounts, caller(counter), secret, "000000")
    assert not accounts.get(counter.id).has_second_factor
    code = pyotp.TOTP(secret).at(accounts.clock())
    codes = add_second_factor(accounts, caller(counter), secret, code)
    assert accounts.get(counter.id).has_second_factor
    kept = stored(accounts.settings.state / "wenzhi.sqlite")
    for hidden in (secret, *codes, *(one.replace("-", "") for one in codes), PASSWORD):
        assert hidden.encode() not in kept


def test_a_new_second_factor_ends_the_old_recovery_codes(
    accounts: Accounts, counter: Account
) -> None:
    def kept() -> list[str]:
        with accounts.database.reading() as session:
            row = session.get(AccountRow, counter.id)
            assert row is not None
            return row.recovery_codes

    before: list[str] = []
    for _ in range(2):
        secret = new_secret()
        code = pyotp.TOTP(secret).at(accounts.clock() + timedelta(seconds=30))
        assert len(add_second_factor(accounts, caller(counter), secret, code)) == 10
        assert len(kept()) == 10
        assert not set(kept()) & set(before)
        before = kept()
        remove_second_factor(accounts, caller(counter), counter.id)
        assert kept() == []
    assert not accounts.get(counter.id).has_second_factor
