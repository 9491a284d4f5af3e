"""What speaks for a section about other births goes to whom the question means."""

from __future__ import annotations

import pytest

from kb.births import of_births_meant
from kb.candidates import Candidate
from kb.types import Hit, Passage, Query, Scope


def candidate(anchor: str, heading: str, text: str) -> Candidate:
    headings = (heading,) if heading else ()
    passage = Passage(f"table#{anchor}", "table", anchor, "text", "退休年龄对照表", headings, text)
    return Candidate([Hit(passage, 0.0, 1, 1, 0.0, 0.0, False)], [])


LEAD = candidate("lead", "", "按出生年月查退休年龄。")
OF_1965 = candidate("1965", "1965年出生的男职工", "60岁1个月到60岁3个月。")
OF_1970 = candidate("1970", "1970年出生的男职工", "61岁4个月到61岁6个月。")
OTHER = candidate("basis", "依据", "国务院关于渐进式延迟法定退休年龄的办法")
RANKED = [(0.4, OF_1965), (0.3, OF_1970), (0.2, OTHER), (0.1, LEAD)]


def asked(text: str, *dates: str) -> Query:
    return Query(text, (), (), dates, Scope())


@pytest.mark.parametrize(
    ("query", "order"),
    [
        (asked("我老公几岁能退"), [(0.8, LEAD), (0.2, OTHER), (0, OF_1965), (0, OF_1970)]),
        (
            asked("1970年的男的几岁退", "1970年"),
            [(0.7, OF_1970), (0.2, OTHER), (0.1, LEAD), (0, OF_1965)],
        ),
        (
            asked("1966年的男的几岁退", "1966年"),
            [(0.8, LEAD), (0.2, OTHER), (0, OF_1965), (0, OF_1970)],
        ),
        (asked("按65年的算几岁退"), RANKED),
    ],
)
def test_sections_about_other_births_give_what_speaks_for_them_to_whom_is_meant(
    query: Query, order: list[tuple[float, Candidate]]
) -> None:
    found = of_births_meant(query, RANKED)
    assert [item for _, item in found] == [item for _, item in order]
    assert [chance for chance, _ in found] == pytest.approx([chance for chance, _ in order])


def test_a_ranking_without_births_stays_as_it_is() -> None:
    ranked = [(0.6, OTHER), (0.4, LEAD)]
    assert of_births_meant(asked("退休年龄的依据"), ranked) is ranked
