"""Signing in: by password, by one-time and recovery code, each once, and the same answer for whatever was wrong."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta

import pyotp
import pytest

from kb.accounts import signing_in
from kb.accounts.accounts import LDAP, Account, Accounts
from kb.accounts.caller import Caller
from kb.accounts.credentials import add_second_factor, change_password, remove_second_factor
from kb.accounts.passwords import needs_rehash
from kb.accounts.rights import Role
from kb.accounts.second_factor import STEP_SECONDS, new_secret
from kb.accounts.sign_ins import of_account, resume
from kb.accounts.signing_in import From, sign_in, sign_in_by_code, sign_in_trusted
from kb.database import Database
from kb.errors import SignInError
from kb.models import AccountRow
from tests.kb.audit.conftest import Clock
from tests.kb.people import ADDRESS, OTHER, PASSWORD, caller, recorded

FROM = From(ADDRESS, "Firefox 140")
STEP = STEP_SECONDS / 86_400


@pytest.fixture
def secret(accounts: Accounts, counter: Account) -> str:
    """Of the counter's second factor."""
    return with_codes(accounts, counter)[0]


def with_codes(accounts: Accounts, account: Account) -> tuple[str, tuple[str, ...]]:
    secret = new_secret()
    code = pyotp.TOTP(secret).at(accounts.clock() - timedelta(seconds=STEP_SECONDS))
    return secret, add_second_factor(accounts, caller(account), secret, code)


def now(accounts: Accounts, secret: str) -> str:
    return pyotp.TOTP(secret).at(accounts.clock())


@pytest.mark.parametrize("typed", ["counter", " Counter ", "ＣＯＵＮＴＥＲ"])
def test_the_right_password_signs_a_browser_in(
    accounts: Accounts, counter: Account, typed: str
) -> None:
    passed = sign_in(accounts, typed, PASSWORD, FROM)
    assert resume(accounts, passed.bearer) == counter
    shown = of_account(accounts, counter.id, passed.bearer)
    assert [(one.address, one.agent, one.current) for one in shown] == [
        (ADDRESS, "Firefox 140", True)
    ]
    entry = recorded(accounts)[-1]
    assert (entry.action, entry.actor, entry.address) == ("sign_in", counter.id, ADDRESS)


def test_whatever_is_wrong_is_answered_in_the_same_words(
    accounts: Accounts, counter: Account, server: Caller
) -> None:
    accounts.add(server, "new", "新人", Role.COUNTER)
    accounts.add(server, "elsewhere", "乙", Role.COUNTER, LDAP)
    accounts.disable(server, counter.id)
    said = set()
    tries = [("new", ""), ("new", PASSWORD), ("elsewhere", PASSWORD), ("nobody", PASSWORD)]
    for number, (name, password) in enumerate([*tries, (counter.name, PASSWORD), ("", "")]):
        with pytest.raises(SignInError) as refused:
            sign_in(accounts, name, password, From(f"10.0.0.{number}"))
        said.add(str(refused.value))
    assert len(said) == 1
    failed = [entry for entry in recorded(accounts) if entry.action == "sign_in_failed"]
    assert {(entry.outcome, entry.detail) for entry in failed} == {("refused", "账号或密码不对")}
    assert len(failed) == 6


def test_a_wrong_password_signs_nobody_in(accounts: Accounts, counter: Account) -> None:
    for wrong in (PASSWORD.lower(), f"{PASSWORD} ", "", "x" * 5000):
        with pytest.raises(SignInError):
            sign_in(accounts, counter.name, wrong, FROM)
    assert of_account(accounts, counter.id) == []


def test_a_password_kept_here_lets_nobody_in_whose_password_is_kept_elsewhere(
    accounts: Accounts, counter: Account
) -> None:
    with accounts.database.writing() as session:
        row = session.get(AccountRow, counter.id)
        assert row is not None
        row.origin = LDAP
    with pytest.raises(SignInError):
        sign_in(accounts, counter.name, PASSWORD, FROM)


@pytest.mark.parametrize("meanwhile", ["disabled", "password changed", "removed"])
def test_what_changes_while_the_password_is_compared_counts(
    accounts: Accounts, counter: Account, monkeypatch: pytest.MonkeyPatch, meanwhile: str
) -> None:
    def compare(_kept: str, _password: str) -> bool:
        with accounts.database.writing() as session:
            row = session.get(AccountRow, counter.id)
            assert row is not None
            match meanwhile:
                case "disabled":
                    row.disabled_at = accounts.clock()
                case "password changed":
                    row.password = "another hash"
                case _:
                    session.delete(row)
        return True

    monkeypatch.setattr(signing_in, "is_password", compare)
    with pytest.raises(SignInError):
        sign_in(accounts, counter.name, PASSWORD, FROM)
    assert of_account(accounts, counter.id) == []
    assert recorded(accounts)[-1].action == "sign_in_failed"


def test_an_old_hash_is_made_anew_at_the_next_sign_in(
    accounts: Accounts, counter: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept = _kept(accounts, counter)
    monkeypatch.setattr(signing_in, "needs_rehash", lambda _: True)
    sign_in(accounts, counter.name, PASSWORD, FROM)
    assert _kept(accounts, counter) != kept
    assert not needs_rehash(_kept(accounts, counter))
    monkeypatch.undo()
    assert sign_in(accounts, counter.name, PASSWORD, FROM).bearer


def _kept(accounts: Accounts, account: Account) -> str:
    with accounts.database.reading() as session:
        row = session.get(AccountRow, account.id)
        assert row is not None
        return row.password


def test_with_a_second_factor_the_password_alone_signs_nobody_in(
    accounts: Accounts, counter: Account, secret: str
) -> None:
    passed = sign_in(accounts, counter.name, PASSWORD, FROM)
    assert (passed.account.id, passed.bearer) == (counter.id, "")
    assert of_account(accounts, counter.id) == []
    done = sign_in_by_code(accounts, counter.id, now(accounts, secret), FROM)
    assert resume(accounts, done.bearer) is not None


def test_a_code_is_taken_once_and_an_older_one_never_after_it(
    accounts: Accounts, counter: Account, secret: str, clock: Clock
) -> None:
    earlier = now(accounts, secret)
    clock.forward(STEP)
    code = now(accounts, secret)
    sign_in_by_code(accounts, counter.id, code, FROM)
    for again in (code, earlier):
        with pytest.raises(SignInError):
            sign_in_by_code(accounts, counter.id, again, FROM)
    clock.forward(STEP)
    assert sign_in_by_code(accounts, counter.id, now(accounts, secret), FROM).bearer


def test_a_recovery_code_is_taken_once_however_it_is_typed(
    accounts: Accounts, counter: Account
) -> None:
    _, codes = with_codes(accounts, counter)
    assert sign_in_by_code(accounts, counter.id, f" {codes[3].lower()} ", FROM).bearer
    for used in (codes[3], codes[3].replace("-", "")):
        with pytest.raises(SignInError):
            sign_in_by_code(accounts, counter.id, used, FROM)
    assert sign_in_by_code(accounts, counter.id, codes[4], FROM).bearer


@pytest.mark.parametrize("code", ["", "000000", "abc", "1" * 10_000, "١٢٣٤٥٦"])
def test_a_wrong_code_signs_nobody_in_and_counts(
    accounts: Accounts, counter: Account, secret: str, code: str
) -> None:
    assert code != now(accounts, secret)
    for _ in range(5):
        with pytest.raises(SignInError, match="动态口令不对"):
            sign_in_by_code(accounts, counter.id, code, FROM)
    with pytest.raises(SignInError, match="次数过多"):
        sign_in_by_code(accounts, counter.id, now(accounts, secret), FROM)


def test_right_passwords_between_wrong_codes_do_not_give_more_tries(
    accounts: Accounts, counter: Account, secret: str
) -> None:
    assert secret
    for _ in range(5):
        sign_in(accounts, counter.name, PASSWORD, FROM)
        with pytest.raises(SignInError, match="动态口令不对"):
            sign_in_by_code(accounts, counter.id, "000000", FROM)
    with pytest.raises(SignInError, match="次数过多"):
        sign_in(accounts, counter.name, PASSWORD, FROM)


def test_a_disabled_account_is_let_in_by_no_code_and_by_no_other_service(
    accounts: Accounts, counter: Account, secret: str, server: Caller
) -> None:
    accounts.disable(server, counter.id)
    with pytest.raises(SignInError):
        sign_in_by_code(accounts, counter.id, now(accounts, secret), FROM)
    with pytest.raises(SignInError):
        sign_in_trusted(accounts, counter.id, FROM)
    assert of_account(accounts, counter.id) == []
    assert recorded(accounts)[-1].action == "sign_in_failed"


def test_a_second_factor_that_was_taken_away_meanwhile_lets_nobody_in_by_code(
    accounts: Accounts, counter: Account, secret: str, server: Caller
) -> None:
    code = now(accounts, secret)
    remove_second_factor(accounts, server, counter.id)
    for typed in (code, ""):
        with pytest.raises(SignInError, match="动态口令不对"):
            sign_in_by_code(accounts, counter.id, typed, FROM)


@pytest.mark.parametrize("kind", ["one-time", "recovery"])
def test_of_many_at_one_time_only_one_gets_in_with_a_code(
    accounts: Accounts, counter: Account, kind: str
) -> None:
    settings = replace(accounts.settings, lockout_tries=20)
    secret, codes = with_codes(accounts, counter)
    code = codes[0] if kind == "recovery" else now(accounts, secret)
    opened = [
        replace(accounts, settings=settings, database=Database(settings.database_url))
        for _ in range(4)
    ]

    def once(number: int) -> bool:
        try:
            origin = From(f"10.0.0.{number}")
            return bool(sign_in_by_code(opened[number % 4], counter.id, code, origin).bearer)
        except SignInError:
            return False

    with ThreadPoolExecutor(8) as pool:
        passed = sum(pool.map(once, range(12)))
    for one in opened:
        one.database.close()
    assert passed == 1
    assert len(of_account(accounts, counter.id)) == 1


def test_a_changed_password_is_the_only_one_that_counts(
    accounts: Accounts, counter: Account
) -> None:
    change_password(accounts, caller(counter), PASSWORD, OTHER)
    with pytest.raises(SignInError):
        sign_in(accounts, counter.name, PASSWORD, FROM)
    assert sign_in(accounts, counter.name, OTHER, FROM).bearer
