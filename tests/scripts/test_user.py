"""`manage.py user` keeps accounts from the server's own command line, on record under the system account's name."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from kb.accounts.accounts import Accounts
from kb.accounts.invitations import accept
from kb.accounts.rights import Role
from kb.accounts.sealing import keys_of
from kb.accounts.signing_in import From, sign_in
from kb.audit import open_audit_log
from kb.audit.table import Filter
from kb.database import Database
from kb.errors import SignInError
from kb.settings import Settings
from scripts.commands import user
from tests.scripts.conftest import Manage

PASSWORD = "湖边-Lantern-31-quiet"
FROM = From("10.0.0.7")


@pytest.fixture
def accounts(tmp_path: Path) -> Iterator[Accounts]:
    """The accounts that the command line works on."""
    state = tmp_path / "var"
    settings = Settings(state=state, audit_key=state / "audit" / "key")
    database = Database(settings.database_url)
    audit = open_audit_log(settings, database)
    yield Accounts(database, audit, settings, keys_of(state))
    database.close()


def type_in(monkeypatch: pytest.MonkeyPatch, *passwords: str) -> None:
    """Sit at a terminal and type these."""
    typed = iter(passwords)
    monkeypatch.setattr(user.sys.stdin, "isatty", lambda: True)
    monkeypatch.setattr(user.getpass, "getpass", lambda _prompt: next(typed))


def listed(manage_cli: Manage) -> list[dict[str, object]]:
    accounts: list[dict[str, object]] = json.loads(manage_cli("user", "list", "--json").out)[
        "accounts"
    ]
    return accounts


def test_with_a_link_the_owner_sets_the_password(manage_cli: Manage, accounts: Accounts) -> None:
    ended = manage_cli("user", "add", "chen", "--role", "counter", "--display-name", "陈", "--link")
    assert ended.status == 0
    assert "已添加账号 chen（窗口经办）" in ended.out
    link = re.search(r"http://127\.0\.0\.1:8000/invitation/(\w+)", ended.out)
    assert link is not None
    accept(accounts, link[1], PASSWORD, "10.0.0.7")
    assert sign_in(accounts, "chen", PASSWORD, FROM).bearer


def test_a_typed_password_must_be_changed_and_is_never_shown(
    manage_cli: Manage, accounts: Accounts, monkeypatch: pytest.MonkeyPatch
) -> None:
    type_in(monkeypatch, PASSWORD, PASSWORD)
    ended = manage_cli("user", "add", "chen", "--role", "administrator")
    assert ended.status == 0
    assert "首次登录必须修改密码" in ended.out
    assert PASSWORD not in ended.out + ended.err
    assert sign_in(accounts, "chen", PASSWORD, FROM).account.must_change


@pytest.mark.parametrize(
    ("typed", "said"),
    [((PASSWORD, "another-one"), "不一样"), (("1234567890", "1234567890"), "密码不能用")],
)
def test_a_password_mistyped_or_weak_adds_nobody(
    manage_cli: Manage, monkeypatch: pytest.MonkeyPatch, typed: tuple[str, str], said: str
) -> None:
    type_in(monkeypatch, *typed)
    ended = manage_cli("user", "add", "chen", "--role", "counter")
    assert ended.status == 1
    assert said in ended.err
    assert listed(manage_cli) == []


def test_without_a_terminal_no_password_is_read(manage_cli: Manage) -> None:
    ended = manage_cli("user", "add", "chen", "--role", "counter")
    assert ended.status == 1
    assert "--link" in ended.err
    assert listed(manage_cli) == []


@pytest.mark.parametrize(
    "arguments",
    [
        ("add", "chen"),
        ("add", "chen", "--role", "root"),
        ("add", "--role", "counter"),
        ("disable",),
        ("promote", "chen"),
        (),
    ],
)
def test_wrong_usage_is_told_in_chinese(manage_cli: Manage, arguments: tuple[str, ...]) -> None:
    ended = manage_cli("user", *arguments)
    assert ended.status == 2
    assert "参数有误" in ended.err
    assert listed(manage_cli) == []


def test_a_name_that_cannot_be_used_or_is_unknown_is_said(manage_cli: Manage) -> None:
    ended = manage_cli("user", "add", "窗口一", "--role", "counter", "--link")
    assert (ended.status, "不能用" in ended.err) == (1, True)
    ended = manage_cli("user", "disable", "nobody")
    assert (ended.status, "没有账号“nobody”" in ended.err) == (1, True)


def test_the_list_says_who_there_is(manage_cli: Manage) -> None:
    assert "还没有账号" in manage_cli("user", "list").out
    manage_cli("user", "add", "chen", "--role", "auditor", "--display-name", "陈", "--link")
    assert listed(manage_cli) == [
        {
            "name": "chen",
            "display_name": "陈",
            "role": "auditor",
            "disabled": False,
            "second_factor": False,
        }
    ]
    assert manage_cli("user", "list").out == "chen\t陈\t安全审计员\t在用\n"


def test_an_account_is_disabled_enabled_and_removed(manage_cli: Manage, accounts: Accounts) -> None:
    manage_cli("user", "add", "chen", "--role", "counter", "--link")
    assert manage_cli("user", "remove", "chen").status == 1
    assert manage_cli("user", "disable", "chen").status == 0
    assert listed(manage_cli)[0]["disabled"] is True
    assert "已停用" in manage_cli("user", "list").out
    ended = manage_cli("user", "invite", "chen")
    assert (ended.status, "invitation/" in ended.out) == (1, False)
    assert manage_cli("user", "enable", "chen").status == 0
    assert listed(manage_cli)[0]["disabled"] is False
    manage_cli("user", "disable", "chen")
    assert manage_cli("user", "remove", "chen").status == 0
    assert listed(manage_cli) == []
    entries = list(accounts.audit.each(Filter()))
    assert [entry.action for entry in entries] == [
        "account_added",
        "invitation_made",
        "account_disabled",
        "account_changed",
        "account_disabled",
        "record_deleted",
    ]
    assert {entry.name.partition(":")[0] for entry in entries} == {"服务器命令行"}
    assert {entry.address for entry in entries} == {"本机"}


def test_the_last_administrator_is_not_disabled(
    manage_cli: Manage, monkeypatch: pytest.MonkeyPatch
) -> None:
    type_in(monkeypatch, PASSWORD, PASSWORD)
    manage_cli("user", "add", "head", "--role", "administrator")
    ended = manage_cli("user", "disable", "head")
    assert ended.status == 1
    assert "最后一位系统管理员" in ended.err


def test_what_is_held_is_printed_and_the_export_is_on_record(
    manage_cli: Manage, accounts: Accounts
) -> None:
    manage_cli("user", "add", "chen", "--role", "counter", "--link")
    given = json.loads(manage_cli("user", "held", "chen").out)
    assert given["account"]["name"] == "chen"
    assert [entry.action for entry in accounts.audit.each(Filter())][-1] == "exported"


def test_a_locked_name_is_unlocked(
    manage_cli: Manage, accounts: Accounts, monkeypatch: pytest.MonkeyPatch
) -> None:
    type_in(monkeypatch, PASSWORD, PASSWORD)
    manage_cli("user", "add", "chen", "--role", "counter")
    for number in range(5):
        with pytest.raises(SignInError):
            sign_in(accounts, "chen", "wrong", From(f"10.0.0.{number}"))
    with pytest.raises(SignInError, match="次数过多"):
        sign_in(accounts, "chen", PASSWORD, FROM)
    assert manage_cli("user", "unlock", "chen").status == 0
    assert sign_in(accounts, "chen", PASSWORD, FROM).bearer


def test_a_lost_telephone_is_reset(manage_cli: Manage, accounts: Accounts) -> None:
    manage_cli("user", "add", "chen", "--role", "counter", "--link")
    assert manage_cli("user", "reset-code", "chen").status == 0
    entry = list(accounts.audit.each(Filter()))[-1]
    assert (entry.action, entry.detail) == ("second_factor_changed", "停用")


def test_every_role_can_be_given(manage_cli: Manage) -> None:
    for role in Role:
        assert manage_cli("user", "add", role.value, "--role", role.value, "--link").status == 0
    assert {one["role"] for one in listed(manage_cli)} == set(Role)
