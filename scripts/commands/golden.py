"""The golden part of `manage.py evaluate`: the library as it lies on disk, asked what staff ask."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from bot.golden import (
    KIND_NAMES,
    KINDS,
    GoldenMeasures,
    Judgement,
    judge_all,
    read_golden,
    summarise,
)
from kb.knowledge import Knowledge
from scripts.commands.apart import indexed_apart
from scripts.commands.measuring.orders import golden_ablation, order_lines
from scripts.commands.options import print_json
from scripts.environment import ROOT
from scripts.progress import progress_bar

GOLDEN_FOLDER = ROOT / "tests" / "golden"
Figures = dict[str, float | None]
"""The measures by their names in JSON, rounded; a count is an int."""

_RATES = {
    "hit@1": "hit_1",
    "hit@3": "hit_3",
    "mrr": "mrr",
    "must_contain": "must_contain",
    "must_not": "must_not",
    "abstention_precision": "abstention_precision",
    "abstention_recall": "abstention_recall",
}


def evaluate_golden(knowledge: Knowledge, folder: Path, ablate: bool, as_json: bool) -> None:
    """Index the articles apart from what is served, ask every golden question and print what came out; with
    `ablate` also what simpler searches find, and what each group of features is worth."""
    questions = read_golden(folder)
    with indexed_apart(knowledge) as apart:
        with progress_bar("问") as show:
            judgements = judge_all(apart, questions, lambda *done: show("提问", *done))
        with progress_bar("问") as show:
            orders = golden_ablation(apart, questions, show) if ablate else {}
    failing = [item for item in judgements if not item.passed]
    if as_json:
        record = {"golden": _record(judgements), "failing": list(map(_failure, failing))}
        print_json(record | ({"ablation": orders} if ablate else {}))
    else:
        print("\n".join([*_table(judgements), *_failure_lines(failing), *order_lines(orders)]))


def _by_kind(judgements: Sequence[Judgement]) -> dict[str, list[Judgement]]:
    grouped = {kind: [item for item in judgements if item.question.kind == kind] for kind in KINDS}
    return {kind: items for kind, items in grouped.items() if items}


def _record(judgements: Sequence[Judgement]) -> dict[str, Any]:
    by_kind = {kind: figures_of(summarise(items)) for kind, items in _by_kind(judgements).items()}
    return {**figures_of(summarise(judgements)), "by_kind": by_kind}


def figures_of(measures: GoldenMeasures) -> Figures:
    """The measures as they are printed."""
    values = {name: getattr(measures, attribute) for name, attribute in _RATES.items()}
    rounded = {
        name: round(value, 4) if isinstance(value, float) else value
        for name, value in values.items()
    }
    return {"questions": measures.questions, **rounded}


def _failure(item: Judgement) -> dict[str, Any]:
    return {
        "place": item.question.place,
        "question": item.question.question,
        "kind": item.question.kind,
        "expected": list(item.question.sections) or item.question.outcome,
        "found": list(item.found),
        "rank": item.rank,
        "outcome": item.outcome,
        "missing": list(item.missing),
        "violations": list(item.violations),
    }


def _table(judgements: Sequence[Judgement]) -> list[str]:
    lines = ["种类　　　　  题数  hit@1  hit@3   MRR  应含  不该含  弃答准  弃答全  通过"]
    for kind, items in _by_kind(judgements).items():
        lines.append(_row(KIND_NAMES[kind], summarise(items)))
    return [*lines, _row("全部", summarise(judgements))]


def _row(name: str, measures: GoldenMeasures) -> str:
    rates = [
        measures.hit_1,
        measures.hit_3,
        measures.mrr,
        measures.must_contain,
        measures.must_not,
        measures.abstention_precision,
        measures.abstention_recall,
        measures.passed,
    ]
    return f"{name:　<6} {measures.questions:5d}  {'  '.join(map(_cell, rates))}"


def _cell(value: float | None) -> str:
    if value is None:
        return "    –"
    return f"{value:5d}" if isinstance(value, int) else f"{value:5.3f}"


def _failure_lines(failing: Sequence[Judgement]) -> list[str]:
    if not failing:
        return ["全部通过"]
    lines = [f"没有通过的 {len(failing)} 题："]
    for item in failing:
        lines.append(
            f"  {item.question.place}（{KIND_NAMES[item.question.kind]}）{item.question.question}"
        )
        lines += [f"      {text}" for text in _reasons(item)]
    return lines


def _reasons(item: Judgement) -> list[str]:
    question = item.question
    reasons = []
    if item.outcome != question.outcome:
        reasons.append(f"应为 {question.outcome}，实为 {item.outcome}")
    if question.sections and (item.rank or 99) > 3:
        reasons.append(f"应找到 {'、'.join(question.sections)}，实为 {'、'.join(item.found)}")
    if item.missing:
        reasons.append(f"答案里没有：{'；'.join(item.missing)}")
    if item.violations:
        reasons.append(f"答案里不该有：{'；'.join(item.violations)}")
    return reasons
