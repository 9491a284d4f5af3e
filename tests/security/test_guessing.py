"""Nobody finds out who has an account, and nobody guesses a password, a code or a link: not even many at once."""

from __future__ import annotations

import re
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime, timedelta

import pyotp
import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import delete
from werkzeug.test import TestResponse

from kb.accounts import passwords, signing_in
from kb.accounts.accounts import Accounts
from kb.accounts.bearer import new_bearer
from kb.accounts.caller import Caller, at_the_server
from kb.accounts.credentials import add_second_factor, remove_second_factor
from kb.accounts.invitations import accept, invite, invite_first
from kb.accounts.rights import Role
from kb.accounts.second_factor import new_secret
from kb.accounts.signing_in import From, sign_in, sign_in_by_code
from kb.audit.table import Filter
from kb.errors import AccountError, DeadLink, SignInError
from kb.models import AttemptRow
from kb.records import now_utc
from tests.security.recorded import refusals
from tests.web.people import PASSWORD, add_person, person
from tests.web.people import sign_in as fill_in
from tests.web.reading import csrf_token
from web.app import create_app
from web.services import Services

HERE = From("10.0.0.1", "test")
WRONG = "Wrong-Password-17-x"
NEW = "山间-Bridge-72-still"


def attempt(client: FlaskClient, name: str, password: str, address: str) -> TestResponse:
    token = csrf_token(client, "/login")
    sent = {"name": name, "password": password, "csrf_token": token}
    return client.post("/login", data=sent, environ_base={"REMOTE_ADDR": address})


def told(response: TestResponse) -> tuple[object, ...]:
    """All that an answer tells, but for what is new each time and what was typed."""
    html = re.sub(r'(name="csrf_token"[^>]*value|content)="[^"]*"', r"\1", response.text)
    html = re.sub(r'(id="name"[^>]*) value="[^"]*"', r"\1", html)
    names = sorted(name for name in response.headers.keys() if name != "Set-Cookie")  # noqa: SIM118
    length = response.headers["Content-Length"] != ""
    return response.status_code, tuple(names), re.sub(r'value="[^"]*"', "", html), length


def fresh(services: Services, moment: datetime) -> Accounts:
    return replace(services.accounts, clock=lambda: moment)


def test_an_answer_does_not_tell_who_has_an_account(guarded_app: Flask, guarded: Services) -> None:
    add_person(guarded, Role.COUNTER, "gone")
    guarded.accounts.disable(at_the_server(), guarded.accounts.named("gone").id)
    guarded.accounts.add(at_the_server(), "invited", "某人", Role.COUNTER)
    client = guarded_app.test_client()
    answers = [
        told(attempt(client, name, password, f"10.0.1.{number}"))
        for number, (name, password) in enumerate(
            [
                ("nobody", WRONG),
                ("counter", WRONG),
                ("gone", PASSWORD),
                ("gone", WRONG),
                ("invited", WRONG),
                ("COUNTER ", WRONG),
                ("not a name!", WRONG),
                ("' or 1=1 --", WRONG),
                ("%", WRONG),
            ]
        )
    ]
    assert answers[0][0] == 401
    assert set(answers) == {answers[0]}


def test_a_lock_does_not_tell_who_has_an_account(guarded_app: Flask) -> None:
    client = guarded_app.test_client()
    locked = []
    for name, place in (("nobody", 1), ("counter", 2)):
        for number in range(6):
            answer = attempt(client, name, WRONG, f"10.{place}.0.{number}")
        locked.append(told(answer))
    assert "尝试次数过多" in str(locked[0])
    assert locked[0] == locked[1]


def test_every_refused_sign_in_does_the_work_of_one_hash(
    guarded: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Counted, not timed: an unknown name, a disabled account and a wrong password each take one."""
    add_person(guarded, Role.COUNTER, "gone")
    guarded.accounts.disable(at_the_server(), guarded.accounts.named("gone").id)
    hashes: list[str] = []
    real = passwords.is_password

    def counted(kept: str, password: str) -> bool:
        hashes.append(kept)
        return real(kept, password)

    monkeypatch.setattr(passwords, "is_password", counted)
    monkeypatch.setattr(signing_in, "is_password", counted)
    for number, name in enumerate(("nobody", "counter", "gone")):
        hashes.clear()
        with pytest.raises(SignInError):
            sign_in(guarded.accounts, name, WRONG, From(f"10.0.2.{number}"))
        assert len(hashes) == 1, name


def test_a_name_is_locked_wherever_the_tries_come_from(guarded: Services) -> None:
    for number in range(5):
        with pytest.raises(SignInError, match="不对"):
            sign_in(guarded.accounts, "counter", WRONG, From(f"10.0.3.{number}"))
    with pytest.raises(SignInError, match="过多"):
        sign_in(guarded.accounts, "counter", PASSWORD, From("10.0.3.99"))
    assert refusals(guarded, "locked_out")[0][1] == "counter"
    with pytest.raises(SignInError, match="过多"):
        sign_in(guarded.accounts, "ＣＯＵＮＴＥＲ", PASSWORD, From("10.0.3.98"))


def test_an_address_is_locked_whichever_names_it_tries(guarded: Services) -> None:
    for number in range(5):
        with pytest.raises(SignInError, match="不对"):
            sign_in(guarded.accounts, f"name-{number}", WRONG, HERE)
    with pytest.raises(SignInError, match="过多"):
        sign_in(guarded.accounts, "counter", PASSWORD, HERE)
    assert sign_in(guarded.accounts, "counter", PASSWORD, From("10.0.4.4")).bearer


def test_a_lock_ends_by_itself_and_not_before(guarded: Services) -> None:
    began = now_utc()
    for number in range(5):
        with pytest.raises(SignInError):
            sign_in(fresh(guarded, began), "counter", WRONG, From(f"10.0.5.{number}"))
    almost, after = began + timedelta(minutes=14, seconds=59), began + timedelta(minutes=15)
    with pytest.raises(SignInError, match="过多"):
        sign_in(fresh(guarded, almost), "counter", PASSWORD, HERE)
    assert sign_in(fresh(guarded, after), "counter", PASSWORD, HERE).bearer


def test_tries_at_one_time_do_not_outrun_the_count(guarded: Services) -> None:
    def guess(number: int) -> str:
        try:
            sign_in(guarded.accounts, "counter", f"{WRONG}{number}", From(f"10.0.6.{number}"))
        except SignInError as error:
            return error.message
        return "in"

    with ThreadPoolExecutor(8) as pool:
        outcomes = list(pool.map(guess, range(24)))
    assert outcomes.count("账号或密码不对") == 5
    assert len([text for text in outcomes if "过多" in text]) == 19
    assert "in" not in outcomes


def with_second_factor(services: Services, moment: datetime) -> tuple[str, Sequence[str]]:
    """The counter's secret and recovery codes, set up some minutes ago."""
    secret, accounts = new_secret(), fresh(services, moment - timedelta(minutes=5))
    owner = Caller(services.accounts.named("counter").identity, "10.0.0.7")
    code = pyotp.TOTP(secret).at(moment - timedelta(minutes=5))
    return secret, add_second_factor(accounts, owner, secret, code)


def test_a_one_time_code_signs_in_once(guarded: Services) -> None:
    moment = now_utc()
    secret, _ = with_second_factor(guarded, moment)
    accounts, identifier = fresh(guarded, moment), guarded.accounts.named("counter").id
    code = pyotp.TOTP(secret).at(moment)
    assert not sign_in(accounts, "counter", PASSWORD, HERE).bearer
    assert sign_in_by_code(accounts, identifier, code, HERE).bearer
    for again in (
        code,
        f" {code[:3]} {code[3:]} ",
        pyotp.TOTP(secret).at(moment - timedelta(seconds=30)),
    ):
        with pytest.raises(SignInError, match="不对"):
            sign_in_by_code(accounts, identifier, again, HERE)


def test_a_one_time_code_taken_by_two_at_once_signs_one_in(guarded: Services) -> None:
    moment = now_utc()
    secret, recovery = with_second_factor(guarded, moment)
    accounts, identifier = fresh(guarded, moment), guarded.accounts.named("counter").id

    def take(code: str) -> bool:
        try:
            return bool(sign_in_by_code(accounts, identifier, code, HERE).bearer)
        except SignInError:
            return False

    for code in (pyotp.TOTP(secret).at(moment), recovery[0]):
        with ThreadPoolExecutor(4) as pool:
            assert sum(pool.map(take, [code] * 4)) == 1
        with guarded.database.writing() as session:
            session.execute(delete(AttemptRow))


def test_codes_cannot_be_guessed_and_the_right_password_forgives_none(guarded: Services) -> None:
    moment = now_utc()
    secret, recovery = with_second_factor(guarded, moment)
    accounts, identifier = fresh(guarded, moment), guarded.accounts.named("counter").id
    good = pyotp.TOTP(secret).at(moment)
    guesses = 0
    for number in range(30):
        origin = From(f"10.0.8.{number}")
        try:
            sign_in(accounts, "counter", PASSWORD, origin)
            wrong = f"{(int(good) + 1 + number) % 10**6:06d}"
            sign_in_by_code(accounts, identifier, wrong, origin)
        except SignInError as error:
            guesses += "动态口令不对" in error.message
    assert guesses == 5
    for code in (good, recovery[0]):
        with pytest.raises(SignInError, match="过多"):
            sign_in_by_code(accounts, identifier, code, From("10.0.8.99"))


def test_a_recovery_code_signs_in_once(guarded: Services) -> None:
    moment = now_utc()
    _, recovery = with_second_factor(guarded, moment)
    accounts, identifier = fresh(guarded, moment), guarded.accounts.named("counter").id
    assert sign_in_by_code(accounts, identifier, recovery[3], HERE).bearer
    with pytest.raises(SignInError, match="不对"):
        sign_in_by_code(accounts, identifier, recovery[3].lower().replace("-", " "), HERE)
    assert sign_in_by_code(accounts, identifier, recovery[4], HERE).bearer


def test_the_page_for_codes_opens_only_after_the_password(
    guarded_app: Flask, guarded: Services
) -> None:
    secret, _ = with_second_factor(guarded, now_utc())
    client = guarded_app.test_client()
    assert client.get("/login/code").status_code == 302
    token = csrf_token(client, "/login")
    sent = {"code": pyotp.TOTP(secret).now(), "csrf_token": token}
    assert client.post("/login/code", data=sent).headers["Location"] == "/login"
    assert client.get("/profile/").status_code == 302
    assert fill_in(client, "counter") == 302
    assert client.get("/profile/").status_code == 302  # the password alone is not enough
    sent["csrf_token"] = csrf_token(client, "/login/code")
    assert client.post("/login/code", data=sent).headers["Location"] == "/"
    assert client.get("/profile/").status_code == 200


def test_a_second_factor_reset_meanwhile_is_no_error(guarded_app: Flask, guarded: Services) -> None:
    with_second_factor(guarded, now_utc())
    client = guarded_app.test_client()
    assert fill_in(client, "counter") == 302
    remove_second_factor(guarded.accounts, at_the_server(), guarded.accounts.named("counter").id)
    sent = {"code": "123456", "csrf_token": csrf_token(client, "/login/code")}
    assert client.post("/login/code", data=sent).status_code == 401


def test_an_open_screen_does_not_give_the_second_factor_away(
    guarded_app: Flask, guarded: Services
) -> None:
    client = person(guarded_app, Role.COUNTER)
    secret, _ = with_second_factor(guarded, now_utc())
    assert client.get("/profile/second-factor").status_code == 400
    owner = Caller(guarded.accounts.named("counter").identity, "10.0.0.7")
    mine = new_secret()
    with pytest.raises(AccountError, match="已经启用"):
        add_second_factor(guarded.accounts, owner, mine, pyotp.TOTP(mine).now())
    token = csrf_token(client, "/profile/second-factor/stop")
    sent = {"current": WRONG, "csrf_token": token}
    assert client.post("/profile/second-factor/stop", data=sent).status_code == 400
    assert guarded.accounts.named("counter").has_second_factor
    assert secret


def test_an_open_screen_is_no_way_to_guess_the_password(
    guarded_app: Flask, guarded: Services
) -> None:
    client = person(guarded_app, Role.COUNTER)
    token = csrf_token(client, "/profile/password")
    statuses = []
    for number in range(7):
        sent = {"current": f"{WRONG}{number}", "new": NEW, "again": NEW, "csrf_token": token}
        statuses.append(client.post("/profile/password", data=sent).status_code)
    assert statuses == [400] * 5 + [401] * 2
    right = {"current": PASSWORD, "new": NEW, "again": NEW, "csrf_token": token}
    assert client.post("/profile/password", data=right).status_code == 401
    assert len(refusals(guarded, "password_changed")) == 5


def test_a_link_is_good_once_and_not_for_long(guarded_app: Flask, guarded: Services) -> None:
    identifier = guarded.accounts.named("counter").id
    moment = now_utc()
    first = invite(guarded.accounts, at_the_server(), identifier)
    second = invite(guarded.accounts, at_the_server(), identifier)
    client = guarded_app.test_client()
    assert client.get(f"/invitation/{first}").status_code == 404  # the second one ended it
    sent = {"new": NEW, "again": NEW, "csrf_token": csrf_token(client, f"/invitation/{second}")}
    assert client.post(f"/invitation/{second}", data=sent).status_code == 302
    assert client.post(f"/invitation/{second}", data={**sent, "new": PASSWORD}).status_code == 404
    assert fill_in(guarded_app.test_client(), "counter", NEW) == 302
    third = invite(fresh(guarded, moment - timedelta(hours=72)), at_the_server(), identifier)
    assert client.get(f"/invitation/{third}").status_code == 404
    disabled = invite(guarded.accounts, at_the_server(), identifier)
    guarded.accounts.disable(at_the_server(), identifier)
    assert client.get(f"/invitation/{disabled}").status_code == 404


def test_a_link_taken_by_two_at_once_sets_one_password(guarded: Services) -> None:
    bearer = invite(guarded.accounts, at_the_server(), guarded.accounts.named("counter").id)

    def take(password: str) -> bool:
        try:
            accept(guarded.accounts, bearer, password, "10.0.0.1")
        except DeadLink:
            return False
        return True

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(take, [NEW, "河口-Market-55-early"])) == [False, True]


def test_links_cannot_be_guessed_and_guesses_are_on_record(
    guarded_app: Flask, guarded: Services
) -> None:
    client = guarded_app.test_client()
    guesses = [new_bearer(), "x", "0" * 49, "%", "' or 1=1 --", "None", "null", "a" * 5000]
    answers = {told(client.get(f"/invitation/{guess}"))[2] for guess in guesses}
    assert len(answers) == 1
    entries = refusals(guarded, "denied")
    assert len(entries) == len(guesses)
    assert {subject for _, subject in entries} == {"/invitation/…"}


def test_the_audit_log_holds_no_link_that_still_works(
    guarded_app: Flask, guarded: Services
) -> None:
    bearer = invite(guarded.accounts, at_the_server(), guarded.accounts.named("administrator").id)
    guarded_app.test_client().post(f"/invitation/{bearer}", data={"new": NEW, "again": NEW})
    assert refusals(guarded, "refused_input")[0][1] == "/invitation/…"
    every = guarded.audit.entries(Filter(), 1000)
    assert not [entry for entry in every if bearer in f"{entry}"]


def test_only_the_first_administrator_comes_by_the_first_link(guarded: Services) -> None:
    assert invite_first(guarded.accounts, at_the_server()) is None


def test_a_program_with_a_wrong_token_learns_nothing(guarded_app: Flask) -> None:
    told_each = set()
    for bearer in ("", "x", "wz_" + "a" * 49, new_bearer("wz_"), new_bearer()):
        header = {"Authorization": f"Bearer {bearer}"}
        response = guarded_app.test_client().get("/api/v1/articles", headers=header)
        told_each.add((response.status_code, response.text))
    assert len(told_each) == 1
    assert next(iter(told_each))[0] == 401


def test_a_flood_of_tries_to_sign_in_is_refused_on_record(guarded: Services) -> None:
    client = create_app(guarded).test_client()
    token = csrf_token(client, "/login")
    sent = {"name": "x", "password": "", "csrf_token": token}  # not even a try that counts
    statuses = [client.post("/login", data=sent).status_code for _ in range(32)]
    assert statuses[:30] == [200] * 30
    assert statuses[30:] == [429, 429]
    assert ("未登录", "/login") in refusals(guarded, "refused_input")
