"""The trial serves this machine only; the login mode serves nobody who has not signed in; both refuse what is forged."""

from __future__ import annotations

from dataclasses import replace
from urllib.parse import unquote

import pytest
from flask import Flask
from flask.testing import FlaskClient

from kb.accounts.rights import Role
from kb.audit.table import Filter
from kb.errors import SettingsError
from tests.web.people import person, sign_in
from tests.web.reading import QUESTION, page, select, text, tree_of
from web.app import create_app
from web.services import Services


@pytest.mark.parametrize("host", ["0.0.0.0", "192.168.1.20", "::", "kb.example"])  # noqa: S104
def test_the_trial_does_not_listen_where_others_could_reach_it(
    services: Services, host: str
) -> None:
    with pytest.raises(SettingsError, match="试用模式不能监听") as refused:
        create_app(replace(services, settings=replace(services.settings, host=host)))
    assert 'access = "login"' in refused.value.remedy


@pytest.mark.parametrize(
    "header", ["Forwarded", "X-Forwarded-For", "X-Forwarded-Host", "X-Real-IP", "Via"]
)
def test_the_trial_serves_nothing_that_a_proxy_hands_on(client: FlaskClient, header: str) -> None:
    tree = tree_of(client.get("/", headers={header: "10.1.2.3"}), 403)
    assert "不接受代理转来的请求" in text(tree)
    asked = client.post("/api/v1/ask", json={"question": QUESTION}, headers={header: "10.1.2.3"})
    assert asked.status_code == 403


def test_the_trial_says_so_on_every_page_and_knows_no_accounts(client: FlaskClient) -> None:
    for address in ("/", "/wiki/", "/ask", "/search"):
        assert "试用模式" in text(page(client, address), ".trial")
    assert client.get("/login").headers["Location"] == "/"
    assert client.get("/admin/accounts").status_code == 403


def test_behind_the_login_there_is_no_banner_and_the_name_stands_above(guarded_app: Flask) -> None:
    tree = page(person(guarded_app, Role.COUNTER), "/")
    assert not select(tree, ".trial")
    assert "窗口经办员甲 退出" in text(tree, ".own")


def test_a_served_name_is_the_public_one_or_a_loopback_one(guarded: Services) -> None:
    settings = replace(guarded.settings, host="0.0.0.0", public_url="https://kb.example")  # noqa: S104
    client = create_app(replace(guarded, settings=settings)).test_client()
    assert client.get("/login", base_url="https://kb.example").status_code == 200
    assert client.get("/login", base_url="https://evil.example").status_code == 403


def test_behind_https_cookies_are_secure_and_browsers_are_told_to_stay_with_it(
    guarded: Services,
) -> None:
    settings = replace(guarded.settings, public_url="https://kb.example")
    client = create_app(replace(guarded, settings=settings)).test_client()
    headers = client.get("/login", base_url="https://kb.example").headers
    assert headers["Strict-Transport-Security"].startswith("max-age=31536000")
    cookie = headers["Set-Cookie"]
    assert {"Secure", "HttpOnly", "SameSite=Lax"} <= set(cookie.split("; "))


def test_without_https_browsers_are_not_told_of_it(guarded_app: Flask) -> None:
    headers = guarded_app.test_client().get("/login").headers
    assert "Strict-Transport-Security" not in headers
    assert "Secure" not in headers["Set-Cookie"].split("; ")


def test_a_trusted_proxy_tells_the_address_and_others_do_not(guarded: Services) -> None:
    for proxies, seen in ((0, "127.0.0.1"), (1, "10.1.2.3")):
        settings = replace(guarded.settings, proxies=proxies)
        app = create_app(replace(guarded, settings=settings))
        client = app.test_client()
        client.environ_base["HTTP_X_FORWARDED_FOR"] = "10.1.2.3"
        assert sign_in(client, "counter") == 302
        client.get("/admin/accounts")
        assert guarded.audit.entries(Filter(action="denied"))[0].address == seen


def test_programs_are_told_to_sign_in_and_people_are_led_to_the_page(guarded_app: Flask) -> None:
    client = guarded_app.test_client()
    told = client.post("/api/v1/ask", json={"question": QUESTION})
    assert (told.status_code, told.mimetype) == (401, "application/problem+json")
    assert told.headers["WWW-Authenticate"] == "Bearer"
    led = client.get(f"/search?q={QUESTION}")
    assert led.status_code == 302
    assert unquote(led.headers["Location"]) == f"/login?next=/search?q={QUESTION}"


@pytest.mark.parametrize("token", ["", "wz_x", "Bearer", "x" * 5000])
def test_a_token_that_was_never_made_opens_nothing(guarded_app: Flask, token: str) -> None:
    header = {"Authorization": f"Bearer {token}"}
    response = guarded_app.test_client().get("/api/v1/articles", headers=header)
    assert response.status_code == 401


def test_what_only_some_may_read_is_recorded_before_it_is_shown(
    guarded: Services, guarded_app: Flask
) -> None:
    client = person(guarded_app, Role.ENGINEER)
    for address in (
        "/wiki/playbook/server-room",
        "/api/v1/articles/playbook/server-room",
        "/search?q=机房保密柜钥匙在哪里",
        "/ask?q=机房保密柜钥匙在哪里",
        "/api/v1/search?q=机房保密柜钥匙在哪里",
    ):
        before = guarded.audit.count(Filter(action="article_viewed"))
        assert client.get(address).status_code == 200
        assert guarded.audit.count(Filter(action="article_viewed")) == before + 1, address
    entry = guarded.audit.entries(Filter(action="article_viewed"))[0]
    assert (entry.name, entry.subject) == ("engineer", "playbook/server-room")
    assert client.get("/wiki/policy/unemployment").status_code == 200
    assert guarded.audit.entries(Filter(action="article_viewed"))[0] == entry


def test_what_cannot_be_recorded_is_not_shown(guarded: Services, guarded_app: Flask) -> None:
    client = person(guarded_app, Role.ENGINEER)
    (guarded.settings.state / "audit" / "head").unlink()
    response = client.get("/wiki/playbook/server-room")
    assert response.status_code == 503
    assert "值班室" not in response.text
    assert client.get("/wiki/policy/unemployment").status_code == 200


def test_what_only_some_may_read_does_not_stay_in_the_browser(guarded_app: Flask) -> None:
    caching = {
        role: person(guarded_app, role).get("/").headers["Cache-Control"]
        for role in (Role.COUNTER, Role.ENGINEER)
    }
    assert caching == {Role.COUNTER: "private, no-cache", Role.ENGINEER: "no-store"}
