"""A short question that leans on the one before it is told from one that stands alone."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from kb.conversation import goes_on
from kb.knowledge import Knowledge, open_indexer, open_knowledge
from kb.settings import load_settings

TERMS = (
    "[{term: 失业保险金, synonyms: [失业金]}, {term: 工伤认定}, {term: 养老金}, {term: 灵活就业}]"
)
TEXT = """\
---
title: 社保业务要带什么材料
---
失业金、养老金、灵活就业要带什么材料，多久到账，客户的社保卡丢了怎么补办新的，能一起领吗，换个问题怎么办退休。
"""


@pytest.fixture(scope="module")
def knowledge(tmp_path_factory: pytest.TempPathFactory, bundled_model: Path) -> Iterator[Knowledge]:
    folder = tmp_path_factory.mktemp("conversation")
    (folder / "articles" / "glossary").mkdir(parents=True)
    (folder / "articles" / "glossary" / "terms.yaml").write_text(TERMS, encoding="utf-8")
    (folder / "articles" / "some.md").write_text(TEXT, encoding="utf-8")
    opened = open_knowledge(load_settings(folder, {}, model=str(bundled_model)))
    indexer = open_indexer(opened)
    indexer.update()
    indexer.cache.close()
    yield opened
    opened.close()


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("那灵活就业的呢", True),
        ("要带什么材料", True),
        ("那多久到账", True),
        ("要几天之内来报", True),
        ("失业金和养老金能一起领吗", False),
        ("换个问题 怎么办退休", False),
        ("客户的社保卡丢了想补一张新的要带什么材料", False),
        ("ORA-12541 怎么办", False),
        ("火星上种土豆", False),
    ],
)
def test_what_goes_on(knowledge: Knowledge, question: str, expected: bool) -> None:
    assert goes_on(knowledge, question) is expected
