"""Every address, every role, every level of access: who is served what, and who is refused, on record."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.routing import Rule

from kb.accounts.caller import Caller
from kb.accounts.rights import LEVELS, RIGHTS, TOKEN_RIGHTS, VISITOR_RIGHTS, Right, Role
from kb.accounts.tokens import make_token
from kb.audit.table import Filter
from tests.web.people import person
from tests.web.reading import csrf_token
from web.rights import PUBLIC, RIGHT_OF
from web.services import Services

VALUES = {
    "slug": "policy/unemployment",
    "tag": "失业",
    "path": "policy/chart.png",
    "filename": "wenzhi.css",
    "answer_id": "0" * 32,
    "identifier": "0" * 32,
    "bearer": "x",
}
REFUSED, LED_TO_SIGN_IN = 403, 302


def address_of(rule: Rule) -> str:
    """The rule's address with something in the place of each variable."""
    return re.sub(r"<(?:\w+:)?(\w+)>", lambda match: VALUES[match[1]], rule.rule)


def rules(app: Flask) -> Iterator[tuple[Rule, str]]:
    for rule in app.url_map.iter_rules():
        for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
            yield rule, method


def send(client: FlaskClient, rule: Rule, method: str, token: str) -> int:
    """The status of the answer; a body that no view takes does no harm."""
    path = address_of(rule)
    header = {"X-CSRFToken": token}
    sent = {"json": {}} if path.startswith("/api/") and method != "GET" else {}
    with client.open(path, method=method, headers=header, **sent) as response:
        return response.status_code


def test_every_endpoint_stands_in_the_table_and_nothing_else_does(guarded_app: Flask) -> None:
    endpoints = {rule.endpoint for rule in guarded_app.url_map.iter_rules()}
    assert endpoints == PUBLIC | RIGHT_OF.keys()
    assert not PUBLIC & RIGHT_OF.keys()


def test_an_endpoint_without_a_row_is_refused_to_everybody(guarded_app: Flask) -> None:
    guarded_app.add_url_rule("/new", "new", lambda: "open")
    for role in Role:
        assert person(guarded_app, role).get("/new").status_code == REFUSED


@pytest.mark.parametrize("role", Role)
def test_a_role_is_served_what_it_has_the_right_for_and_nothing_else(
    guarded_app: Flask, role: Role
) -> None:
    held = RIGHTS[role]
    client = person(guarded_app, role)
    token = csrf_token(client, "/profile/")
    for rule, method in rules(guarded_app):
        status = send(client, rule, method, token)
        open_to_role = rule.endpoint in PUBLIC or RIGHT_OF[rule.endpoint] in held
        assert (status == REFUSED) == (not open_to_role), (role, method, rule.rule, status)
        assert status < 500, (method, rule.rule)
        if rule.endpoint == "signing_in.sign_out":
            client = person(guarded_app, role)
            token = csrf_token(client, "/profile/")


def test_without_signing_in_nothing_is_served_but_what_is_public(guarded_app: Flask) -> None:
    for rule, method in rules(guarded_app):
        client = guarded_app.test_client()
        status = send(client, rule, method, "")
        if rule.endpoint in PUBLIC:
            assert status != 401, rule.rule
        elif rule.rule.startswith("/api/") or method != "GET":
            assert status == 401, (method, rule.rule)
        else:
            assert status == LED_TO_SIGN_IN, rule.rule


def test_a_visitor_of_the_trial_has_the_rights_of_a_visitor(app: Flask) -> None:
    for rule, method in rules(app):
        client = app.test_client()
        status = send(client, rule, method, csrf_token(client))
        allowed = rule.endpoint in PUBLIC or RIGHT_OF[rule.endpoint] in VISITOR_RIGHTS
        assert (status == REFUSED) == (not allowed), (method, rule.rule, status)


@pytest.mark.parametrize("right", sorted(TOKEN_RIGHTS))
def test_a_token_serves_a_program_what_it_was_given_for(
    guarded: Services, guarded_app: Flask, right: Right
) -> None:
    role = next(role for role in Role if right in RIGHTS[role])
    owner = guarded.accounts.named(role.value)
    bearer = make_token(guarded.accounts, Caller(owner.identity, "10.0.0.9"), "报表", [right], 1)
    header = {"Authorization": f"Bearer {bearer}"}
    for rule, method in rules(guarded_app):
        if not rule.rule.startswith("/api/") or rule.endpoint in PUBLIC:
            continue
        sent = {"json": {}} if method != "GET" else {}
        response = guarded_app.test_client().open(
            address_of(rule), method=method, headers=header, **sent
        )
        assert (response.status_code == REFUSED) == (RIGHT_OF[rule.endpoint] != right), rule.rule


def test_whoever_is_refused_stands_in_the_audit_log(guarded: Services, guarded_app: Flask) -> None:
    assert person(guarded_app, Role.COUNTER).get("/admin/accounts").status_code == REFUSED
    entry = guarded.audit.entries(Filter(action="denied"))[0]
    assert (entry.name, entry.subject, entry.outcome) == ("counter", "/admin/accounts", "refused")


def test_nobody_manages_accounts_and_reads_the_audit_log() -> None:
    for role in Role:
        assert not {Right.ADMINISTER, Right.AUDIT} <= RIGHTS[role]
    assert LEVELS[Role.AUDITOR] == frozenset()
    assert Right.EDIT not in RIGHTS[Role.ADMINISTRATOR]


LEVEL_OF = {
    "staff": ("policy/unemployment", "失业金能领几个月"),
    "engineer": ("playbook/server-room", "机房保密柜钥匙在哪里"),
    "admin": ("system/root-keys", "根密钥备份盘放在哪个抽屉"),
}


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize("level", LEVEL_OF)
def test_an_article_shows_through_no_door_to_a_role_without_its_level(
    guarded_app: Flask, role: Role, level: str
) -> None:
    if Right.READ not in RIGHTS[role]:
        return
    slug, question = LEVEL_OF[level]
    client, told = person(guarded_app, role), level in LEVELS[role]
    header = {"X-CSRFToken": csrf_token(client, "/profile/")}
    doors = {
        "page": client.get(f"/wiki/{slug}"),
        "article": client.get(f"/api/v1/articles/{slug}"),
        "tree": client.get("/wiki/"),
        "home": client.get("/"),
        "list": client.get("/api/v1/articles?limit=200"),
        "search": client.get(f"/search?q={question}"),
        "find": client.get(f"/api/v1/search?q={question}"),
        "ask": client.post("/api/v1/ask", json={"question": question}, headers=header),
        "asked": client.get(f"/ask?q={question}"),
    }
    shown = {name for name, response in doors.items() if f"{slug}" in response.text}
    if told:
        assert {"page", "article", "tree", "list", "search", "find", "ask"} <= shown
    else:
        assert not shown
        assert doors["page"].status_code == 404
        missing = client.get("/api/v1/articles/policy/nothing-of-that-name")
        assert doors["article"].get_json() == missing.get_json()
