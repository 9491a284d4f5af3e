"""Grows a library to a wanted number of passages for benchmarks: sentences of the articles, mixed anew."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence

import numpy as np

from kb.engines import Indexed
from kb.entries import entries_of
from kb.sentences import spans
from kb.tokenizer import Tokenizer
from kb.types import Article, FrontMatter, Passage

_SENTENCES_PER_PASSAGE = 6
_PASSAGES_PER_ARTICLE = 20


def synthetic_library(
    passages: Sequence[Passage], count: int, tokenizer: Tokenizer, dimension: int, seed: int = 1
) -> Iterator[Indexed]:
    """Yield articles with `count` passages together, each of six sentences drawn from `passages`.

    The vectors are random unit vectors: an exact search takes as long for them as for real ones, and
    embedding 20,000 passages would take a quarter of an hour. The same seed gives the same library.
    """
    chance = random.Random(seed)  # noqa: S311
    numbers = np.random.default_rng(seed)
    sentences = [p.text[start:end] for p in passages for start, end in spans(p.text)]
    for first in range(0, count, _PASSAGES_PER_ARTICLE):
        size = min(_PASSAGES_PER_ARTICLE, count - first)
        article = _article(first, size, sentences, chance)
        vectors = numbers.standard_normal((size, dimension)).astype(np.float32)
        vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
        yield Indexed(article, list(entries_of(article, tokenizer)), vectors)


def _article(first: int, size: int, sentences: Sequence[str], chance: random.Random) -> Article:
    slug = f"synthetic/{first:07d}"
    title = f"合成文章 {first}"
    passages = tuple(
        Passage(
            id=f"{slug}#s{number}",
            slug=slug,
            anchor=f"s{number}",
            form="text",
            title=title,
            headings=(chance.choice(sentences)[:20],),
            text="".join(chance.choices(sentences, k=_SENTENCES_PER_PASSAGE)),
        )
        for number in range(size)
    )
    return Article(slug, f"{slug}.md", "", FrontMatter(title), "", (), passages, ())
