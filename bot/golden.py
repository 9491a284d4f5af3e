"""Measures answers on golden questions: as staff type them, with the section and the facts that are right.

A file of golden questions is YAML: `asked_on` (the day that counts as today) and a list `questions` of
entries with the keys of GoldenQuestion. `contain` lists what the answer must say; an item that is itself a
list is met by any of its spellings. `exclude` lists what the answer must never say.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, Literal, get_args

import yaml

from bot.ask import ask
from bot.replay import replay
from bot.types import Answer, Outcome
from kb.errors import DatasetError
from kb.frontmatter_entries import as_date
from kb.knowledge import Knowledge
from kb.search import search
from kb.types import Scope, Turn

GoldenKind = Literal[
    "plain",
    "colloquial",
    "short",
    "typo",
    "code",
    "figure",
    "as_of",
    "follow_up",
    "ambiguous",
    "unknown",
    "out_of_scope",
]
KINDS: tuple[str, ...] = get_args(GoldenKind)
KIND_NAMES: dict[str, str] = {
    "plain": "直接问",
    "colloquial": "口语",
    "short": "简称短词",
    "typo": "错别字",
    "code": "代码文号",
    "figure": "年度数值",
    "as_of": "按时间问",
    "follow_up": "追问",
    "ambiguous": "要反问",
    "unknown": "库里没有",
    "out_of_scope": "范围之外",
}
_OUTCOMES = ("answer", "clarification", "abstention")
_KEYS = frozenset(
    {"question", "kind", "sections", "contain", "exclude", "outcome", "as_of", "after"}
)
_DEPTH = 40
_BLANKS = re.compile(r"\s+|(?<=\d),(?=\d{3})")


@dataclass(frozen=True, slots=True)
class GoldenQuestion:
    """A question with what is right: any of `sections` (`slug#anchor`), all of `contain`, none of `exclude`.

    `after` are the questions asked before it in the same conversation. `asked_on` counts as today.
    """

    question: str
    kind: str
    asked_on: date
    sections: tuple[str, ...] = ()
    contain: tuple[tuple[str, ...], ...] = ()
    exclude: tuple[str, ...] = ()
    outcome: str = "answer"
    after: tuple[str, ...] = ()
    place: str = ""


@dataclass(frozen=True, slots=True)
class Judgement:
    """How one question went: the rank (from 1) of the first right section, and what the answer said."""

    question: GoldenQuestion
    rank: int | None
    found: tuple[str, ...]
    outcome: str
    text: str
    missing: tuple[str, ...]
    violations: tuple[str, ...]

    @property
    def passed(self) -> bool:
        """Whether outcome and text are right, and a right section was among the first three."""
        ranked = not self.question.sections or (self.rank or _DEPTH) <= 3
        right = self.outcome == self.question.outcome
        return ranked and right and not self.missing and not self.violations


@dataclass(frozen=True, slots=True)
class GoldenMeasures:
    """Rates 0..1 over the questions that each concerns; None where it concerns none. `must_not` is a count."""

    questions: int
    hit_1: float | None
    hit_3: float | None
    mrr: float | None
    must_contain: float | None
    must_not: int
    abstention_precision: float | None
    abstention_recall: float | None
    passed: float | None


def read_golden(folder: Path) -> list[GoldenQuestion]:
    """Read every `*.yaml` of a folder. Raises DatasetError, naming file and question, for what is wrong."""
    paths = sorted(folder.glob("*.yaml"))
    if not paths:
        raise DatasetError(f"目录 {folder} 里没有黄金问题", "放入 *.yaml，写法见 tests/golden")
    return [question for path in paths for question in _read_file(path)]


def _read_file(path: Path) -> Iterator[GoldenQuestion]:
    try:
        content = yaml.load(path.read_text("utf-8"), Loader=yaml.BaseLoader)  # noqa: S506 - text only
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise DatasetError(f"{path.name} 读不出来：{error}", "检查缩进、冒号和引号") from error
    asked_on = as_date(str(content.get("asked_on", ""))) if isinstance(content, dict) else None
    entries = content.get("questions") if isinstance(content, dict) else None
    if asked_on is None or not isinstance(entries, list):
        raise DatasetError(f"{path.name} 缺少 asked_on 或 questions", "照 tests/golden 的写法补上")
    for number, entry in enumerate(entries, 1):
        yield _question(entry, asked_on, f"{path.name} 第 {number} 题")


def _question(entry: Any, asked_on: date, place: str) -> GoldenQuestion:
    wrong = _complaint(entry)
    if wrong:
        raise DatasetError(f"{place}{wrong}", "照 tests/golden 的写法改正")
    return GoldenQuestion(
        question=entry["question"],
        kind=entry["kind"],
        asked_on=as_date(entry.get("as_of", "")) or asked_on,
        sections=tuple(entry.get("sections", ())),
        contain=tuple(
            (item,) if isinstance(item, str) else tuple(item) for item in entry.get("contain", ())
        ),
        exclude=tuple(entry.get("exclude", ())),
        outcome=entry.get("outcome", "answer"),
        after=tuple(entry.get("after", ())),
        place=place,
    )


def _complaint(entry: Any) -> str:
    """What is wrong with an entry; empty when nothing is."""
    if not isinstance(entry, dict) or not isinstance(entry.get("question"), str):
        return "缺少 question"
    unknown = ", ".join(sorted(map(str, entry.keys() - _KEYS)))
    lists = ("sections", "contain", "exclude", "after")
    checks = {
        f"有不认识的项 {unknown}": bool(unknown),
        f"的 kind 不在 {'、'.join(KINDS)} 里": entry.get("kind") not in KINDS,
        f"的 outcome 不在 {'、'.join(_OUTCOMES)} 里": entry.get("outcome", "answer")
        not in _OUTCOMES,
        "的 as_of 不是日期": "as_of" in entry and as_date(entry["as_of"]) is None,
        "要回答，却没有写 sections": entry.get("outcome", "answer") == "answer"
        and not entry.get("sections"),
    } | {f"的 {key} 要写成列表": not isinstance(entry.get(key, []), list) for key in lists}
    return next((message for message, failed in checks.items() if failed), "")


def judge(knowledge: Knowledge, question: GoldenQuestion) -> Judgement:
    """Ask one golden question and compare."""
    scope = Scope(as_of=question.asked_on)
    history = replay(knowledge, question.after, scope)
    found = sections_found(knowledge, question, question.question, history)
    outcome = ask(knowledge, question.question, scope, history)
    text = _said(outcome)
    compared = folded(text)
    return Judgement(
        question=question,
        rank=rank_of(question, found),
        found=found[:3],
        outcome=outcome.outcome,
        text=text,
        missing=missing_from(question, text),
        violations=tuple(word for word in question.exclude if folded(word) in compared),
    )


def missing_from(question: GoldenQuestion, text: str) -> tuple[str, ...]:
    """The statements of `contain` that a text does not make in any of their spellings."""
    compared = folded(text)
    return tuple(
        " / ".join(spellings)
        for spellings in question.contain
        if not any(folded(spelling) in compared for spelling in spellings)
    )


def sections_found(
    knowledge: Knowledge, question: GoldenQuestion, text: str, history: Sequence[Turn]
) -> tuple[str, ...]:
    """The sections found, best first, when a golden question is put in the words of `text`."""
    hits = search(knowledge, text, Scope(as_of=question.asked_on), _DEPTH, history).hits
    return tuple(hit.passage.section_id for hit in hits)


def rank_of(question: GoldenQuestion, found: Sequence[str]) -> int | None:
    """The rank (from 1) of the first right section; None when none was found."""
    ranks = (rank for rank, section in enumerate(found, 1) if section in question.sections)
    return next(ranks, None)


def judge_all(
    knowledge: Knowledge,
    questions: Sequence[GoldenQuestion],
    progress: Callable[[int, int], None],
) -> list[Judgement]:
    """Judge every question; `progress` is told how many of how many are done."""
    judgements = []
    for number, question in enumerate(questions, 1):
        judgements.append(judge(knowledge, question))
        progress(number, len(questions))
    return judgements


def summarise(judgements: Sequence[Judgement]) -> GoldenMeasures:
    """The measures over some judgements."""
    sought = [item for item in judgements if item.question.sections]
    stating = [item for item in judgements if item.question.contain]
    abstained = [item for item in judgements if item.outcome == "abstention"]
    should = [item for item in judgements if item.question.outcome == "abstention"]
    both = sum(item.outcome == "abstention" for item in should)
    return GoldenMeasures(
        questions=len(judgements),
        hit_1=_rate([item.rank == 1 for item in sought]),
        hit_3=_rate([(item.rank or _DEPTH) <= 3 for item in sought]),
        mrr=_rate([1 / item.rank if item.rank else 0.0 for item in sought]),
        must_contain=_rate([item.outcome == "answer" and not item.missing for item in stating]),
        must_not=sum(bool(item.violations) for item in judgements),
        abstention_precision=both / len(abstained) if abstained else None,
        abstention_recall=both / len(should) if should else None,
        passed=_rate([item.passed for item in judgements]),
    )


def _rate(values: Sequence[float]) -> float | None:
    return sum(values) / len(values) if values else None


def _said(outcome: Outcome) -> str:
    """What an outcome states: the lines of an answer; the others state nothing."""
    return "\n".join(line.text for line in outcome.lines) if isinstance(outcome, Answer) else ""


def folded(text: str) -> str:
    """A text as it is compared: one width, no blanks, no commas inside numbers."""
    return _BLANKS.sub("", unicodedata.normalize("NFKC", text)).lower()
