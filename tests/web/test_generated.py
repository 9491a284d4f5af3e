"""Requests that nobody thought of: generated from the interface's own description, inside its bounds and outside."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import schemathesis
from flask import Flask, request
from schemathesis.engine import Status, events, from_schema

from kb.accounts.caller import Caller
from kb.accounts.rights import Right, Role
from kb.accounts.tokens import make_token
from tests.web.conftest import served
from web.openapi import description
from web.services import Services

EXAMPLES = 10
"""Of each operation, inside and outside its bounds, beside those that probe every bound."""
SECONDS = 10
"""An answer that takes longer counts as a hang."""

Failures = list[tuple[str, ...]]


def sent_to(
    address: str, headers: dict[str, str], only: Sequence[str] = ()
) -> tuple[dict[str, int], Failures]:
    """Send what Schemathesis makes up; returns how many requests each operation got, and what was wrong."""
    config = schemathesis.Config.from_dict(
        {
            "seed": 1,
            "workers": 1,
            "headers": headers,
            "continue-on-failure": True,
            "request-timeout": SECONDS,
            "suppress-health-check": ["all"],
            "generation": {
                "deterministic": True,
                "max-examples": EXAMPLES,
                "database": "none",
                "no-shrink": True,
            },
        }
    )
    schema = schemathesis.openapi.from_url(
        f"{address}/api/v1/openapi.json", headers=headers, config=config
    )
    if only:
        schema = schema.include(path=list(only))
    counts: dict[str, int] = {}
    failures: Failures = []
    for event in from_schema(schema).execute():
        match event:
            case events.ScenarioFinished():
                recorder = event.recorder
                counts[recorder.label] = counts.get(recorder.label, 0) + len(recorder.cases)
                failures += found_wrong(recorder)
            case events.NonFatalError():
                failures.append((event.label, str(event.value)))
            case events.FatalError():
                failures.append((str(event.exception),))
    return counts, failures


def found_wrong(recorder: Any) -> Failures:
    return [
        (
            recorder.label,
            check.name,
            str(check.failure_info.failure),
            check.failure_info.code_sample,
        )
        for checks in recorder.checks.values()
        for check in checks
        if check.status == Status.FAILURE
    ]


def described() -> set[str]:
    return {
        f"{method.upper()} {path}"
        for path, operations in description()["paths"].items()
        for method in operations
    } - {"GET /api/v1/openapi.json"}


def test_the_trial_answers_every_request_as_described(app: Flask) -> None:
    with served(app) as address:
        counts, failures = sent_to(address, {})
    assert failures == []
    assert {label for label, count in counts.items() if count >= EXAMPLES} >= described()


def test_behind_a_login_a_program_is_answered_as_described(
    guarded: Services, guarded_app: Flask
) -> None:
    owner = Caller(guarded.accounts.named(Role.ENGINEER).identity, "10.0.0.9")
    bearer = make_token(guarded.accounts, owner, "报表", [Right.READ, Right.REPORT], 1)
    with served(guarded_app) as address:
        counts, failures = sent_to(address, {"Authorization": f"Bearer {bearer}"})
    assert failures == []
    assert {label for label, count in counts.items() if count >= EXAMPLES} >= described()


def test_an_operation_that_breaks_or_answers_otherwise_is_found(app: Flask) -> None:
    app.view_functions["api.articles"] = lambda: {}[request.args["kind"]]
    app.view_functions["api.problems"] = lambda: {"problems": []}
    with served(app) as address:
        _, failures = sent_to(address, {}, only=["/api/v1/articles", "/api/v1/problems"])
    found = {(label, check) for label, check, *_ in failures}
    assert ("GET /api/v1/articles", "not_a_server_error") in found
    assert ("GET /api/v1/problems", "response_schema_conformance") in found
