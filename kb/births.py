"""Passes on what speaks for a section about people born in another year than the question names: to the section about
those who are meant, else to the conclusion of the article, which holds for all."""

from __future__ import annotations

from collections import defaultdict

from kb.candidates import Candidate, Scored
from kb.periods import is_of_births_asked, is_of_other_births
from kb.types import LEAD_ANCHOR, Query


def of_births_meant(query: Query, ranked: Scored) -> Scored:
    """The candidates in the order of their probability, to which that of sections of the same article about other
    births is added where it belongs; such sections come last, with none."""
    others = [item for item in ranked if _is_of_others(query, item[1])]
    if not others:
        return ranked
    left = [item for item in ranked if item not in others]
    heirs: dict[str, Candidate] = {}
    for _, item in left:
        if item.place.anchor == LEAD_ANCHOR:
            heirs.setdefault(item.place.slug, item)
    heirs |= {item.place.slug: item for _, item in left if is_of_births_asked(query, item.place)}
    passed: defaultdict[str, float] = defaultdict(float)
    for chance, item in others:
        passed[item.place.slug] += chance
    gained = [
        (chance + passed[item.place.slug] * (heirs.get(item.place.slug) is item), item)
        for chance, item in left
    ]
    gained.sort(key=lambda item: -item[0])
    return [*gained, *((0.0, item) for _, item in others)]


def _is_of_others(query: Query, candidate: Candidate) -> bool:
    return all(is_of_other_births(query, hit.passage) for hit in candidate.hits)
