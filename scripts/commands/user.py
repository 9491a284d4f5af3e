"""manage.py user: accounts, from the server's own command line."""

from __future__ import annotations

import getpass
import sys
from argparse import Namespace
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from kb.accounts import credentials, held, invitations
from kb.accounts.accounts import Account, Accounts
from kb.accounts.attempts import unlock
from kb.accounts.caller import at_the_server
from kb.accounts.rights import ROLE_NAMES, Role
from kb.accounts.sealing import keys_of
from kb.audit import open_audit_log
from kb.database import Database
from kb.errors import AccountError
from scripts.commands.options import print_json, settings_from

_ROLES = "、".join(f"{role}（{ROLE_NAMES[role]}）" for role in Role)


def register(commands: Any) -> None:
    """Add `user` with its actions."""
    parser = commands.add_parser("user", help="账号：添加、停用、重设密码、导出和删除个人数据")
    actions = parser.add_subparsers(title="操作", metavar="操作", dest="action", required=True)
    add = actions.add_parser("add", help="添加账号，输入密码或打印设置密码的链接")
    add.add_argument("name", metavar="账号名")
    add.add_argument("--role", choices=[role.value for role in Role], required=True, help=_ROLES)
    add.add_argument("--display-name", metavar="姓名", default="", help="页面上显示的姓名")
    add.add_argument("--link", action="store_true", help="不在这里输入密码，打印一次性链接")
    for name, said in (
        ("invite", "打印一次性链接，让本人重新设置密码"),
        ("unlock", "解除登录锁定"),
        ("disable", "停用账号"),
        ("enable", "重新启用账号"),
        ("reset-code", "停用动态口令（换手机时）"),
        ("held", "打印系统里保存的这个人的数据（JSON）"),
        ("remove", "删除已停用的账号和它的个人数据"),
    ):
        actions.add_parser(name, help=said).add_argument("name", metavar="账号名")
    actions.add_parser("list", help="列出账号").add_argument("--json", action="store_true")


def run(arguments: Namespace) -> int:
    """Do one thing with accounts."""
    with _accounts(arguments) as accounts:
        match arguments.action:
            case "add":
                return _add(accounts, arguments)
            case "list":
                return _list(accounts, arguments.json)
            case _:
                return _change(accounts, accounts.named(arguments.name), arguments.action)


def _add(accounts: Accounts, arguments: Namespace) -> int:
    password = "" if arguments.link else _ask_password()
    by, role = at_the_server(), Role(arguments.role)
    given = (arguments.name, arguments.display_name, role)
    if password:
        made = credentials.add_with_password(accounts, by, *given, password)
        print(f"已添加账号 {made.name}（{ROLE_NAMES[made.role]}），首次登录必须修改密码")
        return 0
    made = accounts.add(by, *given)
    print(f"已添加账号 {made.name}（{ROLE_NAMES[made.role]}）")
    return _print_link(accounts, made)


def _ask_password() -> str:
    """A password typed twice. Raises AccountError."""
    if not sys.stdin.isatty():
        raise AccountError("这里不能输入密码", "加上 --link，让本人用链接设置密码")
    password = getpass.getpass("初始密码：")
    if password != getpass.getpass("再输入一次："):
        raise AccountError("两次输入的密码不一样", "重新运行一次")
    return password


def _list(accounts: Accounts, as_json: bool) -> int:
    every = accounts.every()
    if as_json:
        shown = [
            {
                "name": item.name,
                "display_name": item.display_name,
                "role": item.role,
                "disabled": item.disabled_at is not None,
                "second_factor": item.has_second_factor,
            }
            for item in every
        ]
        print_json({"accounts": shown})
        return 0
    for item in every:
        state = "已停用" if item.disabled_at else "在用"
        print(f"{item.name}\t{item.display_name}\t{ROLE_NAMES[item.role]}\t{state}")
    if not every:
        print("还没有账号。添加第一个：manage.py user add 账号名 --role administrator")
    return 0


def _change(accounts: Accounts, found: Account, action: str) -> int:
    by = at_the_server()
    match action:
        case "invite":
            return _print_link(accounts, found)
        case "unlock":
            unlock(accounts, by, found.name)
        case "disable":
            accounts.disable(by, found.id)
        case "enable":
            accounts.enable(by, found.id)
        case "reset-code":
            credentials.remove_second_factor(accounts, by, found.id)
        case "held":
            print_json(held.held_on(accounts, by, found.id))
            return 0
        case "remove":
            held.remove(accounts, by, found.id)
    print(f"已处理账号 {found.name}")
    return 0


def _print_link(accounts: Accounts, found: Account) -> int:
    bearer = invitations.invite(accounts, at_the_server(), found.id)
    print(f"设置密码的链接（一次有效，72小时内）：{accounts.settings.address}/invitation/{bearer}")
    return 0


@contextmanager
def _accounts(arguments: Namespace) -> Iterator[Accounts]:
    settings = settings_from(arguments)
    database = Database(settings.database_url)
    try:
        audit = open_audit_log(settings, database)
        yield Accounts(database, audit, settings, keys_of(settings.state))
    finally:
        database.close()
