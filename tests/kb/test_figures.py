"""The check against a list of facts names every figure that nobody vouches for, and no other."""

from __future__ import annotations

from pathlib import Path

import pytest

from kb.errors import IndexStoreError
from kb.lint.figures import Facts, facts_of, figures_of, read_facts, unexplained

FACTS = """
- 浙江 2025 年度上限 **25299**、下限 **4986** 元/月，浙人社发〔2025〕52号，2025-01-01 起。【V2】
- 令第 55 号，第 7、21 条，第 35～37 条；5 个工作日；20 倍；工亡补助金 1,083,760 元。
| 2024 | 4812 |
"""
HEAD = """\
---
title: 缴费基数
kind: {kind}
summary: 下限4986元。
effective_from: 2025-01-01
sources:
  - {{title: 某通知, number: 浙人社发〔2025〕52号, date: 2025-01-01{source}}}
review_by: 2027-01-31
status: {status}
---
"""


def texts(text: str) -> set[str]:
    return {str(figure) for figure in figures_of(text)}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("下限4986元，上限25,299元/月", {"4986元", "25299元"}),
        ("2187.0元、50%、３个月", {"2187元", "50%", "3个月"}),
        ("2025年1月1日和2025-01-01", {"2025-01-01"}),
        ("2027年10月退休", {"2027-10"}),
        ("浙人社发〔2025〕52号、令第55号", {"浙人社发〔2025〕52号", "令55号"}),
        ("第二十一、二十三至二十五条", {"第21条", "第23条", "第24条", "第25条"}),
        ("第一百一十条、第 12 条、第十条", {"第110条", "第12条", "第10条"}),
        ("60周岁 3天 5个工作日", {"60岁", "3日", "5工作日"}),
        ("ORA-12541 和 TLS1.2 里没有", set()),
        ("没有数字", set()),
    ],
)
def test_figures_are_read_with_their_unit(text: str, expected: set[str]) -> None:
    assert texts(text) == expected


@pytest.mark.parametrize(
    ("text", "held"),
    [
        ("4986元", True),
        ("4812元", True),
        ("4986%", False),
        ("5000元", False),
        ("2025年1月", True),
        ("2025年2月", False),
        ("第36条", True),
        ("第38条", False),
        ("第20条", False),
        ("浙人社发〔2025〕53号", False),
        ("1083760元", True),
    ],
)
def test_a_fact_is_held_in_its_own_unit_only(text: str, held: bool) -> None:
    facts = facts_of(FACTS)
    assert all(facts.holds(figure) for figure in figures_of(text)) is held


@pytest.fixture
def facts() -> Facts:
    return facts_of(FACTS)


def write(
    library: Path, body: str, kind: str = "policy", source: str = "", status: str = "published"
) -> None:
    library.mkdir(exist_ok=True)
    head = HEAD.format(kind=kind, source=source, status=status)
    (library / "base.md").write_text(head + body, encoding="utf-8")


def test_a_figure_that_nobody_vouches_for_is_an_error_in_a_policy(
    tmp_path: Path, facts: Facts
) -> None:
    write(tmp_path, "下限4986元。\n\n## 明年\n\n1. 涨到5200元。\n2. 还是5200元。\n")
    found = unexplained(tmp_path, 10_000, facts)
    assert [(item.path, item.line, item.severity) for item in found] == [("base.md", 15, "error")]
    assert "“5200元”" in found[0].message


def test_elsewhere_it_is_a_warning_and_in_code_nothing(tmp_path: Path, facts: Facts) -> None:
    write(tmp_path, "端口是 8443。\n\n```\nping -l 1472\n```\n", kind="playbook")
    assert [item.severity for item in unexplained(tmp_path, 10_000, facts)] == ["warning"]


def test_a_note_explains_a_figure_and_covers_explains_a_section(
    tmp_path: Path, facts: Facts
) -> None:
    write(
        tmp_path,
        "每年59832元。\n\n## 逐月对照\n\n| 月 | 数 |\n| --- | --- |\n| 一 | 777 |\n",
        source=', note: "59832元＝4986元×12", covers: [逐月对照]',
    )
    assert unexplained(tmp_path, 10_000, facts) == []


def test_drafts_are_left_alone(tmp_path: Path, facts: Facts) -> None:
    write(tmp_path, "涨到5200元。", status="draft")
    assert unexplained(tmp_path, 10_000, facts) == []


def test_a_list_of_facts_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(IndexStoreError, match=r"gone\.md"):
        read_facts(tmp_path / "gone.md")
