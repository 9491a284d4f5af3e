"""Makes examples for the model of confidence: questions that the library answers, and such that it must not."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Literal

from bot.ask import HITS, decide, settled
from bot.assess import Assessment, assess
from bot.confidence.features import Features
from bot.confidence.model import ANSWER_FROM
from bot.foreign import Foreign
from bot.golden import GoldenQuestion
from bot.orders import without_orders
from bot.replay import replay
from bot.types import Outcome
from kb.errors import BadQuestion
from kb.knowledge import Knowledge
from kb.masking import without_marks
from kb.search import search
from kb.types import Ranking, Scope, Turn

Progress = Callable[[int, int], None]
Group = Literal["answerable", "unanswerable", "foreign"]
"""Golden questions with an answer in the library, those without one, and questions of something else."""

GROUPS: tuple[Group, ...] = ("answerable", "unanswerable", "foreign")


@dataclass(frozen=True, slots=True)
class Example:
    """A question with what was measured of its evidence; `features` is None where there is no evidence.

    `sure` and `unsure` say whether it is answered when the confidence reaches ANSWER_FROM, and when it does
    not: alike where a rule decides. `teaches` is false for what rules decide. `right`: the evidence is of a
    section that answers.
    """

    question: str
    group: Group
    features: Features | None
    sure: bool
    unsure: bool
    teaches: bool
    right: bool = False

    def answered(self, confidence: float) -> bool:
        """Whether the question is answered at this confidence."""
        return self.sure if confidence >= ANSWER_FROM else self.unsure


def golden_examples(
    knowledge: Knowledge, questions: Sequence[GoldenQuestion], progress: Progress
) -> list[Example]:
    """An example of each golden question that is to be answered or declined."""
    wanted = [item for item in questions if item.outcome != "clarification"]
    examples = []
    for number, item in enumerate(wanted, 1):
        scope = Scope(as_of=item.asked_on)
        history = replay(knowledge, item.after, scope)
        group: Group = "answerable" if item.outcome == "answer" else "unanswerable"
        examples.append(_example(knowledge, item.question, scope, history, group, item.sections))
        progress(number, len(wanted))
    return examples


def foreign_examples(
    knowledge: Knowledge, questions: Sequence[Foreign], day: date, progress: Progress
) -> list[Example]:
    """An example of each foreign question, asked on a day."""
    examples = []
    for number, item in enumerate(questions, 1):
        examples.append(_example(knowledge, item.question, Scope(as_of=day), (), "foreign"))
        progress(number, len(questions))
    return examples


def _example(
    knowledge: Knowledge,
    question: str,
    scope: Scope,
    history: Sequence[Turn],
    group: Group,
    sections: Sequence[str] = (),
) -> Example:
    asked = without_orders(without_marks(question))
    try:
        ranking = search(knowledge, asked, scope, HITS, history)
    except BadQuestion:
        return Example(question, group, None, sure=False, unsure=False, teaches=False)
    outcome = settled(knowledge, ranking)
    if outcome is not None:
        answered = outcome.outcome == "answer"
        return Example(question, group, None, sure=answered, unsure=answered, teaches=False)
    found = assess(knowledge, ranking)
    sure = _decided(knowledge, asked, ranking, found, 1.0)
    unsure = _decided(knowledge, asked, ranking, found, 0.0)
    return Example(
        question,
        group,
        found.features,
        sure=sure.outcome == "answer",
        unsure=unsure.outcome == "answer",
        teaches=sure.outcome != "clarification" and not _by_rule(found.features),
        right=any(item.hit.passage.section_id in sections for item in found.evidence[:1]),
    )


def _decided(
    knowledge: Knowledge, asked: str, ranking: Ranking, found: Assessment, confidence: float
) -> Outcome:
    return decide(knowledge, asked, ranking, replace(found, confidence=confidence))


def _by_rule(features: Features | None) -> bool:
    """Whether a rule of the model speaks, or there is nothing to measure."""
    if features is None:
        return True
    return features.code or features.exact or features.code_alone or features.other_people
