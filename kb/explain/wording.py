"""How a question was understood: its spelling, tokens, codes and dates."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from kb.conversation import Bearing, bearing_of
from kb.knowledge import Knowledge
from kb.search import Found, subject_weights
from kb.tokenizer import normalise


@dataclass(frozen=True, slots=True)
class Token:
    """A token of the question: how often it stands there, in how many passages of the library, and its
    weight (inverse document frequency) when what a text holds of the question is measured; None for a
    token that only the keyword ranking looks for."""

    text: str
    count: int
    passages: int
    weight: float | None


@dataclass(frozen=True, slots=True)
class Wording:
    """`text` has its dates written out, `looked_up` is what both rankings were asked: the same, or together
    with the question before when it `goes_on`; where its words took the place of others of the question before
    (那2023年呢), `text` is that whole. `would_go_on`: whether it might, had there been one."""

    text: str
    looked_up: str
    normalised: str
    tokens: tuple[Token, ...]
    codes: tuple[str, ...]
    dates: tuple[str, ...]
    goes_on: bool
    would_go_on: bool


def wording_of(knowledge: Knowledge, found: Found) -> Wording:
    """How the question of a look-up was understood."""
    own = found.own
    return Wording(
        text=own.text,
        looked_up=found.query.text,
        normalised=normalise(own.text),
        tokens=_tokens(knowledge, found),
        codes=found.query.codes,
        dates=found.query.dates,
        goes_on=found.bearing is not Bearing.ALONE,
        would_go_on=bearing_of(knowledge, own.text) is not Bearing.ALONE,
    )


def _tokens(knowledge: Knowledge, found: Found) -> tuple[Token, ...]:
    """The weighed tokens, the weightiest first, then those that the keyword ranking alone looks for."""
    counts = Counter(found.query.tokens)
    weights, _ = subject_weights(knowledge, found.own)
    weighed = sorted(weights.of, key=lambda token: -weights.of[token])
    every = dict.fromkeys([*weighed, *counts])
    passages = knowledge.engine.frequencies(every.keys())
    return tuple(
        Token(token, counts[token], passages[token], weights.of.get(token)) for token in every
    )
