"""Counts what is hidden of what must be, and what is hidden that must not be."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

from kb.masking_evaluation.texts import Example, Placed

OTHER_WORDS = "其余文字"
"""The kind of all that stands around the pieces; it is counted once a text."""

Find = Callable[[str], Sequence[Placed]]
"""Says what is to be hidden in a text: (start, end, kind), none overlapping."""


@dataclass(slots=True)
class Tally:
    """How many pieces of a kind there were, and which were treated wrongly, each in its text."""

    total: int = 0
    wrong: list[str] = field(default_factory=list)

    @property
    def share_wrong(self) -> float:
        """0..1; 0 where there was none."""
        return len(self.wrong) / self.total if self.total else 0.0


@dataclass(frozen=True, slots=True)
class Measured:
    """By kind: the personal pieces, wrong when not hidden to the last digit and letter, and all else, wrong
    when touched."""

    personal: dict[str, Tally]
    harmless: dict[str, Tally]

    @property
    def recall(self) -> float:
        """The share of personal pieces that were hidden as a whole."""
        return 1 - _all(self.personal.values()).share_wrong

    @property
    def false_masks(self) -> float:
        """The share of harmless pieces of which something was hidden."""
        kinds = (tally for kind, tally in self.harmless.items() if kind != OTHER_WORDS)
        return _all(kinds).share_wrong

    @property
    def other_words(self) -> float:
        """The share of texts in which a word beside the pieces was hidden."""
        return self.harmless.get(OTHER_WORDS, Tally()).share_wrong


def measure(
    find: Find,
    examples: Sequence[Example],
    show: Callable[[int, int], object] = lambda done, total: None,
) -> Measured:
    """Look for personal data in every example and compare with what is known to stand there; `show` is told
    how many are done, and of how many."""
    found = Measured({}, {})
    for number, example in enumerate(examples, 1):
        hidden = {at for start, end, _ in find(example.text) for at in range(start, end)}
        for place in example.personal:
            seen = _letters(example.text, place) - hidden
            _count(found.personal, place[2], bool(seen), example.text, place)
        for place in example.harmless:
            touched = hidden.intersection(range(place[0], place[1]))
            _count(found.harmless, place[2], bool(touched), example.text, place)
        whole = (0, len(example.text), OTHER_WORDS)
        beside = _letters(example.text, whole) & hidden - _covered(example)
        _count(found.harmless, OTHER_WORDS, bool(beside), example.text, whole)
        show(number, len(examples))
    return found


def _covered(example: Example) -> set[int]:
    """The places of all pieces."""
    pieces = example.personal + example.harmless
    return {at for start, end, _ in pieces for at in range(start, end)}


def _letters(text: str, place: Placed) -> set[int]:
    """The places of the letters, digits and characters of a piece."""
    return {at for at in range(place[0], place[1]) if text[at].isalnum()}


def _count(tallies: dict[str, Tally], kind: str, wrong: bool, text: str, place: Placed) -> None:
    tally = tallies.setdefault(kind, Tally())
    tally.total += 1
    if wrong:
        tally.wrong.append(f"{text[place[0] : place[1]]} ← {text}")


def _all(tallies: Iterable[Tally]) -> Tally:
    both = Tally()
    for tally in tallies:
        both.total += tally.total
        both.wrong += tally.wrong
    return both
