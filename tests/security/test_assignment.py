"""Nobody gets more than a form offers: extra fields, other roles, and what belongs to somebody else."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from kb.accounts.caller import Caller, at_the_server
from kb.accounts.invitations import invite
from kb.accounts.rights import Right, Role
from kb.accounts.tokens import make_token, tokens_of
from kb.errors import AccountError
from kb.models import AccountRow, FeedbackRow, ProblemRow, TokenRow
from tests.security.recorded import refusals
from tests.web.people import PASSWORD, add_person, person
from tests.web.reading import QUESTION, csrf_token
from web.services import Services

NEW = "山间-Bridge-72-still"
EXTRA = {
    "id": "0" * 32,
    "account_id": "0" * 32,
    "role": "administrator",
    "roles": "administrator",
    "rights": "administer",
    "levels": "admin",
    "access": "admin",
    "is_admin": "1",
    "disabled_at": "2000-01-01",
    "created_at": "2000-01-01",
    "password_set_at": "2999-01-01",
    "must_change": "",
    "origin": "ldap",
    "second_factor": "x",
    "recovery_codes": "x",
    "fingerprint": "x",
    "expires_at": "2999-01-01",
    "status": "已解决",
    "number": "2026-9999",
    "sequence": "9999",
    "year": "1999",
    "__class__": "x",
    "_method": "DELETE",
}


def rows(services: Services) -> dict[str, dict[str, Any]]:
    """The accounts by name, column by column."""
    with services.database.reading() as session:
        names = [column.key for column in AccountRow.__table__.columns]
        return {
            row.name: {name: getattr(row, name) for name in names}
            for row in session.scalars(select(AccountRow))
        }


def send(client: FlaskClient, address: str, seen: str = "/profile/", **sent: object) -> int:
    data = {**EXTRA, **sent, "csrf_token": csrf_token(client, seen)}
    return client.post(address, data=data).status_code


def test_fields_that_no_form_has_change_nothing(guarded_app: Flask, guarded: Services) -> None:
    client, before = person(guarded_app, Role.COUNTER), rows(guarded)
    assert send(client, "/profile/password", current=PASSWORD, new=NEW, again=NEW) == 302
    assert send(client, "/problems", question="消毒柜几点关门", note="x", answer_id="") == 201
    assert send(client, "/profile/sign-out-elsewhere") == 302
    after = rows(guarded)
    for name, row in after.items():
        changed = {key for key in row if row[key] != before[name][key]}
        assert changed <= ({"password", "password_set_at"} if name == "counter" else set())
    assert after["counter"]["password_set_at"].year < 2900
    with guarded.database.reading() as session:
        problem = session.scalars(select(ProblemRow)).one()
        assert (problem.status, problem.account_id) == ("新建", before["counter"]["id"])
        assert problem.year > 2000


def test_a_new_account_is_as_the_form_says_and_nothing_else(
    guarded_app: Flask, guarded: Services
) -> None:
    client = person(guarded_app, Role.ADMINISTRATOR)
    sent = {"name": "zhang", "display_name": "某人", "role": "counter", "password": PASSWORD}
    assert send(client, "/admin/accounts", **sent) == 200
    row = rows(guarded)["zhang"]
    assert (row["role"], row["origin"], row["password"]) == ("counter", "local", "")
    assert (row["second_factor"], row["disabled_at"]) == ("", None)
    assert row["id"] != EXTRA["id"]
    identifier = guarded.accounts.named("counter").id
    assert send(client, f"/admin/accounts/{identifier}", do="rename", display_name="新名") == 302
    assert rows(guarded)["counter"]["role"] == "counter"


def test_a_link_makes_nobody_more_than_they_are(guarded_app: Flask, guarded: Services) -> None:
    owner, client = guarded.accounts.named("counter"), guarded_app.test_client()
    address = f"/invitation/{invite(guarded.accounts, at_the_server(), owner.id)}"
    more = {"name": "administrator", "display_name": "某人"}
    assert send(client, address, seen=address, new=NEW, again=NEW, **more) == 302
    assert guarded.accounts.named("counter").role is Role.COUNTER
    assert len(guarded.accounts.every()) == len(Role)


@pytest.mark.parametrize("field", [*EXTRA, "csrf_token", "account", "conversation", "answer"])
def test_json_with_a_field_too_many_is_refused(client: FlaskClient, field: str) -> None:
    bodies = {
        "/api/v1/ask": {"question": QUESTION},
        "/api/v1/problems": {"question": QUESTION},
        f"/api/v1/answers/{'0' * 32}/feedback": {"helpful": True},
    }
    for address, body in bodies.items():
        assert client.post(address, json={**body, field: "x"}).status_code == 400, address


@pytest.mark.parametrize("right", [*sorted(set(Right) - {Right.READ, Right.REPORT}), "everything"])
def test_a_token_gets_no_right_that_its_owner_lacks(
    guarded_app: Flask, guarded: Services, right: str
) -> None:
    client, owner = person(guarded_app, Role.COUNTER), guarded.accounts.named("counter")
    assert send(client, "/profile/tokens", name="x", rights=right, days="9") == 400
    assert send(client, "/profile/tokens", name="x", rights=["read", right], days="9") == 400
    if right in set(Right):
        caller = Caller(owner.identity, "10.0.0.1")
        with pytest.raises(AccountError):
            make_token(guarded.accounts, caller, "x", [Right(right)], 9)
    assert tokens_of(guarded.accounts, owner.id) == []


def denied(services: Services) -> int:
    return len(refusals(services, "denied"))


def test_nobody_becomes_an_auditor_through_the_pages(guarded_app: Flask, guarded: Services) -> None:
    client, before = person(guarded_app, Role.ADMINISTRATOR), rows(guarded)
    counter, auditor = (guarded.accounts.named(name).id for name in ("counter", "auditor"))
    assert send(client, f"/admin/accounts/{counter}", do="role", role="auditor") == 403
    sent = {"name": "zhang", "display_name": "某人", "role": "auditor"}
    assert send(client, "/admin/accounts", **sent) == 403
    assert denied(guarded) == 2
    for number, do in enumerate(
        ("invite", "rename", "role", "enable", "unlock", "second_factor"), 3
    ):
        sent = {"do": do, "role": "counter", "display_name": "某人"}
        assert send(client, f"/admin/accounts/{auditor}", **sent) == 403, do
        assert denied(guarded) == number
    assert rows(guarded) == before


def test_nobody_changes_their_own_role_or_leaves_no_administrator(
    guarded_app: Flask, guarded: Services
) -> None:
    client, own = person(guarded_app, Role.ADMINISTRATOR), guarded.accounts.named("administrator")
    before = rows(guarded)
    for number, sent in enumerate(
        (
            {"do": "role", "role": "engineer"},
            {"do": "disable"},
            {"do": "invite"},
            {"do": "second_factor"},
        ),
        1,
    ):
        assert send(client, f"/admin/accounts/{own.id}", **sent) == 400, sent
        assert denied(guarded) == number
    assert rows(guarded) == before
    for change in (
        lambda: guarded.accounts.disable(at_the_server(), own.id),
        lambda: guarded.accounts.change_role(at_the_server(), own.id, Role.COUNTER),
    ):
        with pytest.raises(AccountError, match="最后一位"):
            change()
    add_person(guarded, Role.ADMINISTRATOR, "second")
    guarded.accounts.disable(at_the_server(), own.id)
    with pytest.raises(AccountError, match="最后一位"):
        guarded.accounts.disable(at_the_server(), guarded.accounts.named("second").id)


def test_a_role_that_there_is_not_is_refused(guarded_app: Flask, guarded: Services) -> None:
    client, before = person(guarded_app, Role.ADMINISTRATOR), rows(guarded)
    identifier = guarded.accounts.named("counter").id
    for role in ("", "root", "Administrator", "administrator ", "ADMINISTRATOR", "auditor\0", "0"):
        assert send(client, f"/admin/accounts/{identifier}", do="role", role=role) == 400
    assert rows(guarded) == before


def json_header(client: FlaskClient) -> dict[str, str]:
    return {"X-CSRFToken": csrf_token(client, "/profile/")}


def asked(client: FlaskClient, question: str, conversation: str | None = None) -> dict[str, Any]:
    sent = {"question": question, "conversation_id": conversation}
    body: dict[str, Any] = client.post(
        "/api/v1/ask", json=sent, headers=json_header(client)
    ).get_json()
    return body


@pytest.fixture
def two(guarded_app: Flask, guarded: Services) -> tuple[FlaskClient, FlaskClient]:
    """The owner of something, and somebody of the same role who wants it."""
    add_person(guarded, Role.COUNTER, "other")
    thief = guarded_app.test_client()
    sent = {"name": "other", "password": PASSWORD, "csrf_token": csrf_token(thief, "/login")}
    assert thief.post("/login", data=sent).status_code == 302
    return person(guarded_app, Role.COUNTER), thief


def test_a_conversation_of_somebody_else_is_neither_read_nor_continued(
    two: tuple[FlaskClient, FlaskClient],
) -> None:
    owner, thief = two
    begun = asked(owner, QUESTION)
    taken = asked(thief, "那最长呢", begun["conversation_id"])
    fresh = asked(thief, "那最长呢")
    assert taken["conversation_id"] != begun["conversation_id"]
    assert (taken["outcome"], taken["answer"]) == (fresh["outcome"], fresh["answer"])
    assert (
        asked(owner, "那最长呢", begun["conversation_id"])["conversation_id"]
        == begun["conversation_id"]
    )
    page = thief.get(
        "/ask", query_string={"q": "那最长呢", "conversation_id": begun["conversation_id"]}
    )
    assert begun["conversation_id"] not in page.text


def test_an_answer_of_somebody_else_cannot_be_judged_or_reported(
    two: tuple[FlaskClient, FlaskClient], guarded: Services
) -> None:
    owner, thief = two
    answer, header = asked(owner, QUESTION)["answer_id"], json_header(thief)
    form = {"csrf_token": header["X-CSRFToken"], "question": "消毒柜几点关门", "helpful": "no"}
    tries = [
        thief.post(f"/api/v1/answers/{answer}/feedback", json={"helpful": False}, headers=header),
        thief.post(
            "/api/v1/problems", json={"question": "x失业", "answer_id": answer}, headers=header
        ),
        thief.post(f"/answers/{answer}/feedback", data=form),
        thief.post("/problems", data={**form, "answer_id": answer}),
    ]
    unknown = thief.post(
        f"/api/v1/answers/{'0' * 32}/feedback", json={"helpful": False}, headers=header
    )
    assert [response.status_code for response in tries] == [404] * 4
    assert tries[0].get_json() == unknown.get_json()
    assert denied(guarded) == 4  # that of an unknown answer is none
    with guarded.database.reading() as session:
        assert session.scalars(select(FeedbackRow)).all() == []
        assert session.scalars(select(ProblemRow)).all() == []


def test_a_token_of_somebody_else_cannot_be_seen_or_ended(
    two: tuple[FlaskClient, FlaskClient], guarded: Services
) -> None:
    owner, thief = two
    assert send(owner, "/profile/tokens", name="报表程序", rights="read", days="9") == 200
    token = tokens_of(guarded.accounts, guarded.accounts.named("counter").id)[0]
    assert send(thief, f"/profile/tokens/{token.id}/end") == 404
    assert send(thief, f"/profile/tokens/{'0' * 32}/end") == 404
    assert denied(guarded) == 1
    assert "报表程序" not in thief.get("/profile/").text
    with guarded.database.reading() as session:
        assert session.get(TokenRow, token.id) is not None


def test_what_is_held_is_handed_out_to_its_owner_only(two: tuple[FlaskClient, FlaskClient]) -> None:
    owner, thief = two
    asked(owner, "紫外线消毒柜几点关门")
    wanted = {"account_id": "counter", "id": "counter", "name": "counter"}
    held = thief.get("/profile/held.json", query_string=wanted)
    assert held.get_json()["account"]["name"] == "other"
    assert "消毒柜" not in held.text
    assert "消毒柜" in owner.get("/profile/held.json").text
    for secret in ("argon2", "fingerprint", "recovery"):
        assert secret not in owner.get("/profile/held.json").text


def test_accounts_of_others_are_open_to_administrators_only(
    two: tuple[FlaskClient, FlaskClient], guarded: Services
) -> None:
    _, thief = two
    identifier = guarded.accounts.named("counter").id
    assert thief.get(f"/admin/accounts/{identifier}").status_code == 403
    assert send(thief, f"/admin/accounts/{identifier}", do="invite") == 403
    assert denied(guarded) == 2


def test_reading_what_is_for_others_is_put_on_record_and_looks_like_nothing(
    guarded_app: Flask, guarded: Services
) -> None:
    client = person(guarded_app, Role.COUNTER)
    hidden, missing = client.get("/wiki/system/root-keys"), client.get("/wiki/system/nothing")
    assert (hidden.status_code, hidden.text) == (404, missing.text)
    assert refusals(guarded, "denied") == [("counter", "/wiki/system/root-keys")]
