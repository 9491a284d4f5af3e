"""Cuts an article's tree into sections and passages; the anchors on the page and in the index are the same."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from lxml.html import HtmlElement

from kb.blocks import inline_text, lines_of, read_table, row_line
from kb.markup import flow
from kb.sentences import pieces
from kb.tokenizer import find_codes, normalise
from kb.types import LEAD_ANCHOR, FrontMatter, Passage, Section

PASSAGE_CHARACTERS = 400
"""A passage's text is at most this long, so that with its heading path it fits the model's 512 tokens."""

PASSAGES_VERSION = 4
"""Raised whenever the same article gives other passages, or other attachments, so that indexes are built anew."""

_HEADINGS = {f"h{level}": level for level in range(1, 7)}
_NOT_IN_ANCHOR = re.compile(r"[^\w\u3400-\u9fff-]+")


@dataclass(slots=True)
class _OpenSection:
    """A section while it is read: its anchor, the headings above it, its text units and table rows."""

    anchor: str
    headings: tuple[str, ...]
    units: list[str] = field(default_factory=list)
    rows: list[str] = field(default_factory=list)
    repeat: dict[int, str] = field(default_factory=dict)


class Anchors:
    """Gives every heading of one article an anchor of its own; repeats are numbered."""

    def __init__(self) -> None:
        self._used = {LEAD_ANCHOR}
        self._last: dict[str, int] = {}

    def claim(self, wanted: str) -> str:
        base = _NOT_IN_ANCHOR.sub("-", wanted.strip().lower()).strip("-") or "section"
        number = self._last.get(base, 1)
        anchor = base if number == 1 else f"{base}-{number}"
        while anchor in self._used:
            number += 1
            anchor = f"{base}-{number}"
        self._last[base] = number
        self._used.add(anchor)
        return anchor


def cut(tree: HtmlElement, slug: str, head: FrontMatter) -> tuple[list[Section], list[Passage]]:
    """Number the tree's headings in place and return its sections and passages in reading order."""
    sections: list[Section] = []
    passages: list[Passage] = []
    paths: dict[str, tuple[str, ...]] = {}
    for part in _open_sections(tree, head, sections):
        passages += _passages_of(part, slug, head)
        paths[part.anchor] = part.headings
    passages += _question_passages(slug, head, paths)
    return sections, passages


def _open_sections(
    tree: HtmlElement, head: FrontMatter, sections: list[Section]
) -> Iterator[_OpenSection]:
    anchors, path = Anchors(), [""] * 7
    wanted = {heading: heading.attrib.pop("id", "") for heading in tree.iter(*_HEADINGS)}
    current = _OpenSection(LEAD_ANCHOR, ())
    if head.summary:
        current.units.append(head.summary)
    for block in flow(tree):
        level = _HEADINGS.get(block.tag)
        if level is None:
            _add_block(current, block)
            continue
        yield current
        text = inline_text(block)
        section = Section(level, text, anchors.claim(wanted[block] or text))
        block.set("id", section.anchor)
        sections.append(section)
        path[level:] = [text] + [""] * (6 - level)
        current = _OpenSection(section.anchor, tuple(word for word in path if word))
    yield current


def _add_block(section: _OpenSection, block: HtmlElement) -> None:
    """Add a block's lines; every table row is also kept as 「列=值」 for a passage of its own."""
    section.units += lines_of(block)
    for element in block.iter("table"):
        table = read_table(element)
        section.rows += [row_text(table.header, row) for row in table.rows]
        if element is block:
            count = len(section.units)
            rows = range(count - len(table.rows), count)
            section.repeat.update(dict.fromkeys(rows, row_line(table.header)))


def row_text(header: list[str], row: list[str]) -> str:
    """A table row that can be read alone: `列=值；列=值`."""
    names = header + [""] * (len(row) - len(header))
    return "；".join(
        f"{name}={value}" if name else value
        for name, value in zip(names, row, strict=False)
        if value
    )


def _passages_of(section: _OpenSection, slug: str, head: FrontMatter) -> Iterator[Passage]:
    lead = section.anchor == LEAD_ANCHOR
    article_codes = _canonical(head.codes) if lead else []
    for number, text in enumerate(_pack(section), 1):
        suffix = "" if number == 1 else f"~{number}"
        yield _passage(section, slug, head, suffix, "text", text, article_codes)
    for number, text in enumerate(section.rows, 1):
        for part, piece in enumerate(pieces(text, PASSAGE_CHARACTERS), 1):
            suffix = f"~r{number}" if part == 1 else f"~r{number}.{part}"
            yield _passage(section, slug, head, suffix, "row", piece, [])


def _passage(
    section: _OpenSection,
    slug: str,
    head: FrontMatter,
    suffix: str,
    form: str,
    text: str,
    codes: list[str],
) -> Passage:
    found = find_codes(normalise(" ".join((head.title, *section.headings, text))))
    return Passage(
        id=f"{slug}#{section.anchor}{suffix}",
        slug=slug,
        anchor=section.anchor,
        form="row" if form == "row" else "text",
        title=head.title,
        headings=section.headings,
        text=text,
        codes=tuple(dict.fromkeys([*codes, *found])),
    )


def _question_passages(
    slug: str, head: FrontMatter, paths: Mapping[str, tuple[str, ...]]
) -> Iterator[Passage]:
    """A passage for every question of the head; `paths` maps the anchors that exist to their headings."""
    codes = tuple(_canonical(head.codes))
    for anchor, questions in questions_by_anchor(head):
        if anchor not in paths:
            continue
        for number, question in enumerate(questions, 1):
            yield Passage(
                id=question_id(slug, anchor, number),
                slug=slug,
                anchor=anchor,
                form="question",
                title=head.title,
                headings=paths[anchor],
                text=question,
                codes=codes if anchor == LEAD_ANCHOR else (),
            )


def questions_by_anchor(head: FrontMatter) -> list[tuple[str, tuple[str, ...]]]:
    """The questions that the head lists, those of the article under the lead's anchor."""
    asked = {LEAD_ANCHOR: head.questions}
    for item in head.section_questions:
        asked[item.section] = (*asked.get(item.section, ()), *item.questions)
    return list(asked.items())


def question_id(slug: str, anchor: str, number: int) -> str:
    """The id of the passage of a section's `number`th question (from 1)."""
    return f"{slug}#{anchor}~q{number}"


def _canonical(codes: Iterable[str]) -> list[str]:
    """Front-matter codes in the spelling of `find_codes`; a code it does not know is kept, normalised."""
    result: list[str] = []
    for code in codes:
        normalised = normalise(code).strip()
        result += find_codes(normalised) or [normalised]
    return result


def _pack(section: _OpenSection) -> Iterator[str]:
    """Join the section's units into texts of at most PASSAGE_CHARACTERS, cut only between units.

    A single unit that is longer is cut at sentence ends; a table that goes on repeats its header line
    where there is room for it.
    """
    lines: list[str] = []
    size = 0
    for number, unit in enumerate(section.units):
        header = section.repeat.get(number, "")
        for piece in pieces(unit, PASSAGE_CHARACTERS):
            if lines and size + len(piece) > PASSAGE_CHARACTERS:
                yield "\n".join(lines)
                fits = len(header) + 1 + len(piece) <= PASSAGE_CHARACTERS
                lines, size = ([header], len(header) + 1) if header and fits else ([], 0)
            lines.append(piece)
            size += len(piece) + 1
    if any(line.strip() for line in lines):
        yield "\n".join(lines)
