"""How often two characters meet in what the library's articles are called and asked: what counts as well spelt."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from operator import add

from kb.engines import Engine
from kb.types import Article


class PairCounts:
    """Counted when first asked for, and anew when the engine serves other articles.

    A plain mapping: asking the engine for hundreds of pairs that mostly do not exist takes milliseconds.
    """

    def __init__(self) -> None:
        self._kept: tuple[Sequence[Article], Mapping[str, int]] = ((), {})

    def of(self, engine: Engine) -> Mapping[str, int]:
        """The count of each pair of neighbouring characters in titles, headings, summaries and listed questions.

        Any thread may call it: what is kept is replaced whole.
        """
        articles = engine.articles()
        counted, counts = self._kept
        if counted is not articles:
            text = "\n".join(line for article in articles for line in _lines(article))
            counts = Counter(map(add, text, text[1:]))
            self._kept = (articles, counts)
        return counts


def _lines(article: Article) -> Iterator[str]:
    yield article.title
    yield article.head.summary
    yield from (section.text for section in article.sections)
    yield from article.head.all_questions
