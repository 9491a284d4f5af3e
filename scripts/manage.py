"""The one command line: index, lint, new, search, ask, explain, evaluate, bench, doctor, audit."""

from __future__ import annotations

import importlib.util
import os
import sys
from argparse import SUPPRESS, Namespace
from collections.abc import Sequence
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from scripts.environment import ROOT, VENV, hand_over, system_trouble

_NEEDED = ("frontmatter", "jieba", "lxml", "nh3", "numpy", "onnxruntime", "tqdm", "whoosh", "yaml")


def main(argv: Sequence[str]) -> int:
    """Run one command; returns the exit status: 0 done, 1 failed or defects found, 2 wrong usage."""
    from kb.errors import WenzhiError

    arguments = _parse(argv)
    try:
        return int(arguments.run(arguments))
    except WenzhiError as error:
        print(f"错误：{error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\n已中断", file=sys.stderr)
        return 1
    except BrokenPipeError:  # the reader of our output, such as `head`, has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except OSError as error:
        print(f"错误：{system_trouble(error)}", file=sys.stderr)
        return 1


def _parse(argv: Sequence[str]) -> Namespace:
    from scripts.commands import load_commands
    from scripts.commands.options import add_library_options
    from scripts.parser import ChineseParser

    parser = ChineseParser(prog="manage.py", description="问知：知识库的命令行工具")
    add_library_options(parser)
    commands = parser.add_subparsers(title="命令", metavar="命令", dest="command", required=True)
    for module in load_commands():
        known = set(commands.choices)
        module.register(commands)
        for name in commands.choices.keys() - known:
            add_library_options(commands.choices[name], default=SUPPRESS)
            commands.choices[name].set_defaults(run=module.run)
    return parser.parse_args(argv)


def _has_packages() -> bool:
    return all(importlib.util.find_spec(name) is not None for name in _NEEDED)


if __name__ == "__main__":
    if Path(sys.prefix).resolve() == VENV.resolve() or not _has_packages():
        hand_over([ROOT / "requirements.txt"])
    for stream in (sys.stdout, sys.stderr):  # whatever the terminal cannot show is spelled out
        stream.reconfigure(errors="backslashreplace")  # type: ignore[union-attr]
    sys.exit(main(sys.argv[1:]))
