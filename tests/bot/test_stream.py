"""A finished outcome is streamed line by line, each line once and whole."""

from __future__ import annotations

from collections.abc import Callable

from bot.stream import deltas
from bot.types import Abstention, Answer, Clarification, Delta, Outcome

Ask = Callable[..., Outcome]


def test_an_answer_is_streamed_line_by_line_with_its_citations(asked: Ask) -> None:
    answer = asked("劳动能力鉴定怎么申请")
    assert isinstance(answer, Answer)
    streamed = [(delta.text, delta.citation, delta.is_key) for delta in deltas(answer)]
    assert streamed == [(line.text, line.number, line.is_key) for line in answer.lines]
    assert len(answer.lines) > 3
    assert streamed[0][2]


def test_what_is_no_answer_is_streamed_without_a_citation(asked: Ask) -> None:
    abstention, clarification = asked("公积金怎么提取"), asked("女职工1976年3月出生什么时候退休")
    assert isinstance(abstention, Abstention)
    assert list(deltas(abstention)) == [Delta(abstention.message)]
    assert isinstance(clarification, Clarification)
    assert list(deltas(clarification)) == [Delta(clarification.prompt)]
