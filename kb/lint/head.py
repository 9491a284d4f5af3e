"""Checks the head of one article: what it must say, and which of its dates cannot be."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from kb.lint.files import ArticleFile
from kb.types import Finding, FrontMatter

FEWEST_READINGS, MOST_READINGS, FEWEST_QUIZ_ITEMS = 6, 15, 5
"""How long a reading path is, and how many questions it ends with at least."""


def head_findings(file: ArticleFile, head: FrontMatter, today: date) -> Iterator[Finding]:
    """What is missing in the head of an article or does not fit together."""
    if not head.summary:
        yield file.warning(file.line_of("summary"), "缺少 summary；请用一句话写出结论")
    if not file.has_value("kind"):
        yield file.warning(file.line_of("kind"), "缺少 kind，暂按 howto 处理；请写明文章种类")
    yield from _dates(file, head)
    if head.status == "draft":
        return
    if head.kind == "policy":
        yield from _policy(file, head)
    if head.status == "published":
        yield from _review(file, head, today)
        yield from _over(file, head, today)
    yield from _path(file, head)


def _dates(file: ArticleFile, head: FrontMatter) -> Iterator[Finding]:
    if head.effective_from and head.effective_to and head.effective_to < head.effective_from:
        message = f"失效日期 {head.effective_to} 早于生效日期 {head.effective_from}"
        yield file.error(file.line_of("effective_to"), message)


def _policy(file: ArticleFile, head: FrontMatter) -> Iterator[Finding]:
    if not any(source.title for source in head.sources):
        line = file.line_of("sources")
        yield file.error(line, "政策文章没有写来源；请在 sources 里写明文件名称")
    if head.effective_from is None:
        line = file.line_of("effective_from")
        yield file.error(line, "政策文章没有写 effective_from；请写明从哪天起执行")
    traced = any(source.number or source.date or source.url for source in head.sources)
    if head.verified and head.sources and not traced:
        message = "标了 verified: true，来源却没有文号、日期或网址；请补上，或改成 verified: false"
        yield file.warning(file.line_of("sources"), message)


def _review(file: ArticleFile, head: FrontMatter, today: date) -> Iterator[Finding]:
    line = file.line_of("review_by")
    if head.review_by is None:
        yield file.warning(line, "缺少 review_by；请写下次复核的日期")
    elif head.review_by < today:
        message = f"应在 {head.review_by} 前复核，已过期；请核对内容后更新 review_by"
        yield file.warning(line, message)


def _over(file: ArticleFile, head: FrontMatter, today: date) -> Iterator[Finding]:
    if head.effective_to is not None and head.effective_to < today:
        message = (
            f"规定已在 {head.effective_to} 失效；请把 status 改成 retired，或改正 effective_to"
        )
        yield file.warning(file.line_of("status"), message)


def _path(file: ArticleFile, head: FrontMatter) -> Iterator[Finding]:
    """A reading path has its length and its quiz, and every quiz item one right choice."""
    if head.reading and not FEWEST_READINGS <= len(head.reading) <= MOST_READINGS:
        message = (
            f"阅读路径有 {len(head.reading)} 篇；请安排 {FEWEST_READINGS} 到 {MOST_READINGS} 篇"
        )
        yield file.warning(file.line_of("reading"), message)
    if head.reading and len(head.quiz) < FEWEST_QUIZ_ITEMS:
        message = f"自测题有 {len(head.quiz)} 道；每条阅读路径至少 {FEWEST_QUIZ_ITEMS} 道"
        yield file.warning(file.line_of("quiz" if head.quiz else "reading"), message)
    for item in head.quiz:
        line = file.line_with(item.question) if item.question else file.line_of("quiz")
        if not item.question or len(item.choices) < 2 or item.answer not in item.choices:
            message = f"自测题“{item.question}”要有题目、至少两个选项，answer 照抄其中一个"
            yield file.error(line, message)
