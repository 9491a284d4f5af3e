"""Data sets in BEIR form: documents, as sections of articles, questions, and which documents are right."""

from __future__ import annotations

import json
import re
from collections import Counter, defaultdict
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
from kb.knowledge import Knowledge
from kb.types import LEAD_ANCHOR, Article, FrontMatter, Passage
from kb.vector_cache import VectorCache

Progress = Callable[[int, int], None]
"""Told how many of how many documents are embedded."""

_BATCH = 256
_QUESTION_LIMIT = 5000
_ARTICLE_OF_STATUTE = re.compile(
    r"第[〇零一二三四五六七八九十百千0-9]+条(之[一二三四五六七八九十]+)?$"
)


@dataclass(frozen=True, slots=True)
class Document:
    """A text to be found; a title `甲 > 乙` is a heading path, as in our own articles."""

    id: str
    title: str
    text: str

    @property
    def work(self) -> str:
        """What it is a part of: the statute of an article, the first heading of a path."""
        return _ARTICLE_OF_STATUTE.sub("", self.title.split(" > ")[0]) or self.id


@dataclass(frozen=True, slots=True)
class Dataset:
    """The passage of each document, by the document's id, queries by id, the relevant documents of each query with
    their grade, and where a data set has them, the words that answer it."""

    name: str
    passages: dict[str, Passage]
    queries: dict[str, str]
    relevant: dict[str, dict[str, int]]
    answers: dict[str, tuple[str, ...]] = field(default_factory=dict)

    def documents(self) -> dict[str, str]:
        """The id of each document by the id of its passage, which is a section (`slug#anchor`) of its own."""
        return {passage.id: document for document, passage in self.passages.items()}


def as_passages(documents: Sequence[Document]) -> dict[str, Passage]:
    """Documents as sections of articles, by their ids: those of one work are sections of one article."""
    sizes = Counter(document.work for document in documents)
    numbers = {work: number for number, work in enumerate(sizes)}
    passages = {}
    for place, document in enumerate(documents):
        slug = f"work{numbers[document.work]}"
        anchor = LEAD_ANCHOR if sizes[document.work] == 1 else f"part{place}"
        path = document.title.split(" > ")
        passages[document.id] = Passage(
            f"{slug}#{anchor}", slug, anchor, "text", path[0], tuple(path[1:]), document.text
        )
    return passages


def read_dataset(folder: Path) -> Dataset:
    """Read `corpus.jsonl`, `queries.jsonl` and `qrels.tsv` of a folder. Raises DatasetError."""
    relevant: dict[str, dict[str, int]] = {}
    try:
        for line in (folder / "qrels.tsv").read_text("utf-8").splitlines()[1:]:
            query, document, grade = line.split("\t")
            relevant.setdefault(query, {})[document] = int(grade)
        documents = [_document(row) for row in _json_lines(folder / "corpus.jsonl")]
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
    return Dataset(folder.name, as_passages(documents), judged, relevant, marked)


def _json_lines(path: Path) -> Iterator[dict[str, Any]]:
    with open(path, encoding="utf-8") as file:
        yield from (json.loads(line) for line in file if line.strip())


def _document(row: Mapping[str, Any]) -> Document:
    return Document(str(row["_id"]), str(row.get("title", "")), str(row["text"]))


def load_dataset(
    dataset: Dataset, knowledge: Knowledge, cache: VectorCache, progress: Progress
) -> None:
    """Index the documents of a data set into the (empty) engine of `knowledge`."""
    texts = [passage.embedding_text for passage in dataset.passages.values()]
    vectors = np.empty((len(texts), knowledge.embedder.dimension), np.float32)
    for start in range(0, len(texts), _BATCH):
        part = texts[start : start + _BATCH]
        vectors[start : start + len(part)] = centre_passages(
            knowledge.embedder, cache.embed(knowledge.embedder, part)
        )
        progress(start + len(part), len(texts))
    knowledge.engine.write(_indexed(dataset, knowledge, vectors), set(), {})


def _indexed(dataset: Dataset, knowledge: Knowledge, vectors: Matrix) -> Iterator[Indexed]:
    articles: dict[str, list[tuple[int, Passage]]] = defaultdict(list)
    for row, passage in enumerate(dataset.passages.values()):
        articles[passage.slug].append((row, passage))
    for slug, parts in articles.items():
        passages = tuple(passage for _, passage in parts)
        head = FrontMatter(passages[0].title)
        article = Article(slug, slug, "", head, "", (), passages, ())
        entries = list(entries_of(article, knowledge.tokenizer))
        yield Indexed(article, entries, vectors[[row for row, _ in parts]])


def without_limit(knowledge: Knowledge) -> Knowledge:
    """The same knowledge base for the questions of data sets, some of which are longer than a reader may ask."""
    return replace(knowledge, settings=replace(knowledge.settings, question_limit=_QUESTION_LIMIT))
