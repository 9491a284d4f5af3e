"""The measures against values worked out by hand, and a whole evaluation on a small data set."""

from __future__ import annotations

import json
import math
from pathlib import Path

import pytest

from kb.dataset import load_dataset, read_dataset
from kb.embedder import open_embedder
from kb.engines import open_engine_at
from kb.errors import DatasetError
from kb.evaluation import evaluate, measure, sweep
from kb.knowledge import Knowledge
from kb.settings import load_settings
from kb.tokenizer import Tokenizer
from kb.vector_cache import VectorCache

DOCUMENTS = [
    ("d1", "失业金 > 标准", "失业金按最低工资的90%按月发放。"),
    ("d2", "退休年龄", "男职工逐步延迟到63周岁退休。"),
    ("d3", "", "社保卡丢了先挂失再补卡。"),
    ("d4", "工伤认定", "单位在三十日内申请工伤认定。"),
]
QUERIES = [
    ("q1", "失业金发多少"),
    ("q2", "男的几岁退休"),
    ("q3", "社保卡挂失"),
    ("q4", "没有答案的问题"),
]
JUDGEMENTS = [("q1", "d1", 2), ("q1", "d2", 1), ("q2", "d2", 1), ("q3", "d3", 1)]


def write(folder: Path) -> Path:
    folder.mkdir()
    documents = [
        json.dumps({"_id": name, "title": title, "text": text}, ensure_ascii=False)
        for name, title, text in DOCUMENTS
    ]
    queries = [
        json.dumps({"_id": name, "text": text}, ensure_ascii=False) for name, text in QUERIES
    ]
    judgements = [f"{query}\t{document}\t{grade}" for query, document, grade in JUDGEMENTS]
    (folder / "corpus.jsonl").write_text("\n".join([*documents, ""]), encoding="utf-8")
    (folder / "queries.jsonl").write_text("\n".join(queries), encoding="utf-8")
    lines = ["query-id\tcorpus-id\tscore", *judgements]
    (folder / "qrels.tsv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    return folder


# Measures


def test_a_perfect_ranking_scores_one_everywhere() -> None:
    perfect = measure({"q": ["a", "b", "c"]}, {"q": {"a": 2, "b": 1}})
    assert (perfect.ndcg_10, perfect.recall_5, perfect.recall_10, perfect.mrr_10) == (1, 1, 1, 1)


def test_graded_gains_are_discounted_by_place_as_worked_out_by_hand() -> None:
    found = measure({"q": ["x", "b", "a"]}, {"q": {"a": 2, "b": 1}})
    gained = 1 / math.log2(3) + 2 / math.log2(4)
    ideal = 2 / math.log2(2) + 1 / math.log2(3)
    assert found.ndcg_10 == pytest.approx(gained / ideal)
    assert found.ndcg_10 == pytest.approx(0.6199, abs=1e-4)
    assert found.mrr_10 == pytest.approx(1 / 2)
    assert found.recall_5 == 1


def test_recall_counts_up_to_its_place_and_the_rest_up_to_ten() -> None:
    ranking = [f"x{number}" for number in range(5)] + ["a"] + [f"y{n}" for n in range(4)] + ["b"]
    found = measure({"q": ranking}, {"q": {"a": 1, "b": 1}})
    assert (found.recall_5, found.recall_10) == (0, 0.5)
    assert found.mrr_10 == pytest.approx(1 / 6)
    assert found.ndcg_10 == pytest.approx((1 / math.log2(7)) / (1 + 1 / math.log2(3)))


def test_a_document_graded_zero_is_not_relevant() -> None:
    found = measure({"q": ["z", "a"]}, {"q": {"z": 0, "a": 1}})
    assert (found.mrr_10, found.recall_5) == (0.5, 1)
    assert measure({"q": ["z"]}, {"q": {"z": 0}}).ndcg_10 == 0


def test_nothing_found_scores_nothing() -> None:
    found = measure({"q": []}, {"q": {"a": 1}})
    assert (found.ndcg_10, found.recall_5, found.recall_10, found.mrr_10) == (0, 0, 0, 0)


def test_measures_are_means_over_the_queries() -> None:
    found = measure({"p": ["a"], "q": ["x", "b"]}, {"p": {"a": 1}, "q": {"b": 1}})
    assert found.mrr_10 == pytest.approx(0.75)
    assert found.ndcg_10 == pytest.approx((1 + 1 / math.log2(3)) / 2)


# Data sets


def test_a_data_set_is_read_with_heading_paths_and_only_judged_queries(tmp_path: Path) -> None:
    dataset = read_dataset(write(tmp_path / "small"))
    assert dataset.name == "small"
    passages = dataset.passages
    assert [(name, item.title, item.headings) for name, item in passages.items()] == [
        ("d1", "失业金", ("标准",)),
        ("d2", "退休年龄", ()),
        ("d3", "", ()),
        ("d4", "工伤认定", ()),
    ]
    assert set(dataset.queries) == {"q1", "q2", "q3"}
    assert dataset.relevant["q1"] == {"d1": 2, "d2": 1}


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("corpus.jsonl", None),
        ("queries.jsonl", None),
        ("qrels.tsv", None),
        ("corpus.jsonl", "{"),
        ("corpus.jsonl", '{"_id": "d1"}'),
        ("qrels.tsv", "query-id\tcorpus-id\tscore\nq1\td1\n"),
        ("qrels.tsv", "query-id\tcorpus-id\tscore\nq1\td1\tviel\n"),
        ("qrels.tsv", "query-id\tcorpus-id\tscore\nq9\td1\t1\n"),
    ],
)
def test_a_missing_or_malformed_file_is_named(
    tmp_path: Path, name: str, content: str | None
) -> None:
    folder = write(tmp_path / "small")
    if content is None:
        (folder / name).unlink()
    else:
        (folder / name).write_text(content, encoding="utf-8")
    with pytest.raises(DatasetError) as caught:
        read_dataset(folder)
    assert "small" in caught.value.message
    assert caught.value.remedy


def test_an_evaluation_measures_all_three_rankings_through_the_real_engine(
    tmp_path: Path, bundled_model: Path
) -> None:
    dataset = read_dataset(write(tmp_path / "small"))
    engine = open_engine_at("embedded", tmp_path / "index")
    knowledge = Knowledge(
        settings=load_settings(tmp_path, {}),
        engine=engine,
        embedder=open_embedder(str(bundled_model), tmp_path),
        tokenizer=Tokenizer([]),
        terms=(),
        glossary_findings=(),
    )
    told: list[tuple[int, int]] = []
    load_dataset(
        dataset,
        knowledge,
        VectorCache(tmp_path / "vectors.sqlite"),
        lambda *step: told.append(step),
    )
    found = evaluate(dataset, knowledge, lambda *step: told.append(step))
    weights = sweep(dataset, knowledge, [0.0, 0.5])
    engine.close()
    assert (found.dataset, found.queries, found.documents) == ("small", 3, 4)
    assert found.hybrid.mrr_10 == 1
    for measures in (found.keyword, found.nearest, found.hybrid):
        assert 0.9 < measures.ndcg_10 <= 1
    assert 0 < found.p50_ms <= found.p95_ms
    assert told[-1] == (3, 3)
    assert set(weights) == {0.0, 0.5}
    assert all(0 <= value <= 1 for pair in weights.values() for value in pair)
