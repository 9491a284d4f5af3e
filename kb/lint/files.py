"""What the checks need of one article file, read once."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import takewhile
from pathlib import Path, PurePosixPath
from urllib.parse import unquote

import lxml.html
from lxml.html import HtmlElement

from kb.article import Parsed, read_article, slug_of
from kb.library import UNREADABLE
from kb.markup import ATTACHMENT_URL
from kb.types import LEAD_ANCHOR, Article, Finding, FrontMatter

_NO_ANCHOR_OF_OURS = "fn"


@dataclass(frozen=True, slots=True)
class Reference:
    """A link as written, with what it points to: a slug, an anchor or both, or an attachment's path."""

    written: str
    slug: str = ""
    anchor: str = ""
    attachment: str = ""


@dataclass(frozen=True, slots=True)
class ArticleFile:
    """A file of the library by its lines; `head` is None when the article cannot be served."""

    path: str
    lines: tuple[str, ...]
    head: FrontMatter | None = None
    anchors: frozenset[str] = frozenset()
    references: tuple[Reference, ...] = ()

    @property
    def slug(self) -> str:
        return slug_of(PurePosixPath(self.path))

    def line_with(self, text: str) -> int:
        """The first line that holds the text; 1 when none does."""
        return next((n for n, line in enumerate(self.lines, 1) if text in line), 1)

    def line_of(self, key: str) -> int:
        """The line of a key of the head; 1 when it is not there."""
        return next((n for n, line in self._head_lines() if line.startswith(f"{key}:")), 1)

    def has_value(self, key: str) -> bool:
        """Whether the head gives a key a value on its own line."""
        return any(re.match(rf"{key}:\s*[^\s#]", line) for _, line in self._head_lines())

    def _head_lines(self) -> Iterator[tuple[int, str]]:
        numbered = enumerate(self.lines, 1)
        next(numbered, None)
        return takewhile(lambda item: item[1].rstrip() != "---", numbered)

    def error(self, line: int, message: str) -> Finding:
        return Finding(self.path, line, message)

    def warning(self, line: int, message: str) -> Finding:
        return Finding(self.path, line, message, "warning")


@dataclass(frozen=True, slots=True)
class Page:
    """An article that can be served, with its file and the tree of its text."""

    file: ArticleFile
    article: Article
    tree: HtmlElement

    @property
    def head(self) -> FrontMatter:
        return self.article.head


def read_file(
    library: Path, path: str, limit: int
) -> tuple[ArticleFile, Page | None, list[Finding]]:
    """A file's lines, its page when it can be served, and what parsing found; never raises for its content."""
    if UNREADABLE in path:
        broken = Finding(path, 1, "文件名不是 UTF-8 编码；请改名")
        return ArticleFile(path, ()), None, [broken]
    parsed = read_article(library, PurePosixPath(path), limit)
    try:
        with (library / path).open(encoding="utf-8-sig", errors="replace") as opened:
            lines = tuple(opened.read(limit).splitlines())
    except OSError:
        lines = ()
    if parsed.article is None:
        return ArticleFile(path, lines), None, list(parsed.findings)
    tree = lxml.html.fragment_fromstring(parsed.article.html, create_parent="div")
    file = ArticleFile(
        path=path,
        lines=lines,
        head=parsed.article.head,
        anchors=frozenset({section.anchor for section in parsed.article.sections} | {LEAD_ANCHOR}),
        references=tuple(dict.fromkeys(_references(parsed, tree))),
    )
    return file, Page(file, parsed.article, tree), list(parsed.findings)


def _references(parsed: Parsed, tree: HtmlElement) -> Iterator[Reference]:
    """The links to articles, and those to places of the same article and to files that the HTML keeps."""
    for link in parsed.links:
        yield Reference(link.written, link.slug, link.anchor)
    for element in tree.iter("a", "img"):
        target = unquote(element.get("href") or element.get("src") or "")
        if target.startswith("#") and not target[1:].startswith(_NO_ANCHOR_OF_OURS):
            yield Reference(target, anchor=target[1:])
        elif target.startswith(ATTACHMENT_URL):
            path = target.removeprefix(ATTACHMENT_URL)
            yield Reference(PurePosixPath(path).name, attachment=path)
