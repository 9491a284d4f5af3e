"""Asks the earlier questions of a conversation again, for tests of it and for looking into it."""

from __future__ import annotations

from collections.abc import Sequence

from bot.ask import ask
from bot.talk import turn_of
from kb.knowledge import Knowledge
from kb.types import Scope, Turn


def replay(knowledge: Knowledge, questions: Sequence[str], scope: Scope) -> list[Turn]:
    """The turns that these questions leave, asked one after the other; raises as `ask` does."""
    history: list[Turn] = []
    for question in questions:
        history.append(turn_of(question, ask(knowledge, question, scope, history)))
    return history
