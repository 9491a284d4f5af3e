"""Fits the order of documents to data sets, and judges it on questions that it was not fitted to."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from kb.dataset import Dataset, Progress
from kb.document_order import DocumentOrder, learn_order
from kb.evaluation import measure
from kb.features import DOCUMENT_FEATURES
from kb.knowledge import Knowledge
from kb.listwise import Sample, Vector
from kb.search import look_up
from kb.types import Scope

_FUSED = DOCUMENT_FEATURES.index("fused")

Halves = tuple[float, float]
"""nDCG@10 of the even and of the odd questions of a data set."""


@dataclass(frozen=True, slots=True)
class Question:
    """A question as the order of documents sees it: the documents read, and the grades of the right ones."""

    sample: Sample
    documents: tuple[str, ...]
    grades: Mapping[str, int]


def questions_of(knowledge: Knowledge, dataset: Dataset, progress: Progress) -> list[Question]:
    """The questions of a data set that `load_dataset` has indexed; its documents list no questions."""
    documents, questions = dataset.documents(), []
    for number, (name, text) in enumerate(dataset.queries.items(), 1):
        found = look_up(knowledge, text, Scope())
        progress(number, len(dataset.queries))
        if found.documents is None:
            continue
        read = tuple(documents[item.place.id] for item in found.candidates)
        grades = dataset.relevant[name]
        right = np.array([grades.get(document, 0) > 0 for document in read], np.bool_)
        questions.append(Question(Sample(found.documents, right), read, grades))
    return questions


def teach(sets: Sequence[Sequence[Question]]) -> DocumentOrder:
    """Learn from several data sets; the questions of a small one count as often as makes it like the largest."""
    most = max(map(len, sets))
    return learn_order(
        [item.sample for every in sets for item in every for _ in range(round(most / len(every)))]
    )


def across(
    sets: Mapping[str, Sequence[Question]], progress: Progress
) -> dict[str, dict[str, Halves]]:
    """Judge each half of each data set by the fused score (`fused`) and by what was learned from: the other half
    of the same set (`own`), the other halves of all sets (`joint`), all the other sets alone (`strange`)."""
    steps = [(name, half) for name in sets for half in (0, 1)]
    judged: dict[str, dict[str, list[float]]] = {name: defaultdict(list) for name in sets}
    joint = [teach([every[1 - half :: 2] for every in sets.values()]) for half in (0, 1)]
    for done, (name, half) in enumerate(steps, 1):
        every = sets[name]
        asked, columns = every[half::2], judged[name]
        others = [other for title, other in sets.items() if title != name]
        columns["fused"].append(_ndcg(asked, None))
        columns["own"].append(_ndcg(asked, teach([every[1 - half :: 2]])))
        columns["joint"].append(_ndcg(asked, joint[half]))
        if others:
            columns["strange"].append(_ndcg(asked, teach(others)))
        progress(done, len(steps))
    return {
        name: {key: (pair[0], pair[1]) for key, pair in columns.items()}
        for name, columns in judged.items()
    }


def _ndcg(questions: Sequence[Question], order: DocumentOrder | None) -> float:
    rankings = {str(place): _ranked(item, order) for place, item in enumerate(questions)}
    grades = {str(place): item.grades for place, item in enumerate(questions)}
    return measure(rankings, grades).ndcg_10


def _ranked(question: Question, order: DocumentOrder | None) -> list[str]:
    measured = question.sample.features
    scores: Vector = measured[:, _FUSED] if order is None else order.scores(measured)
    return [question.documents[row] for row in np.argsort(-scores, kind="stable")]
