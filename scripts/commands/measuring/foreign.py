"""`manage.py evaluate --foreign`: the own articles, asked what they must not answer."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

from bot.foreign import Reception, ask_foreign, count_by_tier, read_foreign
from kb.knowledge import Knowledge
from kb.types import Scope
from scripts.commands.apart import indexed_apart
from scripts.commands.options import print_json
from scripts.progress import progress_bar

_OUTCOMES = ("answer", "clarification", "abstention")


def evaluate_foreign(
    knowledge: Knowledge, folders: Sequence[Path], day: date, as_json: bool
) -> None:
    """Index the articles apart from what is served, ask every question on a day and print what came out."""
    questions = [item for folder in folders for item in read_foreign(folder)]
    with indexed_apart(knowledge) as apart, progress_bar("问") as show:
        scope = Scope(as_of=day)
        received = ask_foreign(apart, questions, scope, lambda *done: show("提问", *done))
    answered = [item for item in received if item.outcome == "answer"]
    tiers = count_by_tier(received)
    if as_json:
        print_json({"foreign": _record(tiers), "answered": list(map(_answered, answered))})
    else:
        print("\n".join([*_table(tiers), *_answered_lines(answered)]))


def _record(tiers: Mapping[str, Counter[str]]) -> dict[str, Any]:
    by_tier = {name: _rates(counts) for name, counts in tiers.items()}
    return {**_rates(sum(tiers.values(), Counter())), "by_tier": by_tier}


def _rates(counts: Counter[str]) -> dict[str, Any]:
    total = counts.total()
    return {"questions": total} | {name: round(counts[name] / total, 4) for name in _OUTCOMES}


def _answered(item: Reception) -> dict[str, Any]:
    return {
        "tier": item.foreign.tier,
        "question": item.foreign.question,
        "confidence": round(item.confidence, 4),
        "articles": list(item.slugs),
    }


def _table(tiers: Mapping[str, Counter[str]]) -> list[str]:
    lines = ["类别　　　　　　　题数  回答  反问  弃答  回答的占"]
    every = {**tiers, "全部": sum(tiers.values(), Counter[str]())}
    for name, counts in every.items():
        cells = "  ".join(f"{counts[outcome]:4d}" for outcome in _OUTCOMES)
        share = counts["answer"] / counts.total()
        lines.append(f"{name:18}{counts.total():4d}  {cells}  {share:8.3f}")
    return lines


def _answered_lines(answered: Sequence[Reception]) -> list[str]:
    if not answered:
        return ["一题也没有回答"]
    lines = [f"回答了的 {len(answered)} 题："]
    for item in sorted(answered, key=lambda item: -item.confidence):
        where = item.slugs[0] if item.slugs else ""
        lines.append(
            f"  {item.foreign.question}（{item.foreign.tier}，{item.confidence:.2f}，{where}）"
        )
    return lines
