"""How the property tests of this folder run: the same examples every time, nothing kept on disk."""

from __future__ import annotations

from hypothesis import settings

settings.register_profile("wenzhi", database=None, derandomize=True, deadline=None)
settings.load_profile("wenzhi")
