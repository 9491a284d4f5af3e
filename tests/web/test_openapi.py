"""The description names every route; the other tests hold each response to it."""

from __future__ import annotations

import re

from flask import Flask
from flask.testing import FlaskClient
from jsonschema import Draft202012Validator

from tests.web.interface import BENEFIT, ask, body, trouble
from web.openapi import description


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
        Draft202012Validator.check_schema(schema)


def test_what_the_description_takes_is_what_the_service_takes(client: FlaskClient) -> None:
    fields = description()["components"]["schemas"]["Question"]["properties"]
    detail = trouble(ask(client, top_k=3), 400)
    assert detail.endswith(f"可用的字段：{'、'.join(fields)}")


def test_a_write_from_another_site_is_refused_as_described(client: FlaskClient) -> None:
    headers = {"Origin": "http://evil.example"}
    response = client.post("/api/v1/ask", json={"question": BENEFIT}, headers=headers)
    trouble(response, 403)
