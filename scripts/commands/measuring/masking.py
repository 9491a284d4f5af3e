"""`manage.py evaluate --masking`: how well personal data is hidden, on made-up questions."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from kb.masking import find
from kb.masking_evaluation import TEXTS, Measured, Tally, examples, measure
from scripts.commands.options import print_json
from scripts.progress import progress_bar

_SHOWN = 3


def evaluate_masking(seed: int, as_json: bool) -> None:
    """Make up the questions of a seed, look for what is personal in each, and print what came out by kind."""
    made = examples(seed)
    with progress_bar("条") as show:
        found = measure(find, made, lambda *done: show("隐去个人信息", *done))
    if as_json:
        print_json({"masking": _record(seed, found)})
    else:
        print("\n".join(_lines(seed, found)))


def _record(seed: int, found: Measured) -> dict[str, Any]:
    return {
        "seed": seed,
        "texts": TEXTS,
        "recall": round(found.recall, 4),
        "false_masks": round(found.false_masks, 4),
        "other_words": round(found.other_words, 4),
        "personal": _by_kind(found.personal, "missed"),
        "harmless": _by_kind(found.harmless, "masked"),
    }


def _by_kind(tallies: Mapping[str, Tally], name: str) -> dict[str, dict[str, int]]:
    return {
        kind: {"total": tallies[kind].total, name: len(tallies[kind].wrong)}
        for kind in sorted(tallies)
    }


def _lines(seed: int, found: Measured) -> list[str]:
    return [
        f"{TEXTS} 条编造的问题（种子 {seed}）",
        f"个人信息全部隐去的占 {found.recall:.2%}",
        *_table(found.personal, "漏掉"),
        f"不是个人信息却被隐去的占 {found.false_masks:.2%}",
        *_table(found.harmless, "误隐"),
    ]


def _table(tallies: Mapping[str, Tally], title: str) -> list[str]:
    lines = [f"  {'种类':　<14}  总数  {title}"]
    for kind in sorted(tallies):
        tally = tallies[kind]
        lines.append(f"  {kind:　<14}{tally.total:6d}{len(tally.wrong):6d}")
        lines += [f"    {example!r}" for example in tally.wrong[:_SHOWN]]
    return lines
