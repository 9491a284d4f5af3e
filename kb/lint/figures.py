"""Compares the figures of articles with a list of facts: which numbers does nobody vouch for?

A figure is vouched for when the list of facts holds it, when a source's `note` explains it, or when a
source `covers` the section in which it stands (a table that was computed or copied as a whole).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Generator, Iterator
from dataclasses import dataclass
from pathlib import Path

from kb.blocks import inline_text, lines_of
from kb.errors import IndexStoreError
from kb.library import scan
from kb.lint.files import Page, read_file
from kb.markup import flow
from kb.tokenizer import find_codes
from kb.types import LEAD_ANCHOR, Finding

_MARKUP = re.compile(r"\*\*|`")
_GROUPED = re.compile(r"(?<=\d),(?=\d{3}(?!\d))")
_ITEM_NUMBER = re.compile(r"^\s*\d+\. ")
_DAY = re.compile(r"(?<!\d)((?:19|20)\d\d)\s*[-年/.]\s*(\d{1,2})\s*[-月/.]\s*(\d{1,2})(?!\d)\s*日?")
_MONTH = re.compile(r"(?<!\d)((?:19|20)\d\d)\s*(?:年\s*(\d{1,2})\s*月|-(\d\d)(?![\d-]))")
_CLAUSES = re.compile(
    r"第\s*([\d零〇一二三四五六七八九十百]+(?:\s*[、至到~,-]\s*[\d零〇一二三四五六七八九十百]+)*)\s*条"
)
_CLAUSE = re.compile(r"([、至到~,-])?\s*([\d零〇一二三四五六七八九十百]+)")
_ORDER = re.compile(r"(?:[〔\[(]\s*\d{4}\s*[〕\])]\s*)?第?\s*\d+\s*号")
_QUANTITY = re.compile(
    r"(?<![\d.A-Za-z_-])(\d+(?:\.\d+)?)\s*(万元|元|个月|月|个工作日|工作日|周岁|岁|年|天|日|小时|分钟|秒|%|倍|级|人|次|档|条)?"
)
_SAME_UNIT = {"周岁": "岁", "天": "日", "个工作日": "工作日"}
_NUMERALS = {character: digit for digit, character in enumerate("零一二三四五六七八九")} | {"〇": 0}


@dataclass(frozen=True, slots=True)
class Figure:
    """A number as it is compared: a quantity with its unit, a day, a month, a clause or a document's number."""

    value: str
    unit: str = ""

    def __str__(self) -> str:
        return f"第{self.value}条" if self.unit == "条" else f"{self.value}{self.unit}"


@dataclass(frozen=True, slots=True)
class Facts:
    """All figures of a list of facts."""

    figures: frozenset[Figure]

    def holds(self, figure: Figure) -> bool:
        """Whether the list has the figure; one without a unit (a table's cell) stands for any unit.

        The number of a clause is compared with those of clauses only.
        """
        if figure in self.figures or (figure.unit != "条" and Figure(figure.value) in self.figures):
            return True
        return not figure.unit and any(other.value == figure.value for other in self.figures)


def read_facts(path: Path) -> Facts:
    """Read a list of facts (any text). Raises IndexStoreError when the file cannot be read."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise IndexStoreError(
            f"事实底稿 {path} 读不出来：{error}", "检查 --facts 的路径"
        ) from error
    return facts_of(text)


def facts_of(text: str) -> Facts:
    """The figures of a text; of every day also its month and its year."""
    return Facts(frozenset(_with_parts(figures_of(text))))


def _with_parts(figures: Iterator[Figure]) -> Iterator[Figure]:
    for figure in figures:
        yield figure
        if re.fullmatch(r"\d{4}(-\d\d){1,2}", figure.value):
            yield Figure(figure.value[:7])
            yield Figure(figure.value[:4])


def unexplained(library: Path, limit: int, facts: Facts) -> list[Finding]:
    """The figures of all articles that nobody vouches for: errors in policies, else warnings.

    Articles that cannot be served and drafts are left out.
    """
    findings = []
    for path in scan(library):
        _, page, _ = read_file(library, path, limit)
        if page is not None and page.head.status != "draft":
            findings += list(_unexplained(page, facts))
    return findings


def _unexplained(page: Page, facts: Facts) -> Iterator[Finding]:
    explained = facts_of("\n".join(source.note for source in page.head.sources))
    covered = {name for source in page.head.sources for name in source.covers}
    report = page.file.error if page.head.kind == "policy" else page.file.warning
    seen: set[Figure] = set()
    for anchor, line in _lines(page):
        if anchor in covered:
            continue
        for figure in figures_of(line):
            if figure not in seen and not facts.holds(figure) and not explained.holds(figure):
                message = (
                    f"“{figure}”不在事实底稿里，来源里也没有说明；请核对，或在来源的 note 里写明"
                )
                yield report(page.file.line_with(line[:16]), message)
            seen.add(figure)


def _lines(page: Page) -> Iterator[tuple[str, str]]:
    """The lines that readers see, with the anchor of their section; code is left out."""
    yield LEAD_ANCHOR, page.head.title
    yield LEAD_ANCHOR, page.head.summary
    anchor = LEAD_ANCHOR
    anchors = {section.anchor for section in page.article.sections}
    for block in flow(page.tree):
        if block.get("id") in anchors:
            anchor = block.get("id") or LEAD_ANCHOR
            yield anchor, inline_text(block)
        elif block.tag != "pre":
            for line in lines_of(block):
                yield anchor, _ITEM_NUMBER.sub("", line)


def figures_of(text: str) -> Iterator[Figure]:
    """The figures of a text, in no particular order; what is read as one kind is not read as another."""
    plain = _GROUPED.sub("", unicodedata.normalize("NFKC", _MARKUP.sub("", text)))
    for code in find_codes(plain.lower()):
        if code.endswith("号"):
            yield Figure(code)
    plain = _ORDER.sub(" ", plain)
    plain = yield from _taken(_DAY, plain)
    plain = yield from _taken(_MONTH, plain)
    for match in _CLAUSES.finditer(plain):
        yield from (Figure(str(number), "条") for number in _clauses(match[1]))
    for value, unit in _QUANTITY.findall(_CLAUSES.sub(" ", plain)):
        yield Figure(_plain_number(value), _SAME_UNIT.get(unit, unit))


def _taken(pattern: re.Pattern[str], text: str) -> Generator[Figure, None, str]:
    """Yields the days or months of a text; returns the text without them."""
    for match in pattern.finditer(text):
        parts = [part for part in match.groups() if part]
        yield Figure("-".join([parts[0], *(f"{int(part):02}" for part in parts[1:])]))
    return pattern.sub(" ", text)


def _clauses(written: str) -> Iterator[int]:
    """The numbers of clauses: of `二十一、二十三至二十五` each of 21, 23, 24, 25."""
    last = 0
    for joined, numeral in _CLAUSE.findall(written):
        number = int(numeral) if numeral.isdecimal() else _spoken(numeral)
        first = last + 1 if joined in ("至", "到", "~", "-") and joined else number
        yield from range(min(first, number), number + 1)
        last = number


def _spoken(numeral: str) -> int:
    """The value of a Chinese numeral below a thousand."""
    hundreds, _, rest = numeral.rpartition("百")
    tens, ten, ones = rest.rpartition("十")
    value = 100 * _NUMERALS.get(hundreds[-1:], 0)
    value += 10 * (_NUMERALS.get(tens[-1:], 1) if ten else 0)
    return value + _NUMERALS.get(ones[-1:], 0)


def _plain_number(value: str) -> str:
    """A decimal number without the zeros that say nothing: 2187.0 is 2187."""
    return value.rstrip("0").rstrip(".") if "." in value else str(int(value))
