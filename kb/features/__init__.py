"""Measures how well each candidate section fits a question; `kb/reranker.py` weighs the measures.

What the rankings say is measured of every candidate, what its words say only of the best of them.
"""

from __future__ import annotations

from kb.features.documents import DOCUMENT_FEATURES, measure_documents
from kb.features.listed import LISTED_FEATURES, compared, measure_listed
from kb.features.names import FEATURE_NAMES, TREES
from kb.features.scores import SCORE_FEATURES, measure_scores
from kb.features.texts import TEXT_FEATURES, articles_with_codes, measure_texts

__all__ = [
    "DOCUMENT_FEATURES",
    "FEATURES",
    "FEATURE_NAMES",
    "LISTED_FEATURES",
    "SCORE_FEATURES",
    "TREES",
    "articles_with_codes",
    "compared",
    "measure_documents",
    "measure_listed",
    "measure_scores",
    "measure_texts",
]

FEATURES = (*SCORE_FEATURES, *TEXT_FEATURES, *LISTED_FEATURES)
"""All that is measured, in the order of the weights that were learned."""
