"""Reads the head of an article: YAML in, a checked FrontMatter and Findings out."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields
from typing import Any

import yaml
from frontmatter.default_handlers import YAMLHandler

from kb.frontmatter_entries import (
    ENTRIES,
    NOTHING,
    Head,
    as_date,
    read_entries,
    read_section_questions,
)
from kb.sentences import squeeze
from kb.types import ACCESS_LEVELS, AUDIENCES, KINDS, REGIONS, STATUSES, Finding, FrontMatter

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
_RIGHTS = frozenset({"access", "status"})
_RESTRICTING = (frozenset(ACCESS_LEVELS) | frozenset(STATUSES)) - {"staff", "published"}
"""Values that keep readers off: under a key that is not known they are a mistake."""
_FLAGS = {"true": True, "yes": True, "on": True, "false": False, "no": False, "off": False}
_YAML = YAMLHandler()  # every value is read as text, so that code 0x90 stays 0x90


def read_front_matter(
    text: str, path: str, fallback_title: Callable[[str], str]
) -> tuple[FrontMatter | None, str, list[Finding]]:
    """Split an article into its head and body.

    Returns the FrontMatter, the body and the Findings. The FrontMatter is None when a value cannot be
    trusted (broken YAML, a wrong date, an unknown access level): such an article must not be served.
    A missing title is replaced by `fallback_title(body)`; unknown keys are Findings only.
    """
    try:
        written, body = _split(text)
    except ValueError:
        message = "文件头没有结束；请在最后一项下面单独写一行 ---"
        return None, "", [Finding(path, 1, message)]
    head = Head(path, written, text[: text.find(written)].count("\n") + 1)
    try:
        content = _YAML.load(written, Loader=yaml.BaseLoader) or {}
    except yaml.YAMLError as error:
        return None, body, [_yaml_finding(error, head)]
    except RecursionError:
        message = "文件头的括号或缩进嵌套太深，无法解析；请一行写一项"
        return None, body, [Finding(path, head.first, message)]
    if not isinstance(content, dict):
        message = "文件头要一行写一项，写成“title: 标题”的样子；冒号用英文冒号，后面空一格"
        return None, body, [Finding(path, head.first, message)]
    for key, value in content.items():
        _read_key(head, str(key), value)
    if not head.values.get("title"):
        head.values["title"] = fallback_title(body)
        head.warn("title", f"缺少标题，暂用“{head.values['title']}”；请在文件头写 title")
    if any(finding.severity == "error" for finding in head.findings):
        return None, body, head.findings
    return FrontMatter(**head.values), body, head.findings


def _split(text: str) -> tuple[str, str]:
    """The YAML between the first two lines of dashes and the body below. Raises ValueError for an open head."""
    stripped = text.strip()
    if not _YAML.detect(stripped):
        return "", stripped
    written, body = _YAML.split(stripped)
    return written, body.strip()


def _yaml_finding(error: yaml.YAMLError, head: Head) -> Finding:
    mark = getattr(error, "problem_mark", None)
    line = head.first + (mark.line if mark is not None else 0)
    message = f"文件头的 YAML 写错了，第 {line} 行附近无法解析；请检查冒号、引号和缩进"
    return Finding(head.path, line, message)


def _read_key(head: Head, key: str, value: Any) -> None:
    if key not in _KEYS:
        _read_unknown(head, key, value)
    elif value in NOTHING:
        return
    elif key in _LISTS:
        _read_list(head, key, value)
    elif key in ENTRIES:
        head.values[key] = read_entries(head, key, value)
    elif key == "section_questions":
        head.values[key] = read_section_questions(head, value)
    elif not isinstance(value, str):
        complain = head.warn if key in _TEXTS else head.error
        complain(key, f"“{key}”只能写一个值，不能写成列表")
    elif key in _CHOICES:
        _read_choice(head, key, value)
    elif key in _DATES:
        _read_date(head, key, value)
    elif key in _TEXTS:
        head.values[key] = squeeze(value)
    elif key == "verified":
        _read_flag(head, key, value)


def _read_unknown(head: Head, key: str, value: Any) -> None:
    """Ignore a key, unless it may be one mistyped that says who may read: then its rights must not be lost."""
    said = value.strip().lower() if isinstance(value, str) else ""
    if said in _RESTRICTING or key.strip().lower() in _RIGHTS:
        head.error(
            key,
            f"文件头有不认识的项“{key}: {said or '…'}”；写的是权限或状态的话，请改成 access 或 status",
        )
    else:
        head.warn(key, f"文件头有不认识的项“{key}”，已忽略")


def _read_choice(head: Head, key: str, value: str) -> None:
    if value in _CHOICES[key]:
        head.values[key] = value
    else:
        head.error(key, f"“{key}: {value}”不在可用的值里：{'、'.join(_CHOICES[key])}")


def _read_date(head: Head, key: str, value: str) -> None:
    found = as_date(value)
    if found is None:
        head.error(key, f"“{key}: {value}”不是日期；请写成 2025-01-01 的样子")
    else:
        head.values[key] = found


def _read_list(head: Head, key: str, value: Any) -> None:
    items = value if isinstance(value, list) else [value]
    texts = [squeeze(item) for item in items if isinstance(item, str)]
    words = tuple(text for text in texts if text not in NOTHING)
    if len(texts) < len(items):
        head.warn(key, f"“{key}”里有一项不是文字，已忽略；带冒号的请加引号")
    if key == "audience":
        for word in words:
            if word not in AUDIENCES:
                head.warn(key, f"audience 里的“{word}”不在可用的值里：{'、'.join(AUDIENCES)}")
    head.values[key] = words


def _read_flag(head: Head, key: str, value: str) -> None:
    flag = _FLAGS.get(value.lower())
    if flag is None:
        head.error(key, f"“{key}: {value}”只能写 true 或 false")
    else:
        head.values[key] = flag
