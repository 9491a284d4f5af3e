"""What an outcome leaves in the conversation for the questions that follow."""

from __future__ import annotations

from bot.types import Abstention, Answer, Outcome
from kb.types import Turn


def turn_of(question: str, outcome: Outcome) -> Turn:
    """The turn of a question and its outcome."""
    return Turn(question, outcome.outcome, slugs_of(outcome))


def slugs_of(outcome: Outcome) -> tuple[str, ...]:
    """The articles that an outcome shows, each once, best first."""
    match outcome:
        case Answer():
            shown = [citation.slug for citation in outcome.citations]
        case Abstention():
            shown = [nearest.slug for nearest in outcome.nearest]
        case _:
            shown = []
    return tuple(dict.fromkeys(shown))
