"""A library of two articles and the indexer that keeps up with it."""

from __future__ import annotations

from pathlib import Path

import pytest

from kb.embedder import Embedder, open_embedder
from tests.kb.library import Library


@pytest.fixture(scope="module")
def embedder(bundled_model: Path) -> Embedder:
    return open_embedder("bundled", bundled_model.parent)


@pytest.fixture
def library(tmp_path: Path, embedder: Embedder) -> Library:
    made = Library(tmp_path, embedder)
    made.save("policy/pension.md", "灵活就业人员中断缴费后可以补缴。")
    made.save("howto/card.md", "社会保障卡挂失到银行网点办理。")
    return made
