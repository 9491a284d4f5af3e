"""Chooses among the hits what to answer with: the right section first, then the right words of it."""

from __future__ import annotations

from bot.evidence.choose import choose_evidence
from bot.evidence.compose import weigh
from bot.evidence.near import nearness_of

__all__ = ["choose_evidence", "nearness_of", "weigh"]
