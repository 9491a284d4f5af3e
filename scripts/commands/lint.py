"""`manage.py lint`: check all articles and list their defects by file and line."""

from __future__ import annotations

import argparse
from dataclasses import asdict
from pathlib import Path
from typing import Any

from kb.errors import IndexStoreError
from kb.lint import lint
from kb.lint.figures import read_facts, unexplained
from kb.settings import Settings
from kb.types import Finding
from scripts.commands.options import finding_lines, print_json, settings_from


def register(subparsers: Any) -> None:
    """Add the command."""
    parser = subparsers.add_parser("lint", help="检查文章：格式、链接、来源、隐私")
    parser.add_argument(
        "--facts", type=Path, metavar="文件", help="列出文章里有、事实底稿里没有的数字"
    )
    parser.add_argument("--json", action="store_true", help="以 JSON 输出")


def run(arguments: argparse.Namespace) -> int:
    """Print the Findings; 1 when one of them is an error."""
    settings = settings_from(arguments)
    if not settings.articles.is_dir():
        raise IndexStoreError(
            f"文章目录 {settings.articles} 不存在", "检查 articles 设置或 --articles 参数"
        )
    findings = _findings(settings, arguments.facts)
    errors = sum(finding.severity == "error" for finding in findings)
    if arguments.json:
        print_json({"errors": errors, "findings": [asdict(finding) for finding in findings]})
    else:
        print("\n".join([*finding_lines(findings), _verdict(errors, len(findings) - errors)]))
    return 1 if errors else 0


def _findings(settings: Settings, facts: Path | None) -> list[Finding]:
    if facts is None:
        return lint(settings.articles, settings.article_limit)
    return unexplained(settings.articles, settings.article_limit, read_facts(facts))


def _verdict(errors: int, warnings: int) -> str:
    if not errors and not warnings:
        return "没有发现问题"
    return f"错误 {errors} 处，提醒 {warnings} 处"
