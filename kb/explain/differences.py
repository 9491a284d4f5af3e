"""What made the difference between a section and the one it competes with."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from kb.explain.weighed import weighed, weighed_roughly
from kb.features import FEATURE_NAMES
from kb.search import Found


@dataclass(frozen=True, slots=True)
class Difference:
    """A feature in which a section and its rival differ: `amount` is what the rival gains by it."""

    feature: str
    value: float
    rivals_value: float
    weight: float

    @property
    def name(self) -> str:
        """What engineers read for it."""
        return FEATURE_NAMES[self.feature]

    @property
    def amount(self) -> float:
        return self.weight * (self.rivals_value - self.value)


def differences_of(
    found: Found, final: Sequence[str], section: str
) -> tuple[str, tuple[Difference, ...]]:
    """Return the rival's id and the features in which it differs from a section, the largest amounts first.

    `final` are the ids of the sections ranked, best first: the rival is the first of them, of the first the
    second. A section that was not read is compared by what decides that, among documents and where it was not found
    not at all.
    """
    rival = next((name for name in final if name != section), "")
    read = [item.place.section_id for item in found.candidates]
    if not rival:
        return "", ()
    if section in read:
        all_of, sections = weighed(found), read
    elif found.documents is None:
        all_of, sections = weighed_roughly(found), [place.id for place in found.places]
    else:
        return "", ()
    if section not in sections:
        return "", ()
    own, rivals = (all_of.rows[sections.index(name)].tolist() for name in (section, rival))
    every = (
        Difference(*item) for item in zip(all_of.names, own, rivals, all_of.weights, strict=True)
    )
    differing = (item for item in every if item.amount)
    return rival, tuple(sorted(differing, key=lambda item: -abs(item.amount)))
