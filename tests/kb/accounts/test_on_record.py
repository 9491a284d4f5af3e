"""Every change of who may do what leaves exactly one entry in the audit log, or is not made."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pyotp
import pytest
from sqlalchemy import select

from kb.accounts import credentials, held, invitations, sign_ins, tokens
from kb.accounts.accounts import Account, Accounts
from kb.accounts.attempts import unlock
from kb.accounts.caller import Caller
from kb.accounts.rights import Right, Role
from kb.accounts.second_factor import new_secret
from kb.accounts.signing_in import From, sign_in, sign_in_by_code, sign_in_trusted
from kb.audit.verify import verify
from kb.errors import AuditError
from kb.models import Base
from tests.kb.people import (
    ADDRESS,
    OTHER,
    PASSWORD,
    break_audit,
    caller,
    recorded,
)

Change = Callable[[], object]
Prepare = Callable[[Accounts, Account, Account], Change]
"""Gets the accounts, an administrator and counter staff ready; what it returns makes the change."""

FROM = From(ADDRESS, "Firefox")


def code_for(accounts: Accounts, secret: str, steps: int = 0) -> str:
    return pyotp.TOTP(secret).at(accounts.clock() + timedelta(seconds=30 * steps))


def with_code(accounts: Accounts, person: Account) -> str:
    """Set a second factor up; returns its secret."""
    secret = new_secret()
    credentials.add_second_factor(accounts, caller(person), secret, code_for(accounts, secret))
    return secret


def disabled(accounts: Accounts, admin: Account, person: Account) -> Account:
    accounts.disable(caller(admin), person.id)
    return person


def _accept(accounts: Accounts, admin: Account, person: Account) -> Change:
    bearer = invitations.invite(accounts, caller(admin), person.id)
    return lambda: invitations.accept(accounts, bearer, OTHER, ADDRESS)


def _by_code(accounts: Accounts, _: Account, person: Account) -> Change:
    code = code_for(accounts, with_code(accounts, person), steps=1)
    return lambda: sign_in_by_code(accounts, person.id, code, FROM)


def _revoke(accounts: Accounts, _: Account, person: Account) -> Change:
    tokens.make_token(accounts, caller(person), "报表", [Right.READ], 1)
    made = tokens.tokens_of(accounts, person.id)[0]
    return lambda: tokens.revoke_token(accounts, caller(person), made.id)


def _end(accounts: Accounts, _: Account, person: Account) -> Change:
    bearer = sign_in(accounts, person.name, PASSWORD, FROM).bearer
    return lambda: sign_ins.end(accounts, bearer, caller(person))


def _remove(accounts: Accounts, admin: Account, person: Account) -> Change:
    disabled(accounts, admin, person)
    return lambda: held.remove(accounts, caller(admin), person.id)


def _enable(accounts: Accounts, admin: Account, person: Account) -> Change:
    disabled(accounts, admin, person)
    return lambda: accounts.enable(caller(admin), person.id)


def _second_factor(accounts: Accounts, _: Account, person: Account) -> Change:
    secret = new_secret()
    code = code_for(accounts, secret)
    return lambda: credentials.add_second_factor(accounts, caller(person), secret, code)


def _no_second_factor(accounts: Accounts, admin: Account, person: Account) -> Change:
    with_code(accounts, person)
    return lambda: credentials.remove_second_factor(accounts, caller(admin), person.id)


CHANGES: dict[str, tuple[str, Prepare]] = {
    "add": (
        "account_added",
        lambda a, admin, _: lambda: a.add(caller(admin), "new", "新人", Role.COUNTER),
    ),
    "add with password": (
        "account_added",
        lambda a, admin, _: (
            lambda: credentials.add_with_password(
                a, caller(admin), "new", "新人", Role.COUNTER, PASSWORD
            )
        ),
    ),
    "rename": ("account_changed", lambda a, admin, p: lambda: a.rename(caller(admin), p.id, "乙")),
    "change role": (
        "role_changed",
        lambda a, admin, p: lambda: a.change_role(caller(admin), p.id, Role.ENGINEER),
    ),
    "disable": ("account_disabled", lambda a, admin, p: lambda: a.disable(caller(admin), p.id)),
    "enable": ("account_changed", _enable),
    "unlock": ("account_changed", lambda a, admin, p: lambda: unlock(a, caller(admin), p.name)),
    "invite": (
        "invitation_made",
        lambda a, admin, p: lambda: invitations.invite(a, caller(admin), p.id),
    ),
    "accept": ("password_changed", _accept),
    "change password": (
        "password_changed",
        lambda a, _, p: lambda: credentials.change_password(a, caller(p), PASSWORD, OTHER),
    ),
    "add second factor": ("second_factor_changed", _second_factor),
    "remove second factor": ("second_factor_changed", _no_second_factor),
    "make token": (
        "token_made",
        lambda a, _, p: lambda: tokens.make_token(a, caller(p), "报表", [Right.READ], 1),
    ),
    "revoke token": ("token_revoked", _revoke),
    "sign in": ("sign_in", lambda a, _, p: lambda: sign_in(a, p.name, PASSWORD, FROM)),
    "sign in by code": ("sign_in", _by_code),
    "sign in trusted": ("sign_in", lambda a, _, p: lambda: sign_in_trusted(a, p.id, FROM)),
    "sign out": ("sign_out", _end),
    "sign out everywhere": (
        "sign_out",
        lambda a, admin, p: lambda: sign_ins.end_everywhere(a, p.id, caller(admin)),
    ),
    "hand out what is held": (
        "exported",
        lambda a, admin, p: lambda: held.held_on(a, caller(admin), p.id),
    ),
    "remove": ("record_deleted", _remove),
}


def stand(accounts: Accounts) -> dict[str, list[tuple[object, ...]]]:
    """What all tables hold, but the audit log and the tries, which count whether they succeed or not."""
    with accounts.database.reading() as session:
        return {
            name: [tuple(row) for row in session.execute(select(table))]
            for name, table in Base.metadata.tables.items()
            if not name.startswith("audit") and name != "attempt"
        }


@pytest.mark.parametrize("name", CHANGES)
def test_a_change_leaves_exactly_one_entry(
    accounts: Accounts, administrator: Account, counter: Account, name: str
) -> None:
    action, prepare = CHANGES[name]
    change = prepare(accounts, administrator, counter)
    before = len(recorded(accounts))
    change()
    new = recorded(accounts)[before:]
    assert [(entry.action, entry.outcome) for entry in new] == [(action, "ok")]
    assert verify(accounts.audit).fault_count == 0


@pytest.mark.parametrize("name", CHANGES)
def test_a_change_that_cannot_be_recorded_is_not_made(
    accounts: Accounts, administrator: Account, counter: Account, name: str
) -> None:
    change = CHANGES[name][1](accounts, administrator, counter)
    before = stand(accounts)
    break_audit(accounts)
    with pytest.raises(AuditError):
        change()
    assert stand(accounts) == before


@pytest.mark.parametrize(
    "name", [name for name in CHANGES if name not in {"hand out what is held"}]
)
def test_the_changes_above_change_something(
    accounts: Accounts, administrator: Account, counter: Account, name: str
) -> None:
    if name == "unlock":
        return
    if name == "sign out everywhere":
        sign_in(accounts, counter.name, PASSWORD, FROM)
    change = CHANGES[name][1](accounts, administrator, counter)
    before = stand(accounts)
    change()
    assert stand(accounts) != before


def test_the_first_administrators_link_and_what_comes_of_it_are_on_record(
    accounts: Accounts, server: Caller
) -> None:
    bearer = invitations.invite_first(accounts, server)
    assert bearer is not None
    invitations.accept_first(accounts, bearer, "head", "主任", PASSWORD, ADDRESS)
    told = [(entry.action, entry.name) for entry in recorded(accounts)]
    assert told == [
        ("invitation_made", server.identity.name),
        ("account_added", "head"),
        ("password_changed", "head"),
    ]


def test_an_entry_names_who_did_it_to_whom_from_where_and_holds_no_secret(
    accounts: Accounts, administrator: Account, counter: Account
) -> None:
    secret = with_code(accounts, counter)
    bearer = invitations.invite(accounts, caller(administrator), counter.id)
    token = tokens.make_token(accounts, caller(counter), "报表", [Right.READ], 1)
    accounts.change_role(caller(administrator), counter.id, Role.ENGINEER)
    entry = recorded(accounts)[-1]
    assert (entry.actor, entry.name, entry.role, entry.address, entry.subject, entry.detail) == (
        administrator.id,
        "administrator",
        "administrator",
        ADDRESS,
        "counter",
        "窗口经办 → 驻场工程师",
    )
    written = str(recorded(accounts))
    assert not [one for one in (secret, bearer, token, PASSWORD) if one in written]


def test_a_refused_change_is_on_record_as_refused(accounts: Accounts, counter: Account) -> None:
    with pytest.raises(credentials.AccountError):
        credentials.change_password(accounts, caller(counter), "not-the-password", OTHER)
    entry = recorded(accounts)[-1]
    assert (entry.action, entry.outcome) == ("password_changed", "refused")
