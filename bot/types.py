"""The values of an answer: evidence, citations and the three outcomes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal

from kb.types import Hit


@dataclass(frozen=True, slots=True)
class Evidence:
    """A hit and the parts of its passage that answer: (start, end) offsets into `hit.passage.text`."""

    hit: Hit
    spans: tuple[tuple[int, int], ...]

    @property
    def quote(self) -> str:
        """The answering parts, verbatim, one per line."""
        return "\n".join(self.hit.passage.text[start:end] for start, end in self.spans)


@dataclass(frozen=True, slots=True)
class Citation:
    """Where a statement stands: `url` opens the article at the section with the evidence marked."""

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


@dataclass(frozen=True, slots=True)
class Nearest:
    """An article offered when there is no answer."""

    slug: str
    title: str
    section: str
    url: str


@dataclass(frozen=True, slots=True)
class Answer:
    """Evidence was strong enough. `lines` are verbatim parts of the evidence, each with its citation."""

    lines: tuple[tuple[str, int], ...]
    citations: tuple[Citation, ...]
    confidence: float
    warnings: tuple[str, ...] = ()
    outcome: Literal["answer"] = "answer"

    @property
    def text(self) -> str:
        """Plain text to copy: the lines, each followed by its citation number, and the sources."""
        body = "\n".join(f"{line}［{number}］" for line, number in self.lines)
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
    """Evidence was too weak: nothing is stated; the nearest articles are offered."""

    message: str
    nearest: tuple[Nearest, ...]
    confidence: float
    warnings: tuple[str, ...] = ()
    outcome: Literal["abstention"] = "abstention"


Outcome = Answer | Clarification | Abstention


@dataclass(frozen=True, slots=True)
class Delta:
    """A piece of a streamed answer: one line and the number of its citation (None where nothing is cited)."""

    text: str
    citation: int | None = None


def _place(citation: Citation) -> str:
    section = f"，{citation.section}" if citation.section else ""
    return f"《{citation.title}》{section}"
