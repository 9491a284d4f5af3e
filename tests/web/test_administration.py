"""What the administrator does with accounts, and what even the administrator may not."""

from __future__ import annotations

import re

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from kb.accounts.rights import Role
from kb.audit.table import Filter
from tests.web.people import PASSWORD, person, sign_in
from tests.web.reading import csrf_token, page, rows_of, submit, text, tree_of
from web.services import Services

ACCOUNTS = "/admin/accounts"


def change(app: Flask, identifier: str, what: str, **fields: str) -> TestResponse:
    client, address = person(app, Role.ADMINISTRATOR), f"{ACCOUNTS}/{identifier}"
    return submit(client, address, {"do": what, **fields}, ACCOUNTS)


def test_an_account_is_added_with_a_link_for_its_owner(
    guarded: Services, guarded_app: Flask
) -> None:
    client = person(guarded_app, Role.ADMINISTRATOR)
    sent = {"name": "window2", "display_name": "窗口经办员乙", "role": "counter"}
    tree = tree_of(submit(client, ACCOUNTS, sent, ACCOUNTS))
    assert re.search(r"http://localhost/invitation/\w{40,}", text(tree, "code"))
    assert guarded.accounts.named("window2").role is Role.COUNTER
    listed = rows_of(page(client, ACCOUNTS))
    assert ["window2", "窗口经办员乙", "窗口经办", "—", "—", "等本人设密码"] in listed


@pytest.mark.parametrize(
    ("sent", "told"),
    [
        ({"name": "x", "display_name": "甲", "role": "counter"}, "不能用"),
        ({"name": "counter", "display_name": "甲", "role": "counter"}, "已经有了"),
        ({"name": "window3", "display_name": "<b>甲</b>", "role": "counter"}, "不能用"),
        ({"name": "", "display_name": "甲", "role": "counter"}, "请填写"),
    ],
)
def test_an_account_that_cannot_be_is_not_added(
    guarded: Services, guarded_app: Flask, sent: dict[str, str], told: str
) -> None:
    response = submit(person(guarded_app, Role.ADMINISTRATOR), ACCOUNTS, sent, ACCOUNTS)
    assert told in text(tree_of(response, 400))
    assert len(guarded.accounts.every()) == len(Role)


def test_a_changed_role_holds_at_once(guarded: Services, guarded_app: Flask) -> None:
    client = person(guarded_app, Role.ENGINEER)
    assert client.get("/findings").status_code == 200
    identifier = guarded.accounts.named("engineer").id
    assert change(guarded_app, identifier, "role", role="counter").status_code == 302
    assert client.get("/findings").status_code == 302
    assert sign_in(client, "engineer") == 302
    assert client.get("/findings").status_code == 403


def test_a_disabled_account_is_out_at_once_and_can_come_back(
    guarded: Services, guarded_app: Flask
) -> None:
    client = person(guarded_app, Role.COUNTER)
    identifier = guarded.accounts.named("counter").id
    assert change(guarded_app, identifier, "disable").status_code == 302
    assert client.get("/").status_code == 302
    assert sign_in(client, "counter") == 401
    assert change(guarded_app, identifier, "enable").status_code == 302
    assert sign_in(client, "counter") == 302


def test_nobody_changes_the_own_role_or_takes_the_last_administrator_away(
    guarded: Services, guarded_app: Flask
) -> None:
    own = guarded.accounts.named("administrator").id
    for what in ("role", "disable"):
        response = change(guarded_app, own, what, role="counter")
        assert response.status_code == 400
        assert "自己的" in response.text
    assert guarded.accounts.get(own).role is Role.ADMINISTRATOR


@pytest.mark.parametrize("what", ["role", "invite", "second_factor", "rename", "enable", "unlock"])
def test_an_administrator_does_not_come_at_the_audit_log_through_an_auditor(
    guarded: Services, guarded_app: Flask, what: str
) -> None:
    identifier = guarded.accounts.named("auditor").id
    response = change(guarded_app, identifier, what, role="counter", display_name="甲")
    assert response.status_code == 403
    assert "invitation/" not in response.text


def test_nobody_is_made_an_auditor_on_the_page(guarded: Services, guarded_app: Flask) -> None:
    identifier = guarded.accounts.named("counter").id
    assert change(guarded_app, identifier, "role", role="auditor").status_code == 403
    assert guarded.accounts.get(identifier).role is Role.COUNTER
    sent = {"name": "window3", "display_name": "甲", "role": "auditor"}
    made = submit(person(guarded_app, Role.ADMINISTRATOR), ACCOUNTS, sent, ACCOUNTS)
    assert made.status_code == 403
    assert len(guarded.accounts.every()) == len(Role)


def test_every_change_is_recorded_with_who_did_it(guarded: Services, guarded_app: Flask) -> None:
    identifier = guarded.accounts.named("counter").id
    change(guarded_app, identifier, "rename", display_name="窗口经办员丙")
    change(guarded_app, identifier, "role", role="supervisor")
    change(guarded_app, identifier, "sign_out")
    change(guarded_app, identifier, "disable")
    done = [
        (entry.action, entry.name, entry.subject, entry.detail)
        for entry in reversed(guarded.audit.entries(Filter(name="administrator")))
        if entry.action != "sign_in"
    ]
    assert done == [
        ("account_changed", "administrator", "counter", "窗口经办员甲 → 窗口经办员丙"),
        ("role_changed", "administrator", "counter", "窗口经办 → 科室负责人"),
        ("sign_out", "administrator", "counter", "所有设备"),
        ("account_disabled", "administrator", "counter", ""),
    ]


def test_what_cannot_be_recorded_is_not_done(guarded: Services, guarded_app: Flask) -> None:
    client = person(guarded_app, Role.ADMINISTRATOR)
    token = csrf_token(client, ACCOUNTS)
    identifier = guarded.accounts.named("counter").id
    (guarded.settings.state / "audit" / "head").unlink()
    sent = {"do": "role", "role": "engineer", "csrf_token": token}
    response = client.post(f"{ACCOUNTS}/{identifier}", data=sent)
    assert response.status_code == 503
    assert guarded.accounts.get(identifier).role is Role.COUNTER


def test_the_security_page_names_what_is_weaker_than_advised(guarded_app: Flask) -> None:
    tree = page(person(guarded_app, Role.ADMINISTRATOR), "/admin/security")
    assert ["传输加密", "没有", "public_url", "可以更严"] in rows_of(tree)
    assert ["密码有效期", "90天后必须更换", "password_days", "达到"] in rows_of(tree)


def test_the_roles_page_shows_the_table_of_rights(guarded_app: Flask) -> None:
    tree = page(person(guarded_app, Role.ADMINISTRATOR), "/admin/roles")
    assert ["查看审计日志", "—", "—", "—", "—", "✓有"] in rows_of(tree)


def test_passwords_of_others_are_shown_to_nobody(guarded: Services, guarded_app: Flask) -> None:
    client = person(guarded_app, Role.ADMINISTRATOR)
    identifier = guarded.accounts.named("counter").id
    shown = client.get(f"{ACCOUNTS}/{identifier}").text
    assert PASSWORD not in shown
    assert "$argon2" not in shown
