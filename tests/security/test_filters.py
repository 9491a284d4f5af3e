"""What people type into filters and names means itself: no wildcard, no quote, no number that breaks anything."""

from __future__ import annotations

import pytest
from flask import Flask

from kb.accounts.caller import at_the_server
from kb.accounts.rights import Role
from kb.audit.entry import Action
from kb.audit.table import Filter
from kb.errors import NotFound
from tests.web.people import person
from tests.web.reading import csrf_token
from web.services import Services

LITERAL = (
    "100%",
    "a_c",
    "a\\c",
    "it's",
    'say "x"',
    "a;b--",
    "[a-c]",
    "a*c",
    "a?c",
    "\\%",
    "' or '1'='1",
)
DECOYS = ("100x", "abc", "a/c", "its", "say x", "ab", "b", "axc", "a", "x%", "1")
STATEMENTS = (
    "' or 1=1 --",
    '" or ""="',
    "'; drop table audit; --",
    "x' union select password from account --",
    "1) or (1=1",
    "%' or '%'='",
    "\\' or 1=1 #",
    "sleep(5)",
    "';select pg_sleep(5);--",
    "admin'/*",
    "\x00",
    "%%%",
    "____",
    "%27%20or%201=1",
)


@pytest.mark.parametrize(("text", "decoy"), list(zip(LITERAL, DECOYS, strict=True)))
def test_a_text_to_look_for_in_the_audit_log_means_itself(
    services: Services, text: str, decoy: str
) -> None:
    by = at_the_server()
    for subject in (text, decoy):
        services.audit.record(by.event(Action.SETTINGS_CHANGED, f"<{subject}>"))
    found = services.audit.entries(Filter(text=f"<{text}>"))
    assert [entry.subject for entry in found] == [f"<{text}>"]
    assert services.audit.count(Filter(text=f"<{text}>")) == 1


@pytest.mark.parametrize("statement", STATEMENTS)
def test_a_statement_in_a_filter_or_a_name_is_a_text(services: Services, statement: str) -> None:
    services.audit.record(at_the_server().event(Action.SETTINGS_CHANGED, "x"))
    for wanted in (
        Filter(name=statement),
        Filter(action=statement),
        Filter(outcome=statement),
        Filter(text=statement),
    ):
        assert services.audit.entries(wanted) == []
    with pytest.raises(NotFound):
        services.accounts.named(statement)
    with pytest.raises(NotFound):
        services.accounts.get(statement)
    with pytest.raises(NotFound):
        services.records.record_feedback(statement, True)
    assert services.records.turns_before(statement) == ()


def test_every_value_of_a_filter_is_answered(guarded_app: Flask) -> None:
    client = person(guarded_app, Role.AUDITOR)
    days = (
        "0001-01-01",
        "1999-12-31",
        "2101-01-01",
        "9999-12-31",
        "2026-02-30",
        "x",
        "20260101",
        "-1",
    )
    for name in ("since", "until"):
        for day in days:
            status = client.get("/audit/", query_string={name: day}).status_code
            assert status == (200 if day == "20260101" else 400), (name, day)
        assert client.get("/audit/", query_string={name: "2100-12-31"}).status_code == 200
    numbers = ("-1", "1" + "0" * 30, "1" * 5000, "1e9", "0x10", "٣", "nan", "", "' or 1=1")
    for number in numbers:
        assert client.get("/audit/", query_string={"offset": number}).status_code == 200, number
    for statement in STATEMENTS:
        given = dict.fromkeys(("action", "outcome", "name", "text"), statement)
        assert client.get("/audit/", query_string=given).status_code == 200
        with client.get("/audit/export.csv", query_string=given) as table:
            assert len(table.text.splitlines()) == 1  # the names of the columns alone


def test_parts_of_lists_take_whole_numbers_only(guarded_app: Flask) -> None:
    client = person(guarded_app, Role.COUNTER)
    for address in ("/api/v1/problems", "/api/v1/articles"):
        for value in ("-1", "1;", "1' or 1=1", "9" * 30, "1.5", "٣", "0x1"):
            for name in ("limit", "offset"):
                answer = client.get(address, query_string={name: value})
                assert answer.status_code == 400, (address, name, value)


def test_what_a_spreadsheet_would_run_is_exported_as_text(guarded_app: Flask) -> None:
    visitor, auditor = guarded_app.test_client(), person(guarded_app, Role.AUDITOR)
    for number, name in enumerate(
        ("=cmd|'/c calc'!A1", "+1+1", "-2+3", "@SUM(A1)", " =1+1", "＝1+1")
    ):
        sent = {"name": name, "password": "x", "csrf_token": csrf_token(visitor, "/login")}
        visitor.post("/login", data=sent, environ_base={"REMOTE_ADDR": f"10.3.0.{number}"})
    with auditor.get("/audit/export.csv?action=sign_in_failed") as table:
        cells = [
            cell.strip('"') for line in table.text.splitlines()[1:] for cell in line.split(",")
        ]
    assert len(cells) > 6
    assert [cell for cell in cells if cell.lstrip().startswith(("=", "+", "-", "@", "＝"))] == []
