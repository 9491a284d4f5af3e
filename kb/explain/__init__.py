"""Says why a question found what it found, out of what the one search kept (kb/search.py: Found)."""

from __future__ import annotations

from kb.explain.differences import Difference
from kb.explain.expected import Expected, Verdict, explain_expected, read_expected
from kb.explain.ranks import Ranks
from kb.explain.reasons import STAGE_NAMES, Stage
from kb.explain.retrieval import Contender, Contribution, Retrieval, Step, explain_retrieval
from kb.explain.wording import Token, Wording

__all__ = [
    "STAGE_NAMES",
    "Contender",
    "Contribution",
    "Difference",
    "Expected",
    "Ranks",
    "Retrieval",
    "Stage",
    "Step",
    "Token",
    "Verdict",
    "Wording",
    "explain_expected",
    "explain_retrieval",
    "read_expected",
]
