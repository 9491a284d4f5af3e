"""Reads the rows of the articles' tables: the one place where yearly figures stand."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal

from bot.calculators.types import Question
from kb.knowledge import Knowledge
from kb.tokenizer import normalise
from kb.types import FrontMatter, Passage

_NUMBER = re.compile(r"\d+(?:\.\d+)?")
_NO_FIGURE = re.compile("未公布|未核实|待本地核实")
_UNVERIFIED = "待核实"


@dataclass(frozen=True, slots=True)
class Row:
    """A table row: `id` as cited, `cells` by the column's heading."""

    id: str
    cells: tuple[tuple[str, str], ...]

    def cell(self, column: str) -> str:
        """The cell under the first heading that begins with `column`; empty when there is none."""
        return next((value for name, value in self.cells if name.startswith(column)), "")

    def number(self, column: str) -> Decimal | None:
        """The first number of a cell; None where there is none, or the cell says that it is not known."""
        value = self.cell(column)
        found = _NUMBER.search(re.sub(r"(?<=\d),(?=\d{3})", "", value))
        return Decimal(found[0]) if found and not _NO_FIGURE.search(value) else None

    def unverified(self, column: str) -> bool:
        """Whether the row says that the figure in this column is still to be verified."""
        state = self.cell("状态")
        return _UNVERIFIED in self.cell(column) or (
            _UNVERIFIED in state and f"{column}已核" not in state
        )


def in_force(knowledge: Knowledge, question: Question, slug: str) -> FrontMatter | None:
    """The head of an article that the asker may read and that holds on the question's day, or None."""
    article = knowledge.engine.article(slug)
    if article is None or article.head.access not in question.scope.access:
        return None
    head, day = article.head, question.day
    begun = head.effective_from is None or head.effective_from <= day
    ended = head.effective_to is not None and head.effective_to < day
    return head if begun and not ended and head.status == "published" else None


def read_rows(knowledge: Knowledge, slug: str, *columns: str) -> list[Row]:
    """The rows of an article that have cells under all these headings (by how they begin), in order."""
    article = knowledge.engine.article(slug)
    sections = article.sections if article else ()
    rows = [
        _row(passage)
        for section in sections
        for passage in knowledge.engine.section(f"{slug}#{section.anchor}")
        if passage.form == "row"
    ]
    return [row for row in rows if all(row.cell(column) for column in columns)]


def _row(passage: Passage) -> Row:
    """Split `列=值；列=值`; a 「；」 inside a cell does not end it."""
    cells: list[tuple[str, str]] = []
    for piece in passage.text.split("；"):
        name, equals, value = piece.partition("=")
        if equals:
            cells.append((name, value))
        elif cells:
            cells[-1] = (cells[-1][0], f"{cells[-1][1]}；{piece}")
    return Row(passage.id, tuple((normalise(name), value) for name, value in cells))


def section_cites(knowledge: Knowledge, *ids: str) -> tuple[str, ...]:
    """Those of the passages `slug#anchor` that the index holds."""
    return tuple(passage.id for passage in knowledge.engine.passages(ids))


def warnings_of(*heads: FrontMatter) -> tuple[str, ...]:
    """What must be said with figures of articles that are not verified as a whole."""
    return tuple(f"《{head.title}》的内容待核实" for head in heads if not head.verified)
