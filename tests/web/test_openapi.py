"""The description names every route; the other tests hold each response to it."""

from __future__ import annotations

import re
from dataclasses import replace

from flask import Flask
from flask.testing import FlaskClient
from jsonschema import Draft202012Validator

from kb.accounts.rights import Role
from tests.web.interface import BENEFIT, ask, body, trouble
from tests.web.people import person
from web.app import create_app
from web.openapi import description
from web.services import Services


def test_every_route_is_described_and_nothing_else(app: Flask) -> None:
    routes = {
        (re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", rule.rule), method.lower())
        for rule in app.url_map.iter_rules()
        if rule.rule.startswith("/api/")
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
    }
    described = {(path, method) for path, item in description()["paths"].items() for method in item}
    assert described == routes


def test_the_description_is_served_and_every_schema_in_it_is_one(client: FlaskClient) -> None:
    served = body(client.get("/api/v1/openapi.json"))
    assert served["openapi"].startswith("3.1")
    for schema in served["components"]["schemas"].values():
        # patterns are those of ECMAScript (\p{L}), which Python's re lacks; test_generated.py uses them
        Draft202012Validator.check_schema(schema, format_checker=None)


def test_what_the_description_takes_is_what_the_service_takes(client: FlaskClient) -> None:
    fields = description()["components"]["schemas"]["Question"]["properties"]
    detail = trouble(ask(client, top_k=3), 400)
    assert detail.endswith(f"可用的字段：{'、'.join(fields)}")


def test_a_write_from_another_site_is_refused_as_described(client: FlaskClient) -> None:
    headers = {"Origin": "http://evil.example"}
    response = client.post("/api/v1/ask", json={"question": BENEFIT}, headers=headers)
    trouble(response, 403)


def test_the_description_says_who_must_show_what(client: FlaskClient, guarded_app: Flask) -> None:
    assert "securitySchemes" not in body(client.get("/api/v1/openapi.json"))["components"]
    served = body(person(guarded_app, Role.COUNTER).get("/api/v1/openapi.json"))
    schemes = served["components"]["securitySchemes"]
    assert schemes["session"]["name"] == guarded_app.config["SESSION_COOKIE_NAME"]
    ask, search = served["paths"]["/api/v1/ask"]["post"], served["paths"]["/api/v1/search"]["get"]
    assert ask["security"] == [{"token": []}, {"session": [], "csrf": []}]
    assert search["security"] == [{"token": []}, {"session": []}]


def test_who_asks_too_often_is_told_when_to_come_back(guarded: Services) -> None:
    settings = replace(guarded.settings, asks_per_minute=1)
    client = person(create_app(replace(guarded, settings=settings)), Role.COUNTER)
    assert client.get("/api/v1/search?q=失业").status_code == 200
    response = client.get("/api/v1/search?q=失业")
    trouble(response, 429)
    assert response.headers["Retry-After"] == "60"
