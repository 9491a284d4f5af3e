"""`manage.py fit shortlist`: learn from the golden questions which sections are worth reading."""

from __future__ import annotations

import argparse

from kb.features import SCORE_FEATURES
from kb.fitting import FOLDS, held_out_ranks, sample_of_places, share_within
from kb.knowledge import Knowledge
from kb.listwise import fit
from kb.shortlist import READ, WEIGHTS_PATH
from scripts.commands.fitting.found import found_for_golden
from scripts.commands.fitting.options import add_golden_option, finish, report, rounded

MEANING = "细读哪些小节，由黄金问题学"


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add the options of this part."""
    add_golden_option(parser)


def learn(knowledge: Knowledge, arguments: argparse.Namespace) -> None:
    """Fit to all golden questions; judge by folds."""
    every = found_for_golden(knowledge, arguments.golden)
    samples = [sample_of_places(found, item.sections) for item, found in every]
    read = share_within(held_out_ranks(samples), READ)
    weights = rounded(SCORE_FEATURES, fit(samples))
    finish(WEIGHTS_PATH, weights, arguments.write)
    held = {"questions": len(samples), "read": round(read, 4)}
    said = f"{len(samples)} 个黄金问题，分成 {FOLDS} 份，每份用其余的来学：应答小节在前 {READ} 节里的占 {read:.3f}"
    report(arguments, WEIGHTS_PATH, weights, held, [said])
