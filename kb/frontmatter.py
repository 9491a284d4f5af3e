"""Reads the head of an article: YAML in, a checked FrontMatter and Findings out."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field, fields
from datetime import date, datetime
from typing import Any

import frontmatter
import yaml

from kb.types import (
    ACCESS_LEVELS,
    AUDIENCES,
    KINDS,
    REGIONS,
    STATUSES,
    Finding,
    FrontMatter,
    Source,
)

_CHOICES: dict[str, tuple[str, ...]] = {
    "kind": KINDS,
    "access": ACCESS_LEVELS,
    "region": REGIONS,
    "status": STATUSES,
}
_DATES = ("effective_from", "effective_to", "review_by")
_LISTS = ("audience", "systems", "supersedes", "questions", "codes", "tags")
_TEXTS = ("title", "summary", "owner")
_KEYS = frozenset(item.name for item in fields(FrontMatter))
_SOURCE_KEYS = frozenset({"title", "number", "date", "url"})


@dataclass
class _Head:
    """Collects the values and Findings of one article's head while it is read."""

    path: str
    lines: list[str]
    values: dict[str, Any] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)

    def line_of(self, key: str) -> int:
        pattern = re.compile(rf"\s*{re.escape(key)}\s*:")
        return next((n for n, line in enumerate(self.lines, 1) if pattern.match(line)), 1)

    def error(self, key: str, message: str) -> None:
        self.findings.append(Finding(self.path, self.line_of(key), message))

    def warn(self, key: str, message: str) -> None:
        self.findings.append(Finding(self.path, self.line_of(key), message, "warning"))


def read_front_matter(
    text: str, path: str, fallback_title: Callable[[str], str]
) -> tuple[FrontMatter | None, str, list[Finding]]:
    """Split an article into its head and body.

    Returns the FrontMatter, the body and the Findings. The FrontMatter is None when a value cannot be
    trusted (broken YAML, a wrong date, an unknown access level): such an article must not be served.
    A missing title is replaced by `fallback_title(body)`; unknown keys are Findings only.
    """
    try:
        metadata, body = frontmatter.parse(text)
    except yaml.YAMLError as error:
        return None, "", [_yaml_finding(error, path)]
    head = _Head(path, text.splitlines()[: _head_length(text)])
    for key, value in metadata.items():
        _read_key(head, str(key), value)
    if not head.values.get("title"):
        head.values["title"] = fallback_title(body)
        head.warn("title", f"缺少标题，暂用“{head.values['title']}”；请在文件头写 title")
    if any(finding.severity == "error" for finding in head.findings):
        return None, body, head.findings
    return FrontMatter(**head.values), body, head.findings


def _head_length(text: str) -> int:
    if not text.startswith("---"):
        return 0
    end = re.search(r"^---\s*$", text[3:], re.MULTILINE)
    return text[: 3 + end.end()].count("\n") + 1 if end else 0


def _yaml_finding(error: yaml.YAMLError, path: str) -> Finding:
    mark = getattr(error, "problem_mark", None)
    line = mark.line + 2 if mark is not None else 1
    return Finding(
        path, line, f"文件头的 YAML 写错了，第 {line} 行附近无法解析；请检查冒号、引号和缩进"
    )


def _read_key(head: _Head, key: str, value: Any) -> None:
    if key not in _KEYS:
        head.warn(key, f"文件头有不认识的项“{key}”，已忽略")
    elif value is None:
        return
    elif key in _CHOICES:
        _read_choice(head, key, value)
    elif key in _DATES:
        _read_date(head, key, value)
    elif key in _LISTS:
        _read_list(head, key, value)
    elif key in _TEXTS:
        head.values[key] = " ".join(str(value).split())
    elif key == "verified":
        _read_flag(head, key, value)
    elif key == "sources":
        _read_sources(head, value)


def _read_choice(head: _Head, key: str, value: Any) -> None:
    if value in _CHOICES[key]:
        head.values[key] = value
    else:
        head.error(key, f"“{key}: {value}”不在可用的值里：{'、'.join(_CHOICES[key])}")


def _read_date(head: _Head, key: str, value: Any) -> None:
    found = _as_date(value)
    if found is None:
        head.error(key, f"“{key}: {value}”不是日期；请写成 2025-01-01 的样子")
    else:
        head.values[key] = found


def _as_date(value: Any) -> date | None:
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    try:
        return date.fromisoformat(str(value).strip())
    except ValueError:
        return None


def _read_list(head: _Head, key: str, value: Any) -> None:
    items = value if isinstance(value, list) else [value]
    words = tuple(
        " ".join(str(item).split()) for item in items if item is not None and str(item).strip()
    )
    if key == "audience":
        for word in words:
            if word not in AUDIENCES:
                head.warn(key, f"audience 里的“{word}”不在可用的值里：{'、'.join(AUDIENCES)}")
    head.values[key] = words


def _read_flag(head: _Head, key: str, value: Any) -> None:
    if isinstance(value, bool):
        head.values[key] = value
    else:
        head.error(key, f"“{key}: {value}”只能写 true 或 false")


def _read_sources(head: _Head, value: Any) -> None:
    items = value if isinstance(value, list) else [value]
    sources = []
    for item in items:
        if not isinstance(item, dict):
            item = {"title": item}
        for key in sorted(set(map(str, item)) - _SOURCE_KEYS):
            head.warn("sources", f"sources 里有不认识的项“{key}”，已忽略")
        day = item.get("date")
        if day is not None and _as_date(day) is None:
            head.error("sources", f"sources 里的日期“{day}”不是日期；请写成 2025-01-01 的样子")
        sources.append(
            Source(
                title=str(item.get("title") or ""),
                number=str(item.get("number") or ""),
                date=_as_date(day) if day is not None else None,
                url=str(item.get("url") or ""),
            )
        )
    head.values["sources"] = tuple(sources)
