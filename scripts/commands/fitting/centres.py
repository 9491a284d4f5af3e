"""`manage.py fit centres`: take the means of the bundled model's vectors out of the articles."""

from __future__ import annotations

import argparse

import numpy as np
from tqdm import tqdm

from kb.centring import CENTRES_PATH, keep_centre
from kb.embedder import Matrix
from kb.fitting import passages_of
from kb.knowledge import Knowledge
from kb.vector_cache import VectorCache
from scripts.commands.options import print_json

MEANING = "自带模型的向量中心，由文章的段落和所列问法算出"

_ENOUGH_QUESTIONS = 4000
"""For a mean; questions are embedded one by one."""


def add_options(parser: argparse.ArgumentParser) -> None:
    """This part has no options of its own."""


def learn(knowledge: Knowledge, arguments: argparse.Namespace) -> None:
    """Take the means of all passages of the articles, and of the questions they list as asked."""
    vectors, queries = _vectors(knowledge)
    if arguments.write:
        keep_centre(knowledge.embedder, vectors, queries)
    if arguments.json:
        print_json({"passages": len(vectors), "questions": len(queries)})
        return
    said = f"由 {len(vectors)} 个段落和 {len(queries)} 个问法算出"
    kept = f"已写入 {CENTRES_PATH}；请重建索引" if arguments.write else "没有写入；要用请加 --write"
    print(f"{said}，{kept}")


def _vectors(knowledge: Knowledge) -> tuple[Matrix, Matrix]:
    """The raw vectors of passages and of questions."""
    settings, embedder = knowledge.settings, knowledge.embedder
    passages = list(passages_of(settings.articles, settings.article_limit))
    texts = [item.embedding_text for item in passages if item.form != "question"]
    asked = [item.text for item in passages if item.form == "question"]
    asked = asked[:: max(1, len(asked) // _ENOUGH_QUESTIONS)]
    cache = VectorCache(settings.state / "vectors.sqlite")
    try:
        vectors = cache.embed(embedder, texts)
    finally:
        cache.close()
    return vectors, np.array([embedder.embed_query(text) for text in tqdm(asked, unit="问")])
