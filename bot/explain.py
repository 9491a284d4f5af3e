"""Why a question was answered as it was: the retrieval, the evidence weighed, and the confidence in it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bot.ask import HITS, ask
from bot.assess import assess
from bot.confidence import ANSWER_FROM, TERM_NAMES, Features, terms_of
from bot.evidence import nearness_of, weigh
from bot.replay import replay
from bot.types import Outcome, Unit
from kb.explain import Retrieval, Verdict, explain_expected, explain_retrieval, read_expected
from kb.knowledge import Knowledge
from kb.masking import Masked, mask
from kb.search import look_up, rank
from kb.types import Scope

_EVIDENCE_SHOWN = 10


@dataclass(frozen=True, slots=True)
class ConfidenceTerm:
    """What one thing adds to the logit of the confidence; `value` is what was measured, None where nothing is."""

    key: str
    value: float | None
    amount: float

    @property
    def name(self) -> str:
        """What engineers read for it."""
        return TERM_NAMES[self.key]


@dataclass(frozen=True, slots=True)
class Explanation:
    """A question, masked, and all that happened to it up to the outcome.

    `weighed`: the units of the section that answers with the scores they were chosen by; `quoted`: those
    that the answer holds, and those of a second section; `terms` add up to the logit of `confidence` (0..1), and an answer needs `threshold`. The
    verdict is about an expected section, if one was named.
    """

    masked: Masked
    retrieval: Retrieval
    outcome: Outcome
    weighed: tuple[tuple[float, Unit], ...]
    quoted: tuple[Unit, ...]
    terms: tuple[ConfidenceTerm, ...]
    confidence: float
    threshold: float
    verdict: Verdict | None


def explain(
    knowledge: Knowledge,
    question: str,
    scope: Scope,
    before: Sequence[str] = (),
    expected: str = "",
    inquirer: frozenset[str] | None = None,
) -> Explanation:
    """Ask a question as the chat does and keep what happened on the way; nothing is recorded.

    `expected` names an article or `slug#anchor`; `inquirer` are the levels of the one who looks into it, those of
    the scope if not given. Raises BadQuestion as `ask` does, NotFound for an expected article or section that
    does not exist or that the inquirer may not open, IndexStoreError when the index cannot be read.
    """
    everything, knowledge = knowledge, knowledge.within(scope.access)
    masked = mask(question)
    earlier = replay(knowledge, [mask(text).text for text in before], scope)
    found = look_up(knowledge, masked.text, scope, earlier)
    every, ranking = rank(found, len(found.candidates)), rank(found, HITS)
    assessed = assess(knowledge, ranking)
    chosen = assessed.evidence
    near = nearness_of((*ranking.hits, *ranking.further))
    weighed = weigh(knowledge, ranking.query, chosen[0].hit, near) if chosen else []
    wanted = read_expected(expected)
    return Explanation(
        masked=masked,
        retrieval=explain_retrieval(knowledge, found, every),
        outcome=ask(knowledge, masked.text, scope, earlier),
        weighed=tuple(weighed[:_EVIDENCE_SHOWN]),
        quoted=tuple(unit for item in chosen for unit in item.units),
        terms=_terms(assessed.features) if assessed.features else (),
        confidence=assessed.confidence,
        threshold=ANSWER_FROM,
        verdict=explain_expected(everything, found, every, wanted, inquirer)
        if wanted.slug
        else None,
    )


def _terms(features: Features) -> tuple[ConfidenceTerm, ...]:
    return tuple(
        ConfidenceTerm(key, getattr(features, key, None), amount)
        for key, amount in terms_of(features).items()
    )
