"""`manage.py new`: write the skeleton of an article that only needs to be filled in."""

from __future__ import annotations

import argparse
import re
from datetime import date
from pathlib import Path
from typing import Any

from kb.errors import BadQuestion, WenzhiError
from kb.skeletons import TO_FILL_IN, article_text
from kb.types import KINDS
from scripts.commands.options import settings_from

_SLUG = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*(?:/[a-z0-9]+(?:-[a-z0-9]+)*)*")


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
