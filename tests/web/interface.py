"""Asks the interface and checks each response against the interface's own description."""

from __future__ import annotations

import json
import re
import sqlite3
from pathlib import Path
from typing import Any

from flask.testing import FlaskClient
from jsonschema import Draft202012Validator, FormatChecker
from werkzeug.test import TestResponse

from web.openapi import description

ID = "330682199001011233"
BENEFIT = "失业金能领几个月"
OUTSIDE = "怎么给猫洗澡"


def ask(client: FlaskClient, question: str = BENEFIT, **more: object) -> TestResponse:
    sent = json.dumps(
        {"question": question, **more}
    )  # ASCII, so that half a surrogate pair can be sent
    return client.post("/api/v1/ask", data=sent, content_type="application/json")


def body(response: TestResponse, status: int = 200) -> dict[str, Any]:
    """The response's JSON, checked against the interface's own description."""
    assert response.status_code == status, response.text
    assert response.mimetype == "application/json"
    conforms(response)
    content: dict[str, Any] = response.get_json()
    return content


def trouble(response: TestResponse, status: int) -> str:
    """The Chinese detail of a problem+json answer."""
    assert response.status_code == status, response.text
    assert response.mimetype == "application/problem+json"
    conforms(response)
    content = response.get_json()
    assert content["status"] == status
    assert re.search("[一-鿿]", content["title"])
    assert "Traceback" not in response.text
    return str(content["detail"])


def conforms(response: TestResponse) -> None:
    """Fail unless the description names this path, method, status and kind, and the schema admits the body."""
    described = description()
    path = response.request.path
    operations = next(
        operations
        for pattern, operations in described["paths"].items()
        if re.fullmatch(re.sub(r"\\{\w+\\}", ".+", re.escape(pattern)), path)
    )
    told = operations[response.request.method.lower()]["responses"][str(response.status_code)]
    validate(told["content"][response.mimetype]["schema"], response.get_json())


def validate(schema: dict[str, Any], content: object) -> None:
    whole = {**schema, "components": description()["components"]}
    Draft202012Validator(whole, format_checker=FormatChecker()).validate(content)


def rows(path: Path, query: str) -> list[tuple[Any, ...]]:
    connection = sqlite3.connect(path)
    try:
        return connection.execute(query).fetchall()
    finally:
        connection.close()
