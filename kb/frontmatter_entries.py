"""Reads those keys of an article's head whose items have keys of their own: sources, reading path, quiz."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from kb.sentences import squeeze
from kb.types import Finding, QuizItem, Reading, SectionQuestions, Source

NOTHING = ("", "~", "null")
"""What a YAML value may be to mean that nothing is given."""

ENTRIES: dict[str, frozenset[str]] = {
    "sources": frozenset({"title", "number", "date", "url", "note", "covers"}),
    "reading": frozenset({"article", "why"}),
    "quiz": frozenset({"question", "choices", "answer", "cites", "because"}),
}
"""The keys of the head that hold a list of entries, with the keys that an entry may have."""

_LISTS = frozenset({"covers", "choices"})
_FIRST = {"sources": "title", "reading": "article", "quiz": "question"}


@dataclass
class Head:
    """Collects the values and Findings of one article's head while it is read.

    `text` is the YAML as written; it begins on line `first` of the file.
    """

    path: str
    text: str
    first: int
    values: dict[str, Any] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)

    def line_of(self, key: str) -> int:
        pattern = re.compile(rf"\s*{re.escape(key)}\s*:")
        lines = enumerate(self.text.split("\n"), self.first)
        return next((number for number, line in lines if pattern.match(line)), 1)

    def error(self, key: str, message: str) -> None:
        self.findings.append(Finding(self.path, self.line_of(key), message))

    def warn(self, key: str, message: str) -> None:
        self.findings.append(Finding(self.path, self.line_of(key), message, "warning"))


def as_date(value: str) -> date | None:
    """The day that a text in ISO form names; None for anything else."""
    try:
        return datetime.fromisoformat(value.strip()).date()
    except ValueError:
        return None


def read_entries(head: Head, key: str, value: Any) -> tuple[Any, ...]:
    """The entries of a key of `ENTRIES`, as Sources, Readings or QuizItems; what is wrong goes to `head`."""
    items = value if isinstance(value, list) else [value]
    return tuple(_build(head, key, _texts(head, key, item)) for item in items)


def read_section_questions(head: Head, value: Any) -> tuple[SectionQuestions, ...]:
    """The questions of sections, written as a mapping of headings to questions."""
    key = "section_questions"
    if not isinstance(value, dict):
        head.warn(key, f"{key} 要写成“标题: [问法, 问法]”的样子，已忽略")
        return ()
    found = []
    for section, questions in value.items():
        items = questions if isinstance(questions, list) else [questions]
        texts = tuple(squeeze(item) for item in items if isinstance(item, str) and squeeze(item))
        if len(texts) < len(items):
            head.warn(key, f"{key} 的“{section}”里有一项不是文字，已忽略；带冒号的请加引号")
        found.append(SectionQuestions(squeeze(str(section)), texts))
    return tuple(found)


def _texts(head: Head, key: str, item: Any) -> dict[str, Any]:
    """The known keys of an entry: squeezed texts, and lists of them. A bare text is its first key."""
    written = item if isinstance(item, dict) else {_FIRST[key]: item}
    for unknown in sorted(map(str, written.keys() - ENTRIES[key])):
        head.warn(key, f"{key} 里有不认识的项“{unknown}”，已忽略")
    found: dict[str, Any] = {}
    for name in ENTRIES[key] & written.keys():
        given = written[name]
        if name in _LISTS:
            items = given if isinstance(given, list) else [given]
            texts = (squeeze(text) for text in items if isinstance(text, str))
            found[name] = tuple(text for text in texts if text not in NOTHING)
        elif isinstance(given, str):
            found[name] = squeeze(given)
        else:
            head.warn(key, f"{key} 里的“{name}”只能写一个值，已忽略；带冒号或方括号的请加引号")
    return found


def _build(head: Head, key: str, texts: dict[str, Any]) -> Source | Reading | QuizItem:
    match key:
        case "sources":
            return _source(head, texts)
        case "reading":
            return Reading(texts.get("article", ""), texts.get("why", ""))
        case _:
            return QuizItem(
                question=texts.get("question", ""),
                choices=texts.get("choices", ()),
                answer=texts.get("answer", ""),
                cites=texts.get("cites", ""),
                because=texts.get("because", ""),
            )


def _source(head: Head, texts: dict[str, Any]) -> Source:
    day = texts.pop("date", "")
    if day not in NOTHING and as_date(day) is None:
        head.error("sources", f"sources 里的日期“{day}”不是日期；请写成 2025-01-01 的样子")
    return Source(**({"title": ""} | texts), date=as_date(day))
