"""`manage.py evaluate`: measure retrieval on data sets in BEIR form through the real search."""

from __future__ import annotations

import argparse
import tempfile
from dataclasses import replace
from pathlib import Path
from typing import Any

from kb.engines import open_engine_at
from kb.errors import BadQuestion
from kb.evaluation import Dataset, Evaluation, Measures, evaluate, load_dataset, read_dataset, sweep
from kb.fusion import KEYWORD_WEIGHT
from kb.knowledge import Knowledge, open_knowledge
from kb.vector_cache import VectorCache
from scripts.commands.golden import GOLDEN_FOLDER, evaluate_golden
from scripts.commands.options import print_json, settings_from
from scripts.commands.typos import evaluate_typos
from scripts.progress import progress_bar

_WEIGHTS = (0.0, 0.2, 0.3, 0.4, 0.5, 0.6, 0.8, 1.0)
_LEGS = (("关键词", "keyword"), ("语义", "nearest"), ("混合", "hybrid"))


def register(subparsers: Any) -> None:
    """Add the command."""
    parser = subparsers.add_parser("evaluate", help="测量检索和回答的质量：评测数据集、黄金问题")
    parser.add_argument("datasets", nargs="*", type=Path, metavar="数据集目录")
    parser.add_argument(
        "--golden",
        nargs="?",
        type=Path,
        const=GOLDEN_FOLDER,
        metavar="目录",
        help="用黄金问题测量本库文章的检索和回答，默认 tests/golden",
    )
    parser.add_argument(
        "--sweep", action="store_true", help="列出各种融合权重的 nDCG@10（奇偶两半）"
    )
    parser.add_argument(
        "--typos",
        nargs="?",
        type=int,
        const=1,
        metavar="种子",
        help="每个黄金问题随机打错一个字（同音字），测量检索因此损失多少，默认种子 1",
    )
    parser.add_argument("--json", action="store_true", help="以 JSON 输出结果")


def run(arguments: argparse.Namespace) -> int:
    """Measure every data set named, and the golden questions; vectors of earlier runs are used again."""
    if not arguments.datasets and not arguments.golden:
        raise BadQuestion("没有说明要测什么", "写出数据集目录，或加上 --golden")
    if arguments.typos is not None and not arguments.golden:
        raise BadQuestion("--typos 要和黄金问题一起用", "写成 --golden --typos")
    knowledge = open_knowledge(settings_from(arguments))
    cache = VectorCache(knowledge.settings.state / "vectors.sqlite")
    try:
        for folder in arguments.datasets:
            _evaluate_one(read_dataset(folder), knowledge, cache, arguments)
        if arguments.golden and arguments.typos is not None:
            evaluate_typos(knowledge, arguments.golden, arguments.typos, arguments.json)
        elif arguments.golden:
            evaluate_golden(knowledge, arguments.golden, arguments.json)
    finally:
        cache.close()
        knowledge.close()
    return 0


def _evaluate_one(
    dataset: Dataset, knowledge: Knowledge, cache: VectorCache, arguments: argparse.Namespace
) -> None:
    with tempfile.TemporaryDirectory(prefix="wenzhi-evaluate-") as folder:
        apart = replace(knowledge, engine=open_engine_at(knowledge.settings.engine, Path(folder)))
        with progress_bar("篇") as show:
            load_dataset(dataset, apart, cache, lambda done, total: show("建立索引", done, total))
        with progress_bar("问") as show:
            found = evaluate(dataset, apart, lambda done, total: show("提问", done, total))
        swept = sweep(dataset, apart, _WEIGHTS) if arguments.sweep else {}
        apart.engine.close()
    if arguments.json:
        print_json(_record(found))
    else:
        _print(found, swept)


def _record(found: Evaluation) -> dict[str, Any]:
    legs = {name: _measures(getattr(found, name)) for _, name in _LEGS}
    return {
        "dataset": found.dataset,
        **legs,
        "p50_ms": round(found.p50_ms, 2),
        "p95_ms": round(found.p95_ms, 2),
    }


def _measures(measures: Measures) -> dict[str, float]:
    return {
        "ndcg@10": round(measures.ndcg_10, 4),
        "recall@5": round(measures.recall_5, 4),
        "recall@10": round(measures.recall_10, 4),
        "mrr@10": round(measures.mrr_10, 4),
    }


def _print(found: Evaluation, swept: dict[float, tuple[float, float]]) -> None:
    print(f"{found.dataset}：{found.queries} 个问题，{found.documents} 篇文档")
    print("          nDCG@10  recall@5  recall@10  MRR@10")
    for label, name in _LEGS:
        row = "  ".join(f"{value:8.4f}" for value in _measures(getattr(found, name)).values())
        print(f"{label:　<4}{row}")
    print(f"每问用时：中位 {found.p50_ms:.1f} 毫秒，95% 在 {found.p95_ms:.1f} 毫秒以内")
    for weight, (even, odd) in swept.items():
        mark = "  ← 现用" if weight == KEYWORD_WEIGHT else ""
        print(f"关键词权重 {weight:.1f}：偶数题 {even:.4f}，奇数题 {odd:.4f}{mark}")
