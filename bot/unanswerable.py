"""Measures whether questions are declined whose only likely passage does not answer them.

The baselines decide as search alone would: by a score of the best hit, with the threshold at which nearly all
golden questions that the articles answer are accepted.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from bot.ask import HITS, ask
from bot.foreign import read_lines
from bot.golden import GoldenQuestion
from bot.replay import replay
from kb.dataset import Dataset, Document, as_passages
from kb.knowledge import Knowledge
from kb.search import search
from kb.types import Ranking, Scope, Turn

Progress = Callable[[int, int], None]

KEPT = 0.95
"""Share of the golden questions with an answer that a threshold accepts."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether a question was answered, the best cosine of its hits (-1..1), and how probable its best section
    is (0..1)."""

    answered: bool
    cosine: float
    probability: float


@dataclass(frozen=True, slots=True)
class Threshold:
    """From which score on a baseline accepts, and the shares (0..1) that it accepts: `accepted` of the
    unanswerable questions, `golden` of the golden ones."""

    threshold: float
    accepted: float
    golden: float


@dataclass(frozen=True, slots=True)
class Acceptance:
    """Shares 0..1: `accepted` of the unanswerable questions and `golden` of the golden ones are answered."""

    questions: int
    accepted: float
    golden: float
    cosine: Threshold
    probability: Threshold


def read_unanswerable(folder: Path) -> Dataset:
    """Read `items.jsonl` (keys `question`, `title`, `passage`) as a data set of one document for each question.

    Raises DatasetError.
    """
    rows = read_lines(folder / "items.jsonl", ("question", "title", "passage"))
    named = {f"p{number}": row for number, row in enumerate(rows)}
    documents = [Document(name, row["title"], row["passage"]) for name, row in named.items()]
    return Dataset(
        name=folder.name,
        passages=as_passages(documents),
        queries={name: row["question"] for name, row in named.items()},
        relevant={name: {name: 1} for name in named},
    )


def judge_golden(
    knowledge: Knowledge, questions: Sequence[GoldenQuestion], progress: Progress
) -> list[Verdict]:
    """A verdict on each golden question that the articles answer."""
    wanted = [item for item in questions if item.outcome == "answer"]
    verdicts = []
    for number, item in enumerate(wanted, 1):
        scope = Scope(as_of=item.asked_on)
        history = replay(knowledge, item.after, scope)
        verdicts.append(_verdict(knowledge, item.question, scope, history))
        progress(number, len(wanted))
    return verdicts


def judge_unanswerable(dataset: Dataset, knowledge: Knowledge, progress: Progress) -> list[Verdict]:
    """A verdict on each question of a data set that `load_dataset` has indexed."""
    verdicts = []
    for number, question in enumerate(dataset.queries.values(), 1):
        verdicts.append(_verdict(knowledge, question, Scope()))
        progress(number, len(dataset.queries))
    return verdicts


def _verdict(
    knowledge: Knowledge, question: str, scope: Scope, history: Sequence[Turn] = ()
) -> Verdict:
    ranking = search(knowledge, question, scope, HITS, history)
    outcome = ask(knowledge, question, scope, history)
    best = ranking.hits[0].score if ranking.hits else 0.0
    return Verdict(outcome.outcome == "answer", _best_cosine(ranking), best)


def _best_cosine(ranking: Ranking) -> float:
    cosines = (hit.cosine for hit in (*ranking.hits, *ranking.further) if hit.cosine is not None)
    return max(cosines, default=-1.0)


def compare(golden: Sequence[Verdict], unanswerable: Sequence[Verdict]) -> Acceptance:
    """What is accepted, by the whole system and by thresholds that accept KEPT of the golden questions."""
    return Acceptance(
        questions=len(unanswerable),
        accepted=float(np.mean([item.answered for item in unanswerable])),
        golden=float(np.mean([item.answered for item in golden])),
        cosine=_threshold([item.cosine for item in golden], [item.cosine for item in unanswerable]),
        probability=_threshold(
            [item.probability for item in golden], [item.probability for item in unanswerable]
        ),
    )


def _threshold(golden: Sequence[float], others: Sequence[float]) -> Threshold:
    """The highest score that at least KEPT of the golden questions reach."""
    threshold = float(np.quantile(golden, 1 - KEPT, method="lower"))
    return Threshold(threshold, _reaching(others, threshold), _reaching(golden, threshold))


def _reaching(scores: Sequence[float], threshold: float) -> float:
    return float(np.mean([score >= threshold for score in scores]))
