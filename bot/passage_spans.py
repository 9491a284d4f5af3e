"""Finds the words of one passage that answer: its best sentence, the whole table row, numbered steps."""

from __future__ import annotations

import re

from bot.types import Evidence
from kb.periods import names_dates_in
from kb.sentences import spans
from kb.tokenizer import normalise
from kb.types import LEAD_ANCHOR, Hit, Query
from kb.weights import Weights

_STEP = re.compile(r"^\s*\d{1,2}\. ", re.MULTILINE)
_TABLE_LINE = " | "
_POINTER = re.compile(r"见|直接查|先看|请查|先查")
_ASKS_FIGURE = re.compile(r"多少|几|多久|多长|比例|标准|金额|利率|何时|什么时候|啥时候")
_FIGURE = re.compile(r"\d|万分之|百分之|[一二三四五六七八九十]个月")

_STEPS_SHOWN = 8
_SHORT_LINE = 120
_LEAD_BONUS = 0.25
"""A lead begins with the conclusion, so its first sentence is preferred to one that only repeats the words."""
_FIRST_BONUS = 0.08
_POINTER_MALUS = 0.15
_FIGURE_BONUS = 0.1
_DATE_BONUS = 0.3


def best_span(query: Query, hit: Hit, weights: Weights) -> tuple[float, Evidence]:
    """The part of a passage that holds most of the question, and how much: about 0..1 with its bonuses."""
    text, above = hit.passage.text, normalise(_above(hit))
    normalised = normalise(text)
    if hit.passage.form == "row":
        coverage = weights.coverage(f"{above} {normalised}", hit.passage.codes)
        return coverage, Evidence(hit, ((0, len(text)),))
    aligned = len(normalised) == len(text)
    wants_figure = bool(_ASKS_FIGURE.search(query.text))
    best, found = -1.0, (0, len(text))
    for number, (start, end) in enumerate(spans(text)):
        sentence = normalised[start:end] if aligned else normalise(text[start:end])
        if _TABLE_LINE in sentence:
            continue  # its row is a passage of its own, with the header
        score = weights.coverage(f"{above} {sentence}")
        score += _first_bonus(hit) if number == 0 else 0.0
        score -= _POINTER_MALUS if _POINTER.search(sentence) else 0.0
        score += _FIGURE_BONUS if wants_figure and _FIGURE.search(sentence) else 0.0
        score += _DATE_BONUS if query.dates and names_dates_in(query, sentence) else 0.0
        if score > best:
            best, found = score, (start, end)
    return best, Evidence(hit, (_whole_line(text, found),))


def _first_bonus(hit: Hit) -> float:
    return _LEAD_BONUS if hit.passage.anchor == LEAD_ANCHOR else _FIRST_BONUS


def _above(hit: Hit) -> str:
    """What stands above a span. A row is read under its own heading only: the title of an article with
    many tables names what stands in the other ones."""
    own = hit.passage.form == "row" and hit.passage.section
    return " ".join(("" if own else hit.passage.title, hit.passage.section))


def _whole_line(text: str, span: tuple[int, int]) -> tuple[int, int]:
    """A step or list item is shown whole even when only one of its sentences matched."""
    start = text.rfind("\n", 0, span[0]) + 1
    end = text.find("\n", span[1])
    end = len(text) if end < 0 else end
    line = text[start:end]
    whole = _STEP.match(line) or line.lstrip().startswith("·") or len(line) <= _SHORT_LINE
    return (start, end) if whole else span


def has_steps(evidence: Evidence) -> bool:
    """Whether the quoted words are numbered steps."""
    return bool(_STEP.search(evidence.quote))


def steps_of(hit: Hit) -> Evidence | None:
    """The numbered lines of a passage, at most _STEPS_SHOWN; None when there are not two."""
    result, start = [], 0
    for line in hit.passage.text.split("\n"):
        if _STEP.match(line):
            result.append((start, start + len(line)))
        start += len(line) + 1
    return Evidence(hit, tuple(result[:_STEPS_SHOWN])) if len(result) > 1 else None
