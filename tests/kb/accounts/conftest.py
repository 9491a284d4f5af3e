"""A directory that runs while the tests of this folder do."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.kb.accounts.slapd import SLAPD, Directory, fill, make_directory


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
