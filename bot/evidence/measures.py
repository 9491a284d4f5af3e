"""Measures how well each unit of a section answers a question; `bot/evidence/picker.py` weighs the measures."""

from __future__ import annotations

import math
import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from bot.evidence.kinds import KINDS
from bot.types import Unit
from kb.amounts import row_fits
from kb.knowledge import Knowledge
from kb.periods import names_dates, names_dates_in
from kb.tokenizer import normalise
from kb.types import Query
from kb.weights import token_weights

Matrix = npt.NDArray[np.float64]

MEASURES = (
    "subject",  # share of the weight of the question's subject tokens that it holds
    "pairs",  # the same of the character pairs between the question's question words
    "pairs_here",  # the same, each pair weighed by how few units of the section hold it
    "tokens",  # share of all tokens of the question
    "characters",  # share of the question's characters
    "beyond_headings",  # what it holds of the pairs that the headings above do not say
    "run",  # the longest run of characters that it shares with the question, in eighths
    "first",
    "place",  # how many units stand before it, in tenths, at most 1
    "length",  # logarithm of its characters
    "pointer",  # it sends the reader elsewhere
    "opening",  # it ends with a colon: what it announces stands behind it
    "kind",  # it holds the kind of thing asked for: a figure, a day, a person, a place, a reason …
    "figure",  # a figure is asked for, and it holds one
    "day",  # a time is asked for, and it holds one
    "dated",  # it is a text that names the question's year or month
    "row",
    "row_kind",
    "row_amount",  # a row about the question's amount
    "row_date",  # a row about the question's year or month
    "row_pairs",
    "row_pairs_here",
)
"""What is measured, in the order of the columns of `measure_units`."""

_QUESTION_WORDS = re.compile(
    r"什么|多少|怎么样|怎么|怎样|如何|哪些|哪里|哪儿|哪个|哪年|哪一|哪|谁|为何|为什么|何时|何处|是否"
    r"|[的了是在有吗呢几？?，,。、被于和与及伐咋啥]|请问"
)
_OWN = 0.35
"""The share that what a follow-up says by itself has in its measures; it says too little to have all."""
_POINTER = re.compile(r"见|直接查|先看|请查|先查")


@dataclass(frozen=True, slots=True)
class _Asked:
    """A question as units are compared with it, with the weight of each of its tokens and pairs."""

    text: str
    parts: tuple[str, ...]
    subject: frozenset[str]
    tokens: frozenset[str]
    pairs: frozenset[str]
    weights: Mapping[str, float]


def measure_units(knowledge: Knowledge, query: Query, units: Sequence[Unit]) -> Matrix:
    """A row for each unit of one section, with a column for each of MEASURES.

    A follow-up is measured with what it goes on with, and by itself.
    """
    together = _measure(knowledge, query, units)
    if query.own is None:
        return together
    return (1 - _OWN) * together + _OWN * _measure(knowledge, query.own, units)


def _measure(knowledge: Knowledge, query: Query, units: Sequence[Unit]) -> Matrix:
    asked = _asked(knowledge, query)
    texts = [normalise(unit.text) for unit in units]
    rarity = {pair: _rarity(pair, texts) for pair in asked.pairs}
    passage = units[0].passage if units else None
    above = normalise(" ".join((passage.title, *passage.headings))) if passage else ""
    beyond = {pair: asked.weights[pair] for pair in asked.pairs if pair not in above}
    rows = []
    for place, (unit, text) in enumerate(zip(units, texts, strict=True)):
        held = _held(asked, text, rarity, beyond)
        kinds = _kinds(asked, text)
        rows.append((*held, *_form(text, place), *kinds, *_as_row(query, unit, text, held, kinds)))
    return np.array(rows, np.float64).reshape(len(rows), len(MEASURES))


def _asked(knowledge: Knowledge, query: Query) -> _Asked:
    text = normalise(query.text)
    parts = tuple(part for part in _QUESTION_WORDS.split(text) if part)
    pairs = frozenset(part[i : i + 2] for part in parts for i in range(len(part) - 1))
    subject = frozenset(knowledge.tokenizer.subject_tokens(query.text))
    tokens = frozenset(query.tokens)
    weights = token_weights(knowledge, subject | tokens | pairs)
    return _Asked(text, parts, subject, tokens, pairs, weights)


def _rarity(pair: str, texts: Sequence[str]) -> float:
    """How much a pair tells the units of a section apart; 0 for one that none holds."""
    holding = sum(pair in text for text in texts)
    return math.log((len(texts) + 1) / (holding + 0.5)) if holding else 0.0


def _share(weights: Mapping[str, float], text: str) -> float:
    total = sum(weights.values())
    held = sum(weight for token, weight in weights.items() if token in text)
    return held / total if total else 0.0


def _weighed(asked: _Asked, tokens: Collection[str]) -> dict[str, float]:
    return {token: asked.weights[token] for token in tokens}


def _held(
    asked: _Asked, text: str, rarity: Mapping[str, float], beyond: Mapping[str, float]
) -> tuple[float, ...]:
    """How much of the question a unit holds: the columns `subject` to `run`."""
    characters = frozenset("".join(asked.parts))
    return (
        _share(_weighed(asked, asked.subject), text),
        _share(_weighed(asked, asked.pairs), text),
        _share(rarity, text),
        _share(dict.fromkeys(asked.tokens, 1.0), text),
        len(characters & frozenset(text)) / max(1, len(characters)),
        _share(beyond, text),
        max((_longest_run(part, text) for part in asked.parts), default=0) / 8,
    )


def _longest_run(part: str, text: str) -> int:
    """How many characters the longest part of `part` that stands in the text has."""
    for length in range(len(part), 0, -1):
        if any(part[i : i + length] in text for i in range(len(part) - length + 1)):
            return length
    return 0


def _form(text: str, place: int) -> tuple[float, ...]:
    """The columns `first` to `opening`."""
    pointer, opening = float(bool(_POINTER.search(text))), float(text.rstrip().endswith(":"))
    return float(place == 0), min(place, 10) / 10, math.log(len(text) + 1), pointer, opening


def _kinds(asked: _Asked, text: str) -> tuple[float, float, float]:
    """The columns `kind`, `figure` and `day`; what the question says itself does not count."""
    for part in asked.parts:
        text = text.replace(part, "")
    found = [float(bool(wanted.search(asked.text) and held.search(text))) for wanted, held in KINDS]
    return max(found), found[0], found[1]


def _as_row(
    query: Query, unit: Unit, text: str, held: Sequence[float], kinds: Sequence[float]
) -> tuple[float, ...]:
    """The columns `dated` to the last."""
    if not unit.is_row:
        return float(bool(query.dates) and names_dates_in(query, text)), *(0.0,) * 6
    return (
        0.0,
        1.0,
        kinds[0],
        float(row_fits(query.text, unit.text) > 0),
        float(bool(query.dates) and names_dates(query, unit.passage)),
        held[1],
        held[2],
    )
