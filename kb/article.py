"""Reads one Markdown file: one parse yields the page, its table of contents and its passages."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from lxml.html import HtmlElement

from kb.frontmatter import read_front_matter
from kb.markup import Link, attachments_of, localise, render, to_html
from kb.passages import cut
from kb.sentences import squeeze
from kb.types import Article, Finding

_FIRST_HEADING = re.compile(r"^#[ \t]+(\S.*)$", re.MULTILINE)
_BEHIND_HEADING = re.compile(r" ?(?:#+ ?)?(?:\{[^}]*\} ?)?(?:<!--.*-->)?$")
_LONGEST_TITLE = 200
_NOT_TEXT = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")
"""Control characters and halves of surrogate pairs, which neither YAML nor HTML can hold."""
_SLUG = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*(?:/[a-z0-9]+(?:-[a-z0-9]+)*)*")


@dataclass(frozen=True, slots=True)
class Parsed:
    """The outcome of reading one file: the article (None when it cannot be served) and its Findings."""

    article: Article | None
    findings: tuple[Finding, ...]
    links: tuple[Link, ...] = ()


def slug_of(path: PurePosixPath) -> str:
    """The slug of a file, given its path relative to the library."""
    return path.as_posix().removesuffix(".md")


def revision_of(content: bytes) -> str:
    """A short name for the exact content of a file."""
    return hashlib.sha256(content).hexdigest()[:16]


def read_article(library: Path, path: PurePosixPath, limit: int) -> Parsed:
    """Read the article at `path` (relative to the library); `limit` is the largest size in bytes.

    Never raises for what stands in the file: a file that cannot be served gives Findings and no article.
    """
    name = path.as_posix()
    try:
        content = (library / path).read_bytes()
    except OSError as error:
        return Parsed(
            None, (Finding(name, 1, f"文件读不出来：{error.strerror}；请检查文件和权限"),)
        )
    if len(content) > limit:
        message = f"文件有 {len(content):,} 字节，超过上限 {limit:,} 字节；请拆成几篇"
        return Parsed(None, (Finding(name, 1, message),))
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        message = f"第 {line} 行不是 UTF-8 编码；请另存为 UTF-8"
        return Parsed(None, (Finding(name, line, message),))
    return parse_article(text, path, revision_of(content))


def parse_article(text: str, path: PurePosixPath, revision: str) -> Parsed:
    """Parse the text of an article; `path` is relative to the library."""
    name, slug = path.as_posix(), slug_of(path)
    cleaned = _NOT_TEXT.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))
    head, body, findings = read_front_matter(
        cleaned, name, lambda rest: _fallback_title(rest, path)
    )
    if not _SLUG.fullmatch(slug):
        findings.append(Finding(name, 1, "文件名和目录名请用小写字母、数字和连字符", "warning"))
    if head is None:
        return Parsed(None, tuple(findings))
    try:
        tree = render(body)
        _drop_repeated_title(tree, head.title)
        links, refused = localise(tree, slug)
        sections, passages = cut(tree, slug, head)
    except RecursionError:
        message = "正文的引用或列表嵌套太深，无法处理；请减少嵌套层数"
        return Parsed(None, (*findings, Finding(name, 1, message)))
    findings += _refusals(name, cleaned, refused)
    if not squeeze(tree.text_content()) and tree.find(".//img") is None:
        findings.append(Finding(name, 1, "文章没有正文", "warning"))
    linked = tuple(dict.fromkeys(link.slug for link in links))
    html, shown = to_html(tree), attachments_of(tree)
    parts = (tuple(sections), tuple(passages), linked, shown)
    article = Article(slug, name, revision, head, html, *parts)
    return Parsed(article, tuple(findings), tuple(links))


def _refusals(name: str, text: str, refused: list[str]) -> list[Finding]:
    """A Finding for every address that was taken out of a link or picture."""
    return [
        Finding(
            name,
            _line_with(text, written),
            f"路径“{written}”跳出了文章目录或者写错了，已去掉链接",
        )
        for written in refused
    ]


def _fallback_title(body: str, path: PurePosixPath) -> str:
    match = _FIRST_HEADING.search(body)
    title = squeeze(match[1])[:_LONGEST_TITLE] if match else ""
    return _BEHIND_HEADING.sub("", title) or path.stem


def _drop_repeated_title(tree: HtmlElement, title: str) -> None:
    """Remove a first-level heading at the top that only repeats the title shown above the text."""
    first = next((child for child in tree if isinstance(child.tag, str)), None)
    if first is not None and first.tag == "h1" and squeeze(first.text_content()) == title:
        first.drop_tree()


def _line_with(text: str, wanted: str) -> int:
    position = text.find(wanted)
    return text[:position].count("\n") + 1 if position >= 0 else 1
