"""`manage.py audit`: verify, show, archive, export and resume the audit log."""

from __future__ import annotations

import argparse
import getpass
import os
import socket
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import asdict
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

from kb.audit import open_audit_log
from kb.audit.archive import archive
from kb.audit.entry import Action, Entry, Event, Outcome, values_of
from kb.audit.log import AuditLog
from kb.audit.spreadsheet import action_name, china_moment, csv_lines, outcome_name
from kb.audit.table import Filter
from kb.audit.verify import Verification, verify
from kb.database import Database
from kb.errors import AuditError, WenzhiError
from kb.records import CHINA_TIME
from kb.settings import Settings
from scripts.commands.options import print_json, settings_from
from scripts.parser import count, day

_MOST = 10_000


def register(subparsers: Any) -> None:
    """Add the command and what it can do."""
    parser = subparsers.add_parser("audit", help="审计日志：校验、查看、归档、导出")
    steps = parser.add_subparsers(title="操作", metavar="操作", dest="step", required=True)
    step = steps.add_parser("verify", help="逐条校验，找出被改动、删除或调换的记录")
    step.add_argument(
        "--anchors",
        type=Path,
        metavar="文件",
        action="append",
        default=[],
        help="另与别处保存的锚点文件核对，可写多次",
    )
    step.add_argument("--json", action="store_true", help="以 JSON 输出")
    step = steps.add_parser("show", help="查看记录，新的在前；查看本身也记一条")
    _add_filter(step)
    step.add_argument("--limit", type=count(1, _MOST), metavar="条数", default=50, help="默认 50")
    step.add_argument("--offset", type=count(0, 10**9), metavar="条数", default=0, help="跳过几条")
    step.add_argument("--json", action="store_true", help="以 JSON 输出")
    steps.add_parser("archive", help="把超过 audit_days 天的记录移入归档文件，只移不删")
    step = steps.add_parser("export", help="导出为 Excel 能打开的 CSV；导出本身也记一条")
    step.add_argument("file", type=Path, metavar="文件", help="要写的文件，已存在的不覆盖")
    _add_filter(step)
    step = steps.add_parser("resume", help="查明原因后恢复记录（例如恢复了旧备份），留下一条说明")
    step.add_argument("--reason", metavar="原因", required=True, help="写进审计日志的原因")


def run(arguments: argparse.Namespace) -> int:
    """Do one step; 1 when the log is not in order."""
    with _opened(settings_from(arguments)) as (settings, log):
        return _STEPS[arguments.step](arguments, settings, log)


def _add_filter(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--since", type=day, metavar="日期", help="从这一天起（北京时间）")
    parser.add_argument("--until", type=day, metavar="日期", help="到这一天为止，含当天")
    parser.add_argument(
        "--action",
        metavar="操作",
        choices=[str(action) for action in Action],
        default="",
        help="、".join(f"{action}（{action_name(action)}）" for action in Action),
    )
    parser.add_argument("--name", metavar="账号", default="", help="谁做的")
    parser.add_argument(
        "--outcome",
        metavar="结果",
        choices=[str(outcome) for outcome in Outcome],
        default="",
        help="、".join(f"{outcome}（{outcome_name(outcome)}）" for outcome in Outcome),
    )
    parser.add_argument(
        "--text", metavar="文字", default="", help="对象、说明、账号或地址里含有的字"
    )


def _verify(arguments: argparse.Namespace, _settings: Settings, log: AuditLog) -> int:
    """The finding is told even when the log is too broken to take an entry about it."""
    found = verify(log, arguments.anchors)
    failure: AuditError | None = None
    if found.entries or found.fault_count:
        said = f"{found.entries} 条，发现 {found.fault_count} 处问题"
        try:
            log.record(_event(Action.AUDIT_VERIFIED, said, failed=bool(found.fault_count)))
        except AuditError as error:
            failure = error
    if arguments.json:
        print_json(asdict(found) | {"ok": not found.fault_count})
    else:
        print("\n".join(_verdict(found)))
    if failure:
        print(f"错误：{failure}", file=sys.stderr)
    return 1 if found.fault_count or failure else 0


def _verdict(found: Verification) -> list[str]:
    lines = [f"✘ {fault.message}" for fault in found.faults]
    hidden = found.fault_count - len(found.faults)
    lines += [f"…… 另有 {hidden} 处"] if hidden else []
    lines += [f"注意：{line}" for line in found.resumed]
    said = f"校验 {found.entries} 条，其中归档 {found.archived} 条"
    verdict = f"发现 {found.fault_count} 处问题" if found.fault_count else "没有发现问题"
    return [*lines, f"{said}；{verdict}"]


def _show(arguments: argparse.Namespace, _settings: Settings, log: AuditLog) -> int:
    wanted = _filter(arguments)
    log.record(_event(Action.AUDIT_READ, _asked(arguments)))
    entries = log.entries(wanted, arguments.limit, arguments.offset)
    total = log.count(wanted)
    if arguments.json:
        shown = [values_of(entry) | {"moment": entry.moment.isoformat()} for entry in entries]
        print_json({"count": total, "entries": shown})
    else:
        print("\n".join([*map(_line, entries), f"共 {total} 条，显示 {len(entries)} 条"]))
    return 0


def _line(entry: Entry) -> str:
    who = entry.name or entry.actor or "—"
    parts = (entry.subject, entry.detail, f"来自 {entry.address}" if entry.address else "")
    told = "，".join(part for part in parts if part)
    what = f"{action_name(entry.action)}（{outcome_name(entry.outcome)}）"
    return f"{entry.sequence} {china_moment(entry)} {who} {what}{'：' if told else ''}{told}"


def _archive(_arguments: argparse.Namespace, settings: Settings, log: AuditLog) -> int:
    made = archive(log, settings.audit_days, _event(Action.AUDIT_ARCHIVED))
    for file in made:
        print(f"已归档第 {file.first} 到第 {file.last} 条：{file.path}")
    if not made:
        print(f"没有超过 {settings.audit_days} 天的记录")
    return 0


def _export(arguments: argparse.Namespace, _settings: Settings, log: AuditLog) -> int:
    log.record(_event(Action.EXPORTED, _asked(arguments), subject=f"审计日志 → {arguments.file}"))
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL
    try:
        descriptor = os.open(arguments.file, flags, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8", newline="") as file:
            file.writelines(csv_lines(log.each(_filter(arguments))))
    except FileExistsError:
        raise WenzhiError(f"文件 {arguments.file} 已经存在", "换一个文件名") from None
    except OSError as error:
        message = f"文件 {arguments.file} 写不进去：{error.strerror}"
        raise WenzhiError(message, "检查目录权限和磁盘空间") from error
    print(f"已导出到 {arguments.file}")
    return 0


def _resume(arguments: argparse.Namespace, _settings: Settings, log: AuditLog) -> int:
    entry = log.resume(_event(Action.AUDIT_RESUMED, arguments.reason))
    print(f"已恢复记录，从第 {entry.sequence} 条继续")
    return 0


def _filter(arguments: argparse.Namespace) -> Filter:
    return Filter(
        since=_midnight(arguments.since),
        until=_midnight(arguments.until and arguments.until + timedelta(days=1)),
        action=arguments.action,
        name=arguments.name,
        outcome=arguments.outcome,
        text=arguments.text,
    )


def _midnight(wanted: date | None) -> datetime | None:
    return datetime.combine(wanted, time(), CHINA_TIME) if wanted else None


def _asked(arguments: argparse.Namespace) -> str:
    """The options that were given, as an entry says them."""
    names = ("since", "until", "action", "name", "outcome", "text", "limit", "offset")
    given = {name: getattr(arguments, name, None) for name in names}
    return " ".join(f"{name}={value}" for name, value in given.items() if value)


def _event(action: Action, detail: str = "", subject: str = "", failed: bool = False) -> Event:
    """What somebody does at the server's own command line."""
    outcome = Outcome.FAILED if failed else Outcome.OK
    name = f"命令行：{_user()}"
    return Event(
        action, outcome, name=name, address=socket.gethostname(), subject=subject, detail=detail
    )


def _user() -> str:
    """The system account, and whose it was before sudo."""
    with suppress(KeyError, OSError):
        user = getpass.getuser()
        before = os.environ.get("SUDO_USER")
        return f"{before}（{user}）" if before else user
    return str(os.getuid())


@contextmanager
def _opened(settings: Settings) -> Iterator[tuple[Settings, AuditLog]]:
    database = Database(settings.database_url)
    try:
        yield settings, open_audit_log(settings, database)
    finally:
        database.close()


_STEPS: Mapping[str, Callable[[argparse.Namespace, Settings, AuditLog], int]] = {
    "verify": _verify,
    "show": _show,
    "archive": _archive,
    "export": _export,
    "resume": _resume,
}
