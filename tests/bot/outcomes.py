"""What tests read of an outcome."""

from __future__ import annotations

from bot.types import Answer, Outcome


def answered(outcome: Outcome) -> Answer:
    """The outcome, which must be an answer."""
    assert isinstance(outcome, Answer), outcome
    return outcome


def words(outcome: Outcome) -> str:
    """The lines of an answer."""
    return "\n".join(line.text for line in answered(outcome).lines)
