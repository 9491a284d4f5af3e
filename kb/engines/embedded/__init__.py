"""The engine for one machine: a Whoosh index and exact NumPy vectors in a folder."""

from kb.engines.embedded.engine import EmbeddedEngine

__all__ = ["EmbeddedEngine"]
