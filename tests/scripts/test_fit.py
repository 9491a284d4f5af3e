"""`manage.py fit` on a small library: every part learns, says how well it does, and writes only when asked to."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import pytest

from bot.confidence import LEARNED, model
from bot.evidence import picker
from bot.evidence.measures import MEASURES
from kb import centring, document_order, reranker, shortlist
from kb.features import DOCUMENT_FEATURES, FEATURES, SCORE_FEATURES
from scripts.commands.fitting import confidence, sections, units
from tests.scripts.conftest import Manage
from tests.scripts.datasets import write_dataset, write_lines

GOLDEN = """\
asked_on: 2026-11-22
questions:
  - {question: 失业金最长领多久, kind: plain, sections: [policy/unemployment#lead], contain: [二十四个月]}
  - {question: 失业保险金能领几个月, kind: plain, sections: [policy/unemployment#lead], contain: [二十四个月]}
  - {question: 满五年以内失业金怎么算, kind: plain, sections: [policy/unemployment#怎么算], contain: [六个月]}
  - {question: 端口没有监听怎么处理, kind: plain, sections: [playbook/ora-12541#处理], contain: [请库侧启动]}
  - {question: 无监听找谁启动, kind: plain, sections: [playbook/ora-12541#处理], contain: [请库侧启动]}
  - {question: 无监听先看什么, kind: plain, sections: [playbook/ora-12541#lead], contain: [先测端口]}
  - {question: 失业金最少领几个月, kind: plain, sections: [policy/unemployment#lead], contain: [三个月]}
  - {question: 监听没有启动怎么办, kind: plain, sections: [playbook/ora-12541#处理], contain: [请库侧启动]}
"""
FOREIGN = ["今天天气怎么样", "火星上怎么种土豆", "红烧肉怎么做才好吃", "世界杯是哪一年开始的"]
KEPT = (
    shortlist.WEIGHTS_PATH,
    reranker.WEIGHTS_PATH,
    document_order.ORDER_PATH,
    picker.WEIGHTS_PATH,
    model.WEIGHTS_PATH,
    centring.CENTRES_PATH,
)


@pytest.fixture
def golden(tmp_path: Path) -> str:
    folder = tmp_path / "golden"
    folder.mkdir()
    (folder / "some.yaml").write_text(GOLDEN, encoding="utf-8")
    return str(folder)


@pytest.fixture
def foreign(tmp_path: Path) -> str:
    rows = [{"text": text, "tier": "chat"} for text in (*FOREIGN, *FOREIGN)]
    return str(write_lines(tmp_path / "foreign" / "queries.jsonl", rows).parent)


def fingerprints() -> list[str]:
    return [hashlib.sha256(path.read_bytes()).hexdigest() for path in KEPT]


def test_sections_are_learned_and_judged_by_folds(manage_cli: Manage, golden: str) -> None:
    before = fingerprints()
    body = json.loads(manage_cli("fit", "sections", "--golden", golden, "--json").out)
    assert set(body["weights"]) == set(FEATURES)
    assert body["held_out"]["questions"] == 8
    assert 0 <= body["held_out"]["hit@1"] <= body["held_out"]["hit@3"] <= 1
    assert fingerprints() == before


def test_what_is_read_is_learned_apart_from_the_order(manage_cli: Manage, golden: str) -> None:
    before = fingerprints()
    body = json.loads(manage_cli("fit", "shortlist", "--golden", golden, "--json").out)
    assert set(body["weights"]) == set(SCORE_FEATURES)
    assert body["held_out"] == {"questions": 8, "read": 1.0}
    assert fingerprints() == before


def test_documents_are_learned_from_data_sets_and_judged_by_halves(
    manage_cli: Manage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = fingerprints()
    arguments = ("fit", "documents", "--documents", str(write_dataset(tmp_path / "small")))
    halves = json.loads(manage_cli(*arguments, "--json").out)["held_out"]["small"]
    assert set(halves) == {"fused", "own", "joint"}
    assert all(0 < half <= 1 for pair in halves.values() for half in pair)
    assert halves["own"] == halves["joint"]  # of one data set
    assert fingerprints() == before
    monkeypatch.setattr(document_order, "ORDER_PATH", tmp_path / "order.json")
    assert "已写入" in manage_cli(*arguments, "--write").out
    kept = json.loads((tmp_path / "order.json").read_text("utf-8"))
    assert set(kept["weights"]) == set(DOCUMENT_FEATURES)
    document_order.document_order.cache_clear()


def test_documents_are_not_learned_from_nothing(manage_cli: Manage) -> None:
    ended = manage_cli("fit", "documents")
    assert ended.status == 1
    assert "--documents" in ended.err


def test_units_are_learned_from_golden_questions_and_from_marked_answers(
    manage_cli: Manage, golden: str, tmp_path: Path
) -> None:
    before = fingerprints()
    dataset = write_dataset(tmp_path / "marked")
    alone = json.loads(manage_cli("fit", "units", "--golden", golden, "--json").out)
    ended = manage_cli("fit", "units", "--golden", golden, "--answers", str(dataset), "--json")
    both = json.loads(ended.out)
    assert set(alone["weights"]) == set(both["weights"]) == set(MEASURES)
    assert alone["weights"] != both["weights"]
    assert alone["held_out"]["halves"] == {}
    assert alone["held_out"]["sections"] == both["held_out"]["sections"] >= 4
    assert 0 <= both["held_out"]["golden"] <= 1
    assert [len(pair) for pair in both["held_out"]["halves"].values()] == [2]
    assert fingerprints() == before


def test_a_data_set_without_marked_answers_teaches_no_units(
    manage_cli: Manage, golden: str, tmp_path: Path
) -> None:
    folder = write_dataset(tmp_path / "bare", answers=False)
    ended = manage_cli("fit", "units", "--golden", golden, "--answers", str(folder))
    assert ended.status == 1
    assert "没有标出答案" in ended.err


def test_confidence_is_learned_from_what_is_answered_and_what_must_not_be(
    manage_cli: Manage, golden: str, foreign: str
) -> None:
    before = fingerprints()
    arguments = ("fit", "confidence", "--golden", golden, "--foreign", foreign)
    body = json.loads(manage_cli(*arguments, "--json").out)
    assert set(body["weights"]) == {"intercept", *LEARNED}
    assert body["held_out"]["answerable"]["questions"] == 8
    assert body["held_out"]["foreign"] == {"questions": 8, "answered": 0.0}
    assert body["held_out"]["answerable"]["answered"] > 0.5
    assert body["learned_from"]["foreign"] > 0
    for item in body["reliability"]:
        assert item["from"] <= item["confidence"] <= item["from"] + 0.1 + 1e-9
        assert item["right"] <= item["answerable"]
    assert fingerprints() == before
    assert "小节对的" in manage_cli(*arguments).out


def test_confidence_is_not_learned_from_answers_alone(manage_cli: Manage, golden: str) -> None:
    ended = manage_cli("fit", "confidence", "--golden", golden)
    assert ended.status == 1
    assert "--foreign" in ended.err


@pytest.mark.parametrize("part", ["sections", "units", "confidence"])
def test_weights_are_written_only_when_asked_to(
    manage_cli: Manage,
    golden: str,
    foreign: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    part: str,
) -> None:
    module = {"sections": sections, "units": units, "confidence": confidence}[part]
    kept = tmp_path / "weights.json"
    monkeypatch.setattr(module, "WEIGHTS_PATH", kept)
    arguments = ["fit", part, "--golden", golden]
    arguments += ["--foreign", foreign] if part == "confidence" else []
    learned = json.loads(manage_cli(*arguments, "--json").out)["weights"]
    assert not kept.exists()
    assert f"已写入 {kept}" in manage_cli(*arguments, "--write").out
    assert (
        json.loads(kept.read_text("utf-8")) == learned
    )  # the same questions teach the same weights


def test_centres_are_computed_from_all_passages_and_not_written_unasked(manage_cli: Manage) -> None:
    before = fingerprints()
    body = json.loads(manage_cli("fit", "centres", "--json").out)
    assert body == {"passages": 5, "questions": 1}
    assert fingerprints() == before


def test_it_must_be_said_what_to_learn(manage_cli: Manage) -> None:
    assert manage_cli("fit").status == 2
    assert "units" in manage_cli("fit", "everything").err
    assert "--answers" in manage_cli("fit", "units", "--help").out
