"""Cuts a finished outcome into the pieces that are streamed."""

from __future__ import annotations

from collections.abc import Iterator

from bot.types import Abstention, Answer, Clarification, Delta, Outcome


def deltas(outcome: Outcome) -> Iterator[Delta]:
    """Yield the text of an outcome line by line, each line once and whole."""
    match outcome:
        case Answer():
            for line in outcome.lines:
                yield Delta(line.text, line.number, line.is_key)
        case Clarification():
            yield Delta(outcome.prompt)
        case Abstention():
            yield Delta(outcome.message)
