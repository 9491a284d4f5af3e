"""`manage.py fit`: learn the order of sections from how people ask for them."""

from __future__ import annotations

import argparse
from collections.abc import Mapping
from typing import Any

import numpy as np
from tqdm import tqdm

from kb.centring import CENTRES_PATH, keep_centre
from kb.features import FEATURES
from kb.fitting import Halves, cross_check, listed_questions, passages_of, samples_of
from kb.knowledge import Knowledge, open_knowledge
from kb.reranker import WEIGHTS_PATH, fit, keep_weights
from kb.vector_cache import VectorCache
from scripts.commands.apart import indexed_apart
from scripts.commands.options import print_json, settings_from
from scripts.progress import progress_bar


def register(subparsers: Any) -> None:
    """Add the command."""
    parser = subparsers.add_parser("fit", help="用文章里写明的问法学习排序权重")
    parser.add_argument("--write", action="store_true", help="把学到的权重写进程序")
    parser.add_argument("--centres", action="store_true", help="只重算自带模型的向量中心并写入")
    parser.add_argument("--json", action="store_true", help="以 JSON 输出结果")


def run(arguments: argparse.Namespace) -> int:
    """Fit on all listed questions; say how well weights of one half of the articles do on the other."""
    knowledge = open_knowledge(settings_from(arguments))
    if arguments.centres:
        return _centres(knowledge)
    try:
        with indexed_apart(knowledge) as apart, progress_bar("问") as show:
            questions = listed_questions(apart)
            samples = list(
                samples_of(apart, questions, lambda done, all_: show("提问", done, all_))
            )
    finally:
        knowledge.close()
    groups = [question.slug for question in questions]
    halves = cross_check(samples, groups, FEATURES.index("fused"))
    weights = dict(zip(FEATURES, (round(float(value), 4) for value in fit(samples)), strict=True))
    if arguments.write:
        keep_weights(weights)
    if arguments.json:
        print_json({"weights": weights, "halves": _record(halves)})
    else:
        _print(weights, halves, arguments.write)
    return 0


def _centres(knowledge: Knowledge) -> int:
    """Take the means of all passages of the articles, and of the questions they list as asked."""
    settings, embedder = knowledge.settings, knowledge.embedder
    cache = VectorCache(settings.state / "vectors.sqlite")
    try:
        passages = list(passages_of(settings.articles, settings.article_limit))
        texts = [item.embedding_text for item in passages if item.form != "question"]
        asked = [item.text for item in passages if item.form == "question"]
        vectors = cache.embed(embedder, texts)
        queries = np.array([embedder.embed_query(text) for text in tqdm(asked, unit="问")])
        keep_centre(embedder, f"centre-{len(texts)}-{len(asked)}", vectors, queries)
    finally:
        cache.close()
        knowledge.close()
    print(f"由 {len(texts)} 个段落和 {len(asked)} 个问法算出，已写入 {CENTRES_PATH}；请重建索引")
    return 0


def _record(halves: Halves) -> dict[str, float]:
    return {
        "questions": halves.samples,
        "hit@1": round(halves.hit_1, 4),
        "hit@3": round(halves.hit_3, 4),
        "fused_hit@1": round(halves.before_1, 4),
        "fused_hit@3": round(halves.before_3, 4),
    }


def _print(weights: Mapping[str, float], halves: Halves, written: bool) -> None:
    print(f"{halves.samples} 个问法，每个都当作没有写明来提问；一半文章学、另一半文章测：")
    print(f"  首位命中 {halves.hit_1:.3f}（只用融合分 {halves.before_1:.3f}）")
    print(f"  前三命中 {halves.hit_3:.3f}（只用融合分 {halves.before_3:.3f}）")
    for name, value in sorted(weights.items(), key=lambda item: -abs(item[1])):
        print(f"  {name:24} {value:8.3f}")
    print(f"已写入 {WEIGHTS_PATH}" if written else "没有写入；要用这组权重请加 --write")
