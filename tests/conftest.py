"""Fixtures that several test packages share; property tests run the same examples every time and keep nothing on disk."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings

from kb.bundled_model import build_bundled_model
from tests.slapd import SLAPD, Directory, fill, make_directory

REPOSITORY = Path(__file__).resolve().parent.parent
settings.register_profile("wenzhi", database=None, derandomize=True, deadline=None)
settings.load_profile("wenzhi")

MODELS = REPOSITORY / "var" / "models"


@pytest.fixture(scope="session")
def bundled_model() -> Path:
    """The bundled model's directory, built on the first run and kept for the next ones."""
    return build_bundled_model(MODELS / "e5-small-lite")


@pytest.fixture(scope="session")
def directory(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Directory]:
    """slapd with an empty tree of people and two groups; what tests add to it stays."""
    if SLAPD is None:
        pytest.skip("no slapd on this machine")
    made = make_directory(tmp_path_factory.mktemp("slapd") / "directory")
    server = made.start()
    fill(made)
    yield made
    server.terminate()
    server.wait(timeout=10)
