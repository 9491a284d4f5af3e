"""Chooses among the hits what to answer with: the right section first, then the right words of it."""

from __future__ import annotations

from bot.evidence.choose import choose_evidence, names_other

__all__ = ["choose_evidence", "names_other"]
