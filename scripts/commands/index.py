"""`manage.py index`: bring the index up to date and say what it cost."""

from __future__ import annotations

import argparse
import resource
import sys
import time
from pathlib import Path
from typing import Any

from kb.errors import SettingsError
from kb.indexer import IndexReport
from kb.knowledge import Knowledge, open_indexer, open_knowledge
from kb.settings import Settings
from kb.types import Finding
from scripts.commands.options import finding_lines, print_json, settings_from
from scripts.environment import ROOT
from scripts.parser import count
from scripts.progress import progress_bar

_LISTED = 20
_UNUSED_DAYS = 90


def register(subparsers: Any) -> None:
    """Add the command."""
    parser = subparsers.add_parser("index", help="更新索引：只处理改动过的文章")
    parser.add_argument("--findings", type=Path, metavar="文件", help="把发现的全部问题写入文件")
    parser.add_argument(
        "--prune",
        nargs="?",
        type=count(1, 3650),
        const=_UNUSED_DAYS,
        metavar="天数",
        help="再清理向量缓存：删去文章里没有、这么多天也没有用过的向量，默认 90",
    )
    parser.add_argument("--json", action="store_true", help="以 JSON 输出结果")


def run(arguments: argparse.Namespace) -> int:
    """Index what changed; defects of articles are listed and do not make the command fail."""
    started = time.perf_counter()
    settings = settings_from(arguments)
    _spare_the_served_index(arguments, settings)
    knowledge = open_knowledge(settings)
    repaired = getattr(knowledge.engine, "repaired", None)
    if repaired is not None:
        print(f"原索引已损坏，移到了 {repaired}；现在重新建立", file=sys.stderr)
    report, pruned = _update(knowledge, arguments.prune)
    findings = [*knowledge.glossary_findings, *report.findings]
    figures = _figures(report, findings, time.perf_counter() - started)
    if pruned is not None:
        figures["pruned"] = pruned
    if arguments.findings:
        arguments.findings.write_text("\n".join([*finding_lines(findings), ""]), encoding="utf-8")
    if arguments.json:
        print_json(figures)
    else:
        _print_figures(figures)
        if pruned is not None:
            print(f"向量缓存：删去 {pruned} 个用不到的向量")
        _print_findings(findings)
    return 0


def _spare_the_served_index(arguments: argparse.Namespace, settings: Settings) -> None:
    """Refuse to write other articles into the index of this folder's own. Raises SettingsError."""
    own = settings.index == ROOT / "var" / "index"
    if own and arguments.articles and settings.articles.resolve() != (ROOT / "articles").resolve():
        raise SettingsError(
            f"没有给 --index，{arguments.articles} 里的文章会换掉现在服务的索引",
            "加上 --index 目录，写到别处",
        )


def _update(knowledge: Knowledge, unused_days: int | None) -> tuple[IndexReport, int | None]:
    """What the update did, and how many vectors were forgotten, where that was asked for."""
    indexer = open_indexer(knowledge)
    try:
        with progress_bar() as show:
            report = indexer.update(show)
        return report, None if unused_days is None else indexer.prune(unused_days)
    finally:
        indexer.cache.close()
        knowledge.close()


def _figures(report: IndexReport, findings: list[Finding], seconds: float) -> dict[str, float]:
    """Counts, seconds from the command's start, rates per second, and the peak memory in MiB."""
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    unit = 1024 if sys.platform != "darwin" else 1024 * 1024
    return {
        "files": report.files,
        "changed": report.changed,
        "removed": report.removed,
        "passages": report.passages,
        "embedded": report.embedded,
        "seconds": round(seconds, 2),
        "files_per_second": round(report.changed / seconds, 1),
        "passages_per_second": round(report.embedded / seconds, 1),
        "peak_memory_mib": round(peak / unit),
        "findings": len(findings),
        "errors": sum(finding.severity == "error" for finding in findings),
    }


def _print_figures(figures: dict[str, float]) -> None:
    if not figures["changed"] and not figures["removed"]:
        print(f"没有变化：{figures['files']} 个文件、{figures['passages']} 个段落已是最新")
        return
    print(f"文章文件 {figures['files']}，改动 {figures['changed']}，删除 {figures['removed']}")
    print(f"段落 {figures['passages']}，新算向量 {figures['embedded']}")
    rates = f"每秒 {figures['files_per_second']} 个文件、{figures['passages_per_second']} 个新段落"
    print(f"用时 {figures['seconds']} 秒（{rates}），内存峰值 {figures['peak_memory_mib']} MiB")


def _print_findings(findings: list[Finding]) -> None:
    if not findings:
        return
    print(f"文章里发现 {len(findings)} 处问题：")
    for line in finding_lines(findings[:_LISTED]):
        print(f"  {line}")
    if len(findings) > _LISTED:
        print(f"  ……另有 {len(findings) - _LISTED} 处，用 --findings 文件 写出全部")
