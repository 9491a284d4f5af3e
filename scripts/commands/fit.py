"""`manage.py fit`: learn the order of sections from the golden questions."""

from __future__ import annotations

import argparse
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from tqdm import tqdm

from bot.golden import read_golden
from kb.centring import CENTRES_PATH, keep_centre
from kb.features import FEATURES
from kb.fitting import FOLDS, Held, cross_check, passages_of, sample_of
from kb.knowledge import Knowledge, open_knowledge
from kb.listwise import Sample, fit, keep_weights
from kb.reranker import WEIGHTS_PATH
from kb.types import Scope
from kb.vector_cache import VectorCache
from scripts.commands.apart import indexed_apart
from scripts.commands.golden import GOLDEN_FOLDER
from scripts.commands.options import print_json, settings_from
from scripts.progress import progress_bar

_ENOUGH_QUESTIONS = 4000
"""For a mean; questions are embedded one by one."""


def register(subparsers: Any) -> None:
    """Add the command."""
    parser = subparsers.add_parser("fit", help="用黄金问题学习小节的排序权重")
    parser.add_argument("--golden", type=Path, default=GOLDEN_FOLDER, metavar="目录")
    parser.add_argument("--write", action="store_true", help="把学到的权重写进程序")
    parser.add_argument("--centres", action="store_true", help="只重算自带模型的向量中心并写入")
    parser.add_argument("--json", action="store_true", help="以 JSON 输出结果")


def run(arguments: argparse.Namespace) -> int:
    """Fit to all golden questions; say how well weights do on questions that they were not fitted to."""
    knowledge = open_knowledge(settings_from(arguments))
    if arguments.centres:
        return _centres(knowledge)
    try:
        samples = _samples(knowledge, arguments.golden)
    finally:
        knowledge.close()
    held = cross_check(samples)
    weights = dict(zip(FEATURES, (round(float(value), 4) for value in fit(samples)), strict=True))
    if arguments.write:
        keep_weights(WEIGHTS_PATH, weights)
    if arguments.json:
        print_json({"weights": weights, "held_out": _record(held)})
    else:
        _print(weights, held, arguments.write)
    return 0


def _samples(knowledge: Knowledge, folder: Path) -> list[Sample]:
    questions = [item for item in read_golden(folder) if item.sections]
    samples = []
    with indexed_apart(knowledge) as apart, progress_bar("问") as show:
        for number, item in enumerate(questions, 1):
            scope = Scope(as_of=item.asked_on)
            samples.append(sample_of(apart, item.question, scope, item.sections, item.after))
            show("提问", number, len(questions))
    return samples


def _centres(knowledge: Knowledge) -> int:
    """Take the means of all passages of the articles, and of the questions they list as asked."""
    settings, embedder = knowledge.settings, knowledge.embedder
    cache = VectorCache(settings.state / "vectors.sqlite")
    try:
        passages = list(passages_of(settings.articles, settings.article_limit))
        texts = [item.embedding_text for item in passages if item.form != "question"]
        asked = [item.text for item in passages if item.form == "question"]
        asked = asked[:: max(1, len(asked) // _ENOUGH_QUESTIONS)]
        vectors = cache.embed(embedder, texts)
        queries = np.array([embedder.embed_query(text) for text in tqdm(asked, unit="问")])
        keep_centre(embedder, vectors, queries)
    finally:
        cache.close()
        knowledge.close()
    print(f"由 {len(texts)} 个段落和 {len(asked)} 个问法算出，已写入 {CENTRES_PATH}；请重建索引")
    return 0


def _record(held: Held) -> dict[str, float]:
    return {
        "questions": held.questions,
        "hit@1": round(held.hit_1, 4),
        "hit@3": round(held.hit_3, 4),
        "fused_hit@1": round(held.fused_1, 4),
        "fused_hit@3": round(held.fused_3, 4),
    }


def _print(weights: Mapping[str, float], held: Held, written: bool) -> None:
    print(f"{held.questions} 个黄金问题，分成 {FOLDS} 份，每份用其余的来学：")
    print(f"  首位命中 {held.hit_1:.3f}（只用融合分 {held.fused_1:.3f}）")
    print(f"  前三命中 {held.hit_3:.3f}（只用融合分 {held.fused_3:.3f}）")
    for name, value in sorted(weights.items(), key=lambda item: -abs(item[1])):
        print(f"  {name:24} {value:8.3f}")
    print(f"已写入 {WEIGHTS_PATH}" if written else "没有写入；要用这组权重请加 --write")
