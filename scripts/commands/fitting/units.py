"""`manage.py fit units`: learn which unit of a section answers, from what right answers contain."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path

from bot.evidence.fitting import Held, cross_check, fit_units, golden_lessons, marked_lessons
from bot.evidence.picker import WEIGHTS_PATH
from bot.golden import read_golden
from kb.dataset import read_dataset
from kb.errors import DatasetError
from kb.fitting import FOLDS
from kb.knowledge import Knowledge
from kb.listwise import Sample
from scripts.commands.apart import dataset_apart, indexed_apart
from scripts.commands.fitting.options import add_golden_option, finish, report
from scripts.progress import progress_bar

MEANING = "一节里哪句话最能回答，由黄金问题和标有答案的数据集学"

_FEWEST = 2


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add the options of this part."""
    add_golden_option(parser)
    parser.add_argument(
        "--answers",
        nargs="+",
        type=Path,
        default=[],
        metavar="数据集目录",
        help="再从这些标有答案的数据集学（queries.jsonl 里有 answers）",
    )


def learn(knowledge: Knowledge, arguments: argparse.Namespace) -> None:
    """Fit to all golden questions that say what an answer contains, and to the data sets; judge by parts."""
    golden = _golden(knowledge, arguments.golden)
    marked = {folder.name: _marked(knowledge, folder) for folder in arguments.answers}
    _require(golden, arguments.golden)
    weights, held = fit_units(golden, marked), cross_check(golden, marked)
    finish(WEIGHTS_PATH, weights, arguments.write)
    report(arguments, WEIGHTS_PATH, weights, _record(held), _held_lines(held))


def _golden(knowledge: Knowledge, folder: Path) -> list[list[Sample]]:
    questions = read_golden(folder)
    with indexed_apart(knowledge) as apart, progress_bar("问") as show:
        return golden_lessons(apart, questions, lambda done, all_: show("提问", done, all_))


def _marked(knowledge: Knowledge, folder: Path) -> list[list[Sample]]:
    dataset = read_dataset(folder)
    if not dataset.answers:
        raise DatasetError(f"数据集 {folder} 没有标出答案", "queries.jsonl 里要有 answers")
    with dataset_apart(knowledge, dataset) as apart, progress_bar("问") as show:
        lessons = marked_lessons(apart, dataset, lambda done, all_: show("提问", done, all_))
    _require(lessons, folder)
    return lessons


def _require(lessons: Sequence[Sequence[Sample]], folder: Path) -> None:
    """Raise DatasetError where one part or the other would be empty."""
    if len(lessons) < _FEWEST:
        raise DatasetError(
            f"{folder} 里可学的问题太少", "要有标出内容的问题，答案只在小节的一部分里"
        )


def _record(held: Held) -> dict[str, object]:
    halves = {name: [round(share, 4) for share in pair] for name, pair in held.halves.items()}
    return {"sections": held.sections, "golden": round(held.golden, 4), "halves": halves}


def _held_lines(held: Held) -> list[str]:
    lines = [
        f"黄金问题的 {held.sections} 个小节，分成 {FOLDS} 份，每份用其余的来学：",
        f"  最前的一句是对的 {held.golden:.3f}",
    ]
    for name, (second, first) in held.halves.items():
        lines.append(f"{name}，用一半来学、测另一半：{second:.3f}，对调 {first:.3f}")
    return lines
