"""The three things a calculator can say, and the question that it is asked."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from kb.types import Scope


@dataclass(frozen=True, slots=True)
class Question:
    """A question made ready for the calculators.

    `text` is normalised, with figures in digits (六级 reads 6级); `day` is the day whose rules apply.
    """

    text: str
    day: date
    scope: Scope


@dataclass(frozen=True, slots=True)
class Calculation:
    """A figure that was worked out.

    `result`: one or two sentences, the figure first. `formula`: the sum with the numbers put in. `inputs`: what
    was read out of the question (name, value). `cites`: ids of the passages it rests on, best first.
    """

    title: str
    result: str
    formula: str
    inputs: tuple[tuple[str, str], ...]
    cites: tuple[str, ...]
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class MissingSlot:
    """One thing is missing: every choice is a complete question that leads to the Calculation."""

    prompt: str
    choices: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Refusal:
    """No figure is given, and why. `cites`: the rows that show it, such as one that says 未公布."""

    message: str
    cites: tuple[str, ...] = ()


Reply = Calculation | MissingSlot | Refusal
