"""Signing in through the bureau's sign-in service: only by what it really signed, for us, now, and for this browser."""

from __future__ import annotations

import shutil
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
import requests
from flask import Flask
from flask.testing import FlaskClient
from playwright.sync_api import Browser, sync_playwright
from waitress.server import create_server
from werkzeug.test import TestResponse

from kb.accounts.accounts import OIDC
from kb.accounts.caller import at_the_server
from kb.accounts.outside import require_usable
from kb.accounts.rights import Role
from kb.audit.table import Filter
from kb.errors import SettingsError
from kb.settings import Settings
from tests.slapd import free_port
from tests.web.people import sign_in
from tests.web.provider import CLIENT, SECRET, Provider, forged, rsa_key, running
from tests.web.reading import page, submit, text
from tests.web.test_browser import BROWSERS, FLAGS, PATIENCE_MS
from web.app import create_app
from web.services import Services

ADDRESS = "http://localhost"
PERSON = {
    "sub": "8f2c",
    "preferred_username": "Zhang.San",
    "name": "张三",
    "groups": ["kb-staff", "kb-engineers"],
}


def federation(settings: Settings, provider: Provider, address: str) -> Settings:
    """These settings at an address, with the provider."""
    return replace(
        settings,
        public_url=address,
        oidc_issuer=provider.issuer,
        oidc_ca=provider.ca,
        oidc_client=CLIENT,
        oidc_secret=SECRET,
        oidc_roles="engineer: kb-engineers; counter: kb-staff",
        oidc_seconds=2,
    )


@pytest.fixture
def provider(tmp_path: Path) -> Iterator[Provider]:
    with running(tmp_path / "provider", free_port(), f"{ADDRESS}/login/oidc/back") as made:
        made.behaviour.claims.update(PERSON)
        yield made


@pytest.fixture
def federated(guarded: Services, provider: Provider) -> Services:
    settings = federation(guarded.settings, provider, ADDRESS)
    accounts = replace(guarded.accounts, settings=settings)
    return replace(guarded, settings=settings, accounts=accounts)


@pytest.fixture
def served(federated: Services) -> Flask:
    return create_app(federated)


@pytest.fixture
def client(served: Flask) -> FlaskClient:
    return served.test_client()


def begin(client: FlaskClient, wanted: str = "") -> str:
    """Where the browser is sent to."""
    response = client.get("/login/oidc", query_string={"next": wanted} if wanted else {})
    assert response.status_code == 302, response.text
    return response.location


def visit(provider: Provider, address: str) -> str:
    """What the provider makes of it: the address with which it sends the browser back."""
    assert address.startswith(f"{provider.issuer}/authorize?")
    response = requests.get(address, verify=str(provider.ca), allow_redirects=False, timeout=5)
    assert response.status_code == 302, response.text
    back = response.headers["Location"]
    assert back.startswith(f"{ADDRESS}/login/oidc/back?")
    return back.removeprefix(ADDRESS)


def whole(client: FlaskClient, provider: Provider, wanted: str = "") -> TestResponse:
    """The whole way: there, and back again."""
    return client.get(visit(provider, begin(client, wanted)))


def refused(services: Services, client: FlaskClient, response: TestResponse) -> None:
    """Nobody was signed in, no account was made, and the refusal is on record."""
    assert response.status_code == 401
    assert "登录没有完成" in response.text
    assert client.get("/").status_code == 302
    assert not [item for item in services.accounts.every() if item.origin == OIDC]
    assert services.audit.entries(Filter(action="sign_in_failed"))


def test_the_page_offers_the_service_where_it_is_set_up(
    client: FlaskClient, guarded_app: Flask
) -> None:
    assert "用单位统一身份登录" in text(page(client, "/login"))
    other = guarded_app.test_client()
    assert "用单位统一身份登录" not in text(page(other, "/login"))
    assert other.get("/login/oidc").status_code == 404
    assert other.get("/login/oidc/back").status_code == 404


def test_somebody_signs_in_and_comes_to_the_page_that_was_wanted(
    federated: Services, client: FlaskClient, provider: Provider
) -> None:
    response = whole(client, provider, "/wiki/policy/unemployment")
    assert (response.status_code, response.location) == (302, "/wiki/policy/unemployment")
    assert client.get("/wiki/policy/unemployment").status_code == 200
    made = federated.accounts.named("zhang.san")
    assert (made.origin, made.role, made.display_name) == (OIDC, Role.ENGINEER, "张三")
    assert federated.audit.entries(Filter(action="sign_in"))[0].name == "zhang.san"


def test_the_request_carries_state_nonce_and_a_challenge(client: FlaskClient) -> None:
    first, second = (parse_qs(urlsplit(begin(client)).query) for _ in range(2))
    for name in ("state", "nonce", "code_challenge"):
        assert first[name] != second[name]
        assert len(first[name][0]) >= 20
    assert first["code_challenge_method"] == ["S256"]
    assert first["response_type"] == ["code"]
    assert first["redirect_uri"] == [f"{ADDRESS}/login/oidc/back"]


def test_the_address_to_come_back_to_is_that_of_the_settings(federated: Services) -> None:
    """A service that listens on all addresses is asked by any name."""
    settings = replace(federated.settings, public_url="", host="0.0.0.0", port=8123)  # noqa: S104
    app = create_app(replace(federated, settings=settings))
    response = app.test_client().get("/login/oidc", headers={"Host": "10.9.9.9"})
    sent = parse_qs(urlsplit(response.location).query)
    assert sent["redirect_uri"] == ["http://0.0.0.0:8123/login/oidc/back"]


def test_somebody_is_known_again_whatever_they_are_called_by_now(
    federated: Services, served: Flask, provider: Provider
) -> None:
    whole(served.test_client(), provider)
    first = federated.accounts.named("zhang.san")
    renamed = {"preferred_username": "zhang.wu", "name": "张五", "groups": ["kb-staff"]}
    provider.behaviour.claims.update(renamed)
    assert whole(served.test_client(), provider).status_code == 302
    again = federated.accounts.get(first.id)
    assert (again.name, again.display_name, again.role) == ("zhang.san", "张五", Role.COUNTER)
    assert federated.audit.entries(Filter(action="role_changed"))[0].name == "统一身份服务"


def test_somebody_else_of_the_same_name_is_not_let_in(served: Flask, provider: Provider) -> None:
    whole(served.test_client(), provider)
    provider.behaviour.claims["sub"] = "another"
    response = whole(served.test_client(), provider)
    assert response.status_code == 401
    assert "已经有了" in response.text


@pytest.mark.parametrize("name", ["administrator", "counter"])
def test_a_local_account_is_never_the_services_of_that_name(
    federated: Services, client: FlaskClient, provider: Provider, name: str
) -> None:
    before = federated.accounts.named(name)
    provider.behaviour.claims["preferred_username"] = name
    response = whole(client, provider)
    assert response.status_code == 401
    assert client.get("/").status_code == 302
    assert federated.accounts.named(name) == before


@pytest.mark.parametrize("groups", [[], ["other"], None, "kb-staffers", {"kb-staff": 1}])
def test_who_has_no_role_is_told_so_and_gets_no_account(
    federated: Services, client: FlaskClient, provider: Provider, groups: object
) -> None:
    provider.behaviour.claims["groups"] = groups
    response = whole(client, provider)
    assert response.status_code == 401
    assert "没有使用本系统的权限" in response.text
    assert not [item for item in federated.accounts.every() if item.origin == OIDC]


@pytest.mark.parametrize(
    ("setting", "claims"),
    [
        ("groups", {"groups": "kb-staff"}),
        ("realm_access.roles", {"groups": [], "realm_access": {"roles": ["kb-staff"]}}),
        ("https://example.cn/groups", {"groups": [], "https://example.cn/groups": ["kb-staff"]}),
    ],
)
def test_groups_are_read_from_one_text_a_list_or_within_another_claim(
    federated: Services, provider: Provider, setting: str, claims: dict[str, object]
) -> None:
    settings = replace(federated.settings, oidc_groups=setting)
    accounts = replace(federated.accounts, settings=settings)
    client = create_app(replace(federated, settings=settings, accounts=accounts)).test_client()
    provider.behaviour.claims.update(claims)
    assert whole(client, provider).status_code == 302
    assert accounts.named("zhang.san").role is Role.COUNTER


def test_one_time_codes_are_the_services_own_affair(
    federated: Services, provider: Provider
) -> None:
    settings = replace(federated.settings, second_factor="required")
    client = create_app(replace(federated, settings=settings)).test_client()
    whole(client, provider)
    assert client.get("/").status_code == 200
    assert "动态口令" not in text(page(client, "/profile/"))


def test_a_disabled_account_stays_out(
    federated: Services, served: Flask, provider: Provider
) -> None:
    whole(served.test_client(), provider)
    federated.accounts.disable(at_the_server(), federated.accounts.named("zhang.san").id)
    client = served.test_client()
    assert whole(client, provider).status_code == 401
    assert client.get("/").status_code == 302


def test_an_answer_that_this_browser_did_not_ask_for_is_refused(
    federated: Services, served: Flask, provider: Provider
) -> None:
    asking, tricked = served.test_client(), served.test_client()
    back = visit(provider, begin(asking))
    begin(tricked)
    refused(federated, tricked, tricked.get(back))


@pytest.mark.parametrize("change", [lambda back: back.split("&state=")[0], lambda back: f"{back}x"])
def test_a_wrong_state_is_refused(
    federated: Services, client: FlaskClient, provider: Provider, change: Callable[[str], str]
) -> None:
    refused(federated, client, client.get(change(visit(provider, begin(client)))))


def test_a_code_works_once(served: Flask, provider: Provider) -> None:
    client = served.test_client()
    back = visit(provider, begin(client))
    with client.session_transaction() as kept:
        before = dict(kept)
    assert client.get(back).status_code == 302
    again = served.test_client()
    with again.session_transaction() as kept:
        kept.update(before)
    assert again.get(back).status_code == 401
    assert again.get("/").status_code == 302


def test_an_error_that_the_service_sends_back_is_refused_and_not_shown(
    federated: Services, client: FlaskClient
) -> None:
    state = parse_qs(urlsplit(begin(client)).query)["state"][0]
    answer = client.get(f"/login/oidc/back?error=access_denied&error_description=Boo&state={state}")
    refused(federated, client, answer)
    assert "Boo" not in answer.text


MOMENT = int(time.time())


@pytest.mark.parametrize(
    "claims",
    [
        {"nonce": "of-another-browser"},
        {"nonce": None},
        {"iss": "https://evil.example"},
        {"aud": "another-client"},
        {"aud": ["another-client"]},
        {"aud": [CLIENT, "another-client"], "azp": "another-client"},
        {"exp": MOMENT - 3600},
        {"iat": MOMENT + 7200},
        {"nbf": MOMENT + 7200},
        {"aud": "another-client", "azp": CLIENT},
        {"sub": None},
        {"sub": ""},
    ],
)
def test_a_token_for_another_time_place_or_browser_is_refused(
    federated: Services, client: FlaskClient, provider: Provider, claims: dict[str, object]
) -> None:
    provider.behaviour.claims.update(claims)
    refused(federated, client, whole(client, provider))


def test_a_token_signed_with_another_key_is_refused(
    federated: Services, client: FlaskClient, provider: Provider
) -> None:
    provider.behaviour.key = rsa_key("another", kid="first")
    provider.behaviour.published = rsa_key("first")
    refused(federated, client, whole(client, provider))


@pytest.mark.parametrize("how", ["none", "secret", "public key"])
def test_a_token_that_anybody_can_make_is_refused_though_the_service_offers_such(
    federated: Services, client: FlaskClient, provider: Provider, how: str
) -> None:
    known = {"none": b"", "secret": SECRET.encode(), "public key": rsa_key("first").as_pem(False)}
    algorithm = "none" if how == "none" else "HS256"
    provider.behaviour.forge = lambda claims: forged(claims, algorithm, known[how])
    refused(federated, client, whole(client, provider))


def test_an_answer_without_a_token_is_refused(
    federated: Services, client: FlaskClient, provider: Provider
) -> None:
    provider.behaviour.without_token = True
    refused(federated, client, whole(client, provider))


def test_a_new_key_of_the_service_is_learned(served: Flask, provider: Provider) -> None:
    assert whole(served.test_client(), provider).status_code == 302
    provider.behaviour.key = rsa_key("second")
    assert whole(served.test_client(), provider).status_code == 302


def test_a_service_that_calls_itself_otherwise_is_refused(
    client: FlaskClient, provider: Provider
) -> None:
    provider.behaviour.metadata["issuer"] = "https://evil.example"
    response = client.get("/login/oidc")
    assert response.status_code == 401
    assert "登录没有完成" in response.text


def test_while_the_service_is_down_local_accounts_go_on(federated: Services) -> None:
    settings = replace(federated.settings, oidc_issuer=f"https://localhost:{free_port()}")
    client = create_app(replace(federated, settings=settings)).test_client()
    response = client.get("/login/oidc")
    assert response.status_code == 401
    assert "连不上" in response.text
    assert sign_in(client, "counter") == 302


def test_a_service_that_another_authority_vouches_for_is_not_asked(
    federated: Services,
) -> None:
    settings = replace(federated.settings, oidc_ca=Path("."))
    client = create_app(replace(federated, settings=settings)).test_client()
    assert client.get("/login/oidc").status_code == 401


def test_signing_out_offers_to_sign_out_there_too(client: FlaskClient, provider: Provider) -> None:
    whole(client, provider)
    response = submit(client, "/logout", {}, "/profile/")
    assert response.location == "/login?left=oidc"
    left = page(client, response.location)
    assert "单位统一身份还登录着" in text(left)
    away = client.get("/login/oidc/leave").location
    sent = parse_qs(urlsplit(away).query)
    assert away.startswith(f"{provider.issuer}/end?")
    assert sent["post_logout_redirect_uri"] == [f"{ADDRESS}/login"]
    assert sent["client_id"] == [CLIENT]


def test_a_service_that_signs_nobody_out_is_said(client: FlaskClient, provider: Provider) -> None:
    provider.behaviour.metadata["end_session_endpoint"] = None
    response = client.get("/login/oidc/leave")
    assert response.status_code == 401
    assert "不能从这里退出" in response.text


def test_an_address_of_another_site_is_not_gone_to(client: FlaskClient, provider: Provider) -> None:
    assert whole(client, provider, "//evil.example/").location == "/"


GOOD = Settings(
    oidc_issuer="https://sso.example.gov.cn/realms/x",
    oidc_client=CLIENT,
    oidc_secret=SECRET,
    oidc_roles="counter: kb-staff",
)


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("oidc_issuer", "http://sso.example.gov.cn"),
        ("oidc_issuer", "sso.example.gov.cn"),
        ("oidc_client", ""),
        ("oidc_scope", "profile"),
        ("oidc_roles", ""),
        ("oidc_roles", "auditor: kb-staff"),
        ("oidc_ca", Path("/nowhere/ca.pem")),
    ],
)
def test_settings_that_are_not_safe_or_make_no_sense_refuse_to_start(
    key: str, value: str | Path
) -> None:
    require_usable(GOOD)
    with pytest.raises(SettingsError, match=key):
        require_usable(replace(GOOD, **{key: value}))  # type: ignore[arg-type]


def test_no_more_than_so_many_sign_ins_begin_in_a_minute(client: FlaskClient) -> None:
    begun = [client.get("/login/oidc").status_code for _ in range(31)]
    assert begun == [302] * 30 + [429]


@pytest.fixture
def chromium() -> Iterator[Browser]:
    path = next((found for name in BROWSERS if (found := shutil.which(name))), None)
    if path is None:
        pytest.skip("no Chromium on this machine")
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=path, args=FLAGS)
        yield launched
        launched.close()


def test_a_browser_goes_there_and_back_between_two_sites(
    guarded: Services, tmp_path: Path, chromium: Browser
) -> None:
    """127.0.0.1 and localhost are different sites: the cookie must come back all the same, and no rule for pages
    may stop the way out."""
    address = f"http://127.0.0.1:{free_port()}"
    with running(tmp_path / "provider", free_port(), f"{address}/login/oidc/back") as provider:
        provider.behaviour.claims.update(PERSON)
        provider.behaviour.asks = True
        settings = federation(guarded.settings, provider, address)
        accounts = replace(guarded.accounts, settings=settings)
        app = create_app(replace(guarded, settings=settings, accounts=accounts))
        with serving(app, int(address.rsplit(":", 1)[1])):
            context = chromium.new_context(base_url=address, ignore_https_errors=True)
            tab = context.new_page()
            tab.goto("/wiki/")
            tab.get_by_role("link", name="用单位统一身份登录").click()
            tab.get_by_role(
                "link", name="agree"
            ).click()  # now it is the other site that sends the browser
            tab.wait_for_url(f"{address}/wiki/", timeout=PATIENCE_MS)
            tab.goto("/profile/")
            assert "张三" in tab.inner_text("main")
            tab.get_by_role("button", name="退出", exact=True).click()
            tab.get_by_role("link", name="同时退出单位统一身份").click()
            tab.wait_for_url(f"{address}/login?state=*", timeout=PATIENCE_MS)
            context.close()


@contextmanager
def serving(app: Flask, port: int) -> Iterator[None]:
    """The real server, until the end of the block."""
    connections: dict[int, object] = {}
    server = create_server(app, map=connections, host="127.0.0.1", port=port, threads=4, ident=None)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    yield
    server.close()
    thread.join(timeout=10)
