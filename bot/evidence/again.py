"""Tells whether a text says again what was said before: an article's lead often repeats its summary."""

from __future__ import annotations

import re

from kb.tokenizer import normalise

_SHARE, _NEARLY_ALL = 0.5, 0.7
"""A text that has this much of its character pairs in what was said before says the same in nearly its words:
two sentences about different things share less than 0.35, a summary and its lead 0.45 to 0.9. With nearly all
of them, what it alone calls unverified is a detail."""
_NOT_WORD = re.compile(r"[\W_]+")
_FIGURE = re.compile(r"\d+(?:\.\d+)?")
_UNVERIFIED = "待核实"


def says_again(text: str, said: str) -> bool:
    """Whether a text adds nothing to what was said: no words, no figure and no doubt of its own."""
    doubtful = _UNVERIFIED in text and _UNVERIFIED not in said
    needed = _NEARLY_ALL if doubtful else _SHARE
    return share_said(text, said) >= needed and _figures(text) <= _figures(said)


def share_said(text: str, said: str) -> float:
    """The share (0..1) of a text's character pairs that stand in what was said, signs left out."""
    new = _pairs(text)
    return len(new & _pairs(said)) / len(new) if new else 1.0


def _pairs(text: str) -> frozenset[str]:
    bare = _NOT_WORD.sub("", normalise(text))
    return frozenset(bare[place : place + 2] for place in range(len(bare) - 1))


def _figures(text: str) -> frozenset[float]:
    """The numbers in a text, however they are written (07 and 7)."""
    return frozenset(float(number) for number in _FIGURE.findall(normalise(text)))
