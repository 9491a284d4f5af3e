"""Says which unit of a section answers best, with weights learned from what right answers contain.

`manage.py fit units` learns them: from the golden questions, and from data sets with marked answers
(docs/retrieval.md says how well it does).
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from bot.evidence.measures import MEASURES, measure_units
from bot.types import Unit
from kb.knowledge import Knowledge
from kb.listwise import read_weights
from kb.types import Query

WEIGHTS_PATH = Path(__file__).with_suffix(".json")
"""Where the learned weights lie: a number for each name of MEASURES."""


def score_units(knowledge: Knowledge, query: Query, units: Sequence[Unit]) -> list[float]:
    """How well each unit of a section answers: higher is better, only comparable within the section."""
    scores = measure_units(knowledge, query, units) @ read_weights(WEIGHTS_PATH, MEASURES)
    found: list[float] = scores.tolist()
    return found
