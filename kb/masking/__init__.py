"""Hides what identifies a person before a text is searched, recorded or logged.

`checks` knows the check digits, `numbers`, `names` and `addresses` find what is personal, `words` holds the
lists that names are told by, `marks` puts the names of the kinds in place of what was found.
"""

from __future__ import annotations

from kb.masking.marks import Masked, find, mask, without_marks

__all__ = ["Masked", "find", "mask", "without_marks"]
