"""When the audit log cannot be written, nothing privileged is done and nothing is shown: 503, and all as before."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from kb.accounts.caller import Caller
from kb.accounts.rights import Right, Role
from kb.accounts.tokens import make_token, tokens_of
from kb.models import InvitationRow, SignInRow
from tests.security.test_assignment import rows
from tests.web.people import PASSWORD, add_person, person
from tests.web.reading import csrf_token
from web.services import Services

NEW = "山间-Bridge-72-still"


def lost_head(folder: Path) -> None:
    for path in folder.iterdir():
        if path.is_file() and path.name.startswith("head"):
            path.unlink()


def lost_folder(folder: Path) -> None:
    shutil.rmtree(folder)


def forged_head(folder: Path) -> None:
    for path in folder.iterdir():
        if path.is_file() and path.name.startswith("head"):
            path.write_text("{}", encoding="utf-8")


def state(services: Services) -> tuple[object, ...]:
    with services.database.reading() as session:
        counts = [
            session.scalar(select(func.count()).select_from(table))
            for table in (SignInRow, InvitationRow)
        ]
    tokens = [tokens_of(services.accounts, account.id) for account in services.accounts.every()]
    return rows(services), counts, tokens


@pytest.mark.parametrize("damage", [lost_head, lost_folder, forged_head])
def test_without_its_audit_log_the_service_does_nothing_privileged(
    guarded_app: Flask, guarded: Services, damage: Callable[[Path], None]
) -> None:
    add_person(guarded, Role.ADMINISTRATOR, "second")
    owner = guarded.accounts.named("counter")
    make_token(guarded.accounts, Caller(owner.identity, "10.0.0.9"), "x", [Right.READ], 9)
    token_id = tokens_of(guarded.accounts, owner.id)[0].id
    people = {role: person(guarded_app, role) for role in Role}
    tokens = {role: csrf_token(client, "/profile/") for role, client in people.items()}
    before = state(guarded)
    damage(guarded.settings.audit_folder)

    def send(who: Role, address: str, sent: dict[str, str]) -> int:
        data = {**sent, "csrf_token": tokens[who]}
        return people[who].post(address, data=data).status_code

    changes = [
        (
            Role.ADMINISTRATOR,
            f"/admin/accounts/{owner.id}",
            {"do": do, "role": "engineer", "display_name": "新名"},
        )
        for do in (
            "rename",
            "role",
            "invite",
            "disable",
            "enable",
            "unlock",
            "sign_out",
            "second_factor",
        )
    ]
    changes += [
        (
            Role.ADMINISTRATOR,
            "/admin/accounts",
            {"name": "zhang", "display_name": "某人", "role": "counter"},
        ),
        (Role.COUNTER, "/profile/password", {"current": PASSWORD, "new": NEW, "again": NEW}),
        (Role.COUNTER, "/profile/tokens", {"name": "y", "rights": "read", "days": "9"}),
        (Role.COUNTER, f"/profile/tokens/{token_id}/end", {}),
        (Role.COUNTER, "/profile/sign-out-elsewhere", {}),
        (Role.COUNTER, "/logout", {}),
    ]
    for role, address, sent in changes:
        assert send(role, address, sent) == 503, (address, sent)
    for role, address in (
        (Role.AUDITOR, "/audit/"),
        (Role.AUDITOR, "/audit/export.csv"),
        (Role.COUNTER, "/profile/held.json"),
    ):
        answer = people[role].get(address)
        assert answer.status_code == 503
        assert "审计" not in answer.text.split("<main")[-1].split("</main")[0]
    assert state(guarded) == before


@pytest.mark.parametrize("password", [PASSWORD, "Wrong-Password-17-x"])
def test_without_its_audit_log_nobody_signs_in(
    guarded_app: Flask, guarded: Services, password: str
) -> None:
    person(guarded_app, Role.COUNTER)
    lost_head(guarded.settings.audit_folder)
    client = guarded_app.test_client()
    sent = {"name": "counter", "password": password, "csrf_token": csrf_token(client, "/login")}
    assert client.post("/login", data=sent).status_code == 503
    assert client.get("/profile/").status_code == 302


def test_what_is_refused_stays_refused_when_it_cannot_be_recorded(
    guarded_app: Flask, guarded: Services
) -> None:
    client: FlaskClient = person(guarded_app, Role.COUNTER)
    lost_head(guarded.settings.audit_folder)
    assert client.get("/admin/accounts").status_code == 403
    assert client.get("/wiki/system/root-keys").status_code == 404
    assert client.post("/problems", data={"question": "x"}).status_code == 403
    assert client.get("/attachments/..%2fx").status_code == 404
    assert client.get("/wiki/policy/unemployment").status_code == 200  # who only reads is served


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_folder_that_cannot_be_written_stops_it_too(
    guarded_app: Flask, guarded: Services
) -> None:
    client = person(guarded_app, Role.ADMINISTRATOR)
    head = guarded.settings.audit_folder / "head"
    head.chmod(0o400)
    sent = {"name": "zhang", "display_name": "某人", "role": "counter"}
    sent["csrf_token"] = csrf_token(client, "/profile/")
    assert client.post("/admin/accounts", data=sent).status_code == 503
    head.chmod(0o600)
