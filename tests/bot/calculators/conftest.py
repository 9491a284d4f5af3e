"""Asks the calculators with the bureau's own articles."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest

from bot.calculators import Calculation, Reply, calculate
from kb.knowledge import Knowledge
from kb.search import make_query
from kb.types import Scope

TODAY = date(2026, 11, 22)
Calculate = Callable[..., Reply | None]


@pytest.fixture(scope="session")
def calculated(library: Knowledge) -> Calculate:
    """Calculate on TODAY, or on another day, as staff or with other rights."""

    def answer(question: str, day: date = TODAY, access: str = "staff") -> Reply | None:
        scope = Scope(access=frozenset({access}), as_of=day)
        return calculate(library, make_query(library, question, scope))

    return answer


@pytest.fixture(scope="session")
def figure(calculated: Calculate) -> Callable[..., Calculation]:
    """Calculate what must come to a figure."""

    def answer(question: str, day: date = TODAY) -> Calculation:
        reply = calculated(question, day)
        assert isinstance(reply, Calculation), f"{question}: {reply}"
        return reply

    return answer
