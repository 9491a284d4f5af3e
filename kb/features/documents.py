"""What can be said of sections that list no questions: imported manuals, statutes, catalogues of services."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Collection, Container, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from kb.candidates import Candidate, Place
from kb.features.scores import SCORE_FEATURES
from kb.features.texts import TEXT_FEATURES
from kb.features.words import Pairs, bare, likeness, pairs_in, pairs_of
from kb.listwise import Matrix
from kb.tokenizer import normalise
from kb.types import Query
from kb.weights import Weights

_SHARED = (
    *("fused", "keyword", "cosine", "article_text"),
    *("text_coverage", "whole_coverage"),
)
"""Measured of every section (kb/features/scores.py, kb/features/texts.py)."""

_OWN = (
    "innermost_coverage",  # what the innermost heading, or a title without headings, holds of the question's weight
    "path_coverage",  # what title and headings hold together
    "heading_likeness",  # Dice coefficient of the character pairs of question and innermost heading
    "path_likeness",  # the same of title and headings together
    "heading_asked",  # the share of the heading's pairs that the question has
    "heading_characters",  # the share of the question's characters that the heading has
    "heading_characters_asked",  # the share of the heading's characters that the question has
    "text_characters",  # the share of the question's characters that title, headings or text have
    "heading_run",  # the longest run of the question's characters in the heading, in eighths of a character
    "heading_run_share",  # the same as a share of the question
    "text_run",
    "text_run_share",
    "article_others",  # mean fused score of the three best other sections of its article, 0 for each missing
    "article_count",  # how many sections of its article were found, in twentieths
    "article_share",  # the article's share of the squared fused scores of all that was found
    "length",  # logarithm of the number of characters
    "question_length",  # the same of the question: trees ask for it
)

DOCUMENT_FEATURES = (*_SHARED, *_OWN)
"""What is measured, in the order of the columns of `measure_documents`."""

_COLUMNS = [(*SCORE_FEATURES, *TEXT_FEATURES).index(name) for name in _SHARED]
_FUSED = SCORE_FEATURES.index("fused")
_LONGEST_RUN = 12


@dataclass(frozen=True, slots=True)
class _Asked:
    """What is compared of a question: its letters in a row, each once, in pairs, and the logarithm of its length."""

    letters: str
    characters: frozenset[str]
    pairs: Pairs
    length: float


@dataclass(frozen=True, slots=True)
class _Articles:
    """The fused scores of the sections found, by article, and the sum of all their squares."""

    scores: Mapping[str, Sequence[float]]
    squares: float


def measure_documents(
    query: Query,
    places: Sequence[Place],
    scores: Matrix,
    candidates: Sequence[Candidate],
    measured: Matrix,
    weights: Weights,
) -> Matrix:
    """A row for each candidate with a column for each of DOCUMENT_FEATURES.

    `places` are all the sections found, each with a row of `scores` (SCORE_FEATURES); `measured` has a row of
    FEATURES for each candidate; `weights` are those of the question's tokens.
    """
    articles, asked = _articles(places, scores), _asked(query.text)
    rows = [
        (
            *_coverages(weights, item),
            *_of_words(asked, item),
            *_of_article(articles, item),
            _length(item),
            asked.length,
        )
        for item in candidates
    ]
    own = np.array(rows, np.float64).reshape(len(rows), len(_OWN))
    return np.hstack([measured[:, _COLUMNS], own])


def _asked(question: str) -> _Asked:
    letters = bare(question)
    return _Asked(letters, frozenset(letters), pairs_of(question), math.log1p(len(question)))


def _coverages(weights: Weights, candidate: Candidate) -> tuple[float, float]:
    path = (candidate.place.title, *candidate.place.headings)
    above = [normalise(heading) for heading in path]
    return weights.coverage(above[-1]), weights.coverage(" ".join(above))


def _of_words(asked: _Asked, candidate: Candidate) -> tuple[float, ...]:
    path = (candidate.place.title, *candidate.place.headings)
    letters, pairs = bare(path[-1]), pairs_of(path[-1])
    above = "".join(map(bare, path))
    text = "".join([above, *(bare(hit.passage.text) for hit in candidate.hits)])
    shared = len(asked.pairs & pairs)
    own = frozenset(letters)
    heading_run = (
        _run(asked.letters, letters) if shared else int(not asked.characters.isdisjoint(own))
    )
    text_run = _run(asked.letters, text)
    size = max(1, len(asked.letters))
    return (
        likeness(asked.pairs, pairs),
        likeness(asked.pairs, pairs_in(above)),
        shared / len(pairs) if pairs else 0.0,
        _share(asked.characters, own),
        _share(own, asked.characters),
        _share(asked.characters, text),
        heading_run / 8,
        heading_run / size,
        text_run / 8,
        text_run / size,
    )


def _share(part: Collection[str], whole: Container[str]) -> float:
    return sum([item in whole for item in part]) / len(part) if part else 0.0


def _run(asked: str, text: str) -> int:
    """The length of the longest piece of the question, at most _LONGEST_RUN characters, that a text holds."""
    longest = 0
    for start in range(len(asked)):
        while longest < _LONGEST_RUN and start + longest < len(asked):
            if asked[start : start + longest + 1] not in text:
                break
            longest += 1
    return longest


def _articles(places: Sequence[Place], measured: Matrix) -> _Articles:
    fused = measured[:, _FUSED]
    articles: dict[str, list[float]] = defaultdict(list)
    for place, score in zip(places, fused.tolist(), strict=True):
        articles[place.slug].append(score)
    squares = float(fused @ fused)
    return _Articles(articles, squares)


def _of_article(articles: _Articles, candidate: Candidate) -> tuple[float, float, float]:
    scores = articles.scores[candidate.place.slug]
    own = max((hit.score for hit in candidate.hits), default=0.0)
    best = sorted(scores, reverse=True)[:4]
    others = sum(best) - max(own, best[3] if len(best) > 3 else 0.0)
    share = sum([score**2 for score in scores]) / articles.squares if articles.squares else 0.0
    return others / 3, len(scores) / 20, share


def _length(candidate: Candidate) -> float:
    place = candidate.place
    texts = (place.title, *place.headings, *(hit.passage.text for hit in candidate.hits))
    return math.log1p(sum(map(len, texts)))
