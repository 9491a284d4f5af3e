"""`manage.py forget`: deletes what was kept long enough; the running service does the same once a day."""

from __future__ import annotations

import argparse
from typing import Any

from kb import retention
from kb.accounts.accounts import Accounts
from kb.accounts.caller import at_the_server
from kb.accounts.sealing import keys_of
from kb.audit import open_audit_log
from kb.database import Database
from scripts.commands.options import print_json, settings_from
from scripts.progress import progress_bar


def register(subparsers: Any) -> None:
    """Add the command."""
    parser = subparsers.add_parser(
        "forget",
        help="删除超过 retention_days 天的问答，和过期的登录、链接、令牌",
        description="删除超过 retention_days 天的问答记录和评价，以及过期的登录状态、链接、令牌。\n"
        "问题库和审计日志不动。服务运行时每天自动做一次，每批删除都写进审计日志。",
    )
    parser.add_argument("--dry-run", action="store_true", help="只数一数要删多少，什么都不删")
    parser.add_argument("--json", action="store_true", help="以 JSON 输出")


def run(arguments: argparse.Namespace) -> int:
    """Delete, or count; 1 when the database or the audit log does not work."""
    settings = settings_from(arguments)
    database = Database(settings.database_url)
    try:
        audit = open_audit_log(settings, database)
        accounts = Accounts(database, audit, settings, keys_of(settings.state))
        if arguments.dry_run:
            counts = retention.due(accounts)
        else:
            with progress_bar("条") as show:
                counts = retention.forget(accounts, at_the_server(), show)
    finally:
        database.close()
    if arguments.json:
        print_json({"deleted": not arguments.dry_run, **counts})
    else:
        print(_verdict(counts, settings.retention_days, arguments.dry_run))
    return 0


def _verdict(counts: retention.Counts, days: int, dry_run: bool) -> str:
    if not any(counts.values()):
        return f"没有过期的记录（问答保存 {days} 天）"
    return f"{'要删除' if dry_run else '已删除'}：{retention.said(counts)}"
