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


def test_what_few_listed_questions_cost_is_measured_beside_all(
    manage_cli: Manage, golden: str
) -> None:
    both = ("evaluate", "--golden", golden, "--few")
    found = json.loads(manage_cli(*both, "0", "--json").out)
    assert found["golden"]["hit@1"] == 0.5
    assert (found["few"]["listed"], found["few"]["questions"]) == (0, 3)
    assert found["few"].keys() - found["golden"].keys() == {"listed"}
    every = json.loads(manage_cli(*both, "9", "--json").out)
    assert every["few"] == {"listed": 9, **every["golden"]}
    said = manage_cli(*both, "2").out
    assert "每节只留文件里的前 2 个问法" in said
    assert "hit@1                  0.500   0.500" in said
    assert manage_cli("search", "失业金").status == 1  # nothing was written into the served index


def test_a_question_that_is_left_out_is_not_found_by(
    manage_cli: Manage, tmp_path: Path, library: Path
) -> None:
    """Its words stand in no text: only the listed question leads to the article."""
    path = library / "policy/unemployment.md"
    text = path.read_text("utf-8").replace("[失业金能领几个月]", "[失业金能领几个月, 绿孔雀]")
    path.write_text(text, "utf-8")
    questions = "{question: 绿孔雀, kind: plain, sections: [policy/unemployment#lead]}"
    (tmp_path / "one").mkdir()
    (tmp_path / "one" / "q.yaml").write_text(
        f"asked_on: 2026-11-22\nquestions: [{questions}]\n", "utf-8"
    )
    found = json.loads(
        manage_cli("evaluate", "--golden", str(tmp_path / "one"), "--few", "1", "--json").out
    )
    assert (found["golden"]["must_contain"], found["golden"]["hit@1"]) == (None, 1.0)
    assert found["few"]["hit@1"] < 1.0


def test_typos_and_few_questions_are_measured_on_golden_questions_only(manage_cli: Manage) -> None:
    for option in (("--typos",), ("--few", "2")):
        ended = manage_cli("evaluate", "some", *option)
        assert ended.status == 1
        assert f"{option[0]} 要和黄金问题一起用" in ended.err
    ended = manage_cli("evaluate", "--golden", "--typos", "1", "--few", "2")
    assert (ended.status, "分两次测" in ended.err) == (1, True)
