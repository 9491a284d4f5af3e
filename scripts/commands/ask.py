"""`manage.py ask`: the answer that the server would give, with its citations."""

from __future__ import annotations

import argparse
import time
from collections.abc import Sequence
from typing import Any

from bot.ask import ask
from bot.types import Abstention, Answer, Citation, Clarification, Outcome
from kb.knowledge import open_knowledge
from kb.masking import mask
from scripts.commands.options import (
    add_scope_options,
    print_json,
    require_index,
    scope_from,
    settings_from,
)
from web.serialise import ask_body


def register(subparsers: Any) -> None:
    """Add the command."""
    parser = subparsers.add_parser("ask", help="提问：给出带出处的回答")
    parser.add_argument("question", metavar="问题", help="例如 失业金能领几个月")
    add_scope_options(parser)
    parser.add_argument("--json", action="store_true", help="以 JSON 输出，同 /api/v1/ask")


def run(arguments: argparse.Namespace) -> int:
    """Print the outcome; an abstention is an outcome, not a failure."""
    knowledge = open_knowledge(settings_from(arguments), index_threads=1)
    try:
        require_index(knowledge)
        masked = mask(arguments.question)
        started = time.perf_counter()
        outcome = ask(knowledge, masked.text, scope_from(arguments))
        took_ms = (time.perf_counter() - started) * 1000
    finally:
        knowledge.close()
    warnings = (masked.warning,) if masked.found else ()
    if arguments.json:
        print_json(ask_body(outcome, took_ms, warnings=warnings))
    else:
        print("\n".join(_lines(outcome, warnings)))
    return 0


def _lines(outcome: Outcome, of_ours: Sequence[str]) -> list[str]:
    warnings = [f"注意：{warning}" for warning in (*of_ours, *outcome.warnings)]
    match outcome:
        case Answer():
            said = [f"{line.text}［{line.number}］" for line in outcome.lines]
            return [*said, "来源：", *map(_source, outcome.citations), *warnings]
        case Clarification():
            choices = [f"  {number}. {text}" for number, text in enumerate(outcome.choices, 1)]
            return [outcome.prompt, *choices, *warnings]
        case Abstention():
            nearest = [
                f"  · {' · '.join(filter(None, (item.title, item.section)))}（{item.slug}）"
                for item in outcome.nearest
            ]
            return [outcome.message, *nearest, *warnings]


def _source(citation: Citation) -> str:
    place = " · ".join(filter(None, (citation.title, citation.section)))
    since = f"，{citation.effective_from} 起" if citation.effective_from else ""
    until = f"，{citation.effective_to} 止" if citation.effective_to else ""
    return f"［{citation.number}］{place}（{citation.slug}#{citation.anchor}{since}{until}）"
