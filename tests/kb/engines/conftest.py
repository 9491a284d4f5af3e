"""Every engine, opened on an empty store: what holds for one holds for all."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from kb.engines import Engine, open_engine_at

ENGINES = ("embedded",)


@pytest.fixture(params=ENGINES)
def engine(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Engine]:
    opened = open_engine_at(request.param, tmp_path / "index")
    yield opened
    opened.close()
