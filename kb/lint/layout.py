"""Checks how one article is laid out: conclusion first, its kind's sections, whole headings and year tables."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise

from lxml.html import HtmlElement

from kb.blocks import Table, inline_text, read_table
from kb.lint.files import Page
from kb.skeletons import REQUIRED_SECTIONS, TO_FILL_IN
from kb.types import Finding

LONGEST_LEAD = 150
"""How many characters the first paragraph may have: what is read out at the counter."""

_HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")
_YEAR = re.compile(r"(?:19|20)\d\d(?!\d)")
_DATED_COLUMN = re.compile(r"年|期间|日期|时间|起止")
_SOURCE_COLUMN = re.compile(r"来源|依据|文件|文号")
_STATUS_COLUMN = "状态"


def layout_findings(page: Page) -> Iterator[Finding]:
    """What readers would stumble over in the text of an article, drafts left out."""
    if page.head.status == "draft":
        return
    yield from _unfilled(page)
    yield from _lead(page)
    yield from _sections(page)
    yield from _headings(page)
    yield from _pictures(page)
    for table in page.tree.iter("table"):
        yield from _year_table(page, read_table(table))


def _unfilled(page: Page) -> Iterator[Finding]:
    file = page.file
    if any(TO_FILL_IN in line for line in file.lines):
        message = f"已发布的文章里还有没填的{TO_FILL_IN}；请填好，或把 status 改回 draft"
        yield file.error(file.line_with(TO_FILL_IN), message)


def _lead(page: Page) -> Iterator[Finding]:
    """The text before the first heading begins with the conclusion."""
    first = next((block for block in page.tree if isinstance(block.tag, str)), None)
    if first is None:
        return
    if first.tag in _HEADINGS:
        message = "开头没有结论；请在第一个标题前用一两句话写出柜台能照着念的答案"
        yield page.file.warning(_line_of(page, first), message)
    elif first.tag == "p" and len(inline_text(first)) > LONGEST_LEAD:
        message = (
            f"开头一段有 {len(inline_text(first))} 个字，请缩到 {LONGEST_LEAD} 个字以内，先说结论"
        )
        yield page.file.warning(_line_of(page, first), message)


def _sections(page: Page) -> Iterator[Finding]:
    present = {section.text for section in page.article.sections}
    missing = [name for name in REQUIRED_SECTIONS.get(page.head.kind, ()) if name not in present]
    if missing:
        message = f"缺少小节：{'、'.join(missing)}；这一种文章必须有"
        yield page.file.warning(page.file.line_of("kind"), message)


def _headings(page: Page) -> Iterator[Finding]:
    """Headings go down one level at a time, and something stands below each."""
    levels = [1, *(section.level for section in page.article.sections)]
    for (above, level), section in zip(pairwise(levels), page.article.sections, strict=True):
        if level > above + 1:
            message = f"标题“{section.text}”跳了级；请用{'#' * (above + 1)}"
            yield page.file.warning(page.file.line_with(section.text), message)
    blocks = [block for block in page.tree if isinstance(block.tag, str)]
    for block, after in pairwise([*blocks, None]):
        below = after is not None and (after.tag not in _HEADINGS or after.tag > block.tag)
        if block.tag in _HEADINGS and not below:
            message = f"标题“{inline_text(block)}”下面没有内容"
            yield page.file.warning(_line_of(page, block), message)


def _pictures(page: Page) -> Iterator[Finding]:
    for picture in page.tree.iter("img"):
        if not (picture.get("alt") or "").strip():
            name = (picture.get("src") or "").rpartition("/")[2]
            message = f"图片“{name}”没有说明文字；请写成 ![图里是什么](路径)"
            yield page.file.warning(page.file.line_with(name), message)


def _year_table(page: Page, table: Table) -> Iterator[Finding]:
    """A table with one row a year says of each row where it comes from and whether that is certain."""
    if not table.header or not _DATED_COLUMN.search(table.header[0]):
        return
    years = [row[0] for row in table.rows if row and _YEAR.match(row[0])]
    if len(years) < 2:
        return
    lacking = [] if any(map(_SOURCE_COLUMN.search, table.header)) else ["来源"]
    lacking += [] if _STATUS_COLUMN in table.header else [_STATUS_COLUMN]
    if lacking:
        message = f"年度表（{table.header[0]}…）缺少“{'”“'.join(lacking)}”列；每行要写明来源和状态"
        yield page.file.error(page.file.line_with(f"| {table.header[0]}"), message)


def _line_of(page: Page, block: HtmlElement) -> int:
    """The line where a block of the tree begins, found by the beginning of its text."""
    return page.file.line_with(inline_text(block)[:12])
