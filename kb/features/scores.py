"""What the two rankings and a section's place say of it: measured without reading its text."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from kb.candidates import Mention, Place
from kb.types import LEAD_ANCHOR

Matrix = npt.NDArray[np.float64]

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


@dataclass(frozen=True, slots=True)
class _Scale:
    """The least and the best cosine and the best keyword score of all candidates."""

    keyword: float
    low: float
    high: float

    def of_keyword(self, score: float) -> float:
        return score / self.keyword if self.keyword > 0 else 0.0

    def of_cosine(self, cosine: float) -> float:
        if self.high - self.low < 1e-9:
            return 0.0
        return max(0.0, (cosine - self.low) / (self.high - self.low))


@dataclass(slots=True)
class _Article:
    """What is known of an article as a whole."""

    best: float = 0.0
    text: float = 0.0
    question_cosine: float = 0.0
    sections: int = 0


def measure_scores(places: Sequence[Place]) -> Matrix:
    """A row for each section with a column for each of SCORE_FEATURES."""
    scale = _scale(places)
    ranks = [_ranks(place, scale) for place in places]
    articles: dict[str, _Article] = defaultdict(_Article)
    for place, rank in zip(places, ranks, strict=True):
        _count(articles[place.slug], rank)
    rows = [
        (*rank, *_of_article(articles[place.slug]), *_of_place(place))
        for place, rank in zip(places, ranks, strict=True)
    ]
    return np.array(rows, np.float64).reshape(len(rows), len(SCORE_FEATURES))


def _scale(places: Sequence[Place]) -> _Scale:
    mentions = [item for place in places for item in (*place.mentions, *place.questions)]
    cosines = [item.cosine for item in mentions if item.cosine is not None] or [0.0]
    best = max([item.keyword_score for item in mentions], default=0.0)
    return _Scale(best, min(cosines), max(cosines))


def _ranks(place: Place, scale: _Scale) -> tuple[float, float, float, float, float]:
    fused, keyword, cosine = _best(place.mentions)
    asked, _, question_cosine = _best(place.questions)
    return (
        fused,
        scale.of_keyword(keyword),
        scale.of_cosine(cosine),
        asked,
        scale.of_cosine(question_cosine),
    )


def _best(mentions: Sequence[Mention]) -> tuple[float, float, float]:
    """The best fused score, keyword score and cosine."""
    if len(mentions) == 1:
        only = mentions[0]
        return only.score, only.keyword_score, -1.0 if only.cosine is None else only.cosine
    fused, keyword, cosine = 0.0, 0.0, -1.0
    for mention in mentions:
        fused = max(fused, mention.score)
        keyword = max(keyword, mention.keyword_score)
        if mention.cosine is not None and mention.cosine > cosine:
            cosine = mention.cosine
    return fused, keyword, cosine


def _count(article: _Article, ranks: tuple[float, float, float, float, float]) -> None:
    text, _, _, asked, question_cosine = ranks
    article.best = max(article.best, text, asked)
    article.text = max(article.text, text)
    article.question_cosine = max(article.question_cosine, question_cosine)
    article.sections += 1


def _of_article(article: _Article) -> tuple[float, ...]:
    sections = min(article.sections, 10) / 10
    return article.best, article.text, article.question_cosine, sections


def _of_place(place: Place) -> tuple[float, ...]:
    row = float(any(mention.form == "row" for mention in place.mentions))
    return float(place.anchor == LEAD_ANCHOR), row, *_folder(place.slug), *_role(place.anchor)


@lru_cache(maxsize=32768)
def _folder(slug: str) -> tuple[float, ...]:
    return tuple(float(slug.startswith(f"{name}/")) for name in _FOLDERS)


@lru_cache(maxsize=32768)
def _role(anchor: str) -> tuple[float, ...]:
    return tuple(float(bool(role.search(anchor))) for role in ROLES.values())
