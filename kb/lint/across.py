"""Checks how the articles of a library fit together: one slug, title and question each, and clean succession."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping

from kb.lint.files import ArticleFile
from kb.tokenizer import normalise
from kb.types import Finding, FrontMatter

_NOT_IN_QUESTION = re.compile(r"\W+")


def across_findings(files: Mapping[str, ArticleFile]) -> Iterator[Finding]:
    """What two articles claim at once, and rules that replace each other wrongly."""
    yield from _same_slugs(files.values())
    yield from _same_titles(files.values())
    yield from _same_questions(files.values())
    for file in files.values():
        if file.head is not None:
            yield from _successions(file, file.head, files)
    yield from _loops(files)


def _same_slugs(files: Collection[ArticleFile]) -> Iterator[Finding]:
    first: dict[str, ArticleFile] = {}
    for file in files:
        other = first.setdefault(file.slug.lower(), file)
        if other is not file:
            yield file.error(1, f"文件名与 {other.path} 只差大小写；请改名")


def _same_titles(files: Collection[ArticleFile]) -> Iterator[Finding]:
    first: dict[str, ArticleFile] = {}
    for file in files:
        if file.head is None:
            continue
        other = first.setdefault(_NOT_IN_QUESTION.sub("", normalise(file.head.title)), file)
        if other is not file:
            message = f"标题与 {other.path} 相同；请写明两篇的差别"
            yield file.warning(file.line_of("title"), message)


def _same_questions(files: Collection[ArticleFile]) -> Iterator[Finding]:
    """Questions that two articles claim; a retired article may keep those of the one that replaced it."""
    first: dict[str, ArticleFile] = {}
    for file in files:
        if file.head is None or file.head.status == "retired":
            continue
        for question in file.head.all_questions:
            other = first.setdefault(_NOT_IN_QUESTION.sub("", normalise(question)), file)
            if other is not file:
                message = f"问题“{question}”在 {other.path} 里也有；请只留在最合适的一篇"
                yield file.warning(file.line_with(question), message)


def _successions(
    file: ArticleFile, head: FrontMatter, files: Mapping[str, ArticleFile]
) -> Iterator[Finding]:
    """The articles that one replaces exist, and end before it begins."""
    line = file.line_of("supersedes")
    for slug in head.supersedes:
        if slug not in files:
            message = f"supersedes 里的“{slug}”不存在；请写被替代文章的路径，不带 .md"
            yield file.error(line, message)
            continue
        old = files[slug].head
        if old is None or slug == file.slug:
            continue  # a loop of one is reported with the others
        if old.effective_to is None:
            message = f"被替代的“{slug}”没有写 effective_to；请写它执行到哪一天"
            yield file.error(line, message)
        elif head.effective_from is not None and old.effective_to >= head.effective_from:
            message = (
                f"被替代的“{slug}”执行到 {old.effective_to}，"
                f"本文 {head.effective_from} 起执行，两者重叠；请改正日期"
            )
            yield file.error(line, message)


def _loops(files: Mapping[str, ArticleFile]) -> Iterator[Finding]:
    """Articles that replace themselves, directly or through others."""
    older = {slug: file.head.supersedes for slug, file in files.items() if file.head is not None}
    for slug in older:
        reached: set[str] = set()
        open_slugs = list(older[slug])
        while open_slugs:
            following = open_slugs.pop()
            if following not in reached:
                reached.add(following)
                open_slugs += older.get(following, ())
        if slug in reached:
            message = f"supersedes 绕成了圈：“{slug}”最后又替代了自己；请去掉其中一处"
            yield files[slug].error(files[slug].line_of("supersedes"), message)
