"""Puts first what holds a code of the question: for a document the article whose subject it is, and of that its
conclusion when the question is what the document says."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence

from kb.blocks import CELL_BORDER
from kb.candidates import Candidate, Scored
from kb.features import articles_with_codes
from kb.tokenizer import find_codes, is_document_number, normalise, without_codes
from kb.types import LEAD_ANCHOR, Query

_WHAT_IT_SAYS = re.compile(
    r"(?:国务院|[\u4e00-\u9fff]{2,12}部|关于|主要|大概|具体|什么|内容|规定|方面|文件|通知|办法|意见|哪些|一下|请问|介绍"
    r"|[讲说管是干用做有的了里面事这那个份呢吗啥哪查看]|\W)*"
)
"""What is left of a question for what a document says, when its number is taken out."""

_SOURCES = re.compile("依据|来源")
"""Headings of lists of sources."""


def codes_first(query: Query, ranked: Scored) -> Scored:
    """What holds a code of the question comes first: the sections with an error code, the articles with the
    number of a document, which stands under their legal basis while another section says what follows."""
    if not all(map(is_document_number, query.codes)):
        return sorted(ranked, key=lambda item: not any(hit.code_match for hit in item[1].hits))
    if not ranked:
        return ranked
    candidates = [candidate for _, candidate in ranked]
    holding, about = articles_with_codes(candidates), _articles_about(candidates)
    ordered = sorted(ranked, key=lambda item: _distance(item[1].place.slug, about, holding))
    if not asks_what_document_says(query) or _treats(query, ordered[0][1]):
        return ordered
    slug = ordered[0][1].place.slug
    return sorted(ordered, key=lambda item: not (slug in about and _is_lead(item[1], slug)))


def asks_what_document_says(query: Query) -> bool:
    """Whether the question is nothing but a document's number, or what the document is about."""
    if not query.codes or not all(map(is_document_number, query.codes)):
        return False
    return bool(_WHAT_IT_SAYS.fullmatch(without_codes(normalise(query.text))))


def _articles_about(candidates: Sequence[Candidate]) -> frozenset[str]:
    """The slugs of the articles whose head lists a code of the question, or whose lead names it: the others
    only mention it."""
    return frozenset(
        item.place.slug
        for item in candidates
        if item.place.anchor == LEAD_ANCHOR and any(hit.code_match for hit in item.hits)
    )


def _treats(query: Query, candidate: Candidate) -> bool:
    """Whether a sentence of a section names the document: more than to list it, or to cite it in a table."""
    if _SOURCES.search(candidate.place.section):
        return False
    texts = (hit.passage.text for hit in candidate.hits if hit.passage.form == "text")
    lines = (line for text in texts for line in text.split("\n") if CELL_BORDER not in line)
    return any(not set(query.codes).isdisjoint(find_codes(normalise(line))) for line in lines)


def _distance(slug: str, about: Collection[str], holding: Collection[str]) -> int:
    return 0 if slug in about else 1 if slug in holding else 2


def _is_lead(candidate: Candidate, slug: str) -> bool:
    return candidate.place.slug == slug and candidate.place.anchor == LEAD_ANCHOR
