"""Measures how well personal data is hidden, on made-up questions; nothing here knows how `kb.masking` works.

`facts` holds how numbers and names are formed, `personal` and `harmless` what people type of either,
`texts` puts them into questions, `measure` counts.
"""

from __future__ import annotations

from kb.masking_evaluation.measure import Measured, Tally, measure
from kb.masking_evaluation.texts import TEXTS, Example, examples

__all__ = ["TEXTS", "Example", "Measured", "Tally", "examples", "measure"]
