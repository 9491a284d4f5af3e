"""Nobody is led to another site, and no name that somebody made up stands in a link."""

from __future__ import annotations

from dataclasses import replace
from urllib.parse import urljoin, urlsplit

import pytest
from flask import Flask
from flask.testing import FlaskClient

from kb.settings import Settings
from tests.security.recorded import refusals
from tests.web.people import PASSWORD
from tests.web.reading import csrf_token
from web.access import safe_target
from web.app import create_app
from web.services import Services

FOREIGN = r"""
//evil.example
///evil.example
////evil.example/x
//evil.example/%2f..
//evil.example:80
//user@evil.example
//[
//[::1]
//evil℀.example
//localhost@evil.example
//localhost.evil.example
http://evil.example
https://evil.example/
HTTP://evil.example
http:evil.example
http:/evil.example
http:///evil.example
https:evil.example
ftp://evil.example
javascript:alert(1)
JaVaScRiPt:alert(1)
javascript://localhost/%0aalert(1)
data:text/html,<script>alert(1)</script>
vbscript:x
mailto:x@evil.example
\\evil.example
\/evil.example
/\evil.example
/\/evil.example
/\\evil.example
//\evil.example
/	/evil.example
/%09//evil	.example
	//evil.example
 //evil.example
/ /evil.example
evil.example
www.evil.example/x
@evil.example
.evil.example
:80@evil.example
?next=//evil.example
#//evil.example
../evil
~evil
/x	y
/x y
""".split("\n")[1:-1]
FOREIGN += [
    "",
    "/\n/evil.example",
    "/\r/evil.example",
    "/\0/evil.example",
    "/" + "a" * 2001,
    "\u3000//evil.example",
]

OWN = (
    "/",
    "/wiki/policy/unemployment",
    "/ask?q=%E5%A4%B1",
    "/audit/?text=//x",
    "/a:b",
    "/x#//evil",
    "/%5cevil",
    "/.//x",
)


@pytest.mark.parametrize("wanted", FOREIGN)
def test_after_signing_in_nobody_is_led_elsewhere(app: Flask, wanted: str) -> None:
    assert len(set(FOREIGN)) >= 40
    with app.test_request_context("/"):
        assert safe_target(wanted) == "/"


@pytest.mark.parametrize("wanted", OWN)
def test_own_addresses_are_gone_back_to(app: Flask, wanted: str) -> None:
    with app.test_request_context("/"):
        assert safe_target(wanted) == wanted
    landed = urlsplit(urljoin("http://localhost/login", wanted))
    assert landed.netloc == "localhost"


@pytest.mark.parametrize("wanted", FOREIGN[::6])
def test_the_page_leads_nowhere_else_either(guarded_app: Flask, wanted: str) -> None:
    client = guarded_app.test_client()
    sent = {"name": "counter", "password": PASSWORD, "next": wanted}
    answer = client.post("/login", data={**sent, "csrf_token": csrf_token(client, "/login")})
    assert (answer.status_code, answer.headers["Location"]) == (302, "/")


@pytest.mark.parametrize(
    "path", ["//evil.example", "//evil.example/..", "/wiki//evil.example", "///evil.example/"]
)
def test_no_address_with_many_slashes_leads_elsewhere(client: FlaskClient, path: str) -> None:
    answer = client.get("/", environ_overrides={"PATH_INFO": path})
    target = answer.headers.get("Location", "/")
    assert urlsplit(urljoin("http://localhost/", target)).netloc == "localhost"


NAMES = (
    "evil.example",
    "127.0.0.1.evil.example",
    "evil.example:8000",
    "localhost@evil.example",
    "[",
    "",
    "evil.example#localhost",
    "xn--80ak6aa92e.com",
)


def served(services: Services, host: str, public: str = "") -> FlaskClient:
    """A browser before a service that others reach."""
    settings: Settings = replace(services.settings, access="login", host=host, public_url=public)
    return create_app(replace(services, settings=settings)).test_client()


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize(
    ("host", "public"),
    [
        ("127.0.0.1", ""),
        ("0.0.0.0", ""),  # noqa: S104
        ("0.0.0.0", "https://kb.example.gov.cn"),  # noqa: S104
        ("10.0.0.5", ""),
    ],
)
def test_a_name_that_somebody_made_up_is_refused_on_record(
    services: Services, host: str, public: str, name: str
) -> None:
    client = served(services, host, public)
    assert client.get("/login", headers={"Host": name}).status_code == 403
    assert refusals(services, "refused_input")


@pytest.mark.parametrize("name", ["10.0.0.5", "10.0.0.5:8000", "[fd00::5]:8000"])
def test_a_server_without_a_name_is_reached_by_its_number(services: Services, name: str) -> None:
    client = served(services, "0.0.0.0")  # noqa: S104
    assert client.get("/login", headers={"Host": name}).status_code == 200


def test_links_that_are_handed_out_bear_the_public_name(guarded: Services) -> None:
    settings = replace(guarded.settings, public_url="https://kb.example.gov.cn/")
    made = replace(guarded, settings=settings)
    client = _administrator(made)
    identifier = guarded.accounts.named("counter").id
    forged = {
        "X-Forwarded-Host": "evil.example",
        "X-Forwarded-Proto": "http",
        "Forwarded": "host=evil.example",
    }
    sent = {"do": "invite", "csrf_token": csrf_token_of(client)}
    headers = {**forged, "Referer": "https://127.0.0.1/", "Origin": "https://127.0.0.1"}
    page = client.post(
        f"/admin/accounts/{identifier}", data=sent, headers=headers, base_url="https://127.0.0.1"
    )
    assert "https://kb.example.gov.cn/invitation/" in page.text
    assert "evil.example" not in page.text


def _administrator(services: Services) -> FlaskClient:
    client = create_app(services).test_client()
    page = client.get("/login", base_url="https://127.0.0.1").text
    token = page.split('name="csrf_token"')[1].split('value="')[1].split('"')[0]
    sent = {"name": "administrator", "password": PASSWORD, "csrf_token": token}
    headers = {"Referer": "https://127.0.0.1/login"}
    answer = client.post("/login", data=sent, base_url="https://127.0.0.1", headers=headers)
    assert answer.status_code == 302
    return client


def csrf_token_of(client: FlaskClient) -> str:
    page = client.get("/admin/accounts", base_url="https://127.0.0.1").text
    return page.split('name="csrf_token"')[1].split('value="')[1].split('"')[0]
