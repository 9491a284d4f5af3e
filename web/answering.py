"""What becomes of a question that a person asks the service: masked, answered, counted and recorded."""

from __future__ import annotations

import time
from dataclasses import dataclass

from bot.ask import ask
from bot.talk import slugs_of
from bot.types import Outcome
from kb.errors import RecordsError
from kb.masking import mask
from kb.types import Scope, Turn
from web.health import metrics
from web.services import Services

NOT_RECORDED = "本次问答未能记录"


@dataclass(frozen=True, slots=True)
class Answered:
    """An outcome, how long it took, and what the service itself has to say.

    The ids are None when nothing could be recorded (a conversation's is then the one that was given).
    """

    outcome: Outcome
    took_ms: float
    warnings: tuple[str, ...]
    conversation_id: str | None
    answer_id: str | None


def answer_question(
    services: Services,
    question: str,
    scope: Scope,
    conversation_id: str | None = None,
    account: str = "",
) -> Answered:
    """Answer a question of an account (empty: a visitor); a records database that is down does not stop it.

    Raises BadQuestion and IndexStoreError as `ask` does.
    """
    masked = mask(question)
    started = time.perf_counter()
    history = _history(services, conversation_id, account)
    outcome = ask(services.knowledge, masked.text, scope, history)
    seconds = time.perf_counter() - started
    metrics().count(outcome.outcome, seconds)
    warnings = (masked.warning,) if masked.found else ()
    try:
        answer_id, conversation_id = services.records.record_answer(
            masked.text,
            outcome.outcome,
            outcome.confidence,
            slugs_of(outcome),
            round(seconds * 1000),
            conversation_id,
            account,
        )
    except RecordsError:
        return Answered(outcome, seconds * 1000, (*warnings, NOT_RECORDED), conversation_id, None)
    return Answered(outcome, seconds * 1000, warnings, conversation_id, answer_id)


def _history(services: Services, conversation_id: str | None, account: str) -> tuple[Turn, ...]:
    """The turns before in the conversation; none when the records cannot be read."""
    try:
        return services.records.turns_before(conversation_id, account)
    except RecordsError:
        return ()
