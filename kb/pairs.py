"""How often two characters meet in what the library's articles are called and asked: what counts as well spelt."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from operator import add

from kb.types import Article


def count_pairs(articles: Sequence[Article]) -> Mapping[str, int]:
    """The count of each pair of neighbouring characters in titles, headings, summaries and listed questions.

    A plain mapping: asking the engine for hundreds of pairs that mostly do not exist takes milliseconds.
    """
    text = "\n".join(line for article in articles for line in _lines(article))
    return Counter(map(add, text, text[1:]))


def _lines(article: Article) -> Iterator[str]:
    yield article.title
    yield article.head.summary
    yield from (section.text for section in article.sections)
    yield from article.head.all_questions
