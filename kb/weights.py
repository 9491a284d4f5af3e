"""How much each part of a question tells: the share of it that a text holds is measured by rarity."""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

from kb.knowledge import Knowledge
from kb.types import Query


@dataclass(frozen=True, slots=True)
class Weights:
    """The inverse document frequency of each subject token of a question."""

    of: Mapping[str, float]
    total: float = field(init=False)
    """All weights together."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "total", sum(self.of.values()))

    def coverage(self, text: str, codes: Sequence[str] = ()) -> float:
        """The share 0..1 of the question's weight that stands in a normalised text or among codes.

        Subject tokens are character pairs, words, quantities and codes, so that looking for them as parts
        of the text does what tokenizing it would, in a hundredth of the time.
        """
        held = [weight for token, weight in self.of.items() if token in text or token in codes]
        return sum(held) / self.total if self.total else 0.0

    def lacking(self, text: str, codes: Sequence[str] = ()) -> tuple[str, ...]:
        """The tokens that `coverage` does not find in a text or among codes, the weightiest first."""
        heaviest_first = sorted(self.of.items(), key=lambda item: -item[1])
        return tuple(
            token
            for token, weight in heaviest_first
            if not Weights({token: weight}).coverage(text, codes)
        )

    def without(self, tokens: Collection[str]) -> Weights:
        """The same weights less those of some tokens."""
        return Weights({token: weight for token, weight in self.of.items() if token not in tokens})


def question_weights(knowledge: Knowledge, query: Query) -> Weights:
    """Weigh the question's subject tokens by how rare they are in the library."""
    return Weights(token_weights(knowledge, knowledge.tokenizer.subject_tokens(query.text)))


def token_weights(knowledge: Knowledge, tokens: Collection[str]) -> dict[str, float]:
    """The inverse document frequency of each token, as BM25 has it."""
    count = knowledge.engine.size()
    return {
        token: _weight(count, frequency)
        for token, frequency in knowledge.engine.frequencies(tokens).items()
    }


def unknown_weight(knowledge: Knowledge) -> float:
    """The weight of a token that the library does not hold: the highest there is, and higher the larger it is."""
    return _weight(knowledge.engine.size(), 0)


def rare_weight(knowledge: Knowledge) -> float:
    """The weight of a token that stands in one passage."""
    return _weight(max(1, knowledge.engine.size()), 1)


def _weight(count: int, frequency: int) -> float:
    return math.log1p((count - frequency + 0.5) / (frequency + 0.5))
