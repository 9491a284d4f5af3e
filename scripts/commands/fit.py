"""`manage.py fit`: learn the weights that come with the project, one part at a time."""

from __future__ import annotations

import argparse
from typing import Any

from kb.knowledge import open_knowledge
from scripts.commands.fitting import centres, confidence, documents, sections, shortlist, units
from scripts.commands.options import add_library_options, settings_from

_PARTS = {
    "shortlist": shortlist,
    "sections": sections,
    "documents": documents,
    "units": units,
    "confidence": confidence,
    "centres": centres,
}


def register(subparsers: Any) -> None:
    """Add the command and its parts."""
    parser = subparsers.add_parser(
        "fit", help="学习程序自带的权重：细读、小节、文档、语句、把握、向量中心"
    )
    parts = parser.add_subparsers(title="学什么", metavar="学什么", dest="part", required=True)
    for name, module in _PARTS.items():
        part = parts.add_parser(name, help=module.MEANING)
        add_library_options(part, default=argparse.SUPPRESS)
        module.add_options(part)
        part.add_argument("--write", action="store_true", help="把学到的写进程序")
        part.add_argument("--json", action="store_true", help="以 JSON 输出结果")


def run(arguments: argparse.Namespace) -> int:
    """Learn one part; say how well it does on what it was not fitted to; write it only when asked to."""
    knowledge = open_knowledge(settings_from(arguments))
    try:
        _PARTS[arguments.part].learn(knowledge, arguments)
    finally:
        knowledge.close()
    return 0
