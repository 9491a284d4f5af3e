"""The text of an article's blocks, line by line as readers see it, and the cells of their tables."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import takewhile, zip_longest

from lxml.html import HtmlElement

from kb.markup import BLOCKS
from kb.sentences import squeeze

CELL_BORDER = " | "
"""Stands between the cells of a table's line."""

_APART = BLOCKS | {"br", "td", "th"}
"""Elements whose text stands apart from what is around them even where no blank is written."""

_FOOTNOTE_LINK = "#fn"
_MOST_COLUMNS = 50


@dataclass(frozen=True, slots=True)
class Table:
    """The texts of a table; a cell that spans several rows or columns stands in each of them."""

    header: list[str]
    rows: list[list[str]]


def inline_text(element: HtmlElement) -> str:
    """The text inside an element as one line.

    Footnote marks are left out: they would read as the last digit of the figure before them.
    """
    return squeeze(_inside(element))


def _inside(element: HtmlElement) -> str:
    return (element.text or "") + "".join(map(_with_tail, element))


def _with_tail(element: HtmlElement) -> str:
    """The text inside an element and what follows it in its line."""
    text = ""
    if not (element.get("href") or "").startswith(_FOOTNOTE_LINK):
        text = _inside(element)
    return (f" {text} " if element.tag in _APART else text) + (element.tail or "")


def lines_of(block: HtmlElement) -> list[str]:
    """The lines of a block; list items carry their number or dot and are indented by level."""
    return [line for line in _lines(block, 0) if line.strip()]


def _lines(block: HtmlElement, depth: int) -> Iterator[str]:
    match block.tag:
        case "ul" | "ol":
            yield from _list_lines(block, depth)
        case "table":
            yield from map(inline_text, block.iterchildren("caption"))
            table = read_table(block)
            yield from map(row_line, filter(any, (table.header, *table.rows)))
        case "pre":
            yield from block.text_content().splitlines()
        case "dl":
            yield from map(inline_text, block)
        case _:
            yield from _mixed_lines(block, depth)


def _mixed_lines(block: HtmlElement, depth: int) -> Iterator[str]:
    """The lines of a block that holds text, blocks or both."""
    text = block.text or ""
    for child in block:
        if child.tag in BLOCKS:
            yield squeeze(text)
            yield from _lines(child, depth)
            text = child.tail or ""
        else:
            text += _with_tail(child)
    yield squeeze(text)


def _list_lines(block: HtmlElement, depth: int) -> Iterator[str]:
    """One line per item with all its paragraphs, then the other blocks inside it."""
    start = (block.get("start") or "1")[:9]
    number = int(start) if start.isdecimal() else 1
    for item in block.iterchildren("li"):
        own, nested = item.text or "", list[str]()
        for child in item:
            if child.tag in BLOCKS and child.tag != "p":
                nested += _lines(child, depth + 1)
                own += f" {child.tail or ''}"
            else:
                own += _with_tail(child)
        mark = f"{number}. " if block.tag == "ol" else "· "
        yield "  " * depth + mark + squeeze(own)
        yield from nested
        number += 1


def row_line(cells: list[str]) -> str:
    """A table row as one line of text."""
    return CELL_BORDER.join(cells)


def read_table(table: HtmlElement) -> Table:
    """Read a table; several header rows become one, and without any the first row is the header."""
    rows = list(_rows(table))
    cells = _cells(rows)
    headers = max(1, sum(1 for _ in takewhile(_is_header, rows)))
    columns = zip_longest(*cells[:headers], fillvalue="")
    header = [" ".join(filter(None, dict.fromkeys(column))) for column in columns]
    return Table(header, [row for row in cells[headers:] if any(row)])


def _rows(table: HtmlElement) -> Iterator[HtmlElement]:
    for child in table:
        if child.tag == "tr":
            yield child
        elif child.tag in ("thead", "tbody", "tfoot"):
            yield from child.iterchildren("tr")


def _is_header(row: HtmlElement) -> bool:
    return len(row) > 0 and all(cell.tag == "th" for cell in row)


def _cells(rows: list[HtmlElement]) -> list[list[str]]:
    result = []
    from_above: dict[int, tuple[str, int]] = {}  # by column: text, and rows that it still reaches
    for row in rows:
        cells: list[str] = []
        for cell in row.iterchildren("td", "th"):
            _repeat(cells, from_above)
            text, height = inline_text(cell), _span(cell, "rowspan")
            width = 1 if len(row) == 1 else min(_span(cell, "colspan"), _MOST_COLUMNS)
            for _ in range(width):
                if height > 1:
                    from_above[len(cells)] = (text, height - 1)
                cells.append(text)
        _repeat(cells, from_above)
        result.append(cells)
    return result


def _repeat(cells: list[str], from_above: dict[int, tuple[str, int]]) -> None:
    """Add the cells that reach from above into the next columns of a row."""
    while len(cells) in from_above:
        text, height = from_above.pop(len(cells))
        if height > 1:
            from_above[len(cells)] = (text, height - 1)
        cells.append(text)


def _span(cell: HtmlElement, name: str) -> int:
    written = (cell.get(name) or "1")[:4]
    return max(1, int(written)) if written.isdecimal() else 1
