"""Measures retrieval on a data set in BEIR form: keyword alone, nearest alone and both, through the real engine."""

from __future__ import annotations

import math
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from kb.dataset import Dataset, Progress, without_limit
from kb.fusion import CANDIDATES, fuse
from kb.knowledge import Knowledge
from kb.search import keyword_leg, make_query, nearest_leg, search
from kb.types import Query, Scope

_SCOPE = Scope()


@dataclass(frozen=True, slots=True)
class Measures:
    """Means over the queries, each 0..1."""

    ndcg_10: float
    recall_5: float
    recall_10: float
    mrr_10: float


@dataclass(frozen=True, slots=True)
class Evaluation:
    """The outcome for one data set; times are of the whole search per query, in milliseconds."""

    dataset: str
    queries: int
    documents: int
    keyword: Measures
    nearest: Measures
    hybrid: Measures
    p50_ms: float
    p95_ms: float


def evaluate(dataset: Dataset, knowledge: Knowledge, progress: Progress) -> Evaluation:
    """Measure all three rankings on a data set that `load_dataset` has indexed."""
    limited = without_limit(knowledge)
    documents = dataset.documents()
    rankings: dict[str, dict[str, list[str]]] = {"keyword": {}, "nearest": {}, "hybrid": {}}
    times: list[float] = []
    for number, (identifier, text) in enumerate(dataset.queries.items(), 1):
        query = make_query(limited, text, _SCOPE)
        rankings["keyword"][identifier] = [
            documents[place.id] for place in keyword_leg(limited, query)
        ]
        rankings["nearest"][identifier] = [
            documents[place.id] for place in nearest_leg(limited, query)
        ]
        started = time.perf_counter()
        hits = search(limited, text, _SCOPE, limit=10).hits
        times.append(time.perf_counter() - started)
        rankings["hybrid"][identifier] = [documents[hit.passage.id] for hit in hits]
        progress(number, len(dataset.queries))
    keyword, nearest, hybrid = (
        measure(rankings[leg], dataset.relevant) for leg in ("keyword", "nearest", "hybrid")
    )
    p50, p95 = (float(value) * 1000 for value in np.percentile(times, (50, 95)))
    return Evaluation(
        dataset.name, len(times), len(dataset.passages), keyword, nearest, hybrid, p50, p95
    )


def sweep(
    dataset: Dataset, knowledge: Knowledge, weights: Sequence[float]
) -> dict[float, tuple[float, float]]:
    """nDCG@10 of the fusion by keyword weight, on the even and on the odd queries of a data set."""
    limited = without_limit(knowledge)
    queries: dict[str, Query] = {
        identifier: make_query(limited, text, _SCOPE)
        for identifier, text in dataset.queries.items()
    }
    legs = {
        identifier: (
            keyword_leg(limited, query, CANDIDATES),
            nearest_leg(limited, query, CANDIDATES),
        )
        for identifier, query in queries.items()
    }
    documents = dataset.documents()
    halves = (list(queries)[::2], list(queries)[1::2])
    result = {}
    for weight in weights:
        found = [
            measure(
                {name: [documents[place] for place in fuse(*legs[name], weight)] for name in half},
                dataset.relevant,
            ).ndcg_10
            for half in halves
        ]
        result[weight] = (found[0], found[1])
    return result


def measure(
    rankings: Mapping[str, Sequence[str]], relevant: Mapping[str, Mapping[str, int]]
) -> Measures:
    """Mean nDCG@10, recall@5, recall@10 and MRR@10 of rankings against graded judgements.

    nDCG after Järvelin and Kekäläinen (2002) with gain = grade, as trec_eval computes it.
    """
    rows = np.array([_measure_one(ranking, relevant[name]) for name, ranking in rankings.items()])
    ndcg, recall_5, recall_10, mrr = rows.mean(axis=0).tolist()
    return Measures(ndcg, recall_5, recall_10, mrr)


def _measure_one(ranking: Sequence[str], grades: Mapping[str, int]) -> tuple[float, ...]:
    gains = [grades.get(identifier, 0) for identifier in ranking[:10]]
    ideal = sorted(grades.values(), reverse=True)[:10]
    good = {identifier for identifier, grade in grades.items() if grade > 0}
    first = next((place for place, gain in enumerate(gains, 1) if gain > 0), 0)
    return (
        _discounted(gains) / _discounted(ideal) if any(ideal) else 0.0,
        len(good & set(ranking[:5])) / len(good) if good else 0.0,
        len(good & set(ranking[:10])) / len(good) if good else 0.0,
        1 / first if first else 0.0,
    )


def _discounted(gains: Sequence[int]) -> float:
    return sum(gain / math.log2(place + 1) for place, gain in enumerate(gains, 1))
