"""Checks the whole library: what one article cannot know of itself, and what its author forgot."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from itertools import takewhile
from pathlib import Path, PurePosixPath
from urllib.parse import unquote

import lxml.html

from kb.article import Parsed, read_article, slug_of
from kb.glossary import read_glossary
from kb.library import UNREADABLE, scan
from kb.markup import ATTACHMENT_URL
from kb.masking import mask
from kb.tokenizer import normalise
from kb.types import LEAD_ANCHOR, Finding, FrontMatter

TO_FILL_IN = "【请填写】"
"""Marks a place that the author of a new article has to fill in."""

_PHONE = "手机号"
_FEWEST_DIGITS = 9
_NO_ANCHOR_OF_OURS = "fn"
_NOT_IN_QUESTION = re.compile(r"\W+")


@dataclass(frozen=True, slots=True)
class _Reference:
    """A link as written, with what it points to: a slug, an anchor or both, or an attachment's path."""

    written: str
    slug: str = ""
    anchor: str = ""
    attachment: str = ""


@dataclass(frozen=True, slots=True)
class _File:
    """What the checks need of one article file; `head` is None when the article cannot be served."""

    path: str
    lines: tuple[str, ...]
    findings: tuple[Finding, ...]
    head: FrontMatter | None = None
    anchors: frozenset[str] = frozenset()
    references: tuple[_Reference, ...] = ()

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


def lint(library: Path, limit: int, today: date | None = None) -> list[Finding]:
    """All Findings of a library, sorted by path and line; `limit` is an article's largest size in bytes.

    Never raises for what stands in a file; raises IndexStoreError when the library does not exist.
    """
    files = {slug_of(PurePosixPath(path)): _read(library, path, limit) for path in scan(library)}
    findings = read_glossary(library)[1]
    for file in files.values():
        findings += file.findings
        findings += _private_numbers(file)
        if file.head is not None:
            findings += _head(file, file.head, files, today or date.today())
            findings += _references(file, files, library)
    findings += _same_slugs(files.values())
    findings += _same_questions(files.values())
    return sorted(findings, key=lambda item: (item.path, item.line, item.message))


def _read(library: Path, path: str, limit: int) -> _File:
    if UNREADABLE in path:
        return _File(path, (), (Finding(path, 1, "文件名不是 UTF-8 编码；请改名"),))
    parsed = read_article(library, PurePosixPath(path), limit)
    try:
        with (library / path).open(encoding="utf-8-sig", errors="replace") as file:
            lines = tuple(file.read(limit).splitlines())
    except OSError:
        lines = ()
    if parsed.article is None:
        return _File(path, lines, parsed.findings)
    anchors = {section.anchor for section in parsed.article.sections} | {LEAD_ANCHOR}
    return _File(
        path=path,
        lines=lines,
        findings=parsed.findings,
        head=parsed.article.head,
        anchors=frozenset(anchors),
        references=tuple(dict.fromkeys(_collect(parsed, parsed.article.html))),
    )


def _collect(parsed: Parsed, html: str) -> Iterator[_Reference]:
    """The links to articles, and those to places of the same article and to files that the HTML keeps."""
    for link in parsed.links:
        yield _Reference(link.written, link.slug, link.anchor)
    tree = lxml.html.fragment_fromstring(html, create_parent="div")
    for element in tree.iter("a", "img"):
        target = unquote(element.get("href") or element.get("src") or "")
        if target.startswith("#") and not target[1:].startswith(_NO_ANCHOR_OF_OURS):
            yield _Reference(target, anchor=target[1:])
        elif target.startswith(ATTACHMENT_URL):
            path = target.removeprefix(ATTACHMENT_URL)
            yield _Reference(PurePosixPath(path).name, attachment=path)


def _references(file: _File, files: Mapping[str, _File], library: Path) -> Iterator[Finding]:
    for item in file.references:
        line = file.line_with(item.written)
        target = files.get(item.slug) if item.slug else file
        if item.attachment:
            if not (library / item.attachment).is_file():
                yield file.error(line, f"图片或附件“{item.attachment}”不存在；请补上文件或改正路径")
        elif target is None:
            yield file.error(line, f"链接“{item.written}”指向的文章不存在；请改正或去掉")
        elif item.anchor and target.head is not None and item.anchor not in target.anchors:
            message = f"链接“{item.written}”指向的小节“{item.anchor}”不存在；请改成文章里的标题"
            yield file.error(line, message)


def _private_numbers(file: _File) -> Iterator[Finding]:
    for number, line in enumerate(file.lines, 1):
        if sum(map(str.isdigit, line)) < _FEWEST_DIGITS:
            continue
        for name in mask(line).found:
            message = f"这一行有{name}；文章里不能出现个人信息，请删去或改成虚构的示例"
            kind = file.warning if name == _PHONE else file.error
            yield kind(number, message)


def _head(
    file: _File, head: FrontMatter, files: Mapping[str, _File], today: date
) -> Iterator[Finding]:
    if not head.summary:
        yield file.warning(file.line_of("summary"), "缺少 summary；请用一句话写出结论")
    if not file.has_value("kind"):
        yield file.warning(file.line_of("kind"), "缺少 kind，暂按 howto 处理；请写明文章种类")
    if head.kind == "policy" and not any(source.title for source in head.sources):
        yield file.error(file.line_of("sources"), "政策文章没有写来源；请在 sources 里写明文件名称")
    if head.effective_from and head.effective_to and head.effective_to < head.effective_from:
        message = f"失效日期 {head.effective_to} 早于生效日期 {head.effective_from}"
        yield file.error(file.line_of("effective_to"), message)
    for slug in head.supersedes:
        if slug not in files:
            message = f"supersedes 里的“{slug}”不存在；请写被替代文章的路径，不带 .md"
            yield file.error(file.line_of("supersedes"), message)
    if head.status == "published":
        yield from _published(file, head, today)


def _published(file: _File, head: FrontMatter, today: date) -> Iterator[Finding]:
    if head.review_by and head.review_by < today:
        message = f"应在 {head.review_by} 前复核，已过期；请核对内容后更新 review_by"
        yield file.warning(file.line_of("review_by"), message)
    if any(TO_FILL_IN in line for line in file.lines):
        message = f"已发布的文章里还有没填的{TO_FILL_IN}；请填好，或把 status 改回 draft"
        yield file.error(file.line_with(TO_FILL_IN), message)


def _same_slugs(files: Iterable[_File]) -> Iterator[Finding]:
    first: dict[str, _File] = {}
    for file in files:
        other = first.setdefault(file.slug.lower(), file)
        if other is not file:
            yield file.error(1, f"文件名与 {other.path} 只差大小写；请改名")


def _same_questions(files: Iterable[_File]) -> Iterator[Finding]:
    """Questions that two articles claim; a retired article may keep those of the one that replaced it."""
    first: dict[str, _File] = {}
    for file in files:
        if file.head is None or file.head.status == "retired":
            continue
        for question in file.head.questions:
            other = first.setdefault(_NOT_IN_QUESTION.sub("", normalise(question)), file)
            if other is not file:
                message = f"问题“{question}”在 {other.path} 里也有；请只留在最合适的一篇"
                yield file.warning(file.line_with(question), message)
