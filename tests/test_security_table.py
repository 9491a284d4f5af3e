"""What docs/security.md names as proof is there: every test file, with tests in it, and every module."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
TABLE = [
    line.split("|")[1:-1]
    for line in (ROOT / "docs/security.md").read_text("utf-8").splitlines()
    if line.startswith("| ") and not line.startswith("| threat")
]


@pytest.mark.parametrize("row", TABLE, ids=[row[0].strip() for row in TABLE])
def test_every_threat_has_a_control_and_tests_that_exist(row: list[str]) -> None:
    threat, control, where, proof = (cell.strip() for cell in row)
    assert threat
    assert control
    for place in re.findall(r"`((?:kb|bot|web)/[^`]*)`", where):
        assert (ROOT / place).exists(), place
    tests = re.findall(r"`(tests/[^`]+\.py)`", proof)
    assert tests
    for name in tests:
        assert "def test_" in (ROOT / name).read_text("utf-8"), name
