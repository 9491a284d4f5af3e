"""An argument parser that speaks Chinese: help texts, usage errors, dates and counts."""

from __future__ import annotations

import argparse
import re
from collections.abc import Callable
from datetime import date
from typing import Any, NoReturn

_COMPLAINTS: tuple[tuple[str, str], ...] = (
    (r"the following arguments are required: (.*)", r"缺少参数：\1"),
    (r"unrecognized arguments: (.*)", r"不认识的参数：\1"),
    (r"argument (.*): invalid choice: (.*) \(choose from (.*)\)", r"\1 不能是 \2，可选：\3"),
    (r"argument (.*): expected (?:one|at least one) argument", r"\1 后面缺少内容"),
    (r"argument (.*): ignored explicit argument (.*)", r"\1 后面不能写 \2"),
    (r"argument (.*): (.*)", r"\1：\2"),
)


_MOST_DIGITS = 12


class _Formatter(argparse.RawDescriptionHelpFormatter):
    def add_usage(self, usage: Any, actions: Any, groups: Any, prefix: str | None = None) -> None:
        super().add_usage(usage, actions, groups, "用法：" if prefix is None else prefix)


class ChineseParser(argparse.ArgumentParser):
    """Exits with status 2 and a Chinese message when the arguments are wrong."""

    def __init__(self, **options: Any) -> None:
        defaults = {"add_help": False, "allow_abbrev": False, "conflict_handler": "resolve"}
        super().__init__(**(options | defaults | {"formatter_class": _Formatter}))
        self._positionals.title = "参数"
        self._optionals.title = "选项"
        self.add_argument("-h", "--help", action="help", help="显示这份说明")

    def error(self, message: str) -> NoReturn:
        """Print the usage and the complaint; exit status 2."""
        for pattern, chinese in _COMPLAINTS:
            if re.fullmatch(pattern, message):
                message = re.sub(pattern, chinese, message)
                break
        self.exit(2, f"{self.format_usage()}参数有误：{message}（用 --help 查看说明）\n")


def day(text: str) -> date:
    """A date argument, for example 2025-01-01."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"“{text}”不是日期，请写成 2025-01-01 的样子") from None


def count(low: int, high: int) -> Callable[[str], int]:
    """The type of a whole-number argument from `low` to `high`."""

    def convert(text: str) -> int:
        if not text.isdecimal() or len(text) > _MOST_DIGITS or not low <= int(text) <= high:
            raise argparse.ArgumentTypeError(f"“{text}”不是 {low} 到 {high} 的整数")
        return int(text)

    return convert
