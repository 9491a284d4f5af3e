"""Where a section stands in every ranking that it passes through, however far behind."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import chain

from kb.errors import ModelError
from kb.fusion import CANDIDATES, fuse
from kb.knowledge import Knowledge
from kb.search import Found, keyword_leg, nearest_leg
from kb.shortlist import rough_order
from kb.types import Passage, Ranked, Scope


@dataclass(frozen=True, slots=True)
class Ranks:
    """Places (from 1) of a section; None where it has none.

    `keyword`, `nearest`: of its best passage, in the rankings followed to their very end; `fused`: in the
    fusion of the first CANDIDATES places of each; `rough`: among all the sections found, before they are
    read; `final`: among those read.
    """

    keyword: int | None
    nearest: int | None
    fused: int | None
    rough: int | None
    final: int | None


def follow(
    knowledge: Knowledge,
    found: Found,
    final: Sequence[str],
    passages: Sequence[Passage],
    scope: Scope,
) -> tuple[str, Ranks]:
    """Return the id of the passages' section that came farthest, and its ranks.

    `final` are the ids of the sections ranked, best first. Both rankings are asked within `scope`, which
    may be wider than that of the look-up.
    """
    keyword, nearest = _whole_rankings(knowledge, found, scope)
    fused = list(fuse(keyword[:CANDIDATES], nearest[:CANDIDATES]))
    known = rough_order(found.scores) if found.documents is None else range(len(found.places))
    rough = [found.places[row].id for row in known]
    sections = {item.id: item.section_id for item in passages}
    orders = (fused, _ids(keyword), _ids(nearest), sections)
    met = (sections[name] for name in chain(*orders) if name in sections)
    section = next(name for name in chain(final, rough, met) if name in sections.values())
    own = [name for name, place in sections.items() if place == section]
    return section, Ranks(
        keyword=_best(own, _ids(keyword)),
        nearest=_best(own, _ids(nearest)),
        fused=_best(own, fused),
        rough=_best([section], rough),
        final=_best([section], final),
    )


def _whole_rankings(
    knowledge: Knowledge, found: Found, scope: Scope
) -> tuple[list[Ranked], list[Ranked]]:
    """Both rankings to their end; nothing nearest while the model is down."""
    query, size = replace(found.query, scope=scope), knowledge.engine.size()
    try:
        nearest = nearest_leg(knowledge, query, size)
    except ModelError:
        nearest = []
    return keyword_leg(knowledge, query, size), nearest


def _ids(ranking: Iterable[Ranked]) -> list[str]:
    return [place.id for place in ranking]


def _best(names: Sequence[str], order: Sequence[str]) -> int | None:
    """The best place (from 1) that one of the names has in an order."""
    ranks: Mapping[str, int] = {name: rank for rank, name in enumerate(order, 1)}
    return min((ranks[name] for name in names if name in ranks), default=None)
