"""Makes passages and hits for tests of what is quoted."""

from __future__ import annotations

from datetime import date

from kb.types import Hit, Passage, PassageForm

TODAY = date(2026, 6, 1)


def passage(
    text: str, form: PassageForm = "text", number: int = 1, headings: tuple[str, ...] = ()
) -> Passage:
    """A part of the section `a#b`."""
    mark = "r" if form == "row" else ""
    return Passage(f"a#b~{mark}{number}", "a", "b", form, "标题", headings, text)


def rows(*texts: str) -> list[Passage]:
    """The rows of a table."""
    return [passage(text, "row", number) for number, text in enumerate(texts, 1)]


def hit(found: Passage) -> Hit:
    return Hit(found, 1.0, 1, 1, 1.0, 0.9, code_match=False)
