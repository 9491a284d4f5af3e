"""What the words of a section say of it: read only of the sections that the rankings put forward."""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np

from kb.amounts import row_fits
from kb.candidates import Candidate
from kb.features.words import Pairs, bare, codes_in, likeness, pairs_of
from kb.listwise import Matrix
from kb.periods import names_dates, names_other_dates
from kb.tokenizer import normalise
from kb.types import LEAD_ANCHOR, Query
from kb.weights import Weights

TEXT_FEATURES = (
    "question_coverage",  # most of the question's weight that one of the section's questions holds
    "text_coverage",  # most of the question's weight (0..1) that one passage holds
    "heading_coverage",  # what its headings hold
    "title_coverage",  # what the article's title holds
    "title_named",  # this is the article's conclusion, and its title holds all of the question
    "whole_coverage",  # what title, headings and all passages found hold together
    "aspect",  # the heading names what is asked for: materials, time limit, basis
    "dated_row",  # a table row is about the question's year or month (times what else it holds)
    "dated_text",  # a passage names the question's year or month
    "other_date",  # its rows are about other years only
    "amount",  # a table row is about the question's amount: 24个月, 9级
    "code_row",  # a row holds a code of the question
    "code_text",  # another passage holds it
    "code_title",  # the title holds it
    "code_article",  # some section of its article holds it
    "question_likeness",  # how alike the question and the likest listed one are in their character pairs
)
"""What is measured, in the order of the columns of `measure_texts`."""

_DURATION = re.compile(r"多久|几天|多少天|时限|期限|什么时候到账|多长时间")
ASPECTS: tuple[tuple[re.Pattern[str], re.Pattern[str]], ...] = (
    (re.compile(r"材料|资料|证件|带什么|要带|带啥"), re.compile(r"材料|证件|带什么")),
    (_DURATION, re.compile(r"时限|多久|几天|到账|期限")),
    (re.compile(r"依据|哪个文件|文号|哪条|哪一条"), re.compile(r"依据|来源")),
)
"""What a question asks for, and the headings under which that stands."""


def measure_texts(
    query: Query, candidates: Sequence[Candidate], weights: Weights, dates: Weights
) -> Matrix:
    """A row for each candidate with a column for each of TEXT_FEATURES.

    `weights` are those of the question's tokens, `dates` the same without the tokens of its dates.
    """
    pairs, asked = pairs_of(query.text), bare(query.text)
    holding = articles_with_codes(candidates)
    rows = [
        (
            *_coverages(candidate, weights, asked),
            float(_aspect(query, candidate)),
            *_dates(query, candidate, dates),
            _amount(query, candidate, dates),
            *_codes(query, candidate),
            float(candidate.place.slug in holding),
            _likeness(pairs, candidate),
        )
        for candidate in candidates
    ]
    return np.array(rows, np.float64).reshape(len(rows), len(TEXT_FEATURES))


def articles_with_codes(candidates: Sequence[Candidate]) -> frozenset[str]:
    """The slugs of the articles in which a code of the question was found."""
    return frozenset(
        item.place.slug for item in candidates if any(hit.code_match for hit in item.hits)
    )


def _likeness(asked: Pairs, candidate: Candidate) -> float:
    """How alike the question and the likest of the listed ones are, 0..1."""
    listed = (likeness(asked, pairs_of(hit.passage.text)) for hit in candidate.questions)
    return max(listed, default=0.0)


def _coverages(candidate: Candidate, weights: Weights, asked: str) -> tuple[float, ...]:
    place = candidate.place
    title, headings = normalise(place.title), " ".join(map(normalise, place.headings))
    texts = [normalise(hit.passage.text) for hit in candidate.hits]
    return (
        max(
            (weights.coverage(normalise(hit.passage.text)) for hit in candidate.questions),
            default=0.0,
        ),
        max(
            weights.coverage(text, hit.passage.codes)
            for text, hit in zip(texts, candidate.hits, strict=True)
        ),
        weights.coverage(headings),
        weights.coverage(title),
        float(place.anchor == LEAD_ANCHOR and asked in bare(place.title)),
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
        local = codes_in(f"{hit.passage.section} {hit.passage.text}")
        if not set(query.codes).isdisjoint(local):
            row, text = (1.0, text) if hit.passage.form == "row" else (row, 1.0)
    title = codes_in(candidate.place.title)
    return row, text, float(not set(query.codes).isdisjoint(title))
