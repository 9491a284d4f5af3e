"""What made the difference between a section and the one it competes with."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from kb.explain.weighed import weighed
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
    second. A section that was not read is compared by SCORE_FEATURES only, among documents and where it was not
    found not at all.
    """
    rows = {item.place.section_id: row for row, item in enumerate(found.candidates)}
    places = {place.id: row for row, place in enumerate(found.places)}
    rival = next((name for name in final if name != section), "")
    unread = section not in rows and found.documents is not None
    if not rival or section not in places or unread:
        return "", ()
    all_of = weighed(found)
    values = all_of.rows[rows[section]] if section in rows else found.scores[places[section]]
    compared = zip(
        all_of.names,
        values.tolist(),
        all_of.rows[rows[rival]].tolist(),
        all_of.weights,
        strict=False,
    )
    every = (Difference(*item) for item in compared)
    differing = (item for item in every if item.amount)
    return rival, tuple(sorted(differing, key=lambda item: -abs(item.amount)))
