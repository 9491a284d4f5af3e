"""`manage.py evaluate DIR…`: retrieval, and where answers are marked evidence, on data sets in BEIR form."""

from __future__ import annotations

import argparse
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from bot.evidence.evaluation import Picked, evaluate_evidence
from kb.dataset import Dataset, read_dataset
from kb.evaluation import Evaluation, evaluate, sweep
from kb.fusion import KEYWORD_WEIGHT
from kb.knowledge import Knowledge
from scripts.commands.apart import dataset_apart
from scripts.commands.measuring.orders import dataset_ablation, measures_record, order_lines
from scripts.commands.options import print_json
from scripts.progress import progress_bar

_WEIGHTS = (0.0, 0.2, 0.3, 0.4, 0.5, 0.6, 0.8, 1.0)
_LEGS = (("关键词", "keyword"), ("语义", "nearest"), ("混合", "hybrid"))
_PICKERS = {
    "quote": "引用的依据",
    "key": "标出的一句",
    "sentence": "字词最像的一句",
    "extended": "那句加上前后句",
}


def evaluate_dataset(knowledge: Knowledge, folder: Path, arguments: argparse.Namespace) -> None:
    """Index a data set apart, measure it through the real search and print what came out."""
    dataset = read_dataset(folder)
    with dataset_apart(knowledge, dataset) as apart:
        with progress_bar("问") as show:
            found = evaluate(dataset, apart, lambda *done: show("提问", *done))
        picked = _evidence(apart, dataset)
        with progress_bar("问") as show:
            orders = dataset_ablation(apart, dataset, show) if arguments.ablate else {}
        swept = sweep(dataset, apart, _WEIGHTS) if arguments.sweep else {}
    if arguments.json:
        parts = {"evidence": _evidence_record(picked), "ablation": orders}
        print_json(_record(found) | {name: part for name, part in parts.items() if part})
    else:
        lines = [*_lines(found), *_evidence_lines(picked), *order_lines(orders)]
        print("\n".join([*lines, *_swept_lines(swept)]))


def _evidence(knowledge: Knowledge, dataset: Dataset) -> dict[str, Picked]:
    if not dataset.answers:
        return {}
    with progress_bar("问") as show:
        return evaluate_evidence(dataset, knowledge, lambda *done: show("找依据", *done))


def _record(found: Evaluation) -> dict[str, Any]:
    legs = {name: measures_record(getattr(found, name)) for _, name in _LEGS}
    return {
        "dataset": found.dataset,
        **legs,
        "p50_ms": round(found.p50_ms, 2),
        "p95_ms": round(found.p95_ms, 2),
    }


def _evidence_record(picked: Mapping[str, Picked]) -> dict[str, Any]:
    return {
        name: {"answered": round(item.answered, 4), "characters": round(item.characters, 1)}
        for name, item in picked.items()
    }


def _lines(found: Evaluation) -> list[str]:
    lines = [
        f"{found.dataset}：{found.queries} 个问题，{found.documents} 篇文档",
        "          nDCG@10  recall@5  recall@10  MRR@10",
    ]
    for label, name in _LEGS:
        values = measures_record(getattr(found, name)).values()
        lines.append(f"{label:　<4}{'  '.join(f'{value:8.4f}' for value in values)}")
    timing = f"中位 {found.p50_ms:.1f} 毫秒，95% 在 {found.p95_ms:.1f} 毫秒以内"
    return [*lines, f"每问用时：{timing}"]


def _evidence_lines(picked: Mapping[str, Picked]) -> list[str]:
    if not picked:
        return []
    lines = ["给出的文字里有标准答案的问题，和平均字数："]
    return lines + [
        f"{_PICKERS[name]:　<8}{item.answered:8.4f}  {item.characters:6.1f}"
        for name, item in picked.items()
    ]


def _swept_lines(swept: Mapping[float, tuple[float, float]]) -> list[str]:
    return [
        f"关键词权重 {weight:.1f}：偶数题 {even:.4f}，奇数题 {odd:.4f}"
        + ("  ← 现用" if weight == KEYWORD_WEIGHT else "")
        for weight, (even, odd) in swept.items()
    ]
