"""How likely it is that the library answers a question with the evidence found: a calibrated logistic model."""

from __future__ import annotations

from bot.confidence.features import LEARNED, Features, features_of, unknown_tells
from bot.confidence.model import ANSWER_FROM, TERM_NAMES, confidence_of, terms_of

__all__ = [
    "ANSWER_FROM",
    "LEARNED",
    "TERM_NAMES",
    "Features",
    "confidence_of",
    "features_of",
    "terms_of",
    "unknown_tells",
]
