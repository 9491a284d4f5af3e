"""Some questions are unfinished by their form: they compare, or tell what was tried."""

from __future__ import annotations

import pytest

from kb.unfinished import (
    asks_difference,
    compares,
    says_only_what_was_tried,
    tried_in_vain,
    wants_next_step,
)


@pytest.mark.parametrize("text", ["跟八级比差多少", "和居保有什么区别", "那跟0x41差在哪里"])
def test_a_comparison_leaves_open_what_it_compares_with(text: str) -> None:
    assert compares(text)
    assert asks_difference(text)


@pytest.mark.parametrize("text", ["和单位一起办", "502和504有什么区别", "跟客户怎么说"])
def test_what_names_both_or_compares_nothing_is_no_open_comparison(text: str) -> None:
    assert not compares(text)


@pytest.mark.parametrize("text", ["重启过了还是不打", "换了电脑也不行", "已经清了缓存还是白的"])
def test_who_tells_what_was_tried_does_not_name_what_fails(text: str) -> None:
    assert says_only_what_was_tried(text)


def test_what_was_tried_with_a_named_thing_stands_for_itself() -> None:
    assert tried_in_vain("高拍仪换了口还是没有画面")
    assert not says_only_what_was_tried("高拍仪换了口还是没有画面")
    assert not tried_in_vain("换了单位要带什么材料")


def test_the_next_step_is_asked_for() -> None:
    assert wants_next_step("程序那边还要动哪里")
    assert not wants_next_step("还要带什么材料")
