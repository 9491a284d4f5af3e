"""Marks quoted evidence inside an article's HTML, so that one click shows where a statement stands."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import lxml.html
from lxml.html import HtmlElement

from kb.markup import flow, to_html
from kb.types import LEAD_ANCHOR

EVIDENCE_ID = "evidence"
"""The id of the first mark on the page."""

_HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
_BLOCKS = frozenset({"p", "ul", "ol", "dl", "div", "pre", "table", "blockquote", "section"})
_LISTS = frozenset({"ul", "ol"})
_CELLS = frozenset({"td", "th"})
_LONGEST_START = 9
_QUOTE_LINES = 60
_QUOTE_CHARACTERS = 4000


@dataclass(frozen=True, slots=True)
class _Piece:
    """A text of the page: the text of `node`, or what follows it (`tail`).

    Without a node it is a text that only passages have: a list number, a cell separator, a column name.
    """

    text: str
    node: HtmlElement | None = None
    tail: bool = False


@dataclass(frozen=True, slots=True)
class _Unit:
    """One line of a passage as it stands on the page. `row`: a table row written as 「列=值；」."""

    pieces: tuple[_Piece, ...]
    row: bool = False

    @property
    def text(self) -> str:
        """The line without white space."""
        return "".join(_dense(piece.text) for piece in self.pieces)


_Ranges = dict[tuple[HtmlElement, bool], list[tuple[int, int]]]


def mark_evidence(html: str, anchor: str, quotes: Sequence[str]) -> str:
    """Return an article's HTML with the lines of `quotes` in `<mark class="evidence">`.

    Looks only into the section that the heading with id `anchor` opens ("lead": before the first heading).
    White space, list numbers, cell separators and column names of passages are not needed on the page.
    A line that is not found is left out; without any match the HTML comes back unchanged.
    """
    lines = _quote_lines(quotes)
    if not lines:
        return html
    tree = lxml.html.fragment_fromstring(html, create_parent="div")
    units = [unit for block in _section(tree, anchor) for unit in _units(block)]
    ranges: _Ranges = {}
    for unit, line in _matches(units, lines):
        _add_ranges(ranges, unit, line)
    if not ranges:
        return html
    for (node, tail), spans in ranges.items():
        _wrap(node, tail, _joined(spans))
    _name_first(tree)
    return to_html(tree)


def evidence_anchor(html: str, quotes: Sequence[str]) -> str:
    """Return the anchor of the section that holds the most of the quotes' text; "" when none does."""
    lines = _quote_lines(quotes)
    if not lines:
        return ""
    tree = lxml.html.fragment_fromstring(html, create_parent="div")
    headings = [block.get("id") or "" for block in flow(tree) if block.tag in _HEADINGS]
    found: dict[str, int] = {}
    for anchor in dict.fromkeys([LEAD_ANCHOR, *headings]):
        units = [unit for block in _section(tree, anchor) for unit in _units(block)]
        found[anchor] = sum(len(line) for _, line in _matches(units, lines))
    best = max(found, key=lambda anchor: found[anchor])
    return best if found[best] else ""


def _quote_lines(quotes: Sequence[str]) -> list[str]:
    text = "\n".join(quotes)[:_QUOTE_CHARACTERS]
    lines = dict.fromkeys(_dense(line) for line in text.splitlines()[:_QUOTE_LINES])
    return [line for line in lines if any(character.isalnum() for character in line)]


def _dense(text: str) -> str:
    return "".join(text.split())


def _section(tree: HtmlElement, anchor: str) -> Iterator[HtmlElement]:
    """The blocks of one section, heading excluded; the same cut as kb/passages.py makes."""
    inside = anchor == LEAD_ANCHOR
    for block in flow(tree):
        if block.tag in _HEADINGS:
            inside = block.get("id") == anchor
        elif inside:
            yield block


def _units(block: HtmlElement) -> Iterator[_Unit]:
    """The lines that kb/passages.py makes of a block, each with its places on the page."""
    if block.tag in _LISTS:
        yield from _list_units(block)
    elif block.tag == "table":
        yield from _table_units(block)
    elif block.tag == "dl" or any(child.tag in _BLOCKS for child in block):
        yield _Unit((_Piece(block.text or "", block),))
        for child in block:
            if isinstance(child.tag, str):
                yield from _units(child)
    else:
        yield _Unit(tuple(_pieces(block)))


def _list_units(block: HtmlElement) -> Iterator[_Unit]:
    start = (block.get("start") or "1")[:_LONGEST_START]
    number = int(start) if start.isdecimal() else 1
    for item in block:
        if item.tag != "li":
            continue
        mark = f"{number}." if block.tag == "ol" else "·"
        yield _Unit((_Piece(mark), *_pieces(item, _LISTS)))
        for nested in item:
            if nested.tag in _LISTS:
                yield from _list_units(nested)
        number += 1


def _table_units(table: HtmlElement) -> Iterator[_Unit]:
    """Every row twice: as cells between separators and, below the header, as 「列=值；」."""
    header: list[str] = []
    for row in table.iter("tr"):
        cells = [tuple(_pieces(cell)) for cell in row if cell.tag in _CELLS]
        texts = [_Unit(cell).text for cell in cells]
        if not any(texts):
            continue
        yield _Unit(tuple(_separated(cells, [""] * len(cells), "|")))
        if header:
            names = [f"{name}=" if name else "" for name in header] + [""] * len(cells)
            filled = [
                (cell, name) for cell, name, text in zip(cells, names, texts, strict=False) if text
            ]
            pieces = _separated([cell for cell, _ in filled], [name for _, name in filled], "；")
            yield _Unit(tuple(pieces), row=True)
        header = header or texts


def _separated(
    cells: Sequence[tuple[_Piece, ...]], names: Sequence[str], mark: str
) -> Iterator[_Piece]:
    for number, (cell, name) in enumerate(zip(cells, names, strict=True)):
        yield _Piece((mark if number else "") + name)
        yield from cell


def _pieces(element: HtmlElement, without: frozenset[str] = frozenset()) -> Iterator[_Piece]:
    """The texts inside an element in reading order; elements named in `without` are left out."""
    yield _Piece(element.text or "", element)
    for child in element:
        if isinstance(child.tag, str) and child.tag not in without:
            yield from _pieces(child, without)
        yield _Piece(child.tail or "", child, tail=True)


def _matches(units: Sequence[_Unit], lines: Sequence[str]) -> Iterator[tuple[_Unit, str]]:
    """Pair every line with the unit that fits best: equal, else beginning with it, else holding it.

    Lines that only stand in row texts go to as few rows as possible, because pieces of one row belong
    together although 「列=值」 may stand in several rows.
    """
    plain = [(unit, unit.text) for unit in units if not unit.row]
    rows = [(unit, unit.text) for unit in units if unit.row]
    left = []
    for line in lines:
        holding = [(text.find(line), len(text), unit) for unit, text in plain if line in text]
        if holding:
            yield min(holding, key=lambda found: found[:2])[2], line
        else:
            left.append(line)
    while left and rows:
        best, text = max(rows, key=lambda row: sum(line in row[1] for line in left))
        found = [line for line in left if line in text]
        if not found:
            return
        yield from ((best, line) for line in found)
        left = [line for line in left if line not in found]


def _add_ranges(ranges: _Ranges, unit: _Unit, line: str) -> None:
    """Add the places of a line to the ranges, as offsets into the texts of the page."""
    first = unit.text.find(line)
    last = first + len(line)
    position = 0
    for piece in unit.pieces:
        dense = [offset for offset, character in enumerate(piece.text) if not character.isspace()]
        inside = dense[max(first - position, 0) : max(last - position, 0)]
        if inside and piece.node is not None:
            ranges.setdefault((piece.node, piece.tail), []).append((inside[0], inside[-1] + 1))
        position += len(dense)


def _joined(spans: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """The spans in order, overlapping ones joined."""
    result: list[tuple[int, int]] = []
    for start, end in sorted(spans):
        if result and start <= result[-1][1]:
            result[-1] = (result[-1][0], max(end, result[-1][1]))
        else:
            result.append((start, end))
    return result


def _wrap(node: HtmlElement, tail: bool, spans: Sequence[tuple[int, int]]) -> None:
    """Put the spans of one text into marks: `node.text`, or `node.tail` when `tail`."""
    text = (node.tail if tail else node.text) or ""
    parent = node.getparent() if tail else node
    if parent is None:
        return
    place = parent.index(node) + 1 if tail else 0
    if tail:
        node.tail = text[: spans[0][0]]
    else:
        node.text = text[: spans[0][0]]
    ends = [start for start, _ in spans[1:]] + [len(text)]
    for number, ((start, end), following) in enumerate(zip(spans, ends, strict=True)):
        mark = lxml.html.Element("mark", {"class": "evidence"})
        mark.text, mark.tail = text[start:end], text[end:following]
        parent.insert(place + number, mark)


def _name_first(tree: HtmlElement) -> None:
    """Give the first mark the id that the page scrolls to."""
    if any(element.get("id") == EVIDENCE_ID for element in tree.iter()):
        return
    for mark in tree.iter("mark"):
        if mark.get("class") == "evidence":
            mark.set("id", EVIDENCE_ID)
            return
