"""`manage.py evaluate --ablate`: the whole search beside simpler ones, and without each group of features."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from bot.ablation import ablate_golden
from bot.golden import GoldenQuestion
from kb.ablation import BASELINES, GROUPS, SEARCH, ablate
from kb.dataset import Dataset
from kb.evaluation import Measures
from kb.knowledge import Knowledge
from scripts.progress import Show

Rates = Mapping[str, float]

_NAMES = {
    "bm25": "只用关键词（BM25）",
    "nearest": "只用语义",
    "fusion": "两路融合分",
    SEARCH: "完整检索",
    "rankings": "去掉：两路得分",
    "questions": "去掉：所列问法",
    "article": "去掉：全篇得分",
    "place": "去掉：小节位置",
    "words": "去掉：字词覆盖",
    "dates": "去掉：年月数值",
    "codes": "去掉：编号文号",
}


def measures_record(measures: Measures) -> dict[str, float]:
    """Measures as they are printed."""
    return {
        "ndcg@10": round(measures.ndcg_10, 4),
        "recall@5": round(measures.recall_5, 4),
        "recall@10": round(measures.recall_10, 4),
        "mrr@10": round(measures.mrr_10, 4),
    }


def dataset_ablation(knowledge: Knowledge, dataset: Dataset, show: Show) -> dict[str, object]:
    """The measures of each order on a data set."""
    found = ablate(dataset, knowledge, lambda *done: show("比较", *done))
    return _record({name: measures_record(measures) for name, measures in found.items()})


def golden_ablation(
    knowledge: Knowledge, questions: Sequence[GoldenQuestion], show: Show
) -> dict[str, object]:
    """The hits of each order on golden questions."""
    found = ablate_golden(knowledge, questions, lambda *done: show("比较", *done))
    rates = {
        name: {"hit@1": round(hits.hit_1, 4), "hit@3": round(hits.hit_3, 4)}
        for name, hits in found.items()
    }
    return _record(rates)


def _record(rates: Mapping[str, Rates]) -> dict[str, object]:
    alone = {name: rates[name] for name in (*BASELINES, SEARCH)}
    return {**alone, "without": {name: rates[name] for name in GROUPS}}


def order_lines(record: Mapping[str, object]) -> list[str]:
    """The orders of a record as a table; no lines for an empty one."""
    without = record.get("without", {})
    rows = {**record, **without} if isinstance(without, dict) else {}
    rates = {name: row for name, row in rows.items() if name in _NAMES and isinstance(row, dict)}
    if not rates:
        return []
    columns = next(iter(rates.values()))
    lines = [f"{'排序':　<12}{'  '.join(f'{name:>9}' for name in columns)}"]
    for name, row in rates.items():
        lines.append(f"{_NAMES[name]:　<12}{'  '.join(f'{row[key]:9.4f}' for key in columns)}")
    return lines
