"""Checks what articles point to: other articles, their sections, pictures, and the sections of a reading path."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

from kb.lint.files import ArticleFile
from kb.types import Finding, FrontMatter


def link_findings(files: Mapping[str, ArticleFile], library: Path) -> Iterator[Finding]:
    """Everything that an article names and that is not there."""
    for file in files.values():
        if file.head is not None:
            yield from _references(file, files, library)
            yield from _named_sections(file, file.head)
            if file.head.status != "draft":
                yield from _readings(file, file.head, files)


def _references(
    file: ArticleFile, files: Mapping[str, ArticleFile], library: Path
) -> Iterator[Finding]:
    for item in file.references:
        line = file.line_with(item.written)
        target = files.get(item.slug) if item.slug else file
        if item.attachment:
            if not (library / item.attachment).is_file():
                message = f"图片或附件“{item.attachment}”不存在；请补上文件或改正路径"
                yield file.error(line, message)
        elif target is None:
            yield file.error(line, f"链接“{item.written}”指向的文章不存在；请改正或去掉")
        elif item.anchor and target.head is not None and item.anchor not in target.anchors:
            message = f"链接“{item.written}”指向的小节“{item.anchor}”不存在；请改成文章里的标题"
            yield file.error(line, message)


def _readings(
    file: ArticleFile, head: FrontMatter, files: Mapping[str, ArticleFile]
) -> Iterator[Finding]:
    for reading in head.reading:
        if reading.article not in files:
            message = f"阅读路径里的“{reading.article}”不存在；请写文章的路径，不带 .md"
            yield file.error(file.line_with(reading.article), message)
    for item in head.quiz:
        slug, _, anchor = item.cites.partition("#")
        if slug not in files or anchor not in files[slug].anchors:
            message = f"自测题“{item.question}”引用的小节“{item.cites}”不存在；请写成 路径#标题"
            yield file.error(file.line_with(item.cites or item.question), message)


def _named_sections(file: ArticleFile, head: FrontMatter) -> Iterator[Finding]:
    """The sections that the head names exist."""
    named = [("sources 的 covers", name) for source in head.sources for name in source.covers]
    named += [("section_questions", item.section) for item in head.section_questions]
    for where, name in named:
        if name not in file.anchors:
            message = f"{where} 里写的小节“{name}”不存在；请照抄文章里的标题"
            yield file.error(file.line_with(name), message)
