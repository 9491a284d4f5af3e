"""`manage.py evaluate --golden` asks the articles on disk and lists what fails."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.scripts.conftest import Manage

QUESTIONS = """\
asked_on: 2026-11-22
questions:
  - question: 失业金能领几个月
    kind: plain
    sections: [policy/unemployment#lead]
    contain: [二十四个月]
  - {question: 火星上怎么种土豆, kind: out_of_scope, outcome: abstention}
  - {question: 失业金能领几个月, kind: figure, sections: [policy/gone#lead], exclude: [二十四个月]}
"""


@pytest.fixture
def golden(tmp_path: Path) -> str:
    folder = tmp_path / "golden"
    folder.mkdir()
    (folder / "some.yaml").write_text(QUESTIONS, encoding="utf-8")
    return str(folder)


def test_it_needs_no_index_and_leaves_none(manage_cli: Manage, golden: str) -> None:
    ended = manage_cli("evaluate", "--golden", golden, "--json")
    assert ended.status == 0
    body = json.loads(ended.out)
    measures = body["golden"]
    assert (measures["questions"], measures["hit@1"], measures["must_not"]) == (3, 0.5, 1)
    assert (measures["must_contain"], measures["abstention_recall"]) == (1.0, 1.0)
    assert measures["by_kind"]["out_of_scope"]["hit@1"] is None
    assert [item["place"] for item in body["failing"]] == ["some.yaml 第 3 题"]
    assert manage_cli("search", "失业金").status == 1  # nothing was written into the served index


def test_what_fails_is_listed_with_its_reasons(manage_cli: Manage, golden: str) -> None:
    out = manage_cli("evaluate", "--golden", golden).out
    assert "没有通过的 1 题" in out
    assert "some.yaml 第 3 题（年度数值）失业金能领几个月" in out
    assert "答案里不该有：二十四个月" in out
    assert "应找到 policy/gone#lead" in out


def test_without_anything_to_measure_it_says_what_to_give(manage_cli: Manage) -> None:
    ended = manage_cli("evaluate")
    assert ended.status == 1
    assert "--golden" in ended.err


def test_a_folder_without_questions_is_named(manage_cli: Manage, tmp_path: Path) -> None:
    ended = manage_cli("evaluate", "--golden", str(tmp_path))
    assert ended.status == 1
    assert "没有黄金问题" in ended.err


def test_the_cost_of_one_mistyped_character_is_measured(manage_cli: Manage, golden: str) -> None:
    ended = manage_cli("evaluate", "--golden", golden, "--typos", "7", "--json")
    assert ended.status == 0
    found = json.loads(ended.out)["typos"]
    assert (found["seed"], found["questions"], found["mistyped"]) == (7, 2, 2)
    assert found["loss@3"] == round(found["hit@3"] - found["typos_hit@3"], 4)
    said = manage_cli("evaluate", "--golden", golden, "--typos").out
    assert "种子 1" in said
    assert "损失" in said


def test_typos_are_measured_on_golden_questions_only(manage_cli: Manage) -> None:
    ended = manage_cli("evaluate", "some", "--typos")
    assert ended.status == 1
    assert "--golden" in ended.err
