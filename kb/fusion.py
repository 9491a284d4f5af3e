"""Joins the keyword ranking and the nearest ranking into one; written once for every engine."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from kb.types import Ranked

KEYWORD_WEIGHT = 0.4
"""Share of the keyword leg in the fused score, chosen on the development sets (docs/retrieval.md)."""

CANDIDATES = 200
"""How many places of each ranking enter the fusion."""


def fuse(
    keyword: Sequence[Ranked], nearest: Sequence[Ranked], keyword_weight: float = KEYWORD_WEIGHT
) -> dict[str, float]:
    """Return the fused score 0..1 by passage id, best first.

    Each ranking's scores are scaled to 0..1 between its last and its first place (min-max); a passage that
    is missing from a ranking gets 0 there, so one that only a single leg finds can still win.
    """
    scores: dict[str, float] = {}
    for ranking, weight in ((keyword, keyword_weight), (nearest, 1 - keyword_weight)):
        for identifier, score in scaled(ranking).items():
            scores[identifier] = scores.get(identifier, 0.0) + weight * score
    return dict(sorted(scores.items(), key=lambda item: -item[1]))


def scaled(ranking: Sequence[Ranked]) -> Mapping[str, float]:
    """Scores of a ranking scaled to 0..1; a ranking whose scores are all equal counts 1 throughout."""
    if not ranking:
        return {}
    low, high = ranking[-1].score, ranking[0].score
    if high - low < 1e-9:
        return {name: 1.0 for name, _ in ranking}
    return {name: (score - low) / (high - low) for name, score in ranking}
