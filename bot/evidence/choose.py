"""Chooses the sections that an answer quotes: the best one, and what a question needs beside it."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial

from bot.evidence.again import says_again
from bot.evidence.compose import asks_way, compose, steps_of, weigh
from bot.evidence.near import nearness_of
from bot.evidence.room import holds_code
from bot.evidence.units import is_step
from bot.types import Evidence
from kb.document_numbers import asks_what_document_says
from kb.knowledge import Knowledge
from kb.periods import is_of_other_births, names_dates, of_each_date
from kb.types import LEAD_ANCHOR, Hit, Query

_CONSIDERED = 5
"""So many sections are looked into for one that may be quoted."""

_SECOND_FROM = 0.02
"""A section is quoted beside a lead of its article when it is at least this probable."""

_CLOSE, _LITTLE = 0.5, 60
"""The best words of the next section are quoted too when it is at least this share as probable as the best, in
at most so many characters."""

_NOT_THE_STEPS = ("验证", "预防")
_THE_STEPS = re.compile("步骤|流程|^处理$|^怎么(?:办理|申请|申领)$")
"""Headings of an article's way of doing it, which is quoted however improbable: the lead lists the question."""


Compose = Callable[..., Evidence | None]
"""Puts the evidence of a hit together, without what the best evidence says."""


def choose_evidence(
    knowledge: Knowledge, query: Query, hits: Sequence[Hit], further: Sequence[Hit] = ()
) -> list[Evidence]:
    """The evidence to answer with, best first; empty when every hit speaks of another year or amount.

    `hits` are sections, best first, `further` their other passages. One section; beside a lead also the best
    section of its article.
    """
    hits = [hit for hit in hits if not is_of_other_births(query, hit.passage)]
    near = nearness_of((*hits, *further))
    found = (compose(knowledge, query, hit, near) for hit in hits[:_CONSIDERED])
    best = next((evidence for evidence in found if evidence is not None), None)
    if best is None:
        return []
    put = partial(compose, knowledge, query, near=near, said=best.quote)
    second = (
        _of_another_date(knowledge, query, best, hits)
        or _second(knowledge, query, best, hits, put)
        or _close(best, hits, put)
    )
    return [best] if second is None else [best, second]


def _of_another_date(
    knowledge: Knowledge, query: Query, best: Evidence, hits: Sequence[Hit]
) -> Evidence | None:
    """Of several years or months that are asked about, the words of the same article on one that the best
    section does not name."""
    if not query.any_date:
        return None
    found = (
        compose(knowledge, one, hit, limit=_LITTLE)
        for one in of_each_date(query)
        if not _names(best, one)
        for hit in hits[:_CONSIDERED]
        if hit.passage.slug == best.hit.passage.slug and names_dates(one, hit.passage)
    )
    return next((evidence for evidence in found if evidence is not None), None)


def _names(evidence: Evidence, query: Query) -> bool:
    return any(names_dates(query, unit.passage) for unit in evidence.units)


def _close(best: Evidence, hits: Sequence[Hit], put: Compose) -> Evidence | None:
    """The best words of the next section when it is nearly as probable."""
    others = (
        hit for hit in hits[:_CONSIDERED] if hit.passage.section_id != best.hit.passage.section_id
    )
    hit = next(others, None)
    if hit is None or hit.score < _CLOSE * best.hit.score or best.hit.code_match:
        return None
    return _adding(put(hit, limit=_LITTLE), best)


def _second(
    knowledge: Knowledge, query: Query, best: Evidence, hits: Sequence[Hit], put: Compose
) -> Evidence | None:
    """Beside a lead: the article's steps when they are asked for, the line that names the document that is,
    else the section that goes into it."""
    if best.hit.passage.anchor != LEAD_ANCHOR or any(map(is_step, best.units)):
        return None
    others = [
        hit
        for hit in hits
        if hit.passage.slug == best.hit.passage.slug and hit.passage.anchor != LEAD_ANCHOR
    ]
    if asks_what_document_says(query):
        return next(filter(None, (_naming(knowledge, query, hit) for hit in others)), None)
    probable = [hit for hit in others if hit.score >= _SECOND_FROM]
    way = [hit for hit in others if _THE_STEPS.search(hit.passage.section)]
    how = [*probable, *way] if asks_way(query) else []
    found = (steps_of(knowledge, query, hit) for hit in how if _may_be_steps(hit))
    detail = (_adding(put(hit), best) for hit in probable[:1])
    return next(filter(None, (*found, *detail)), None)


def _naming(knowledge: Knowledge, query: Query, hit: Hit) -> Evidence | None:
    """The best unit of a section that names the document asked for."""
    units = (unit for _, unit in weigh(knowledge, query, hit) if holds_code(query, unit))
    unit = next(units, None)
    return None if unit is None else Evidence(hit, unit, (unit,))


def _adding(evidence: Evidence | None, best: Evidence) -> Evidence | None:
    """Evidence without what the best says already; None where that is all."""
    if evidence is None or not says_again(evidence.key.text, best.quote):
        return evidence
    rest = tuple(unit for unit in evidence.units if unit != evidence.key)
    return replace(evidence, key=rest[0], units=rest) if rest else None


def _may_be_steps(hit: Hit) -> bool:
    return hit.passage.section not in _NOT_THE_STEPS
