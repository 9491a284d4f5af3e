"""Measures retrieval on a data set in BEIR form: keyword alone, nearest alone and both, through the real engine."""

from __future__ import annotations

import json
import math
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np

from kb.centring import centre_passages
from kb.embedder import Matrix
from kb.engines import Indexed
from kb.entries import entries_of
from kb.errors import DatasetError
from kb.fusion import CANDIDATES, fuse
from kb.knowledge import Knowledge
from kb.search import keyword_leg, make_query, nearest_leg, search
from kb.types import Article, FrontMatter, Passage, Query, Scope
from kb.vector_cache import VectorCache

Progress = Callable[[int, int], None]
"""Told how many of how many documents are embedded."""

_SCOPE = Scope()
_BATCH = 256
_QUESTION_LIMIT = 5000


@dataclass(frozen=True, slots=True)
class Dataset:
    """Documents as passages, queries by id, the relevant documents of each query with their grade, and where
    a data set has them, the words that answer it."""

    name: str
    passages: tuple[Passage, ...]
    queries: dict[str, str]
    relevant: dict[str, dict[str, int]]
    answers: dict[str, tuple[str, ...]] = field(default_factory=dict)


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


def read_dataset(folder: Path) -> Dataset:
    """Read `corpus.jsonl`, `queries.jsonl` and `qrels.tsv` of a folder. Raises DatasetError."""
    relevant: dict[str, dict[str, int]] = {}
    try:
        for line in (folder / "qrels.tsv").read_text("utf-8").splitlines()[1:]:
            query, document, grade = line.split("\t")
            relevant.setdefault(query, {})[document] = int(grade)
        passages = tuple(map(_passage, _json_lines(folder / "corpus.jsonl")))
        asked = {str(row["_id"]): row for row in _json_lines(folder / "queries.jsonl")}
        queries = {identifier: str(row["text"]) for identifier, row in asked.items()}
        answers = {name: tuple(map(str, row.get("answers", ()))) for name, row in asked.items()}
    except FileNotFoundError as error:
        remedy = "数据集目录要有 corpus.jsonl、queries.jsonl 和 qrels.tsv"
        raise DatasetError(f"数据集缺少文件 {error.filename}", remedy) from error
    except (ValueError, KeyError, TypeError) as error:
        raise DatasetError(f"数据集 {folder} 的格式不对：{error}", "请按 BEIR 格式提供") from error
    judged = {identifier: text for identifier, text in queries.items() if identifier in relevant}
    if not judged:
        raise DatasetError(f"数据集 {folder} 里没有带答案的问题", "检查 qrels.tsv 的 query-id")
    marked = {identifier: found for identifier, found in answers.items() if found}
    return Dataset(folder.name, passages, judged, relevant, marked)


def _json_lines(path: Path) -> Iterator[dict[str, Any]]:
    with open(path, encoding="utf-8") as file:
        yield from (json.loads(line) for line in file if line.strip())


def _passage(row: Mapping[str, Any]) -> Passage:
    """A document as a passage; a title `甲 > 乙` is a heading path, as in our own articles."""
    path = str(row.get("title", "")).split(" > ")
    identifier = str(row["_id"])
    return Passage(
        identifier, identifier, "lead", "text", path[0], tuple(path[1:]), str(row["text"])
    )


def load_dataset(
    dataset: Dataset, knowledge: Knowledge, cache: VectorCache, progress: Progress
) -> None:
    """Index the documents of a data set into the (empty) engine of `knowledge`."""
    texts = [passage.embedding_text for passage in dataset.passages]
    vectors = np.empty((len(texts), knowledge.embedder.dimension), np.float32)
    for start in range(0, len(texts), _BATCH):
        part = texts[start : start + _BATCH]
        vectors[start : start + len(part)] = centre_passages(
            knowledge.embedder, cache.embed(knowledge.embedder, part)
        )
        progress(start + len(part), len(texts))
    knowledge.engine.write(_indexed(dataset, knowledge, vectors), set(), {})


def _indexed(dataset: Dataset, knowledge: Knowledge, vectors: Matrix) -> Iterator[Indexed]:
    for row, passage in enumerate(dataset.passages):
        head = FrontMatter(passage.title)
        article = Article(passage.slug, passage.slug, "", head, "", (), (passage,), ())
        entries = list(entries_of(article, knowledge.tokenizer))
        yield Indexed(article, entries, vectors[row : row + 1])


def without_limit(knowledge: Knowledge) -> Knowledge:
    """The same knowledge base for the questions of data sets, some of which are longer than a reader may ask."""
    return replace(knowledge, settings=replace(knowledge.settings, question_limit=_QUESTION_LIMIT))


def evaluate(dataset: Dataset, knowledge: Knowledge, progress: Progress) -> Evaluation:
    """Measure all three rankings on a data set that `load_dataset` has indexed."""
    limited = without_limit(knowledge)
    rankings: dict[str, dict[str, list[str]]] = {"keyword": {}, "nearest": {}, "hybrid": {}}
    times: list[float] = []
    for number, (identifier, text) in enumerate(dataset.queries.items(), 1):
        query = make_query(limited, text, _SCOPE)
        rankings["keyword"][identifier] = [place.id for place in keyword_leg(limited, query)]
        rankings["nearest"][identifier] = [place.id for place in nearest_leg(limited, query)]
        started = time.perf_counter()
        hits = search(limited, text, _SCOPE, limit=10).hits
        times.append(time.perf_counter() - started)
        rankings["hybrid"][identifier] = [hit.passage.id for hit in hits]
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
    halves = (list(queries)[::2], list(queries)[1::2])
    result = {}
    for weight in weights:
        found = [
            measure(
                {name: list(fuse(*legs[name], weight)) for name in half}, dataset.relevant
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
