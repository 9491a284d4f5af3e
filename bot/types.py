"""The values of an answer: evidence, citations and the three outcomes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal

from bot.calculators.types import Calculation
from kb.types import Hit, Passage


@dataclass(frozen=True, slots=True)
class Unit:
    """A part of a passage that is quoted whole: characters `start` to `end` of its text."""

    passage: Passage
    start: int
    end: int

    @property
    def text(self) -> str:
        return self.passage.text[self.start : self.end]

    @property
    def is_row(self) -> bool:
        return self.passage.form == "row"


@dataclass(frozen=True, slots=True)
class Evidence:
    """A section that was found and the units of it that answer, in reading order; `key` is the one that
    answers best."""

    hit: Hit
    key: Unit
    units: tuple[Unit, ...]

    @property
    def lines(self) -> tuple[str, ...]:
        """What is quoted, verbatim: the key first, then the rest; sentences that adjoin share a line."""
        lines: list[str] = []
        before: Unit | None = None
        for unit in self.units:
            if unit == self.key:
                continue
            if before is not None and _adjoin(before, unit):
                lines[-1] += unit.text
            else:
                lines.append(unit.text)
            before = unit
        return tuple(line.strip() for line in (self.key.text, *lines))

    @property
    def quote(self) -> str:
        """The quoted lines."""
        return "\n".join(self.lines)


def _adjoin(first: Unit, second: Unit) -> bool:
    return first.passage.id == second.passage.id and first.end == second.start


@dataclass(frozen=True, slots=True)
class Citation:
    """Where a statement stands: `url` opens the article at the section with the evidence marked;
    `superseded_by` are the articles in force where this one is over."""

    number: int
    slug: str
    title: str
    section: str
    anchor: str
    url: str
    quote: str
    effective_from: date | None
    effective_to: date | None
    status: str
    warnings: tuple[str, ...] = ()
    superseded_by: tuple[Nearest, ...] = ()


@dataclass(frozen=True, slots=True)
class Nearest:
    """An article offered when there is no answer."""

    slug: str
    title: str
    section: str
    url: str


@dataclass(frozen=True, slots=True)
class Line:
    """A line of an answer, the number of its citation, and whether it is the key of its evidence."""

    text: str
    number: int
    is_key: bool = False


@dataclass(frozen=True, slots=True)
class Answer:
    """Evidence was strong enough. `lines` are verbatim parts of the evidence, each with its citation; where a
    figure was worked out (`calculation`), the first two are the result and the formula."""

    lines: tuple[Line, ...]
    citations: tuple[Citation, ...]
    confidence: float
    warnings: tuple[str, ...] = ()
    calculation: Calculation | None = None
    outcome: Literal["answer"] = "answer"

    @property
    def text(self) -> str:
        """Plain text to copy: the lines, each followed by its citation number, and the sources."""
        body = "\n".join(f"{line.text}［{line.number}］" for line in self.lines)
        sources = "\n".join(f"［{item.number}］{_place(item)}" for item in self.citations)
        return f"{body}\n来源：\n{sources}"


@dataclass(frozen=True, slots=True)
class Clarification:
    """Two readings are equally good: `choices` are complete questions, one click continues."""

    prompt: str
    choices: tuple[str, ...]
    confidence: float
    warnings: tuple[str, ...] = ()
    outcome: Literal["clarification"] = "clarification"


@dataclass(frozen=True, slots=True)
class Abstention:
    """Evidence was too weak: nothing is stated; the nearest articles are offered.

    `reportable`: the problem library may take the question; not so where nothing was asked of the library.
    """

    message: str
    nearest: tuple[Nearest, ...]
    confidence: float
    warnings: tuple[str, ...] = ()
    reportable: bool = True
    outcome: Literal["abstention"] = "abstention"


Outcome = Answer | Clarification | Abstention


@dataclass(frozen=True, slots=True)
class Delta:
    """A piece of a streamed answer: one line, the number of its citation (None where nothing is cited), and
    whether it is the key of its evidence."""

    text: str
    citation: int | None = None
    is_key: bool = False


def _place(citation: Citation) -> str:
    section = f"，{citation.section}" if citation.section else ""
    return f"《{citation.title}》{section}"
