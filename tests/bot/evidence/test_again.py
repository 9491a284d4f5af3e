"""What was said is recognised in other words, unless a figure or a doubt is new."""

from __future__ import annotations

import pytest

from bot.evidence.again import says_again, share_said

SAID = "退票重发的铁律：没有拿到银行明确的失败结果，一律不准重发；拿到后7日内核实。"


@pytest.mark.parametrize(
    ("text", "again"),
    [
        ("铁律：没拿到银行明确的失败结果，一律不准重发。", True),
        ("没有拿到银行明确的失败结果，一律不准重发，07日内核实。", True),
        ("铁律：没拿到银行明确的失败结果，3日内不准重发。", False),
        ("没拿到银行明确的失败结果，通常不准再发。", True),
        ("没拿到银行明确的失败结果，通常不准再发（待核实）。", False),
        ("新批次只放退票人员，核笔数和合计金额。", False),
    ],
)
def test_a_text_says_again_what_was_said_unless_it_adds_something(text: str, again: bool) -> None:
    assert says_again(text, SAID) is again


def test_signs_do_not_make_a_text_another_one() -> None:
    assert share_said("退票，重发！", "（退票重发）") == 1.0
    assert share_said("", SAID) == 1.0
