"""Somebody of every role, and how they sign in."""

from __future__ import annotations

from flask import Flask
from flask.testing import FlaskClient

from kb.accounts.caller import at_the_server
from kb.accounts.credentials import add_with_password
from kb.accounts.rights import Role
from kb.database import Database
from kb.models import AccountRow
from tests.web.reading import csrf_token
from web.services import Services

PASSWORD = "湖边-Lantern-31-quiet"


def add_person(services: Services, role: Role, name: str = "", must_change: bool = False) -> str:
    """Add an account named as its role, or as told; returns its id."""
    made = add_with_password(
        services.accounts, at_the_server(), name or role.value, "窗口经办员甲", role, PASSWORD
    )
    if not must_change:
        settled(services.database, made.id)
    return made.id


def settled(database: Database, identifier: str) -> None:
    """As after its owner has changed the first password."""
    with database.writing() as session:
        row = session.get(AccountRow, identifier)
        assert row is not None
        row.must_change = False


def sign_in(client: FlaskClient, name: str, password: str = PASSWORD, wanted: str = "") -> int:
    """Fill in the page; returns the status of the answer."""
    sent = {"name": name, "password": password, "next": wanted, "submit": "登录"}
    token = csrf_token(client, "/login")
    return client.post("/login", data={**sent, "csrf_token": token}).status_code


def person(app: Flask, role: Role) -> FlaskClient:
    """A browser in which somebody of a role, named as it, is signed in."""
    client = app.test_client()
    assert sign_in(client, role.value) == 302
    return client
