"""Says on golden questions what simpler searches find, and what each group of features is worth."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from bot.golden import GoldenQuestion
from bot.replay import replay
from kb.ablation import ORDERS, orders_of
from kb.knowledge import Knowledge
from kb.search import look_up
from kb.types import Scope

_DEPTH = 3


@dataclass(frozen=True, slots=True)
class Hits:
    """Shares (0..1) of questions with a right section first, and among the first three."""

    hit_1: float
    hit_3: float


def ablate_golden(
    knowledge: Knowledge,
    questions: Sequence[GoldenQuestion],
    progress: Callable[[int, int], None],
) -> dict[str, Hits]:
    """Measure each of ORDERS (kb/ablation.py) on the questions that name right sections."""
    sought = [item for item in questions if item.sections]
    ranks: dict[str, list[int]] = {name: [] for name in ORDERS}
    for number, item in enumerate(sought, 1):
        scope = Scope(as_of=item.asked_on)
        history = replay(knowledge, item.after, scope)
        found = look_up(knowledge, item.question, scope, history)
        for name, order in orders_of(found, _DEPTH).items():
            right = (rank for rank, section in enumerate(order, 1) if section in item.sections)
            ranks[name].append(next(right, _DEPTH + 1))
        progress(number, len(sought))
    return {name: Hits(_share(found, 1), _share(found, _DEPTH)) for name, found in ranks.items()}


def _share(ranks: Sequence[int], most: int) -> float:
    return sum(rank <= most for rank in ranks) / len(ranks) if ranks else 0.0
