"""Sections that list no questions: what is measured of them, and the order that this gives."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from kb import document_order as order
from kb.dataset import Dataset, Document, as_passages, load_dataset
from kb.embedder import open_embedder
from kb.engines import open_engine_at
from kb.features import DOCUMENT_FEATURES
from kb.knowledge import Knowledge
from kb.listwise import Sample
from kb.search import Found, look_up, search
from kb.settings import load_settings
from kb.tokenizer import Tokenizer
from kb.types import Scope
from kb.vector_cache import VectorCache

DOCUMENTS = [
    Document("a1", "河道条例第一条", "为了保护河道，制定本条例。"),
    Document("a2", "河道条例第二条", "在河道里采砂要先取得采砂许可。"),
    Document("a3", "河道条例第三条之一", "擅自在河道里采砂的，没收所采的砂。"),
    Document("m1", "渡船手册 > 上船", "上船先看救生衣在哪里。"),
    Document("m2", "渡船手册 > 下船", "船停稳再下船。"),
    Document("s1", "采砂许可", "由水利局办理。"),
]


@pytest.fixture(scope="module")
def documents(
    tmp_path_factory: pytest.TempPathFactory, bundled_model: Path
) -> Iterator[tuple[Knowledge, Dataset]]:
    folder = tmp_path_factory.mktemp("documents")
    knowledge = Knowledge(
        settings=load_settings(folder, {}),
        engine=open_engine_at("embedded", folder / "index"),
        embedder=open_embedder(str(bundled_model), folder),
        tokenizer=Tokenizer([]),
        terms=(),
        glossary_findings=(),
    )
    dataset = Dataset("documents", as_passages(DOCUMENTS), {}, {})
    load_dataset(dataset, knowledge, VectorCache(folder / "vectors.sqlite"), lambda *_: None)
    yield knowledge, dataset
    knowledge.engine.close()


def measured(found: Found, section: str) -> dict[str, float]:
    """The features of a section of `found`, by name."""
    assert found.documents is not None
    row = [item.place.section_id for item in found.candidates].index(section)
    return dict(zip(DOCUMENT_FEATURES, found.documents[row].tolist(), strict=True))


def test_the_articles_of_a_statute_and_the_chapters_of_a_manual_stand_together() -> None:
    passages = as_passages(DOCUMENTS)
    slugs = [passages[document.id].slug for document in DOCUMENTS]
    assert len({*slugs[:3]}) == len({*slugs[3:5]}) == 1
    assert len(set(slugs)) == 3
    assert len({passage.id for passage in passages.values()}) == 6
    assert passages["a2"].title == "河道条例第二条"


def test_a_heading_that_is_the_question_is_as_like_it_as_can_be(
    documents: tuple[Knowledge, Dataset],
) -> None:
    knowledge, dataset = documents
    found = look_up(knowledge, "采砂许可", Scope())
    called = measured(found, dataset.passages["s1"].id)
    named = ("heading_likeness", "path_likeness", "heading_asked", "heading_run_share")
    assert [called[name] for name in named] == [1, 1, 1, 1]
    assert called["heading_characters"] == called["heading_characters_asked"] == 1
    assert called["heading_run"] == 0.5
    told = measured(found, dataset.passages["a2"].id)
    assert told["heading_likeness"] == 0
    assert told["text_run"] == 0.5
    assert told["text_characters"] == 1


def test_what_else_was_found_in_its_article_speaks_for_a_section(
    documents: tuple[Knowledge, Dataset],
) -> None:
    knowledge, dataset = documents
    found = look_up(knowledge, "河道里能不能采砂", Scope())
    statute = measured(found, dataset.passages["a3"].id)
    manual = measured(found, dataset.passages["m1"].id)
    alone = measured(found, dataset.passages["s1"].id)
    assert statute["article_count"] == 3 / 20
    assert alone["article_others"] == 0 < statute["article_others"]
    assert statute["article_share"] > alone["article_share"] > manual["article_share"]


def test_the_whole_search_puts_the_right_document_first(
    documents: tuple[Knowledge, Dataset],
) -> None:
    knowledge, dataset = documents
    names = dataset.documents()
    firsts = {
        question: names[search(knowledge, question, Scope()).hits[0].passage.id]
        for question in ("采砂许可", "擅自采砂会怎么样", "什么时候可以下船")
    }
    assert firsts == {"采砂许可": "s1", "擅自采砂会怎么样": "a3", "什么时候可以下船": "m2"}


def test_what_was_learned_is_kept_and_read_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(order, "ORDER_PATH", tmp_path / "order.json")
    chance = np.random.default_rng(0)
    samples = []
    for _ in range(30):
        features = chance.random((10, len(DOCUMENT_FEATURES)))
        samples.append(Sample(features, features[:, 0] > 0.8))
    learned = order.learn_order(samples)
    order.keep_order(learned)
    try:
        again = order.document_order()
        for sample in samples:
            scores = again.scores(sample.features)
            np.testing.assert_allclose(scores, learned.scores(sample.features), atol=0.02)
        assert sample.right[int(np.argmax(scores))] or not sample.right.any()
    finally:
        order.document_order.cache_clear()
