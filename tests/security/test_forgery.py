"""No other site makes a reader's browser change anything, and no cookie outlives its sign-in."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from werkzeug.routing import Rule

from kb.accounts.rights import RIGHTS, Role
from kb.models import AccountRow, FeedbackRow, ProblemRow, SignInRow, TokenRow
from kb.records import now_utc
from tests.security.recorded import refusals
from tests.web.people import PASSWORD, person, sign_in
from tests.web.reading import csrf_token
from tests.web.test_rights import address_of
from web.app import create_app
from web.rights import PUBLIC, RIGHT_OF
from web.services import Services

CHANGES = ("POST", "PUT", "PATCH", "DELETE")
REFUSED = 403
FULL = {
    "name": "mallory",
    "display_name": "某人",
    "role": "administrator",
    "do": "role",
    "current": PASSWORD,
    "new": "山间-Bridge-72-still",
    "again": "山间-Bridge-72-still",
    "question": "消毒柜几点关门",
    "helpful": "yes",
    "rights": "read",
    "days": "9",
    "password": PASSWORD,
    "code": "123456",
}
"""What would make a difference, whichever form it lands in."""


def changing(app: Flask) -> Iterator[tuple[Rule, str]]:
    for rule in app.url_map.iter_rules():
        for method in CHANGES:
            if method in (rule.methods or ()):
                yield rule, method


def somebody_for(app: Flask, rule: Rule) -> FlaskClient:
    """A browser of somebody who may do it."""
    if rule.endpoint in PUBLIC:
        return app.test_client()
    right = RIGHT_OF[rule.endpoint]
    return person(app, next(role for role in Role if right in RIGHTS[role]))


def state(services: Services) -> tuple[object, ...]:
    """All that a forged request could change."""
    with services.database.reading() as session:
        accounts = session.execute(
            select(
                AccountRow.name,
                AccountRow.role,
                AccountRow.password,
                AccountRow.second_factor,
                AccountRow.display_name,
                AccountRow.disabled_at,
            ).order_by(AccountRow.name)
        ).all()
        tables = (SignInRow, TokenRow, ProblemRow, FeedbackRow)
        counts = [session.scalar(select(func.count()).select_from(table)) for table in tables]
        return (*accounts, *counts)


def forged(rule: Rule, token: str, foreign: str) -> list[dict[str, object]]:
    """The ways in which another page can send a request, with the token it could have at best."""
    path = address_of(rule)
    form = {"data": FULL, "content_type": "application/x-www-form-urlencoded"}
    right = {"X-CSRFToken": token}
    text = '{"question": "消毒柜几点关门", "helpful": true}'
    return [
        form,
        {"data": {**FULL, "csrf_token": ""}},
        {"data": {**FULL, "csrf_token": foreign}},
        {"data": {**FULL, "csrf_token": token[:-2]}},
        {"data": text, "content_type": "text/plain"},
        {"data": text, "content_type": "application/json"},
        {"data": text, "content_type": "application/json", "headers": {"X-CSRFToken": foreign}},
        {"data": text, "content_type": "text/plain;application/json"},
        {**form, "headers": {**right, "Origin": "https://evil.example"}},
        {**form, "headers": {**right, "Origin": "null"}},
        {**form, "headers": {**right, "Origin": "http://localhost.evil.example"}},
        {**form, "headers": {**right, "Origin": "http://localhost@evil.example"}},
        {**form, "headers": {**right, "Origin": "http://[evil"}},
        {**form, "headers": {**right, "Sec-Fetch-Site": "cross-site"}},
        {**form, "headers": {**right, "Sec-Fetch-Site": "same-site"}},
        {"query_string": {**FULL, "csrf_token": ""}, "path": path},
    ]


def token_of(client: FlaskClient) -> str:
    return csrf_token(
        client, "/profile/" if client.get("/profile/").status_code == 200 else "/login"
    )


def test_every_change_asks_for_the_token_of_its_own_page(
    guarded_app: Flask, guarded: Services
) -> None:
    foreign = token_of(person(guarded_app, Role.COUNTER))
    tried = 0
    for rule, method in changing(guarded_app):
        client = somebody_for(guarded_app, rule)
        token = token_of(client)
        before = state(guarded)
        for sent in forged(rule, token, foreign):
            response = client.open(**{"path": address_of(rule), **sent}, method=method)
            assert response.status_code == REFUSED, (rule.rule, sent)
            tried += 1
        assert state(guarded) == before, rule.rule
    assert tried > 200
    assert refusals(guarded, "refused_input")


def test_with_the_token_of_its_own_page_it_is_let_through(guarded_app: Flask) -> None:
    for rule, method in changing(guarded_app):
        client = somebody_for(guarded_app, rule)
        header = {"X-CSRFToken": token_of(client), "Origin": "http://localhost"}
        sent = {"json": {}} if rule.rule.startswith("/api/") else {"data": {}}
        response = client.open(address_of(rule), method=method, headers=header, **sent)
        assert response.status_code != REFUSED, rule.rule


def test_a_token_from_before_signing_in_or_of_an_ended_session_is_worth_nothing(
    guarded_app: Flask,
) -> None:
    client = guarded_app.test_client()
    early = csrf_token(client, "/login")
    assert sign_in(client, "counter") == 302
    assert client.post("/logout", data={"csrf_token": early}).status_code == REFUSED
    late = csrf_token(client, "/profile/")
    assert client.post("/logout", data={"csrf_token": late}).status_code == 302
    assert sign_in(client, "counter") == 302
    assert client.post("/logout", data={"csrf_token": late}).status_code == REFUSED


def test_nothing_is_changed_by_looking(guarded_app: Flask, guarded: Services) -> None:
    for rule, _ in changing(guarded_app):
        client = somebody_for(guarded_app, rule)
        before = state(guarded)
        client.get(address_of(rule), query_string=FULL)
        assert state(guarded) == before, rule.rule


def cookie(client: FlaskClient) -> str:
    found = client.get_cookie("wenzhi")
    assert found is not None
    return found.value


def with_cookie(app: Flask, value: str) -> FlaskClient:
    client = app.test_client()
    client.set_cookie("wenzhi", value)
    return client


def is_signed_in(client: FlaskClient) -> bool:
    return client.get("/profile/").status_code == 200


def test_a_cookie_planted_before_signing_in_is_worthless_after(guarded_app: Flask) -> None:
    victim = guarded_app.test_client()
    csrf_token(victim, "/login")
    planted = cookie(victim)
    assert sign_in(victim, "counter") == 302
    assert cookie(victim) != planted
    assert not is_signed_in(with_cookie(guarded_app, planted))


def test_a_stolen_cookie_is_dead_after_signing_out(guarded_app: Flask) -> None:
    victim = person(guarded_app, Role.COUNTER)
    thief = with_cookie(guarded_app, cookie(victim))
    assert is_signed_in(thief)
    victim.post("/logout", data={"csrf_token": csrf_token(victim, "/profile/")})
    assert not is_signed_in(thief)


def test_a_cookie_does_not_work_in_another_browser_or_from_another_address(
    guarded_app: Flask,
) -> None:
    value = cookie(person(guarded_app, Role.COUNTER))
    elsewhere = with_cookie(guarded_app, value)
    assert elsewhere.get("/profile/", headers={"User-Agent": "other"}).status_code == 302
    faraway = with_cookie(guarded_app, value)
    assert faraway.get("/profile/", environ_base={"REMOTE_ADDR": "10.9.9.9"}).status_code == 302


@pytest.mark.parametrize(
    "value", ["", "x", "e30.x.y", "eyJfdXNlcl9pZCI6IjEifQ.aaaaaa.bbbb", "é" * 9]
)
def test_a_made_up_cookie_signs_nobody_in(guarded_app: Flask, value: str) -> None:
    assert not is_signed_in(with_cookie(guarded_app, value))


def test_a_cookie_altered_in_any_place_signs_nobody_in(guarded_app: Flask) -> None:
    value = cookie(person(guarded_app, Role.COUNTER))
    for place in range(0, len(value), 9):
        other = "A" if value[place] != "A" else "B"
        altered = value[:place] + other + value[place + 1 :]
        assert not is_signed_in(with_cookie(guarded_app, altered)), place


def test_a_changed_password_ends_all_other_sign_ins(guarded_app: Flask) -> None:
    here, there = person(guarded_app, Role.COUNTER), person(guarded_app, Role.COUNTER)
    new = "山间-Bridge-72-still"
    sent = {"current": PASSWORD, "new": new, "again": new}
    token = csrf_token(here, "/profile/password")
    assert here.post("/profile/password", data={**sent, "csrf_token": token}).status_code == 302
    assert is_signed_in(here)
    assert not is_signed_in(there)


def test_signing_out_everywhere_leaves_this_browser_only(guarded_app: Flask) -> None:
    here, there = person(guarded_app, Role.COUNTER), person(guarded_app, Role.COUNTER)
    token = csrf_token(here, "/profile/")
    here.post("/profile/sign-out-elsewhere", data={"csrf_token": token})
    assert is_signed_in(here)
    assert not is_signed_in(there)


def test_a_disabled_or_changed_account_is_out_at_once(
    guarded_app: Flask, guarded: Services
) -> None:
    administrator = person(guarded_app, Role.ADMINISTRATOR)
    for role, sent in (
        (Role.COUNTER, {"do": "disable"}),
        (Role.ENGINEER, {"do": "role", "role": "counter"}),
    ):
        victim, identifier = person(guarded_app, role), guarded.accounts.named(role.value).id
        token = csrf_token(administrator, "/admin/accounts")
        address = f"/admin/accounts/{identifier}"
        assert administrator.post(address, data={**sent, "csrf_token": token}).status_code == 302
        assert not is_signed_in(victim)


@pytest.mark.parametrize(
    ("every", "times", "lives"),
    [(29, 3, True), (31, 1, False), (20, 37, False), (20, 35, True)],
)
def test_a_sign_in_ends_when_it_is_idle_and_when_it_is_old(
    guarded: Services, every: int, times: int, lives: bool
) -> None:
    """Minutes between requests; 30 idle minutes and 12 hours are the defaults."""
    moments = [now_utc()]
    timed = replace(guarded, accounts=replace(guarded.accounts, clock=lambda: moments[-1]))
    client = person(create_app(timed), Role.COUNTER)
    for _ in range(times):
        moments.append(moments[-1] + timedelta(minutes=every))
        alive = is_signed_in(client)
    assert alive == lives


@pytest.mark.parametrize("secure", [True, False])
def test_the_cookie_is_kept_from_scripts_and_other_sites(guarded: Services, secure: bool) -> None:
    public = "https://localhost" if secure else ""
    made = replace(guarded, settings=replace(guarded.settings, public_url=public))
    response = create_app(made).test_client().get("/login")
    flags = response.headers["Set-Cookie"]
    assert "HttpOnly" in flags
    assert "SameSite=Lax" in flags
    assert ("Secure" in flags) == secure
    assert ("Strict-Transport-Security" in response.headers) == secure
    assert not re.search("Domain=", flags)


def test_pages_about_accounts_stay_in_no_browser(guarded_app: Flask) -> None:
    assert guarded_app.test_client().get("/login").headers["Cache-Control"] == "no-store"
    counter, auditor = person(guarded_app, Role.COUNTER), person(guarded_app, Role.AUDITOR)
    assert counter.get("/profile/").headers["Cache-Control"] == "no-store"
    assert auditor.get("/audit/").headers["Cache-Control"] == "no-store"
    administrator = person(guarded_app, Role.ADMINISTRATOR)
    assert administrator.get("/admin/accounts").headers["Cache-Control"] == "no-store"
