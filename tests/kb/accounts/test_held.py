"""What is held on somebody is handed out without secrets, and taken away with nothing of the person left."""

from __future__ import annotations

import json

import pyotp
import pytest
from sqlalchemy import func, select

from kb.accounts import held
from kb.accounts.accounts import Account, Accounts
from kb.accounts.caller import Caller, at_the_server
from kb.accounts.credentials import add_second_factor, change_password
from kb.accounts.invitations import invite
from kb.accounts.rights import Right
from kb.accounts.second_factor import new_secret
from kb.accounts.signing_in import From, sign_in
from kb.accounts.tokens import make_token
from kb.errors import AccountError, NotFound
from kb.models import AccountRow, Base, ConversationRow, ProblemRow
from kb.records import Records
from tests.kb.people import OTHER, PASSWORD, caller, recorded, stored

QUESTION = "灵活就业断缴怎么补"
AGENT = "Browser-of-the-counter/9"
ADDRESS = "10.77.66.55"
SHOWN = "独一无二的名字"
TOKEN = "月报导出程序"


@pytest.fixture
def secrets(accounts: Accounts, counter: Account, administrator: Account) -> list[str]:
    """Somebody who did everything that leaves a trace; returns what must be handed out to nobody."""
    accounts.rename(caller(administrator), counter.id, SHOWN)
    by = Caller(counter.identity, ADDRESS)
    change_password(accounts, by, PASSWORD, OTHER)
    bearer = sign_in(accounts, counter.name, OTHER, From(ADDRESS, AGENT)).bearer
    secret = new_secret()
    code = pyotp.TOTP(secret).at(accounts.clock())
    codes = add_second_factor(accounts, by, secret, code)
    token = make_token(accounts, by, TOKEN, [Right.READ], 30)
    link = invite(accounts, caller(administrator), counter.id)
    records = Records(accounts.database, accounts.clock)
    answer, _ = records.record_answer(QUESTION, "abstention", 0.1, ["a"], 5, None, counter.id)
    records.record_feedback(answer, False, "没说清", counter.id)
    records.report_problem(QUESTION, answer, "请补充", counter.id)
    with accounts.database.reading() as session:
        row = session.get(AccountRow, counter.id)
        assert row is not None
        kept = [row.password, row.second_factor, *row.recovery_codes]
    return [PASSWORD, OTHER, bearer, secret, *codes, token, link, *kept]


def test_everything_is_handed_out_and_no_secret(
    accounts: Accounts, counter: Account, secrets: list[str]
) -> None:
    given = held.held_on(accounts, caller(counter), counter.id)
    text = json.dumps(given, ensure_ascii=False)
    assert not [secret for secret in secrets if secret in text]
    assert given["account"]["display_name"] == SHOWN
    assert given["account"]["second_factor"] is True
    assert [one["agent"] for one in given["signed_in"]] == [AGENT]
    assert [one["name"] for one in given["tokens"]] == [TOKEN]
    asked = given["questions"][0]
    assert (asked["question"], asked["helpful"], asked["reason"]) == (QUESTION, False, "没说清")
    assert [one["note"] for one in given["problems"]] == ["请补充"]


@pytest.mark.usefixtures("secrets")
def test_of_others_nothing_is_handed_out(accounts: Accounts, administrator: Account) -> None:
    given = held.held_on(accounts, caller(administrator), administrator.id)
    assert given["account"]["name"] == administrator.name
    assert [given[part] for part in ("signed_in", "tokens", "questions", "problems")] == [[]] * 4


@pytest.mark.usefixtures("secrets")
def test_an_account_in_use_is_not_removed(accounts: Accounts, counter: Account) -> None:
    with pytest.raises(AccountError, match="先停用"):
        held.remove(accounts, at_the_server(), counter.id)
    assert accounts.get(counter.id).name == counter.name


@pytest.mark.usefixtures("secrets")
def test_nothing_of_the_person_is_left_in_the_files_but_the_audit_log(
    accounts: Accounts, counter: Account, administrator: Account
) -> None:
    path = accounts.settings.state / "wenzhi.sqlite"
    traces = [AGENT, TOKEN, "argon2id"]
    assert not [one for one in traces if one.encode() not in stored(path)]
    accounts.disable(caller(administrator), counter.id)
    held.remove(accounts, caller(administrator), counter.id)
    kept = stored(path)
    hashes = kept.count(b"argon2id")
    assert hashes == 1, "the administrator's"
    in_the_log = "".join(str(entry) for entry in recorded(accounts))
    for one in (AGENT, TOKEN):
        assert kept.count(one.encode()) == in_the_log.count(one), one
    with accounts.database.reading() as session:
        for name, table in Base.metadata.tables.items():
            if not name.startswith("audit"):
                rows = str(session.execute(select(table)).all())
                assert not [one for one in (counter.id, SHOWN, ADDRESS) if one in rows], name


@pytest.mark.usefixtures("secrets")
def test_what_was_asked_and_reported_stays_as_nobodys(
    accounts: Accounts, counter: Account, administrator: Account
) -> None:
    accounts.disable(caller(administrator), counter.id)
    held.remove(accounts, caller(administrator), counter.id)
    with accounts.database.reading() as session:
        for table in (ConversationRow, ProblemRow):
            assert session.scalar(select(func.count()).select_from(table)) == 1
            assert session.scalars(select(table.account_id)).all() == [None]
    with pytest.raises(NotFound):
        accounts.get(counter.id)
    assert recorded(accounts)[-1].subject == counter.name
    again = accounts.add(caller(administrator), counter.name, "新人", counter.role)
    assert held.held_on(accounts, caller(administrator), again.id)["questions"] == []
