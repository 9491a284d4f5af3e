"""No regular expression of the program can be kept busy: none explodes, and those that see texts of any length grow
with them."""

from __future__ import annotations

import json
import re
import subprocess
import sys

import pytest

from tests.conftest import REPOSITORY
from tests.security.patterns import LINEAR, POLYNOMIAL, every_pattern, worst_of

LEAST = 100
SECONDS = 420
"""Beyond this a pattern explodes: all of them together take about a minute."""
UNLIMITED = ("kb.masking.", "web.")
"""Whose patterns see what is typed before its length is checked, up to 256 KiB; the others see questions of 500
characters by default, or what authors write, where even the cube of the length is some hundredths of a second."""
WHOLE = {"web.hostile._SCHEME"}
"""Only ever fitted to a whole text, which takes as long as the text."""


def test_no_pattern_explodes() -> None:
    command = [sys.executable, "-m", "tests.security.patterns"]
    try:
        ran = subprocess.run(
            command, cwd=REPOSITORY, capture_output=True, text=True, timeout=SECONDS, check=True
        )
        told = ran.stdout
    except subprocess.TimeoutExpired as error:
        told = (error.stdout or b"").decode()
        pytest.fail(f"explodes: {told.splitlines()[-1]}")
    judged = [json.loads(line) for line in told.splitlines()]
    judged = [one for one in judged if "place" in one]
    assert len(judged) >= LEAST
    steep = [one for one in judged if one["growth"] > limit_of(one["place"])]
    assert steep == []


def limit_of(place: str) -> float:
    return LINEAR if place.startswith(UNLIMITED) and place not in WHOLE else POLYNOMIAL


def test_the_patterns_are_found_wherever_they_stand() -> None:
    found = {place.rsplit(".", 1)[0] for place in every_pattern()}
    assert {"kb.article", "web.chat", "web.hostile", "kb.accounts.accounts"} <= found
    assert any(place.startswith("kb.masking") for place in found)
    assert any(place.startswith("bot.") for place in found)


@pytest.mark.parametrize("pattern", [r"\s+$", r"\w+;"])
def test_a_pattern_that_grows_with_the_square_is_told(pattern: str) -> None:
    assert worst_of(re.compile(pattern))[0] > LINEAR


def test_a_question_before_cannot_keep_the_next_one_waiting() -> None:
    """In a process of its own: the pattern of polite words once took for ever over this."""
    code = "from kb.conversation import _POLITE; assert not _POLITE.fullmatch('嗯' * 400 + '甲')"
    command = [sys.executable, "-c", code]
    subprocess.run(command, cwd=REPOSITORY, timeout=60, check=True)
