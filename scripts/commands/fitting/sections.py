"""`manage.py fit sections`: learn the order of sections from the golden questions."""

from __future__ import annotations

import argparse
from pathlib import Path

from bot.golden import read_golden
from kb.features import FEATURES
from kb.fitting import FOLDS, Held, cross_check, sample_of
from kb.knowledge import Knowledge
from kb.listwise import Sample, fit
from kb.reranker import WEIGHTS_PATH
from kb.types import Scope
from scripts.commands.apart import indexed_apart
from scripts.commands.fitting.options import add_golden_option, finish, weight_lines
from scripts.commands.options import print_json
from scripts.progress import progress_bar

MEANING = "小节的排序，由黄金问题学"


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add the options of this part."""
    add_golden_option(parser)


def learn(knowledge: Knowledge, arguments: argparse.Namespace) -> None:
    """Fit to all golden questions; judge by folds."""
    samples = _samples(knowledge, arguments.golden)
    held = cross_check(samples)
    weights = dict(zip(FEATURES, (round(float(value), 4) for value in fit(samples)), strict=True))
    finish(WEIGHTS_PATH, weights, arguments.write)
    if arguments.json:
        print_json({"weights": weights, "held_out": _record(held)})
    else:
        shown = weight_lines(WEIGHTS_PATH, weights, arguments.write)
        print("\n".join([*_held_lines(held), *shown]))


def _samples(knowledge: Knowledge, folder: Path) -> list[Sample]:
    questions = [item for item in read_golden(folder) if item.sections]
    samples = []
    with indexed_apart(knowledge) as apart, progress_bar("问") as show:
        for number, item in enumerate(questions, 1):
            scope = Scope(as_of=item.asked_on)
            samples.append(sample_of(apart, item.question, scope, item.sections, item.after))
            show("提问", number, len(questions))
    return samples


def _record(held: Held) -> dict[str, float]:
    return {
        "questions": held.questions,
        "hit@1": round(held.hit_1, 4),
        "hit@3": round(held.hit_3, 4),
        "fused_hit@1": round(held.fused_1, 4),
        "fused_hit@3": round(held.fused_3, 4),
    }


def _held_lines(held: Held) -> list[str]:
    return [
        f"{held.questions} 个黄金问题，分成 {FOLDS} 份，每份用其余的来学：",
        f"  首位命中 {held.hit_1:.3f}（只用融合分 {held.fused_1:.3f}）",
        f"  前三命中 {held.hit_3:.3f}（只用融合分 {held.fused_3:.3f}）",
    ]
