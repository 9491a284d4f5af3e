"""Makes engine entries out of an article's passages: which field weighs how much, and which facets hold."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from types import MappingProxyType

from kb.tokenizer import Tokenizer
from kb.types import Article, Entry, Passage

FIELD_WEIGHTS: Mapping[str, float] = MappingProxyType(
    {"context": 0.5, "heading": 1.5, "questions": 1.5, "body": 1.0, "codes": 1.0}
)
"""BM25F weights of a passage's fields (Robertson, Zaragoza, Taylor 2004: weighted term frequencies are
summed before saturation). `heading` is the innermost heading above the passage (the title where there is
none), `context` what stands above that. Chosen on the development sets; see docs/retrieval.md."""


def entries_of(article: Article, tokenizer: Tokenizer) -> Iterator[Entry]:
    """Yield an entry for every passage of an article; drafts and retired articles without an end have none."""
    head = article.head
    hidden = head.status == "draft" or (head.status == "retired" and head.effective_to is None)
    if hidden:
        return
    for passage in article.passages:
        yield Entry(
            passage=passage,
            tokens=weighted_tokens(passage, tokenizer),
            access=head.access,
            region=head.region,
            kind=head.kind,
            effective_from=head.effective_from,
            effective_to=head.effective_to,
        )


def weighted_tokens(passage: Passage, tokenizer: Tokenizer) -> dict[str, float]:
    """The weighted term frequencies of a passage."""
    path = (passage.title, *passage.headings)
    question = passage.form == "question"
    texts = {
        "context": " ".join(path if question else path[:-1]),
        "heading": "" if question else path[-1],
        "questions": passage.text if question else "",
        "body": "" if question else passage.text,
    }
    counts: Counter[str] = Counter()
    for name, text in texts.items():
        for token in tokenizer.tokens(text):
            counts[token] += FIELD_WEIGHTS[name]  # type: ignore[assignment]
    for code in passage.codes:
        counts[code] += FIELD_WEIGHTS["codes"]  # type: ignore[assignment]
    return dict(counts)
