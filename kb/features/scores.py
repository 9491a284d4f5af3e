"""What the two rankings and a section's place say of it: measured without reading its text."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import chain

import numpy as np

from kb.candidates import Mention, Place
from kb.listwise import Matrix, Vector
from kb.types import LEAD_ANCHOR

SCORE_FEATURES = (
    "fused",  # best fused score of the section's own passages, 0..1
    "keyword",  # best keyword score of its passages, scaled by the best of all
    "cosine",  # best cosine of its passages, scaled between the least and the best of all
    "question",  # best fused score of the questions that the section lists
    "question_cosine",  # best cosine of those questions, scaled like the passages'
    "article",  # best fused score in the article, questions included
    "article_text",  # best fused score among the article's passages
    "article_question_cosine",  # best cosine of the article's questions
    "article_sections",  # how many of its sections were found, in tenths, at most 1
    "lead",  # it is the article's conclusion
    "row",  # a table row was found
    "faq",
    "training",
    "glossary",
    "symptom",  # the section's part in its article, by its anchor: see ROLES
    "verify",
    "prevent",
    "report",
    "basis",
    "say",
    "redirect",
)
"""What is measured, in the order of the columns of `measure_scores`."""

_ALIKE = 1e-9
"""Cosines no further apart say nothing."""

_FOLDERS = ("faq", "training", "glossary")
ROLES = {
    "symptom": re.compile(r"^现象$"),
    "verify": re.compile(r"^验证$"),
    "prevent": re.compile(r"^预防$"),
    "report": re.compile(r"上报与时限"),
    "basis": re.compile(r"^依据"),
    "say": re.compile(r"跟群众说|对群众怎么说|跟企业说|一句话怎么答"),
    "redirect": re.compile(r"^转给谁"),
}
"""Anchors of the parts that repeat the subject of an article without being what most questions are after:
they need more than likeness to come first."""


_NOTHING = (0.0, 0.0, -1.0)
"""The scores of a section of which nothing was found."""


def measure_scores(places: Sequence[Place]) -> Matrix:
    """A row for each section with a column for each of SCORE_FEATURES."""
    if not places:
        return np.empty((0, len(SCORE_FEATURES)))
    fused, keyword, cosine = np.array([_best(place.mentions) for place in places]).T
    asked, asked_keyword, asked_cosine = np.array([_best(place.questions) for place in places]).T
    low = min((item.cosine for item in _mentions(places) if item.cosine is not None), default=0.0)
    cosine, asked_cosine = _between(low, cosine, asked_cosine)
    most = max(keyword.max(), asked_keyword.max())
    ranks = (fused, keyword / most if most > 0 else keyword, cosine, asked, asked_cosine)
    articles = _of_articles(places, fused, asked, asked_cosine)
    return np.column_stack([*ranks, *articles, [_of_place(place) for place in places]])


def _mentions(places: Sequence[Place]) -> Iterator[Mention]:
    return chain.from_iterable(chain(place.mentions, place.questions) for place in places)


def _best(mentions: Sequence[Mention]) -> tuple[float, float, float]:
    """The best fused score, keyword score and cosine; no cosine counts -1."""
    if not mentions:
        return _NOTHING
    if len(mentions) == 1:
        only = mentions[0]
        return only.score, only.keyword_score, -1.0 if only.cosine is None else only.cosine
    return (
        max([item.score for item in mentions]),
        max([item.keyword_score for item in mentions]),
        max([-1.0 if item.cosine is None else item.cosine for item in mentions]),
    )


def _between(low: float, *cosines: Vector) -> list[Vector]:
    """Cosines scaled between the least and the best of all; 0 for what has none."""
    high = max(float(some.max()) for some in cosines)
    if high - low < _ALIKE:
        return [np.zeros_like(some) for some in cosines]
    return [np.maximum(0.0, (some - low) / (high - low)) for some in cosines]


def _of_articles(places: Sequence[Place], fused: Vector, asked: Vector, cosine: Vector) -> Matrix:
    """Of each section's article: the best scores of all, of passages and of questions, and how many sections
    were found; shape (4, n)."""
    numbers: dict[str, int] = {}
    of = [numbers.setdefault(place.slug, len(numbers)) for place in places]
    text, question, question_cosine = np.zeros((3, len(numbers)))
    np.maximum.at(text, of, fused)
    np.maximum.at(question, of, asked)
    np.maximum.at(question_cosine, of, cosine)
    sections = np.minimum(np.bincount(of), 10) / 10
    return np.stack([np.maximum(text, question), text, question_cosine, sections])[:, of]


def _of_place(place: Place) -> tuple[float, ...]:
    row = float("row" in [mention.form for mention in place.mentions])
    return float(place.anchor == LEAD_ANCHOR), row, *_folder(place.slug), *_role(place.anchor)


@lru_cache(maxsize=32768)
def _folder(slug: str) -> tuple[float, ...]:
    return tuple(float(slug.startswith(f"{name}/")) for name in _FOLDERS)


@lru_cache(maxsize=32768)
def _role(anchor: str) -> tuple[float, ...]:
    return tuple(float(bool(role.search(anchor))) for role in ROLES.values())
