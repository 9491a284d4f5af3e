"""Weighs what search found: the evidence for an answer, and how sure one may be of it."""

from __future__ import annotations

from dataclasses import dataclass

from bot.clarify import of_choice
from bot.confidence import Features, confidence_of, features_of
from bot.evidence import choose_evidence
from bot.types import Evidence
from kb.knowledge import Knowledge
from kb.types import Hit, Ranking


@dataclass(frozen=True, slots=True)
class Assessment:
    """All passages found, the evidence among them (best first) and the confidence 0..1 in it.

    Without evidence there are no `features`, and the confidence is 0.
    """

    hits: tuple[Hit, ...]
    evidence: tuple[Evidence, ...]
    features: Features | None
    confidence: float


def assess(knowledge: Knowledge, ranking: Ranking) -> Assessment:
    """Choose the evidence for a ranking's question and measure it, within its asker's levels."""
    knowledge = knowledge.within(ranking.query.scope.access)
    hits = (*ranking.hits, *ranking.further)
    sections = of_choice(ranking.query, ranking.hits)
    evidence = choose_evidence(knowledge, ranking.query, sections, ranking.further)
    if not evidence:
        return Assessment(hits, (), None, 0.0)
    features = features_of(knowledge, ranking, evidence[0])
    return Assessment(hits, tuple(evidence), features, confidence_of(features))
