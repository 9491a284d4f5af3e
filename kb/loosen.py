"""Accepts Markdown as people write it, where Python-Markdown is stricter than the editors they use."""

from __future__ import annotations

import re

from markdown.preprocessors import Preprocessor

_CONTAINER_LINE = re.compile(r"^\s*</?(?:div|section|[A-Z][A-Za-z]+)(?:\s[^<>]*)?>\s*$")
_LIST_ITEM = re.compile(r"^ {0,3}(?:[-*+]|\d{1,9}[.)])\s+\S")
_LIST_MARK = re.compile(r"(?:[-*+]|\d{1,9}[.)])\s+\S")
_PARENTHESIS = re.compile(r"^(\s*\d{1,9})\)(?=\s)")
_TABLE_ROW = re.compile(r"^ {0,3}\|.*\|\s*$")
_LEVEL = 4
"""Blanks per level of a list that Python-Markdown wants."""
_NESTED_FROM = 2
"""What stands at least this many blanks to the right of an item's mark belongs to the item."""


class Loosen(Preprocessor):
    """Lists or tables right under a paragraph, lists nested by two or three blanks, tags around Markdown."""

    def run(self, lines: list[str]) -> list[str]:
        result: list[str] = []
        for line in _nest(lines):
            if _CONTAINER_LINE.match(line):
                line = ""
            previous = result[-1] if result else ""
            if previous.strip() and _starts_block(line, previous):
                result.append("")
            result.append(line)
        return result


def _starts_block(line: str, previous: str) -> bool:
    plain = not previous.startswith((" ", "\t", ">", "#")) and not _LIST_ITEM.match(previous)
    if _LIST_ITEM.match(line):
        return plain and not _TABLE_ROW.match(previous)
    return bool(_TABLE_ROW.match(line)) and plain and not _TABLE_ROW.match(previous)


def _nest(lines: list[str]) -> list[str]:
    """Move what belongs to a list item to the right, to four blanks per level; nothing is moved left."""
    result: list[str] = []
    marks: list[int] = []  # columns of the marks of the open items
    after_blank = False
    for line in lines:
        expanded = line.expandtabs(_LEVEL)
        text = expanded.lstrip()
        column = len(expanded) - len(text)
        item = _LIST_MARK.match(text) is not None
        if text and (item or after_blank or text.startswith("#")):
            while marks and column < marks[-1] + _NESTED_FROM:
                marks.pop()
            wanted = _LEVEL * len(marks)
            line = " " * wanted + text if column < wanted else line
            if item and column < wanted + _LEVEL:  # else it is indented code
                marks.append(column)
        after_blank = not text
        result.append(_PARENTHESIS.sub(r"\1.", line) if item else line)
    return result
