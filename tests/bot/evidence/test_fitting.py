"""The picker learns from what it is asked to weigh."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import numpy as np

from bot.evidence.fitting import unit_samples
from bot.evidence.measures import MEASURES
from bot.evidence.picker import WEIGHTS_PATH, score_units
from bot.evidence.units import units_of
from kb.knowledge import Knowledge
from kb.listwise import read_weights
from kb.search import make_query
from kb.types import Scope

SECTION = "policy/base#各年度缴费基数"


def test_a_follow_up_is_learned_from_as_it_is_weighed(tables: Knowledge) -> None:
    scope = Scope(as_of=date(2026, 6, 1))
    together = make_query(tables, "缴费基数下限是多少 2024年的呢", scope)
    follow_up = replace(together, own=make_query(tables, "2024年的呢", scope))
    units = units_of(tables.engine.section(SECTION))
    weights = read_weights(WEIGHTS_PATH, MEASURES)

    (sample,) = unit_samples(tables, follow_up, [SECTION], lambda text: int("4812" in text))

    assert np.allclose(sample.features @ weights, score_units(tables, follow_up, units))
    assert not np.allclose(sample.features @ weights, score_units(tables, together, units))
