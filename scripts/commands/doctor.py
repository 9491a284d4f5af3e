"""`manage.py doctor`: check everything the server needs and say how to put it right."""

from __future__ import annotations

import argparse
import json
import os
import platform
import shutil
import socket
import sys
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from http.client import HTTPException
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any
from urllib.request import urlopen

from kb.accounts.directory import reachable
from kb.accounts.outside import require_usable
from kb.audit import open_audit_log
from kb.bundled_model import verify_bundled_model
from kb.database import Database
from kb.embedder import BUNDLED, BUNDLED_FOLDER, HUB_NAME
from kb.engines import open_engine
from kb.errors import WenzhiError
from kb.library import scan
from kb.records import Records
from kb.settings import Settings
from scripts.commands.options import print_json, settings_from
from scripts.environment import OLDEST_PYTHON, ROOT, system_trouble

_DISK_NEEDED_GIB = 1
_REINDEX = "运行 python3 scripts/manage.py index"


@dataclass(frozen=True, slots=True)
class Check:
    """One line of the examination; `remedy` says what to do when it is not `ok`."""

    name: str
    ok: bool
    detail: str
    remedy: str = ""


def register(subparsers: Any) -> None:
    """Add the command."""
    parser = subparsers.add_parser("doctor", help="体检：环境、模型、索引、数据库、端口")
    parser.add_argument("--json", action="store_true", help="以 JSON 输出")


def run(arguments: argparse.Namespace) -> int:
    """Print one line per check; 1 when one of them found something wrong."""
    checks = list(examine(settings_from(arguments)))
    if arguments.json:
        print_json({"ok": all(check.ok for check in checks), "checks": list(map(asdict, checks))})
    else:
        print("\n".join(map(_line, checks)))
    return 0 if all(check.ok for check in checks) else 1


def examine(settings: Settings) -> Iterator[Check]:
    """Make every check, one after the other; none keeps the next from being made."""
    for name, check in _CHECKS:
        try:
            yield check(name, settings)
        except WenzhiError as error:
            yield Check(name, False, error.message, error.remedy)
        except OSError as error:
            yield Check(name, False, system_trouble(error))


def _line(check: Check) -> str:
    remedy = f"（处理办法：{check.remedy}）" if check.remedy and not check.ok else ""
    return f"{'✔' if check.ok else '✘'} {check.name}：{check.detail}{remedy}"


def _python(name: str, _settings: Settings) -> Check:
    needed = ".".join(map(str, OLDEST_PYTHON))
    found = f"{platform.python_version()}（{sys.executable}）"
    return Check(name, sys.version_info >= OLDEST_PYTHON, found, f"换用 Python {needed} 以上")


def _packages(name: str, _settings: Settings) -> Check:
    lines = (ROOT / "requirements.txt").read_text(encoding="utf-8").splitlines()
    pins = dict(line.split("==") for line in lines if "==" in line and not line.startswith("#"))
    wrong = [f"{package} {pin}" for package, pin in pins.items() if _installed(package) != pin]
    if wrong:
        remedy = "重新运行 python3 scripts/serve.py，会自动补装"
        return Check(name, False, f"缺少或版本不符：{'、'.join(wrong)}", remedy)
    return Check(name, True, f"{len(pins)} 个依赖，版本相符")


def _installed(package: str) -> str:
    """The installed version without its local part (`+cpu`), or nothing."""
    try:
        return version(package).partition("+")[0]
    except PackageNotFoundError:
        return ""


def _model(name: str, settings: Settings) -> Check:
    if settings.model == BUNDLED:
        folder = settings.state / "models" / BUNDLED_FOLDER
        if not folder.exists():
            return Check(name, False, f"自带模型还没有生成（{folder}）", _REINDEX)
        verify_bundled_model(folder)
        return Check(name, True, f"自带模型校验通过（{folder}）")
    folders = (Path(settings.model).expanduser(), settings.state / "models" / settings.model)
    if any(folder.is_dir() for folder in folders):
        return Check(name, True, f"使用模型目录 {settings.model}")
    if HUB_NAME.fullmatch(settings.model):
        return Check(name, True, f"使用模型 {settings.model}，首次使用时需要联网下载")
    remedy = f"改正 model 设置，或改用自带模型（填 {BUNDLED}）"
    return Check(name, False, f"找不到模型目录 {settings.model}", remedy)


def _articles(name: str, settings: Settings) -> Check:
    count = len(scan(settings.articles))
    remedy = "把 Markdown 文章放进这个目录，或运行 manage.py new 新建"
    return Check(name, count > 0, f"{settings.articles}，{count} 个文件", remedy)


def _index(name: str, settings: Settings) -> Check:
    engine = open_engine(settings)
    try:
        repaired = getattr(engine, "repaired", None)
        if repaired is not None:
            return Check(name, False, f"索引已损坏，移到了 {repaired}", _REINDEX)
        if engine.size() == 0:
            return Check(name, False, f"索引 {settings.index} 还没有建立", _REINDEX)
        known = {path: (file.size, file.modified_ns) for path, file in engine.files().items()}
        current = scan(settings.articles)
        stale = {path for path, _ in known.items() ^ current.items()}
        if stale:
            return Check(name, False, f"有 {len(stale)} 个文件的改动还没有进入索引", _REINDEX)
        return Check(name, True, f"最新，{engine.size()} 个段落")
    finally:
        engine.close()


def _database(name: str, settings: Settings) -> Check:
    database = Database(settings.database_url)
    try:
        Records(database).check()
    finally:
        database.close()
    path = Path(settings.database_url.removeprefix("sqlite:///"))
    if settings.database_url.startswith("sqlite:///") and not os.access(path, os.W_OK):
        return Check(name, False, f"{path} 不可写", "检查文件和目录权限")
    return Check(name, True, "可以读写")


def _audit(name: str, settings: Settings) -> Check:
    database = Database(settings.database_url)
    try:
        count = open_audit_log(settings, database).check()
    finally:
        database.close()
    return Check(name, True, f"密钥和末尾相符，已记 {count} 条" if count else "还没有记录")


def _sign_in(name: str, settings: Settings) -> Check:
    """Whether the bureau's directory answers as the settings say; the sign-in service is asked by browsers."""
    if settings.access == "trial":
        return Check(name, True, "试用模式不登录")
    require_usable(settings)
    if settings.ldap_url:
        reachable(settings)
    asked = [item for item in (settings.ldap_url, settings.oidc_issuer) if item]
    return Check(name, True, f"本系统的账号{''.join(f'、{item}' for item in asked)}")


def _disk(name: str, settings: Settings) -> Check:
    folder = next(path for path in (settings.state, *settings.state.parents) if path.exists())
    free = shutil.disk_usage(folder).free / 2**30
    remedy = f"清理 {folder} 所在的磁盘，至少留出 {_DISK_NEEDED_GIB} GiB"
    return Check(name, free >= _DISK_NEEDED_GIB, f"剩余 {free:.1f} GiB", remedy)


def _port(name: str, settings: Settings) -> Check:
    """Whether the port is free; a server of ours that listens on it is as it should be."""
    address = f"{settings.host}:{settings.port}"
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.settimeout(2)
        if probe.connect_ex((settings.host, settings.port)) != 0:
            return Check(name, True, f"{address} 空闲")
    if _is_ours(f"http://{address}/healthz"):
        return Check(name, True, f"{address} 上问知正在运行")
    remedy = "停掉占用它的程序，或改 port 设置"
    return Check(name, False, f"{address} 已被别的程序占用", remedy)


def _is_ours(url: str) -> bool:
    """Whether what answers there counts passages, as only our own server does."""
    try:
        with urlopen(url, timeout=5) as response:
            return "passages" in json.load(response)
    except (OSError, HTTPException, ValueError, TypeError):
        return False


_CHECKS: tuple[tuple[str, Callable[[str, Settings], Check]], ...] = (
    ("Python", _python),
    ("依赖", _packages),
    ("文章", _articles),
    ("向量模型", _model),
    ("索引", _index),
    ("数据库", _database),
    ("审计日志", _audit),
    ("登录", _sign_in),
    ("磁盘", _disk),
    ("端口", _port),
)
