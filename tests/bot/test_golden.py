"""Golden questions are read strictly, judged fairly, and the project's own hold on the project's own articles."""

from __future__ import annotations

from collections import Counter
from datetime import date
from pathlib import Path

import pytest

from bot.golden import (
    KINDS,
    GoldenQuestion,
    Judgement,
    judge,
    judge_all,
    read_golden,
    summarise,
)
from kb.errors import DatasetError
from kb.knowledge import Knowledge
from tests.bot.conftest import TODAY

GOLDEN = Path(__file__).resolve().parents[1] / "golden"
ASKED_ON = date(2026, 6, 1)
REACHED_HIT_1, REACHED_HIT_3 = 0.85, 0.95
"""What is promised; today it is .867 and .966 (README), and another processor rounds vectors otherwise."""


def write(folder: Path, text: str) -> Path:
    (folder / "some.yaml").write_text(text, encoding="utf-8")
    return folder


def test_a_question_is_read_with_all_its_keys(tmp_path: Path) -> None:
    write(
        tmp_path,
        """\
asked_on: 2026-06-01
questions:
  - {question: 几个月, kind: short, sections: [policy/a#b], contain: [6个月, [三, 3]], exclude: ["9"]}
  - {question: 那时呢, kind: as_of, sections: [policy/a#b], as_of: 2020-01-31, after: [先问的]}
  - {question: 天气, kind: out_of_scope, outcome: abstention}
""",
    )
    first, second, third = read_golden(tmp_path)
    assert first == GoldenQuestion(
        question="几个月",
        kind="short",
        asked_on=ASKED_ON,
        sections=("policy/a#b",),
        contain=(("6个月",), ("三", "3")),
        exclude=("9",),
        place="some.yaml 第 1 题",
    )
    assert (second.asked_on, second.after) == (date(2020, 1, 31), ("先问的",))
    assert (third.outcome, third.sections) == ("abstention", ())


@pytest.mark.parametrize(
    ("entry", "said"),
    [
        ("{kind: short}", "缺少 question"),
        ("{question: 甲, kind: odd, sections: [a]}", "kind"),
        ("{question: 甲, kind: short}", "没有写 sections"),
        ("{question: 甲, kind: short, sections: [a], colour: red}", "不认识的项 colour"),
        ("{question: 甲, kind: short, sections: a}", "sections 要写成列表"),
        ("{question: 甲, kind: short, outcome: maybe}", "outcome"),
        ("{question: 甲, kind: as_of, sections: [a], as_of: 去年}", "as_of 不是日期"),
    ],
)
def test_a_wrong_entry_is_named_by_file_and_number(tmp_path: Path, entry: str, said: str) -> None:
    write(tmp_path, f"asked_on: 2026-06-01\nquestions:\n  - {entry}\n")
    with pytest.raises(DatasetError, match=r"some\.yaml 第 1 题") as raised:
        read_golden(tmp_path)
    assert said in raised.value.message


@pytest.mark.parametrize("text", ["- a\n", "asked_on: 昨天\nquestions: []\n", "questions: [\n"])
def test_a_wrong_file_is_named(tmp_path: Path, text: str) -> None:
    with pytest.raises(DatasetError, match=r"some\.yaml"):
        read_golden(write(tmp_path, text))


def test_a_folder_without_questions_is_named(tmp_path: Path) -> None:
    with pytest.raises(DatasetError, match="没有黄金问题"):
        read_golden(tmp_path)


def asked(question: str, **keys: object) -> GoldenQuestion:
    return GoldenQuestion(question, "plain", TODAY, **keys)  # type: ignore[arg-type]


def test_a_right_answer_passes(counter: Knowledge) -> None:
    found = judge(
        counter,
        asked(
            "2024年度缴费基数上限",
            sections=("policy/base#各年度缴费基数",),
            contain=(("24,930", "两万四"),),
            exclude=("25299",),
        ),
    )
    assert (found.rank, found.outcome, found.passed) == (1, "answer", True)
    assert (found.missing, found.violations) == ((), ())


def test_what_is_missing_and_what_is_forbidden_is_named(counter: Knowledge) -> None:
    found = judge(
        counter,
        asked(
            "2024年度缴费基数上限",
            sections=("policy/base#各年度缴费基数",),
            contain=(("99999", "九万"),),
            exclude=("24 930",),
        ),
    )
    assert (found.missing, found.violations, found.passed) == (
        ("99999 / 九万",),
        ("24 930",),
        False,
    )


def test_another_section_or_outcome_fails(counter: Knowledge) -> None:
    wrong_place = judge(counter, asked("2024年缴费基数上限", sections=("policy/nowhere#lead",)))
    answered = judge(counter, asked("2024年度缴费基数上限", outcome="abstention"))
    refused = judge(counter, asked("火星上怎么种土豆", outcome="abstention"))
    assert (wrong_place.rank, wrong_place.passed) == (None, False)
    assert (answered.outcome, answered.passed) == ("answer", False)
    assert (refused.outcome, refused.text, refused.passed) == ("abstention", "", True)


def test_measures_count_each_question_where_it_belongs(counter: Knowledge) -> None:
    told: list[tuple[int, int]] = []
    judgements = judge_all(
        counter,
        [
            asked(
                "2024年度缴费基数上限",
                sections=("policy/base#各年度缴费基数",),
                contain=(("24930",),),
            ),
            asked("2024年度缴费基数上限", sections=("policy/nowhere#lead",), exclude=("24930",)),
            asked("火星上怎么种土豆", outcome="abstention"),
            asked("2024年度缴费基数上限", outcome="abstention"),
        ],
        lambda done, total: told.append((done, total)),
    )
    measures = summarise(judgements)
    assert told[-1] == (4, 4)
    assert (measures.questions, measures.hit_1, measures.hit_3, measures.mrr) == (4, 0.5, 0.5, 0.5)
    assert (measures.must_contain, measures.must_not, measures.passed) == (1.0, 1, 0.5)
    assert (measures.abstention_precision, measures.abstention_recall) == (1.0, 0.5)


def test_measures_of_nothing_are_none() -> None:
    measures = summarise([])
    assert (measures.hit_1, measures.must_contain, measures.abstention_precision) == (None,) * 3


@pytest.fixture(scope="module")
def judgements(library: Knowledge) -> list[Judgement]:
    return judge_all(library, read_golden(GOLDEN), lambda done, total: None)


class TestOurQuestions:
    """The project's golden questions on the project's articles."""

    def test_there_are_enough_of_every_kind_and_each_is_asked_once(self) -> None:
        questions = read_golden(GOLDEN)
        counts = Counter(item.kind for item in questions)
        assert len(questions) >= 400
        assert {kind: counts[kind] for kind in KINDS if counts[kind] < 10} == {}
        repeated = Counter((item.question, item.after, item.asked_on) for item in questions)
        assert [asked for asked, count in repeated.items() if count > 1] == []

    def test_every_section_they_name_exists(self, library: Knowledge) -> None:
        named = {section for item in read_golden(GOLDEN) for section in item.sections}
        known = {passage.section_id for passage in library.engine.passages(sorted(named))}
        assert named - known == set()

    def test_they_do_no_worse_than_before_and_nothing_forbidden_is_said(
        self, judgements: list[Judgement]
    ) -> None:
        measures = summarise(judgements)
        assert measures.hit_1 is not None
        assert measures.hit_3 is not None
        assert measures.hit_1 >= REACHED_HIT_1
        assert measures.hit_3 >= REACHED_HIT_3
        forbidden = [
            (item.question.place, item.violations) for item in judgements if item.violations
        ]
        assert forbidden == []
