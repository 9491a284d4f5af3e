"""What every engine leaves out before it ranks; see kb.engines.Engine."""

from __future__ import annotations

from dataclasses import replace

import pytest

from kb.engines import Engine
from kb.types import Scope
from tests.kb.engines.making import (
    day,
    found,
    made,
    near,
    put,
)

STAFF = Scope()


# Scope: filters before ranking


def both(engine: Engine, scope: Scope, limit: int = 1) -> tuple[list[str], list[str]]:
    return found(engine, "养老", scope, limit), near(engine, "养老", scope, limit)


def test_access_filters_before_ranking(engine: Engine) -> None:
    put(
        engine,
        made("secret", "养老", access="engineer"),
        made("open", "养老 另外 还有 很多 别的 话"),
        made("top", "养老 养老", access="admin"),
    )
    assert both(engine, STAFF) == (["open#p0"], ["open#p0"])
    engineer = replace(STAFF, access=frozenset({"staff", "engineer"}))
    assert both(engine, engineer) == (["secret#p0"], ["secret#p0"])
    assert both(engine, replace(STAFF, access=frozenset())) == ([], [])


@pytest.mark.parametrize(
    ("on", "expected"),
    [
        ("2024-12-31", ["always", "old"]),
        ("2025-01-01", ["always", "new", "old"]),
        ("2025-06-30", ["always", "new", "old"]),
        ("2025-07-01", ["always", "new"]),
        ("1949-10-01", ["always", "old"]),
        (None, ["always", "new", "old"]),
    ],
)
def test_the_day_filters_and_both_ends_are_in_force(
    engine: Engine, on: str | None, expected: list[str]
) -> None:
    put(
        engine,
        made("old", "养老", effective_to=day("2025-06-30")),
        made("new", "养老", effective_from=day("2025-01-01")),
        made("always", "养老"),
    )
    scope = replace(STAFF, as_of=day(on) if on else None)
    keyword, nearest = both(engine, scope, 9)
    assert sorted(keyword) == sorted(nearest) == [f"{slug}#p0" for slug in expected]


@pytest.mark.parametrize(
    ("region", "expected"),
    [
        ("全国", ["全国"]),
        ("浙江", ["全国", "浙江"]),
        ("绍兴", ["全国", "浙江", "绍兴"]),
        ("嵊州", ["全国", "浙江", "绍兴", "嵊州"]),
        (None, ["全国", "浙江", "绍兴", "嵊州"]),
    ],
)
def test_a_region_admits_the_regions_that_contain_it(
    engine: Engine, region: str | None, expected: list[str]
) -> None:
    put(engine, *(made(name, "养老", region=name) for name in ("全国", "浙江", "绍兴", "嵊州")))
    keyword, nearest = both(engine, replace(STAFF, region=region), 9)
    assert set(keyword) == set(nearest) == {f"{name}#p0" for name in expected}


def test_the_kind_filters_before_ranking(engine: Engine) -> None:
    put(engine, made("a", "养老", kind="policy"), made("b", "养老 一 二 三", kind="faq"))
    assert both(engine, replace(STAFF, kind="faq")) == (["b#p0"], ["b#p0"])
    assert both(engine, replace(STAFF, kind="training")) == ([], [])


def test_a_filter_that_leaves_few_still_fills_the_limit(engine: Engine) -> None:
    put(engine, *(made(f"s{n:03d}", "养老", access="admin") for n in range(150)))
    put(engine, *(made(f"o{n}", "养老 一 二 三") for n in range(3)))
    keyword, nearest = both(engine, STAFF, 5)
    assert sorted(keyword) == sorted(nearest) == ["o0#p0", "o1#p0", "o2#p0"]
