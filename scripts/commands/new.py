"""`manage.py new`: write the skeleton of an article that only needs to be filled in."""

from __future__ import annotations

import argparse
import re
from datetime import date
from pathlib import Path
from typing import Any

from kb.errors import BadQuestion, WenzhiError
from kb.lint import TO_FILL_IN
from kb.types import KIND_NAMES, KINDS
from scripts.commands.options import settings_from

_SLUG = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*(?:/[a-z0-9]+(?:-[a-z0-9]+)*)*")

_SECTIONS: dict[str, tuple[str, ...]] = {
    "policy": ("适用对象", "标准和条件", "怎么办理", "容易答错的地方", "依据"),
    "reconciliation": ("什么时候对", "对账步骤", "差异怎么处理", "留存什么"),
    "settlement": ("什么时候结算", "结算步骤", "异常怎么处理", "留存什么"),
    "playbook": ("现象", "影响", "前五分钟", "诊断步骤", "处理", "上报与时限", "验证", "预防"),
    "howto": ("谁能办", "要带什么", "办理步骤", "办结时限", "容易答错的地方"),
    "system": ("做什么用", "谁能用", "操作步骤", "出错怎么办"),
    "faq": ("怎么答", "为什么", "找谁"),
    "training": ("学完能做什么", "学习内容", "自测", "自测参考答案"),
    "glossary": ("是什么意思", "容易和什么混"),
}

_TEMPLATE = """\
---
title: {fill}标题 # 一篇只讲一件事
kind: {kind} # {kind_name}
summary: {fill}一句话结论，柜台先看这一句
audience: [counter, engineer] # 写给谁看
access: staff # staff | engineer | admin：谁能看
region: 全国 # 全国 | 浙江 | 绍兴 | 嵊州
systems: []
effective_from: # 生效日期，例如 2025-01-01
effective_to: # 空表示现行有效
supersedes: [] # 被这篇替代的文章路径，不带 .md
sources:{sources}
questions: [] # 窗口怎么问就怎么写，例如 [失业金能领几个月]
codes: [] # 错误码、文号，用于精确查找
tags: []
owner: 驻场工程师
review_by: {review_by}
status: draft # 写好、核对后改成 published
verified: false # 核对过来源后改成 true
---
{fill}先写结论：柜台照着念就能答的一两句话。
"""


def register(subparsers: Any) -> None:
    """Add the command."""
    parser = subparsers.add_parser("new", help="新建一篇文章的骨架")
    parser.add_argument("kind", choices=KINDS, metavar="种类", help="、".join(KINDS))
    parser.add_argument("slug", metavar="路径", help="例如 policy/sick-leave，不带 .md")


def run(arguments: argparse.Namespace) -> int:
    """Write the file; an existing one is never overwritten."""
    slug = arguments.slug.removesuffix(".md")
    if not _SLUG.fullmatch(slug):
        raise BadQuestion(
            f"路径“{arguments.slug}”不能用", "请用小写字母、数字和连字符，例如 policy/sick-leave"
        )
    path = settings_from(arguments).articles / f"{slug}.md"
    _write(path, article_text(arguments.kind, date.today()))
    print(f"已新建 {path}")
    print(
        f"请填好所有{TO_FILL_IN}，运行 python3 scripts/manage.py lint 检查，再把 status 改成 published"
    )
    return 0


def article_text(kind: str, today: date) -> str:
    """The skeleton of an article, to be reviewed a year from `today`."""
    source = f"\n  - {{title: {TO_FILL_IN}文件名称, number: , date: , url: }}"
    head = _TEMPLATE.format(
        fill=TO_FILL_IN,
        kind=kind,
        kind_name=KIND_NAMES[kind],
        sources=source if kind == "policy" else " []",
        review_by=date(today.year + 1, today.month, 1),
    )
    sections = (f"\n## {heading}\n\n{TO_FILL_IN}\n" for heading in _SECTIONS[kind])
    return head + "".join(sections)


def _write(path: Path, text: str) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("x", encoding="utf-8") as file:
            file.write(text)
    except FileExistsError:
        raise WenzhiError(f"文章 {path} 已经存在", "换一个路径，或直接编辑它") from None
    except OSError as error:
        raise WenzhiError(
            f"文章 {path} 写不进去：{error.strerror}", "检查目录权限和磁盘空间"
        ) from error
