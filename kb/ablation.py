"""Orders the sections found for a question as simpler searches would, and as the whole search without a group
of its features would."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

import numpy as np

from kb.candidates import Place, gather
from kb.dataset import Dataset, Progress, without_limit
from kb.evaluation import Measures, measure
from kb.features import DOCUMENT_FEATURES, FEATURES
from kb.knowledge import Knowledge
from kb.listwise import Vector
from kb.search import Found, look_up, rank
from kb.types import Scope

GROUPS: Mapping[str, tuple[str, ...]] = {
    "rankings": ("fused", "keyword", "cosine"),
    "questions": (
        *("question", "question_cosine", "question_coverage", "question_likeness"),
        *("listed_cosine", "listed_exact", "listed_characters"),
    ),
    "article": (
        *("article", "article_text", "article_question_cosine", "article_sections"),
        *("article_others", "article_count", "article_share"),
    ),
    "place": (
        *("lead", "row", "faq", "training", "glossary"),
        *("symptom", "verify", "prevent", "report", "basis", "say", "redirect"),
    ),
    "words": (
        *("text_coverage", "heading_coverage", "title_coverage", "title_named"),
        "whole_coverage",
        "aspect",
        *("innermost_coverage", "path_coverage", "heading_likeness", "path_likeness"),
        *("heading_asked", "heading_run", "heading_run_share"),
        *("heading_characters", "heading_characters_asked", "text_characters"),
        *("text_run", "text_run_share", "length", "question_length"),
    ),
    "dates": ("dated_row", "dated_text", "other_date", "amount"),
    "codes": ("code_row", "code_text", "code_title", "code_article"),
}
"""The features in groups; each stands in one."""

BASELINES = ("bm25", "nearest", "fusion")
"""The keyword leg alone, the nearest leg alone, and both by their fused score (kb/fusion.py)."""

SEARCH = "search"
"""The whole search."""

ORDERS = (*BASELINES, SEARCH, *GROUPS)
"""The names of the orders; that of a group is the whole search without it."""


def orders_of(found: Found, limit: int) -> dict[str, list[str]]:
    """The first `limit` sections (`slug#anchor`) in each of ORDERS.

    Without a group means that its weights are 0 and the others as learned. The sections read, and what the
    conversation adds, stay those of the whole search.
    """
    query = found.query
    orders = {
        "bm25": _sections(gather(query, found.keyword, [])),
        "nearest": _sections(gather(query, [], found.nearest)),
        "fusion": _sections(found.places),
        SEARCH: _ranked(found, limit),
    }
    orders |= {name: _ranked(_without(found, features), limit) for name, features in GROUPS.items()}
    return {name: order[:limit] for name, order in orders.items()}


def _sections(places: Iterable[Place]) -> list[str]:
    return [f"{place.slug}#{place.anchor}" for place in places]


def _ranked(found: Found, limit: int) -> list[str]:
    return [hit.passage.section_id for hit in rank(found, limit).hits]


def _without(found: Found, features: tuple[str, ...]) -> Found:
    """A feature that is 0 throughout counts as much as one with a weight of 0."""
    documents = found.documents
    if documents is not None:
        documents = documents * _kept(DOCUMENT_FEATURES, features)
    return replace(found, features=found.features * _kept(FEATURES, features), documents=documents)


def _kept(names: Sequence[str], without: Sequence[str]) -> Vector:
    return np.array([name not in without for name in names], np.float64)


def ablate(dataset: Dataset, knowledge: Knowledge, progress: Progress) -> dict[str, Measures]:
    """Measure each of ORDERS on a data set that `load_dataset` has indexed."""
    limited, documents = without_limit(knowledge), dataset.documents()
    rankings: dict[str, dict[str, list[str]]] = {name: {} for name in ORDERS}
    for number, (identifier, text) in enumerate(dataset.queries.items(), 1):
        for name, order in orders_of(look_up(limited, text, Scope()), 10).items():
            rankings[name][identifier] = [documents[section] for section in order]
        progress(number, len(dataset.queries))
    return {name: measure(rankings[name], dataset.relevant) for name in ORDERS}
