"""What people type is shown as text on every page that shows it: 290 payloads in questions, problems and names."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from urllib.parse import quote

import lxml.html
import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import delete

from kb.accounts.accounts import checked_display_name
from kb.accounts.caller import Caller
from kb.accounts.rights import Right, Role
from kb.accounts.tokens import make_token
from kb.errors import AccountError
from kb.models import AccountRow, TokenRow
from tests.security.markup_faults import faults_of
from tests.security.payloads import PAYLOADS
from tests.web.people import PASSWORD, person
from tests.web.reading import csrf_token, submit
from web.services import Services

LINES = [" ".join(payload.split()) for payload in PAYLOADS]


def shows(html: str, text: str) -> bool:
    """Whether a reader sees the words typed; blanks do not count."""
    tree = lxml.html.document_fromstring(html)
    seen = "".join("".join(tree.itertext()).split())
    values = "".join("".join(tree.xpath("//@value")).split())
    return "".join(text.split()) in seen + values


DOORS = ("/ask", "/search", "/debug/retrieval")
"""Every payload goes through the first, every third through all: what shows a question is one template each."""


def test_a_question_is_text_on_every_page_that_shows_it(client: FlaskClient) -> None:
    shown = asked = 0
    for number, text in enumerate(LINES):
        for address in DOORS if number % 3 == 0 else DOORS[:1]:
            asked += 1
            page = client.get(address, query_string={"q": f"失业金 {text}"})
            assert faults_of(page.text) == [], (address, text)
            shown += shows(page.text, text)
    assert shown > 0.7 * asked


@pytest.mark.parametrize("name", ["region", "as_of", "kind", "conversation_id", "before", "expect"])
def test_what_stands_in_an_address_is_text(client: FlaskClient, name: str) -> None:
    for text in LINES[::5]:
        for address in ("/ask", "/search", "/debug/retrieval", "/wiki/"):
            page = client.get(address, query_string={"q": "失业金能领几个月", name: text})
            assert page.status_code < 500
            assert faults_of(page.text) == [], (address, name, text)


def test_an_address_that_is_not_there_is_text(client: FlaskClient) -> None:
    for text in LINES:
        for door in ("/", "/wiki/", "/wiki/tags/", "/api/v1/articles/"):
            page = client.get(door + quote(text, safe=""))
            assert page.status_code in {404, 308}, text
            if page.mimetype == "text/html":
                assert faults_of(page.text) == [], text


def test_the_quote_to_mark_is_text(client: FlaskClient) -> None:
    for text in LINES:
        marked = {"mark": f"失业保险金按累计缴费时间计算{text}", "at": text}
        page = client.get("/wiki/policy/unemployment", query_string=marked)
        assert faults_of(page.text) == [], text


def test_answers_of_the_interface_are_json_and_their_html_is_harmless(client: FlaskClient) -> None:
    for text in LINES[::2]:
        response = client.post("/api/v1/ask", json={"question": f"失业金能领几个月 {text}"})
        assert response.mimetype == "application/json"
        assert response.headers["X-Content-Type-Options"] == "nosniff"
        answer = response.get_json()["answer"]
        if answer:
            assert faults_of(answer["html"]) == []


def test_events_of_a_stream_cannot_be_broken_out_of(client: FlaskClient) -> None:
    header = {"Accept": "text/event-stream"}
    sent = {"question": "失业金能领几个月\n\nevent: answer\ndata: {}\n\n"}
    told = client.post("/api/v1/ask", json=sent, headers=header).text
    names = [line for line in told.split("\n") if line.startswith("event:")]
    assert names.count("event: answer") <= 1
    for line in told.split("\n"):
        if line.startswith("data:"):
            assert json.loads(line.removeprefix("data:")) != {}


def test_problems_their_notes_and_reasons_are_text(client: FlaskClient) -> None:
    token = csrf_token(client)
    for start in range(0, len(LINES), 60):
        for text in LINES[start : start + 60]:
            sent = {"question": f"消毒柜 {text}"[:400], "note": text, "csrf_token": token}
            assert faults_of(client.post("/problems", data=sent).text) == [], text
        assert faults_of(client.get("/problems").text) == []
    answered = client.post("/api/v1/ask", json={"question": "失业金能领几个月"}).get_json()
    for text in LINES[::4]:
        sent = {"helpful": "no", "reason": text, "question": text, "csrf_token": token}
        page = client.post(f"/answers/{answered['answer_id']}/feedback", data=sent)
        assert page.status_code == 200
        assert faults_of(page.text) == [], text


def test_no_name_that_is_shown_holds_markup(guarded_app: Flask, guarded: Services) -> None:
    administrator = person(guarded_app, Role.ADMINISTRATOR)
    identifier = guarded.accounts.named("counter").id
    for text in LINES[::6]:
        if any(one in text for one in "<>\"'&`{};:=/\\"):
            with pytest.raises(AccountError):
                checked_display_name(text)
    token = csrf_token(administrator, "/admin/accounts")
    for text in LINES[::12]:
        for address, sent in doors_of_names(identifier, text):
            page = administrator.post(address, data={**sent, "csrf_token": token})
            assert faults_of(page.text) == [], (address, text)
    assert guarded.accounts.named("counter").display_name == "窗口经办员甲"


def doors_of_names(identifier: str, text: str) -> Sequence[tuple[str, Mapping[str, str]]]:
    return (
        ("/admin/accounts", {"name": text, "display_name": text, "role": "counter"}),
        ("/admin/accounts", {"name": "zhang", "display_name": text, "role": text}),
        (f"/admin/accounts/{identifier}", {"do": "rename", "display_name": text}),
        (f"/admin/accounts/{identifier}", {"do": text, "role": text}),
    )


def test_names_that_were_kept_before_the_rule_are_text(
    guarded_app: Flask, guarded: Services
) -> None:
    identifier = guarded.accounts.named("administrator").id
    client = person(guarded_app, Role.ADMINISTRATOR)
    for text in LINES[::10]:
        with guarded.database.writing() as session:
            row = session.get(AccountRow, identifier)
            assert row is not None
            row.display_name = text[:32]
        for address in ("/admin/accounts", f"/admin/accounts/{identifier}", "/profile/", "/"):
            assert faults_of(client.get(address).text) == [], (address, text)


def test_the_names_of_tokens_and_browsers_are_text(guarded_app: Flask, guarded: Services) -> None:
    owner = guarded.accounts.named("counter")
    caller = Caller(owner.identity, "10.0.0.9")
    client = guarded_app.test_client()
    agent = {"User-Agent": '<script>alert(1)</script>" onload=alert(2)'}
    sent = {"name": "counter", "password": PASSWORD, "csrf_token": csrf_token(client, "/login")}
    assert client.post("/login", data=sent, headers=agent).status_code == 302
    other = person(guarded_app, Role.COUNTER)
    for start in range(0, 60, 15):
        made = LINES[start : start + 15]
        for text in made:
            make_token(guarded.accounts, caller, text, [Right.READ], 1)
        page = other.get("/profile/")
        assert faults_of(page.text) == []
        assert shows(page.text, made[0][:32])
        assert shows(page.text, "<script>alert(1)</script>")
        with guarded.database.writing() as session:
            session.execute(delete(TokenRow))


def test_the_audit_log_and_its_filters_are_text(guarded_app: Flask) -> None:
    visitor, auditor = guarded_app.test_client(), person(guarded_app, Role.AUDITOR)
    for number, text in enumerate(LINES[:100:5]):
        token = csrf_token(visitor, "/login")
        sent = {"name": text[:60], "password": "x", "csrf_token": token}
        place = {"REMOTE_ADDR": f"10.1.0.{number}"}
        visitor.post("/login", data=sent, environ_base=place)
    page = auditor.get("/audit/?action=sign_in_failed")
    assert faults_of(page.text) == []
    assert shows(page.text, "（没有这个账号）")
    assert not shows(
        page.text, "<script>alert(1)</script>"
    )  # what was typed for a name is not kept
    for text in LINES[::6]:
        for name in ("since", "until", "action", "outcome", "name", "text", "offset"):
            page = auditor.get("/audit/", query_string={name: text})
            assert page.status_code in {200, 400}
            assert faults_of(page.text) == [], (name, text)


def test_the_page_for_signing_in_shows_nothing_but_text(guarded_app: Flask) -> None:
    client = guarded_app.test_client()
    for text in LINES[::4]:
        assert faults_of(client.get("/login", query_string={"next": text}).text) == []
    for number, text in enumerate(LINES[::12]):
        sent = {"name": text, "password": text, "next": text}
        place = {"REMOTE_ADDR": f"10.2.0.{number}"}
        token = csrf_token(client, "/login")
        page = client.post("/login", data={**sent, "csrf_token": token}, environ_base=place)
        assert page.status_code in {200, 401}
        assert faults_of(page.text) == [], text


def test_attachments_are_never_pages_of_this_site(client: FlaskClient) -> None:
    with client.get("/attachments/policy/drawing.svg") as response:
        assert response.headers["Content-Disposition"].startswith("attachment")
        assert "sandbox" in response.headers["Content-Security-Policy"]
    for text in LINES[::3]:
        with client.get(f"/attachments/policy/{text}.png") as response:
            assert response.status_code == 404
            assert faults_of(response.text) == []


def test_every_page_forbids_scripts_that_are_not_its_own(client: FlaskClient) -> None:
    for address in ("/", "/ask?q=失业金", "/search?q=x", "/nowhere", "/problems"):
        policy = client.get(address).headers["Content-Security-Policy"]
        rules = dict(rule.strip().split(" ", 1) for rule in policy.split(";"))
        assert rules["default-src"] == "'self'"
        assert "script-src" not in rules
        assert "unsafe" not in policy
        assert (rules["base-uri"], rules["object-src"]) == ("'none'", "'none'")
    assert submit(client, "/problems", {"question": "消毒柜几点关门"}).status_code == 201
