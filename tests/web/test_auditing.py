"""What the auditor sees: the newest entries, filters, parts, an export; each look is an entry itself."""

from __future__ import annotations

import csv
import io

from flask import Flask

from kb.accounts.caller import at_the_server
from kb.accounts.rights import Role
from kb.audit.entry import Action
from kb.audit.table import Filter
from tests.web.people import person, sign_in
from tests.web.reading import links, page, rows_of, text, tree_of
from web.services import Services


def test_the_newest_entries_come_first(guarded_app: Flask) -> None:
    client = person(guarded_app, Role.AUDITOR)
    rows = rows_of(page(client, "/audit/"))
    assert [row[0] for row in rows] == [str(number) for number in range(len(rows), 0, -1)]
    assert rows[0][2:] == ["auditor", "安全审计员", "127.0.0.1", "登录", "auditor", "成功", ""]
    assert rows[-1][5] == "新建账号"


def test_filters_find_what_they_say(guarded_app: Flask) -> None:
    sign_in(guarded_app.test_client(), "counter", "wrong")
    client = person(guarded_app, Role.AUDITOR)
    failed = rows_of(page(client, "/audit/?action=sign_in_failed"))
    assert [row[5:8] for row in failed] == [["登录失败", "counter", "拒绝"]]
    assert [row[2] for row in rows_of(page(client, "/audit/?name=auditor&action=sign_in"))] == [
        "auditor"
    ]
    assert "没有符合条件的记录" in text(page(client, "/audit/?since=2099-01-01"))
    assert "登录失败" in text(page(client, "/audit/?outcome=refused&text=counter"), "tbody")
    assert client.get("/audit/?since=yesterday").status_code == 400


def test_a_wildcard_is_a_character(guarded_app: Flask) -> None:
    client = person(guarded_app, Role.AUDITOR)
    for wild in ("%", "_", "\\", "'", '"'):
        response = client.get("/audit/", query_string={"text": wild, "action": "account_added"})
        assert "没有符合条件的记录" in text(tree_of(response)), wild


def test_many_entries_come_in_parts(guarded: Services, guarded_app: Flask) -> None:
    with guarded.database.writing() as session:
        for number in range(120):
            event = at_the_server().event(Action.EXPORTED, f"第{number}次")
            guarded.audit.append(session, event)
    client = person(guarded_app, Role.AUDITOR)
    first = page(client, "/audit/?action=exported")
    assert "共 120 条" in text(first)
    assert "第119次" in text(first, "tbody")
    older = next(link for link in links(first, ".pages a"))
    assert "第69次" in text(page(client, older), "tbody")


def test_the_export_is_a_table_that_runs_nothing(guarded: Services, guarded_app: Flask) -> None:
    event = at_the_server().event(Action.EXPORTED, "=1+1", detail="@SUM(A1)")
    guarded.audit.record(event)
    response = person(guarded_app, Role.AUDITOR).get("/audit/export.csv?action=exported")
    assert response.mimetype == "text/csv"
    assert "attachment" in response.headers["Content-Disposition"]
    rows = list(csv.reader(io.StringIO(response.text.removeprefix("\ufeff"))))
    assert any("'=1+1" in row for row in rows)
    assert not any(cell.startswith(("=", "@")) for row in rows for cell in row)


def test_reading_and_exporting_are_recorded(guarded: Services, guarded_app: Flask) -> None:
    client = person(guarded_app, Role.AUDITOR)
    client.get("/audit/?action=sign_in")
    client.get("/audit/export.csv")
    actions = [entry.action for entry in guarded.audit.entries(Filter(name="auditor"))]
    assert actions[:2] == ["exported", "audit_read"]
