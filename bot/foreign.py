"""Questions that the library must not answer: read from a folder, asked, and counted by what came of them."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bot.ask import ask
from bot.talk import slugs_of
from kb.errors import BadQuestion, DatasetError
from kb.knowledge import Knowledge
from kb.types import Scope

_FILES = (("queries.jsonl", "text"), ("items.jsonl", "question"))
"""A folder holds one of these files; a line of it holds its question under this key."""


@dataclass(frozen=True, slots=True)
class Foreign:
    """A question of something else; `tier` says how far from the library it is."""

    question: str
    tier: str


@dataclass(frozen=True, slots=True)
class Reception:
    """What became of a foreign question; `slugs` are the articles shown with it, best first."""

    foreign: Foreign
    outcome: str
    confidence: float
    slugs: tuple[str, ...]


def read_foreign(folder: Path) -> list[Foreign]:
    """Read `queries.jsonl` (key `text`, and `tier` if it has one) or `items.jsonl` (key `question`).

    Without tiers the folder's name is the tier. Raises DatasetError.
    """
    found = next((item for item in _FILES if (folder / item[0]).is_file()), None)
    if found is None:
        raise DatasetError(
            f"目录 {folder} 里没有不该回答的问题", "放入 queries.jsonl 或 items.jsonl"
        )
    name, key = found
    rows = read_lines(folder / name, (key,))
    return [Foreign(str(row[key]), str(row.get("tier", folder.name))) for row in rows]


def read_lines(path: Path, keys: Sequence[str]) -> list[Mapping[str, Any]]:
    """The objects of a JSONL file, all with text under these keys. Raises DatasetError, naming the line."""
    remedy = f"每行一个 JSON 对象，要有 {'、'.join(keys)}"
    try:
        lines = path.read_text("utf-8").split("\n")
    except (OSError, UnicodeDecodeError) as error:
        raise DatasetError(f"{path} 读不出来：{error}", remedy) from error
    rows = []
    for number, line in enumerate(lines, 1):
        row = _row(line) if line.strip() else {}
        if line.strip() and not all(isinstance(row.get(key), str) for key in keys):
            raise DatasetError(f"{path} 第 {number} 行的格式不对", remedy)
        rows += [row] if row else []
    if not rows:
        raise DatasetError(f"{path} 里没有问题", remedy)
    return rows


def _row(line: str) -> Mapping[str, Any]:
    """The object of a line; an empty one where the line is no object."""
    try:
        row = json.loads(line)
    except ValueError:
        return {}
    return row if isinstance(row, dict) else {}


def ask_foreign(
    knowledge: Knowledge,
    questions: Sequence[Foreign],
    scope: Scope,
    progress: Callable[[int, int], None],
) -> list[Reception]:
    """Ask every question as a reader would; one that cannot be processed counts as an abstention."""
    received = []
    for number, foreign in enumerate(questions, 1):
        received.append(_ask(knowledge, foreign, scope))
        progress(number, len(questions))
    return received


def _ask(knowledge: Knowledge, foreign: Foreign, scope: Scope) -> Reception:
    try:
        outcome = ask(knowledge, foreign.question, scope)
    except BadQuestion:
        return Reception(foreign, "abstention", 0.0, ())
    return Reception(foreign, outcome.outcome, outcome.confidence, slugs_of(outcome))


def count_by_tier(received: Sequence[Reception]) -> dict[str, Counter[str]]:
    """How often each outcome came, by tier, in the order of the tiers' names."""
    tiers = sorted({item.foreign.tier for item in received})
    return {
        tier: Counter(item.outcome for item in received if item.foreign.tier == tier)
        for tier in tiers
    }
