"""Measures how well each candidate section fits a question; `kb/reranker.py` weighs the measures."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from kb.amounts import row_fits
from kb.candidates import Candidate
from kb.periods import names_dates, names_other_dates
from kb.tokenizer import find_codes, normalise
from kb.types import LEAD_ANCHOR, Hit, Query
from kb.weights import Weights

Matrix = npt.NDArray[np.float64]

FEATURES = (
    "fused",  # best fused score of the section's own passages, 0..1
    "keyword",  # best keyword score of its passages, scaled by the best of all
    "cosine",  # best cosine of its passages, scaled between the least and the best of all
    "question",  # best fused score of the questions that the section lists
    "question_cosine",  # best cosine of those questions, scaled like the passages'
    "question_coverage",  # most of the question's weight that one of those questions holds
    "article",  # best fused score in the article, questions included
    "article_text",  # best fused score among the article's passages
    "article_question_cosine",  # best cosine of the article's questions
    "article_sections",  # how many of its sections were found, in tenths, at most 1
    "text_coverage",  # most of the question's weight (0..1) that one passage holds
    "heading_coverage",  # what its headings hold
    "title_coverage",  # what the article's title holds
    "whole_coverage",  # what title, headings and all passages found hold together
    "aspect",  # the heading names what is asked for: materials, time limit, basis
    "dated_row",  # a table row is about the question's year or month (times what else it holds)
    "dated_text",  # a passage names the question's year or month
    "other_date",  # its rows are about other years only
    "amount",  # a table row is about the question's amount: 24个月, 9级
    "code_row",  # a row holds a code of the question
    "code_text",  # another passage holds it
    "code_title",  # the title holds it
    "question_likeness",  # how alike the question and the likest listed one are in their character pairs
    "lead",  # it is the article's conclusion
    "row",  # a table row was found
    "faq",
    "training",
    "glossary",
)
"""What is measured, in the order of the columns of `measure`."""

_DURATION = re.compile(r"多久|几天|多少天|时限|期限|什么时候到账|多长时间")
ASPECTS: tuple[tuple[re.Pattern[str], re.Pattern[str]], ...] = (
    (re.compile(r"材料|资料|证件|带什么|要带|带啥"), re.compile(r"材料|证件|带什么")),
    (_DURATION, re.compile(r"时限|多久|几天|到账|期限")),
    (re.compile(r"依据|哪个文件|文号|哪条|哪一条"), re.compile(r"依据|来源")),
)
"""What a question asks for, and the headings under which that stands."""

_NOT_WORD = re.compile(r"\W+")
_FOLDERS = ("faq", "training", "glossary")


@dataclass(frozen=True, slots=True)
class _Scale:
    """The least and the best cosine and the best keyword score of all candidates."""

    keyword: float
    low: float
    high: float

    def of_keyword(self, hit: Hit) -> float:
        return hit.keyword_score / self.keyword if self.keyword > 0 else 0.0

    def of_cosine(self, hit: Hit) -> float:
        if hit.cosine is None or self.high - self.low < 1e-9:
            return 0.0
        return (hit.cosine - self.low) / (self.high - self.low)


@dataclass(slots=True)
class _Article:
    """What is known of an article as a whole."""

    best: float = 0.0
    text: float = 0.0
    question_cosine: float = 0.0
    sections: int = 0


def measure(
    query: Query, candidates: Sequence[Candidate], weights: Weights, dates: Weights
) -> Matrix:
    """One row per candidate, one column per name in FEATURES.

    `weights` are those of the question's tokens, `dates` the same without the tokens of its dates.
    """
    scale = _scale(candidates)
    articles: dict[str, _Article] = defaultdict(_Article)
    for candidate in candidates:
        _count(articles[candidate.place.slug], candidate, scale)
    pairs = _pairs(query.text)
    rows = [
        [
            *_ranks(candidate, scale, weights),
            *_of_article(articles[candidate.place.slug]),
            *_coverages(candidate, weights),
            float(_aspect(query, candidate)),
            *_dates(query, candidate, dates),
            _amount(query, candidate, dates),
            *_codes(query, candidate),
            _likeness(pairs, candidate),
            float(candidate.place.anchor == LEAD_ANCHOR),
            float(any(hit.passage.form == "row" for hit in candidate.hits)),
            *(float(candidate.place.slug.startswith(f"{name}/")) for name in _FOLDERS),
        ]
        for candidate in candidates
    ]
    return np.array(rows, np.float64).reshape(len(rows), len(FEATURES))


def _pairs(text: str) -> frozenset[str]:
    bare = _NOT_WORD.sub("", normalise(text))
    return frozenset(bare[place : place + 2] for place in range(len(bare) - 1))


def _likeness(pairs: frozenset[str], candidate: Candidate) -> float:
    """The best Dice coefficient (0..1) of the question's character pairs with those of a listed question."""
    if not pairs:
        return 0.0
    others = (_pairs(hit.passage.text) for hit in candidate.questions)
    return max(
        (2 * len(pairs & other) / (len(pairs) + len(other)) for other in others), default=0.0
    )


def _scale(candidates: Sequence[Candidate]) -> _Scale:
    hits = [hit for item in candidates for hit in (*item.hits, *item.questions)]
    cosines = [hit.cosine for hit in hits if hit.cosine is not None] or [0.0]
    return _Scale(max((hit.keyword_score for hit in hits), default=0.0), min(cosines), max(cosines))


def _count(article: _Article, candidate: Candidate, scale: _Scale) -> None:
    text = max(hit.score for hit in candidate.hits)
    asked = max((hit.score for hit in candidate.questions), default=0.0)
    article.best = max(article.best, text, asked)
    article.text = max(article.text, text)
    cosines = (scale.of_cosine(hit) for hit in candidate.questions)
    article.question_cosine = max(article.question_cosine, max(cosines, default=0.0))
    article.sections += 1


def _ranks(candidate: Candidate, scale: _Scale, weights: Weights) -> tuple[float, ...]:
    asked = candidate.questions
    return (
        max(hit.score for hit in candidate.hits),
        max(map(scale.of_keyword, candidate.hits)),
        max(map(scale.of_cosine, candidate.hits)),
        max((hit.score for hit in asked), default=0.0),
        max(map(scale.of_cosine, asked), default=0.0),
        max((weights.coverage(normalise(hit.passage.text)) for hit in asked), default=0.0),
    )


def _of_article(article: _Article) -> tuple[float, ...]:
    sections = min(article.sections, 10) / 10
    return article.best, article.text, article.question_cosine, sections


def _coverages(candidate: Candidate, weights: Weights) -> tuple[float, ...]:
    place = candidate.place
    title, headings = normalise(place.title), normalise(" ".join(place.headings))
    texts = [normalise(hit.passage.text) for hit in candidate.hits]
    return (
        max(
            weights.coverage(text, hit.passage.codes)
            for text, hit in zip(texts, candidate.hits, strict=True)
        ),
        weights.coverage(headings),
        weights.coverage(title),
        weights.coverage(" ".join((title, headings, *texts)), place.codes),
    )


def _aspect(query: Query, candidate: Candidate) -> bool:
    section = candidate.place.section
    return any(asked.search(query.text) and headed.search(section) for asked, headed in ASPECTS)


def _dates(query: Query, candidate: Candidate, weights: Weights) -> tuple[float, float, float]:
    """How much a row, and a text, about the question's date holds of the rest of it; whether all rows are
    about other dates."""
    if not query.dates:
        return 0.0, 0.0, 0.0
    row = text = other = 0.0
    for hit in candidate.hits:
        passage = hit.passage
        if names_dates(query, passage):
            held = weights.coverage(normalise(f"{passage.section} {passage.text}"), passage.codes)
            row, text = (max(row, held), text) if passage.form == "row" else (row, max(text, held))
        elif passage.form == "row" and names_other_dates(query, passage, passage.text):
            other = 1.0
    return row, text, other if not row else 0.0


def _amount(query: Query, candidate: Candidate, weights: Weights) -> float:
    """How much of the rest of the question a row about its amount holds, headings included."""
    fitting = (
        weights.coverage(normalise(f"{hit.passage.title} {hit.passage.section} {hit.passage.text}"))
        for hit in candidate.hits
        if hit.passage.form == "row" and row_fits(query.text, hit.passage.text) > 0
    )
    return max(fitting, default=0.0)


def _codes(query: Query, candidate: Candidate) -> tuple[float, float, float]:
    """Whether a row, another passage, and the title hold a code of the question."""
    if not query.codes:
        return 0.0, 0.0, 0.0
    row = text = 0.0
    for hit in candidate.hits:
        local = find_codes(normalise(f"{hit.passage.section} {hit.passage.text}"))
        if not set(query.codes).isdisjoint(local):
            row, text = (1.0, text) if hit.passage.form == "row" else (row, 1.0)
    title = find_codes(normalise(candidate.place.title))
    return row, text, float(not set(query.codes).isdisjoint(title))
