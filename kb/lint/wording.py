"""Checks the words of one article: personal data, abbreviations that nobody defined, open doubts."""

from __future__ import annotations

import re
from collections.abc import Iterator

from lxml.html import HtmlElement

from kb.lint.files import ArticleFile, Page
from kb.masking import mask
from kb.types import Finding

UNVERIFIED = "待核实"
"""The words that tell a reader that something is not certain."""

_MAYBE_PUBLIC = frozenset({"手机号", "电话号码", "邮箱", "住址", "姓名"})
"""Kinds that may also be an office's or a well-known person's: the author is asked to look."""
_LATIN_WORD = re.compile(r"(?<![\w./:@#%&=+-])[A-Za-z]+(?![\w/:@=+-]|\.\w)")
_FEWEST_CAPITALS = 2


def personal_data(file: ArticleFile) -> Iterator[Finding]:
    """What identifies a person in a file, whether it can be served or not."""
    for number, line in enumerate(file.lines, 1):
        for name in mask(line).found:
            message = f"这一行有{name}；文章里不能出现个人信息，请删去或改成虚构的示例"
            kind = file.warning if name in _MAYBE_PUBLIC else file.error
            yield kind(number, message)


def wording_findings(page: Page, known: frozenset[str]) -> Iterator[Finding]:
    """What the words of an article leave open; `known` are the glossary's spellings in lower case."""
    if page.head.status == "draft":
        return
    file = page.file
    if not page.head.verified and not any(UNVERIFIED in line for line in file.lines):
        message = f"标了 verified: false，正文里却没有写“{UNVERIFIED}”；请在没有核实的句子后面写明"
        yield file.warning(file.line_of("verified"), message)
    for word in dict.fromkeys(_abbreviations(page.tree)):
        if known and word.lower() not in known:
            message = f"缩写“{word}”不在术语表里；请在 glossary/terms.yaml 里写明是什么"
            yield file.warning(file.line_with(word), message)


def _abbreviations(tree: HtmlElement) -> Iterator[str]:
    """The Latin words with several capitals that stand outside of code: UKey, DNS, WebLogic."""
    for text in _prose(tree):
        for word in _LATIN_WORD.findall(text):
            if sum(map(str.isupper, word)) >= _FEWEST_CAPITALS:
                yield word


def _prose(element: HtmlElement) -> Iterator[str]:
    """The text inside an element, without that of code."""
    yield element.text or ""
    for child in element:
        if isinstance(child.tag, str) and child.tag not in ("code", "pre"):
            yield from _prose(child)
        yield child.tail or ""
