"""Fits the picker of units to sections whose right units are known by what they contain."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from bot.evidence.measures import MEASURES, measure_units
from bot.evidence.units import units_of
from bot.golden import GoldenQuestion, folded, missing_from
from bot.replay import replay
from bot.types import Unit
from kb.dataset import Dataset
from kb.fitting import FOLDS
from kb.knowledge import Knowledge
from kb.listwise import Sample, Vector, fit
from kb.search import look_up, make_query
from kb.types import Query, Scope

Progress = Callable[[int, int], None]
Holds = Callable[[str], int]
"""How many of the wanted statements a text makes."""

Lessons = Sequence[Sequence[Sample]]
"""The examples of each question; those without any are left out."""

_GOLDEN_TIMES = 3
"""Golden questions count so often beside those of data sets, which are more and not of this field."""


@dataclass(frozen=True, slots=True)
class Held:
    """Shares (0..1) of sections whose best unit is a right one, with weights fitted to other questions.

    `golden`: five folds; `halves`: of each data set every other question, the first left out, with weights
    fitted to the remaining ones, and the other way round.
    """

    sections: int
    golden: float
    halves: Mapping[str, tuple[float, float]]


def golden_lessons(
    knowledge: Knowledge, questions: Sequence[GoldenQuestion], progress: Progress
) -> list[list[Sample]]:
    """The examples of each golden question that says what an answer contains, in its right sections."""
    wanted = [item for item in questions if item.contain]
    lessons = []
    for number, item in enumerate(wanted, 1):
        query = _query(knowledge, item)
        lessons.append(list(unit_samples(knowledge, query, item.sections, _statements(item))))
        progress(number, len(wanted))
    return [samples for samples in lessons if samples]


def _query(knowledge: Knowledge, item: GoldenQuestion) -> Query:
    """What the question is looked up as: a follow-up together with what it goes on with."""
    scope = Scope(as_of=item.asked_on)
    if not item.after:
        return make_query(knowledge, item.question, scope)
    return look_up(knowledge, item.question, scope, replay(knowledge, item.after, scope)).query


def _statements(item: GoldenQuestion) -> Holds:
    return lambda text: len(item.contain) - len(missing_from(item, text))


def marked_lessons(
    knowledge: Knowledge, dataset: Dataset, progress: Progress
) -> list[list[Sample]]:
    """The examples of each question with marked answers, in its relevant documents, which are indexed."""
    lessons = []
    for number, (name, answers) in enumerate(dataset.answers.items(), 1):
        if name in dataset.queries:
            query = make_query(knowledge, dataset.queries[name], Scope())
            sections = [dataset.passages[document].id for document in dataset.relevant[name]]
            lessons.append(list(unit_samples(knowledge, query, sections, _any_of(answers))))
        progress(number, len(dataset.answers))
    return [samples for samples in lessons if samples]


def _any_of(answers: Sequence[str]) -> Holds:
    wanted = [folded(answer) for answer in answers]
    return lambda text: int(any(answer in folded(text) for answer in wanted))


def unit_samples(
    knowledge: Knowledge, query: Query, sections: Iterable[str], holds: Holds
) -> Iterator[Sample]:
    """An example for each section (`slug#anchor`): its units that make the most of the statements are right.

    Sections without a right unit, or without a wrong one, teach nothing and are left out.
    """
    for section in sections:
        units = units_of(knowledge.engine.section(section))
        right = _right(units, holds)
        if right.any() and not right.all():
            yield Sample(measure_units(knowledge, query, units), right)


def _right(units: Sequence[Unit], holds: Holds) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    counts = np.array([holds(unit.text) for unit in units], np.int64)
    return np.asarray((counts > 0) & (counts == counts.max(initial=0)), np.bool_)


def fit_units(golden: Lessons, marked: Mapping[str, Lessons]) -> dict[str, float]:
    """A weight for each of MEASURES."""
    weights = _fit(golden, list(marked.values()))
    return dict(zip(MEASURES, (round(float(value), 4) for value in weights), strict=True))


def _fit(golden: Lessons, marked: Sequence[Lessons]) -> Vector:
    others = [sample for lessons in marked for sample in _flat(lessons)]
    return fit(_flat(golden) * (_GOLDEN_TIMES if others else 1) + others)


def cross_check(golden: Lessons, marked: Mapping[str, Lessons]) -> Held:
    """Judge golden questions by folds (question n belongs to fold n modulo FOLDS), each data set by halves."""
    found: list[bool] = []
    for fold in range(FOLDS):
        others = [item for place, item in enumerate(golden) if place % FOLDS != fold]
        weights = _fit(others, list(marked.values()))
        found += _judge(golden[fold::FOLDS], weights)
    halves = {name: _halves(golden, marked, name) for name in marked}
    return Held(len(found), _share(found), halves)


def _halves(golden: Lessons, marked: Mapping[str, Lessons], name: str) -> tuple[float, float]:
    rest = [lessons for other, lessons in marked.items() if other != name]
    first, second = marked[name][::2], marked[name][1::2]
    return (
        _share(_judge(second, _fit(golden, [first, *rest]))),
        _share(_judge(first, _fit(golden, [second, *rest]))),
    )


def _judge(lessons: Lessons, weights: Vector) -> list[bool]:
    """Whether the best unit is right, for each section."""
    return [
        bool(sample.right[int(np.argmax(sample.features @ weights))]) for sample in _flat(lessons)
    ]


def _flat(lessons: Lessons) -> list[Sample]:
    return [sample for samples in lessons for sample in samples]


def _share(found: Sequence[bool]) -> float:
    return sum(found) / len(found) if found else 0.0
