"""`manage.py fit confidence`: learn how likely the library is to answer, from what it answers and must not."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from bot.confidence import ANSWER_FROM
from bot.confidence.examples import Example, foreign_examples, golden_examples
from bot.confidence.fitting import Held, can_learn, cross_check, fit_confidence
from bot.confidence.model import WEIGHTS_PATH
from bot.foreign import read_foreign
from bot.golden import read_golden
from kb.errors import DatasetError
from kb.fitting import FOLDS
from kb.knowledge import Knowledge
from scripts.commands.apart import indexed_apart
from scripts.commands.fitting.options import add_golden_option, finish, weight_lines
from scripts.commands.options import print_json
from scripts.progress import progress_bar

MEANING = "有多大把握能回答，由黄金问题和不该回答的问题学"

GROUP_NAMES = {
    "answerable": "该答的黄金问题",
    "unanswerable": "该弃答的黄金问题",
    "foreign": "与本库无关的问题",
}


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add the options of this part."""
    add_golden_option(parser)
    parser.add_argument(
        "--foreign",
        nargs="+",
        type=Path,
        default=[],
        metavar="目录",
        help="本库不该回答的问题：queries.jsonl（text）或 items.jsonl（question）",
    )


def learn(knowledge: Knowledge, arguments: argparse.Namespace) -> None:
    """Fit to all questions that no rule decides; judge by folds."""
    examples = _examples(knowledge, arguments.golden, arguments.foreign)
    if not can_learn(examples):
        raise DatasetError(
            "可学的问题太少", "要有几个该回答和几个不该回答的问题，后者可以用 --foreign 加"
        )
    weights, held = fit_confidence(examples), cross_check(examples)
    finish(WEIGHTS_PATH, weights, arguments.write)
    if arguments.json:
        print_json({"weights": weights, "learned_from": _learned(examples)} | _record(held))
    else:
        shown = weight_lines(WEIGHTS_PATH, weights, arguments.write)
        print("\n".join([*_held_lines(held), *shown]))


def _examples(knowledge: Knowledge, golden: Path, folders: Sequence[Path]) -> list[Example]:
    """Foreign questions are asked on the latest day of the golden ones, so that every run asks the same."""
    questions = read_golden(golden)
    foreign = [item for folder in folders for item in read_foreign(folder)]
    day = max(item.asked_on for item in questions)
    with indexed_apart(knowledge) as apart:
        with progress_bar("问") as show:
            examples = golden_examples(apart, questions, lambda *done: show("黄金问题", *done))
        with progress_bar("问") as show:
            examples += foreign_examples(apart, foreign, day, lambda *done: show("无关问题", *done))
    return examples


def _learned(examples: Sequence[Example]) -> dict[str, int]:
    used = [item.group for item in examples if item.teaches]
    return {name: used.count(name) for name in GROUP_NAMES if name in used}


def _record(held: Held) -> dict[str, Any]:
    answered = {
        name: {"questions": held.asked[name], "answered": round(held.answered[name], 4)}
        for name in held.asked
    }
    bins = [
        {
            "from": item.low,
            "questions": item.questions,
            "confidence": round(item.confidence, 4),
            "answerable": round(item.answerable, 4),
            "right": round(item.right, 4),
        }
        for item in held.bins
    ]
    return {"held_out": {"answer_from": ANSWER_FROM, **answered}, "reliability": bins}


def _held_lines(held: Held) -> list[str]:
    lines = [f"分成 {FOLDS} 份，每份用其余的来学；把握到 {ANSWER_FROM} 就回答，答了的："]
    for name, count in held.asked.items():
        lines.append(f"  {GROUP_NAMES[name]:　<9}{count:5d} 题 {held.answered[name]:.3f}")
    lines.append("由把握决定的问题：")
    lines.append("  把握　　　题数  平均把握  该答的  小节对的")
    lines += [
        f"  {item.low:.1f} 起 {item.questions:7d}  {item.confidence:8.3f}  {item.answerable:6.3f}"
        f"  {item.right:8.3f}"
        for item in held.bins
    ]
    return lines
