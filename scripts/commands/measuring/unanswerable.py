"""`manage.py evaluate --unanswerable`: passages that look right and do not answer, asked what they are about."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from bot.golden import read_golden
from bot.unanswerable import (
    Acceptance,
    Threshold,
    compare,
    judge_golden,
    judge_unanswerable,
    read_unanswerable,
)
from kb.knowledge import Knowledge
from scripts.commands.apart import dataset_apart, indexed_apart
from scripts.commands.options import print_json
from scripts.progress import progress_bar


def evaluate_unanswerable(knowledge: Knowledge, folder: Path, golden: Path, as_json: bool) -> None:
    """Index the passages apart, ask every question and print how many are answered; the golden questions are
    asked of the articles, for the thresholds of the baselines."""
    dataset, questions = read_unanswerable(folder), read_golden(golden)
    with dataset_apart(knowledge, dataset) as apart, progress_bar("问") as show:
        declined = judge_unanswerable(dataset, apart, lambda *done: show("提问", *done))
    with indexed_apart(knowledge) as apart, progress_bar("问") as show:
        accepted = judge_golden(apart, questions, lambda *done: show("黄金问题", *done))
    found = compare(accepted, declined)
    if as_json:
        print_json({"unanswerable": _record(found)})
    else:
        print("\n".join(_lines(folder.name, found)))


def _record(found: Acceptance) -> dict[str, Any]:
    return {
        "questions": found.questions,
        "accepted": round(found.accepted, 4),
        "golden_accepted": round(found.golden, 4),
        "cosine": _threshold(found.cosine),
        "probability": _threshold(found.probability),
    }


def _threshold(item: Threshold) -> dict[str, float]:
    return {
        "threshold": round(item.threshold, 4),
        "accepted": round(item.accepted, 4),
        "golden_accepted": round(item.golden, 4),
    }


def _lines(name: str, found: Acceptance) -> list[str]:
    return [
        f"{name}：{found.questions} 个问题，手头的段落都没有答案",
        "              回答了的  门槛  该答的黄金问题答了",
        f"问知　　　　　{found.accepted:8.3f}         {found.golden:8.3f}",
        f"只看语义相似度{_cells(found.cosine)}",
        f"只看首位概率　{_cells(found.probability)}",
    ]


def _cells(item: Threshold) -> str:
    return f"{item.accepted:8.3f}  {item.threshold:5.3f}  {item.golden:8.3f}"
