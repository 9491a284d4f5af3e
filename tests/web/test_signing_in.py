"""Signing in and out as people do it: pages, one-time codes, links, forced changes, ends by time."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pyotp
import pytest
from flask import Flask
from flask.testing import FlaskClient

from kb.accounts.caller import at_the_server
from kb.accounts.invitations import invite, invite_first
from kb.accounts.rights import Role
from kb.audit.table import Filter
from tests.web.people import PASSWORD, add_person, person, sign_in
from tests.web.reading import page, select, submit, text, tree_of
from web.app import create_app
from web.services import Services

NEW = "河埠头-Teacup-88-slow"


class Clock:
    """A clock that the test sets."""

    def __init__(self) -> None:
        self.now = datetime(2026, 11, 23, 1, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def timed(guarded: Services, clock: Clock) -> Flask:
    """The application with the test's clock."""
    return create_app(replace(guarded, accounts=replace(guarded.accounts, clock=clock)))


def test_who_signs_in_comes_to_what_was_wanted(guarded_app: Flask) -> None:
    client = guarded_app.test_client()
    led = client.get("/wiki/policy/unemployment").headers["Location"]
    form = select(page(client, led), "main form")[0]
    sent = {**dict(form.fields), "name": " COUNTER ", "password": PASSWORD}
    response = client.post("/login", data=sent)
    assert response.headers["Location"] == "/wiki/policy/unemployment"
    assert client.get("/wiki/policy/unemployment").status_code == 200


@pytest.mark.parametrize(
    "wanted",
    [
        "https://evil.example/",
        "//evil.example",
        "/\\evil.example",
        "javascript:alert(1)",
        "/\tx",
        "",
    ],
)
def test_nobody_is_led_elsewhere(guarded_app: Flask, wanted: str) -> None:
    client = guarded_app.test_client()
    token = select(page(client, "/login"), "main form")[0].fields["csrf_token"]
    sent = {"name": "counter", "password": PASSWORD, "next": wanted, "csrf_token": token}
    assert client.post("/login", data=sent).headers["Location"] == "/"


def test_a_wrong_name_and_a_wrong_password_are_told_the_same(guarded_app: Flask) -> None:
    pages = []
    for name, password in (("counter", "x"), ("nobody", PASSWORD), ("nobody", "x")):
        client = guarded_app.test_client()
        sent = {"name": name, "password": password}
        tree = tree_of(submit(client, "/login", sent, "/login"), 401)
        pages.append(text(tree, "main .notice"))
    assert len(set(pages)) == 1
    assert "账号或密码不对" in pages[0]


def test_after_five_wrong_passwords_the_right_one_does_not_help_for_a_while(
    timed: Flask, guarded: Services, clock: Clock
) -> None:
    client = timed.test_client()
    for _ in range(5):
        assert sign_in(client, "counter", "wrong") == 401
    assert sign_in(client, "counter") == 401
    assert guarded.audit.count(Filter(action="locked_out")) == 1
    clock.now += timedelta(minutes=15)
    assert sign_in(client, "counter") == 302


def test_the_auditor_begins_with_the_log_and_the_others_with_the_question(
    guarded_app: Flask,
) -> None:
    for role, first in ((Role.AUDITOR, "/audit/"), (Role.COUNTER, "/")):
        client = guarded_app.test_client()
        sent = {"name": role.value, "password": PASSWORD}
        assert submit(client, "/login", sent, "/login").headers["Location"] == first


def test_who_signed_out_is_signed_out_and_the_old_cookie_is_worthless(guarded_app: Flask) -> None:
    client = person(guarded_app, Role.COUNTER)
    cookie = client.get_cookie("wenzhi")
    assert cookie is not None
    response = submit(client, "/logout", {}, "/")
    assert '"cache"' in response.headers["Clear-Site-Data"]
    assert client.get("/").status_code == 302
    client.set_cookie("wenzhi", cookie.value)
    assert client.get("/").status_code == 302


@pytest.mark.parametrize(("minutes", "status"), [(29, 200), (30, 302)])
def test_who_does_nothing_for_half_an_hour_must_sign_in_again(
    timed: Flask, clock: Clock, minutes: int, status: int
) -> None:
    client = person(timed, Role.COUNTER)
    clock.now += timedelta(minutes=minutes)
    assert client.get("/").status_code == status


def test_after_twelve_hours_everybody_must_sign_in_again(timed: Flask, clock: Clock) -> None:
    client = person(timed, Role.COUNTER)
    for _ in range(35):
        clock.now += timedelta(minutes=20)
        assert client.get("/").status_code == 200
    clock.now += timedelta(minutes=20)
    assert client.get("/").status_code == 302


def test_a_password_that_another_chose_must_be_changed_first(
    guarded: Services, guarded_app: Flask
) -> None:
    add_person(guarded, Role.COUNTER, "newcomer", must_change=True)
    client = guarded_app.test_client()
    assert sign_in(client, "newcomer") == 302
    assert client.get("/").headers["Location"] == "/profile/password"
    assert client.get("/api/v1/articles").status_code == 403
    sent = {"current": PASSWORD, "new": NEW, "again": NEW}
    assert submit(client, "/profile/password", sent, "/profile/password").status_code == 302
    assert client.get("/").status_code == 200
    assert sign_in(guarded_app.test_client(), "newcomer", NEW) == 302


def test_a_password_older_than_ninety_days_must_be_changed(timed: Flask, clock: Clock) -> None:
    clock.now = datetime.now(UTC) + timedelta(days=89)
    assert person(timed, Role.COUNTER).get("/").status_code == 200
    clock.now += timedelta(days=2)
    assert person(timed, Role.COUNTER).get("/").headers["Location"] == "/profile/password"


def test_changing_the_password_signs_out_everywhere_else(guarded_app: Flask) -> None:
    here, there = (person(guarded_app, Role.COUNTER) for _ in range(2))
    sent = {"current": PASSWORD, "new": NEW, "again": NEW}
    assert submit(here, "/profile/password", sent, "/profile/password").status_code == 302
    assert here.get("/").status_code == 200
    assert there.get("/").status_code == 302


@pytest.mark.parametrize(
    ("sent", "told"),
    [
        ({"current": "wrong", "new": NEW, "again": NEW}, "现在的密码不对"),
        ({"current": PASSWORD, "new": NEW, "again": "other"}, "两次输入的密码不一样"),
        ({"current": PASSWORD, "new": "Abcd1234!!", "again": "Abcd1234!!"}, "密码"),
        ({"current": PASSWORD, "new": PASSWORD, "again": PASSWORD}, "最近5次"),
        ({"current": PASSWORD, "new": "Shengzhou@2026", "again": "Shengzhou@2026"}, "密码"),
    ],
)
def test_a_password_that_will_not_do_is_refused_with_the_reason(
    guarded_app: Flask, sent: dict[str, str], told: str
) -> None:
    client = person(guarded_app, Role.COUNTER)
    response = submit(client, "/profile/password", sent, "/profile/password")
    assert told in response.text
    assert sign_in(guarded_app.test_client(), "counter") == 302


def test_one_time_codes_are_asked_for_once_they_are_set_up(
    timed: Flask, guarded: Services, clock: Clock
) -> None:
    client = person(timed, Role.COUNTER)
    tree = page(client, "/profile/second-factor")
    totp = pyotp.TOTP(text(tree, "code"))
    wrong = submit(client, "/profile/second-factor", {"code": "000000"}, "/profile/second-factor")
    assert "动态口令不对" in wrong.text
    sent = {"code": totp.at(clock.now)}
    kept = tree_of(submit(client, "/profile/second-factor", sent, "/profile/second-factor"))
    codes = text(kept, ".codes code").split()
    assert len(codes) == 10
    secret = text(tree, "code")
    rows = "".join(map(str, guarded.settings.state.glob("wenzhi.sqlite*")))
    assert secret.encode() not in (guarded.settings.state / "wenzhi.sqlite").read_bytes(), rows

    clock.now += timedelta(minutes=1)
    other = timed.test_client()
    assert sign_in(other, "counter") == 302
    assert other.get("/").status_code == 302  # not yet
    assert submit(other, "/login/code", {"code": "000000"}, "/login/code").status_code == 401
    code = totp.at(clock.now)
    assert submit(other, "/login/code", {"code": code}, "/login/code").status_code == 302
    assert other.get("/").status_code == 200

    again = timed.test_client()
    sign_in(again, "counter")
    assert submit(again, "/login/code", {"code": code}, "/login/code").status_code == 401  # used
    assert submit(again, "/login/code", {"code": codes[0]}, "/login/code").status_code == 302
    third = timed.test_client()
    sign_in(third, "counter")
    assert submit(third, "/login/code", {"code": codes[0]}, "/login/code").status_code == 401


def test_the_code_must_follow_the_password_within_minutes_and_in_the_same_browser(
    guarded_app: Flask,
) -> None:
    assert guarded_app.test_client().get("/login/code").headers["Location"] == "/login"


def test_where_codes_are_required_everybody_sets_them_up_first(guarded: Services) -> None:
    settings = replace(guarded.settings, second_factor="required")
    accounts = replace(guarded.accounts, settings=settings)
    app = create_app(replace(guarded, settings=settings, accounts=accounts))
    client = person(app, Role.COUNTER)
    assert client.get("/").headers["Location"] == "/profile/second-factor"
    assert client.get("/profile/second-factor").status_code == 200


def test_a_link_lets_its_bearer_set_a_password_once(guarded: Services, guarded_app: Flask) -> None:
    account = guarded.accounts.add(at_the_server(), "newcomer", "窗口经办员乙", Role.COUNTER)
    bearer = invite(guarded.accounts, at_the_server(), account.id)
    client, address = guarded_app.test_client(), f"/invitation/{bearer}"
    assert sign_in(client, "newcomer", NEW) == 401
    weak = submit(client, address, {"new": "12345678", "again": "12345678"}, address)
    assert weak.status_code == 400
    assert submit(client, address, {"new": NEW, "again": NEW}, address).status_code == 302
    assert sign_in(client, "newcomer", NEW) == 302
    assert client.get(address).status_code == 404


def test_the_first_link_makes_the_first_administrator_and_no_second(services: Services) -> None:
    settings = replace(services.settings, access="login")
    made = replace(
        services, settings=settings, accounts=replace(services.accounts, settings=settings)
    )
    bearer = invite_first(made.accounts, at_the_server())
    client: FlaskClient = create_app(made).test_client()
    address = f"/invitation/{bearer}"
    sent = {"name": "admin1", "display_name": "系统管理员甲", "new": NEW, "again": NEW}
    assert submit(client, address, sent, address).status_code == 302
    assert [item.role for item in made.accounts.every()] == [Role.ADMINISTRATOR]
    assert client.get(address).status_code == 404
    assert invite_first(made.accounts, at_the_server()) is None


def test_no_password_and_no_link_is_in_any_page_or_log_afterwards(
    guarded: Services, guarded_app: Flask
) -> None:
    client = person(guarded_app, Role.COUNTER)
    assert PASSWORD not in client.get("/profile/").text
    entries = "".join(map(str, guarded.audit.entries(Filter())))
    assert PASSWORD not in entries
    assert not re.search(r"invitation/\w", entries)
