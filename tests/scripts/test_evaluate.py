"""`manage.py evaluate` on small data sets: evidence, questions to decline, and what each part is worth."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from bot.unanswerable import Verdict, compare
from kb.ablation import BASELINES, GROUPS
from kb.features import DOCUMENT_FEATURES, FEATURES
from tests.scripts.conftest import Manage
from tests.scripts.datasets import write_dataset, write_lines

GOLDEN = """\
asked_on: 2026-11-22
questions:
  - {question: 失业金最长领多久, kind: plain, sections: [policy/unemployment#lead]}
  - {question: 端口没有监听怎么处理, kind: plain, sections: [playbook/ora-12541#处理]}
  - {question: 失业金最长领多久, kind: plain, sections: [policy/gone#lead]}
"""


@pytest.fixture
def golden(tmp_path: Path) -> str:
    folder = tmp_path / "golden"
    folder.mkdir()
    (folder / "some.yaml").write_text(GOLDEN, encoding="utf-8")
    return str(folder)


def test_evidence_is_measured_where_answers_are_marked(manage_cli: Manage, tmp_path: Path) -> None:
    body = json.loads(manage_cli("evaluate", str(write_dataset(tmp_path / "some")), "--json").out)
    evidence = body["evidence"]
    assert list(evidence) == ["quote", "key", "sentence", "extended"]
    assert evidence["quote"]["answered"] == 1.0  # the documents are shorter than a quote
    assert evidence["extended"]["answered"] == 1.0
    assert evidence["sentence"]["answered"] >= 0.5
    assert evidence["key"]["characters"] < evidence["quote"]["characters"] <= 160


def test_without_marked_answers_only_retrieval_is_measured(
    manage_cli: Manage, tmp_path: Path
) -> None:
    folder = write_dataset(tmp_path / "bare", answers=False)
    body = json.loads(manage_cli("evaluate", str(folder), "--json").out)
    assert set(body) == {"dataset", "keyword", "nearest", "hybrid", "p50_ms", "p95_ms"}


def test_simpler_searches_are_measured_beside_the_whole_one(
    manage_cli: Manage, tmp_path: Path
) -> None:
    folder = str(write_dataset(tmp_path / "some"))
    body = json.loads(manage_cli("evaluate", folder, "--ablate", "--json").out)
    orders = body["ablation"]
    assert list(orders) == [*BASELINES, "search", "without"]
    assert list(orders["without"]) == list(GROUPS)
    assert (orders["bm25"], orders["nearest"]) == (body["keyword"], body["nearest"])
    assert orders["search"] == body["hybrid"]
    printed = manage_cli("evaluate", folder, "--ablate").out
    assert "只用关键词（BM25）" in printed
    assert "去掉：字词覆盖" in printed


def test_golden_questions_tell_what_each_group_of_features_is_worth(
    manage_cli: Manage, golden: str
) -> None:
    body = json.loads(manage_cli("evaluate", "--golden", golden, "--ablate", "--json").out)
    whole = body["ablation"]["search"]
    assert whole["hit@1"] == body["golden"]["hit@1"]
    assert whole["hit@3"] == body["golden"]["hit@3"] == pytest.approx(2 / 3, abs=1e-3)
    assert set(body["ablation"]["without"]) == set(GROUPS)
    assert "ablation" not in json.loads(manage_cli("evaluate", "--golden", golden, "--json").out)


def test_every_feature_stands_in_one_group() -> None:
    grouped = [name for names in GROUPS.values() for name in names]
    assert sorted(grouped) == sorted({*FEATURES, *DOCUMENT_FEATURES})


def test_foreign_questions_are_counted_by_tier_and_answers_to_them_listed(
    manage_cli: Manage, tmp_path: Path
) -> None:
    rows = [
        {"text": "火星上怎么种土豆", "tier": "far"},
        {"text": "？？？", "tier": "far"},
        {"text": "失业金能领几个月", "tier": "near"},
    ]
    folder = str(write_lines(tmp_path / "foreign" / "queries.jsonl", rows).parent)
    arguments = ("evaluate", "--foreign", folder, "--as-of", "2026-06-01")
    body = json.loads(manage_cli(*arguments, "--json").out)
    tiers = body["foreign"]["by_tier"]
    assert tiers["far"] == {"questions": 2, "answer": 0.0, "clarification": 0.0, "abstention": 1.0}
    assert tiers["near"]["answer"] == 1.0
    assert body["foreign"]["answer"] == pytest.approx(1 / 3, abs=1e-3)
    assert [item["question"] for item in body["answered"]] == ["失业金能领几个月"]
    assert body["answered"][0]["articles"][0] == "policy/unemployment"
    assert "失业金能领几个月（near" in manage_cli(*arguments).out


def test_foreign_questions_may_lie_in_items(manage_cli: Manage, tmp_path: Path) -> None:
    rows = [{"question": "火星上怎么种土豆"}]
    folder = write_lines(tmp_path / "mars" / "items.jsonl", rows).parent
    body = json.loads(manage_cli("evaluate", "--foreign", str(folder), "--json").out)
    assert list(body["foreign"]["by_tier"]) == ["mars"]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (None, "没有不该回答的问题"),
        ("\n", "里没有问题"),
        ('{"text": "问"}\n{"text": 1}\n', "第 2 行"),
        ('{"text": "问"}\n\n[]\n', "第 3 行"),
    ],
)
def test_what_is_wrong_with_foreign_questions_is_said(
    manage_cli: Manage, tmp_path: Path, content: str | None, said: str
) -> None:
    if content is not None:
        (tmp_path / "queries.jsonl").write_text(content, encoding="utf-8")
    ended = manage_cli("evaluate", "--foreign", str(tmp_path))
    assert ended.status == 1
    assert said in ended.err


def test_passages_without_an_answer_are_asked_beside_thresholds_of_scores(
    manage_cli: Manage, golden: str, tmp_path: Path
) -> None:
    rows = [
        {"question": "这道菜要炖几小时", "title": "炖菜", "passage": "炖菜先焯水，再小火慢炖。"},
        {"question": "桥上能走几吨的车", "title": "古桥", "passage": "古桥在城南，横跨剡溪。"},
    ]
    folder = write_lines(tmp_path / "without" / "items.jsonl", rows).parent
    arguments = ("evaluate", "--golden", golden, "--unanswerable", str(folder))
    out = manage_cli(*arguments[:1], *arguments[3:], "--golden", golden).out
    assert "只看语义相似度" in out
    found = json.loads("{" + manage_cli(*arguments, "--json").out.rpartition("\n{")[2])
    body = found["unanswerable"]
    assert body["questions"] == 2
    assert body["accepted"] in (0.0, 0.5, 1.0)
    assert -1 <= body["cosine"]["threshold"] <= 1
    assert body["probability"]["golden_accepted"] == 1.0  # of three questions none may be lost


def test_a_threshold_keeps_19_of_20_golden_questions() -> None:
    golden = [Verdict(True, place / 100, place / 100) for place in range(1, 21)]
    others = [Verdict(False, 0.02, 0.015), Verdict(True, 0.01, 0.5)]
    found = compare(golden, others)
    assert (found.cosine.threshold, found.cosine.golden) == (0.01, 1.0)
    golden = [Verdict(True, place / 100, place / 100) for place in range(1, 41)]
    found = compare(golden, others)
    assert (found.cosine.threshold, found.cosine.golden) == (0.02, 0.975)
    assert (found.cosine.accepted, found.probability.accepted) == (0.5, 0.5)
    assert (found.accepted, found.golden) == (0.5, 1.0)


def test_masking_is_measured_by_kind_and_seed(manage_cli: Manage) -> None:
    found = json.loads(manage_cli("evaluate", "--masking", "--seed", "9", "--json").out)["masking"]
    assert (found["seed"], found["texts"]) == (9, 2000)
    assert found["recall"] >= 0.995
    assert found["false_masks"] <= 0.005
    assert found["personal"]["身份证号（18位）"]["missed"] == 0
    assert found["harmless"]["文号"]["total"] > 100
    assert "种子 9" in manage_cli("evaluate", "--masking", "--seed", "9").out
