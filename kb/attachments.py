"""Which of the files that lie beside the articles a reader may open: those that the reader's articles show."""

from __future__ import annotations

from collections.abc import Sequence

from kb.types import Article


def shown_files(articles: Sequence[Article]) -> frozenset[str]:
    """The paths, relative to the library, of all pictures and files that these articles show or link to."""
    return frozenset(path for article in articles for path in article.attachments)
