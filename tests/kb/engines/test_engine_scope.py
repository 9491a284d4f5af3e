"""What every engine leaves out before it ranks; see kb.engines.Engine."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from kb.engines import Engine, open_engine_at
from kb.types import ALL_LEVELS as ALL
from kb.types import Scope
from tests.kb.engines.making import EVERYONE, day, found, made, near, put, vector_of

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


def test_within_levels_there_is_nothing_else_in_any_reading(engine: Engine, tmp_path: Path) -> None:
    """The same answers as an engine gives into which nothing else was ever written."""
    kept = (made("a", "养老 金额"), made("b", "养老 养老 多少"), made("c", "失业"))
    closed = (
        made("d", "养老 金额 暗号 长 长 长 长 长", access="engineer"),
        made("e", "养老 暗号", access="admin"),
        made("f", "养老 暗号", status="draft"),
    )
    other = open_engine_at("embedded", tmp_path / "other")
    put(engine, *closed, *kept)
    put(other, *kept)
    staff = engine.within(frozenset({"staff"}))
    every = ("养老", "金额", "暗号")
    for narrow in (staff, engine.within(frozenset({"staff", "nobody"})), staff.within(ALL)):
        assert narrow.size() == other.size() == 3
        assert narrow.frequencies(every) == other.frequencies(every)
        assert narrow.articles() == other.articles()
        assert narrow.articles() is narrow.articles()
        assert dict(narrow.files()) == dict(other.files())
        for scope in (STAFF, EVERYONE):
            assert narrow.keyword({"养老": 1.0, "暗号": 1.0}, scope, 9) == other.keyword(
                {"养老": 1.0, "暗号": 1.0}, scope, 9
            )
            assert near(narrow, "养老", scope) == near(other, "养老", scope)
        for slug in ("d", "e", "f", "none"):
            assert narrow.article(slug) is None
            assert narrow.passages([f"{slug}#p0"]) == narrow.section(f"{slug}#p0") == []
            assert narrow.cosines([f"{slug}#p0"], vector_of("养老")) == {}
    assert {item.slug for item in engine.within(ALL).articles()} == set("abcde")
    assert engine.within(frozenset()).size() == 0
    other.close()


def test_who_reads_within_levels_follows_what_is_written(engine: Engine) -> None:
    staff = engine.within(frozenset({"staff"}))
    put(engine, made("a", "养老"))
    assert found(staff, "养老") == ["a#p0"]
    put(engine, made("a", "养老", access="engineer"), made("b", "失业"))
    assert (found(staff, "养老"), staff.article("a"), staff.size()) == ([], None, 1)
    put(staff, made("c", "失业", access="engineer"))
    assert (staff.article("c"), engine.article("c") is None) == (None, False)


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
