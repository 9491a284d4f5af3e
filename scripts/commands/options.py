"""What several commands share: the library options, who asks, and how Findings are printed."""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterable
from datetime import date
from pathlib import Path
from typing import Any

from kb.errors import IndexStoreError
from kb.knowledge import Knowledge
from kb.settings import Settings, load_settings
from kb.types import ACCESS_LEVELS, REGIONS, Finding, Scope
from scripts.environment import ROOT
from scripts.parser import day

_SEVERITIES = {"error": "错误", "warning": "提醒"}


def add_library_options(parser: argparse.ArgumentParser, default: Any = None) -> None:
    """Add `--articles` and `--index`, understood before and after the command's name."""
    parser.add_argument("--articles", type=Path, metavar="目录", default=default, help="文章目录")
    parser.add_argument("--index", type=Path, metavar="目录", default=default, help="索引目录")


def add_scope_options(parser: argparse.ArgumentParser) -> None:
    """Add the options that say which day and region count and with whose rights to look."""
    parser.add_argument("--as-of", type=day, metavar="日期", help="按哪一天的规定，默认今天")
    for name, metavar, choices, default, meaning in (
        ("--region", "地区", REGIONS, None, "只看这个地区适用的内容"),
        ("--access", "级别", ACCESS_LEVELS, "staff", "以谁的权限查看，默认 staff"),
    ):
        parser.add_argument(
            name,
            metavar=metavar,
            choices=choices,
            default=default,
            help=f"{meaning}（{'、'.join(choices)}）",
        )


def settings_from(arguments: argparse.Namespace) -> Settings:
    """The settings, with the paths of the command line (relative to the current folder) on top."""
    given = {name: getattr(arguments, name, None) for name in ("articles", "index")}
    paths = {name: path.absolute() for name, path in given.items() if path is not None}
    return load_settings(ROOT, **paths)


def scope_from(arguments: argparse.Namespace) -> Scope:
    """The scope that the options ask for; without `--as-of` today's rules apply."""
    held = ACCESS_LEVELS[: ACCESS_LEVELS.index(arguments.access) + 1]
    return Scope(
        access=frozenset(held),
        as_of=arguments.as_of or date.today(),
        region=arguments.region,
        kind=getattr(arguments, "kind", None),
    )


def require_index(knowledge: Knowledge) -> None:
    """Raise IndexStoreError, saying how to make an index, when there is nothing to search in."""
    if knowledge.engine.size() == 0:
        raise IndexStoreError(
            f"索引 {knowledge.settings.index} 是空的，还没有建立",
            "先运行 python3 scripts/manage.py index",
        )


def finding_lines(findings: Iterable[Finding]) -> list[str]:
    """One line per Finding: `path:line 错误 message`."""
    return [
        f"{item.path}:{item.line} {_SEVERITIES[item.severity]} {item.message}" for item in findings
    ]


def print_json(content: Any) -> None:
    """Print one JSON document."""
    print(json.dumps(content, ensure_ascii=False, indent=2))
