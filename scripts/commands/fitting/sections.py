"""`manage.py fit sections`: learn the order of sections from the golden questions."""

from __future__ import annotations

import argparse

from kb.features import FEATURES
from kb.fitting import FOLDS, Held, cross_check, sample_of_sections
from kb.knowledge import Knowledge
from kb.listwise import fit
from kb.reranker import WEIGHTS_PATH
from scripts.commands.fitting.found import found_for_golden
from scripts.commands.fitting.options import add_golden_option, finish, report, rounded

MEANING = "小节的排序，由黄金问题学"


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add the options of this part."""
    add_golden_option(parser)


def learn(knowledge: Knowledge, arguments: argparse.Namespace) -> None:
    """Fit to all golden questions; judge by folds."""
    every = found_for_golden(knowledge, arguments.golden)
    samples = [sample_of_sections(found, item.sections) for item, found in every]
    held, weights = cross_check(samples), rounded(FEATURES, fit(samples))
    finish(WEIGHTS_PATH, weights, arguments.write)
    report(arguments, WEIGHTS_PATH, weights, _record(held), _held_lines(held))


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
