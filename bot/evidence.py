"""Chooses among the hits what to answer with: the right article first, then the right words of it."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass

from bot.passage_spans import best_span, has_steps, steps_of
from bot.types import Evidence
from kb.amounts import row_fits
from kb.knowledge import Knowledge
from kb.periods import is_past_row, names_dates, names_other_dates
from kb.tokenizer import find_codes, normalise
from kb.types import LEAD_ANCHOR, Hit, Query
from kb.weights import Weights

_PROCEDURE = re.compile(r"怎么|怎样|如何|流程|步骤|手续|办理|处理|操作|怎么办|咋")
_MATERIALS = re.compile(r"材料|资料|证件|带什么|要带")
_NOT_THE_STEPS = re.compile(r"验证|预防")
_CONSIDERED = 12
"""Sections looked into; all of them when the question holds a figure, whose row may stand far behind."""

_SECTION_WEIGHT, _LEAST = 0.25, 1e-6
"""Weight of the logarithm of a section's probability, and the least one that counts."""
_COVERAGE_WEIGHT = 0.5
_DATED_BONUS, _DATED_ROW_BONUS = 0.3, 0.9
_CODE_BONUS, _CODE_ROW_BONUS = 0.6, 0.9
_AMOUNT_BONUS = 1.2
_PAST_ROW_MALUS = 0.6
"""Who names no year asks for what holds now, not for an older row of a table by years."""
_SECOND_FROM = 0.02
"""A second passage is quoted beside a lead when its section is at least this probable."""


@dataclass(frozen=True, slots=True)
class _Candidate:
    score: float
    evidence: Evidence


def names_other(query: Query, evidence: Evidence) -> bool:
    """Whether the quoted words are about other years or months than the question."""
    return names_other_dates(query, evidence.hit.passage, evidence.quote)


def choose_evidence(
    knowledge: Knowledge, query: Query, hits: Sequence[Hit], weights: Weights
) -> list[Evidence]:
    """The evidence to answer with, best first; empty when every hit speaks of another year or amount.

    One passage; beside a lead also the best section of its article, or the article's steps.
    """
    candidates = _weighed(knowledge, query, hits, weights)
    if not candidates:
        return []
    exact = [item for item in candidates if item.evidence.hit.code_match] or candidates
    best = _best(exact).evidence
    if names_other(query, best):
        best = _dated_in_best_article(query, hits, exact) or best
    return _with_second(query, best, candidates)


def weigh_evidence(
    knowledge: Knowledge, query: Query, hits: Sequence[Hit], weights: Weights
) -> list[tuple[float, Evidence]]:
    """What `choose_evidence` chooses among, with the scores that it goes by, best first."""
    candidates = _weighed(knowledge, query, hits, weights)
    return [
        (item.score, item.evidence) for item in sorted(candidates, key=lambda item: -item.score)
    ]


def _weighed(
    knowledge: Knowledge, query: Query, hits: Sequence[Hit], weights: Weights
) -> list[_Candidate]:
    dates = weights.without(knowledge.tokenizer.subject_tokens(" ".join(query.dates)))
    return _candidates(query, _considered(query, hits), weights, dates)


def _candidates(
    query: Query, hits: Sequence[Hit], weights: Weights, dates: Weights
) -> list[_Candidate]:
    found = []
    for hit in hits:
        coverage, evidence = best_span(query, hit, weights)
        if not _is_wrong_row(query, evidence):
            score = _SECTION_WEIGHT * math.log(max(hit.score, _LEAST)) + _COVERAGE_WEIGHT * coverage
            found.append(_Candidate(score + _bonus(query, hit, dates), evidence))
    return found


def _considered(query: Query, hits: Sequence[Hit]) -> list[Hit]:
    """The passages of the best sections."""
    if any(character.isdecimal() for character in query.text):
        return list(hits)
    sections = list(dict.fromkeys(hit.passage.section_id for hit in hits))[:_CONSIDERED]
    return [hit for hit in hits if hit.passage.section_id in sections]


def _is_wrong_row(query: Query, evidence: Evidence) -> bool:
    """A row of another year or amount must never answer."""
    passage = evidence.hit.passage
    return passage.form == "row" and (
        names_other(query, evidence) or row_fits(query.text, passage.text) < 0
    )


def _bonus(query: Query, hit: Hit, undated: Weights) -> float:
    """What speaks for a passage beside its section: date, amount and code of the question.

    The bonuses for date and amount grow with how much of the rest of the question the section and text
    hold, so that the row of another table with the same year gains nothing.
    """
    row = hit.passage.form == "row"
    local = normalise(f"{hit.passage.section} {hit.passage.text}")
    held = undated.coverage(local, hit.passage.codes)
    bonus = 0.0
    if query.dates and names_dates(query, hit.passage):
        bonus += held * (_DATED_ROW_BONUS if row else _DATED_BONUS)
    if row and row_fits(query.text, hit.passage.text) > 0:
        bonus += _AMOUNT_BONUS * undated.coverage(f"{normalise(hit.passage.title)} {local}")
    if not query.dates and query.scope.as_of and is_past_row(hit.passage, query.scope.as_of):
        bonus -= _PAST_ROW_MALUS
    bonus += _code_bonus(query, hit, local)
    return bonus


def _code_bonus(query: Query, hit: Hit, local: str) -> float:
    """A code is answered from where it stands itself, best from an article of its own or from its row."""
    if not query.codes:
        return 0.0
    title = find_codes(normalise(hit.passage.title))
    if not set(query.codes).isdisjoint(title) and hit.passage.anchor == LEAD_ANCHOR:
        return 2 * _CODE_ROW_BONUS
    if set(query.codes).isdisjoint([*title, *find_codes(local)]):
        return 0.0
    return _CODE_ROW_BONUS if hit.passage.form == "row" else _CODE_BONUS


def _best(candidates: Sequence[_Candidate]) -> _Candidate:
    return max(candidates, key=lambda item: item.score)


def _dated_in_best_article(
    query: Query, hits: Sequence[Hit], candidates: Sequence[_Candidate]
) -> Evidence | None:
    """The best evidence for the question's own date in the article that fits best."""
    slug = max(hits, key=lambda hit: hit.score).passage.slug
    dated = [
        item
        for item in candidates
        if item.evidence.hit.passage.slug == slug
        and names_dates(query, item.evidence.hit.passage)
        and not names_other(query, item.evidence)
    ]
    return _best(dated).evidence if dated else None


def _with_second(query: Query, best: Evidence, candidates: Sequence[_Candidate]) -> list[Evidence]:
    """Add what the question needs beside the best words: steps, or the section that goes into it."""
    asks_steps = bool(_PROCEDURE.search(query.text) or _MATERIALS.search(query.text))
    same = [
        item
        for item in candidates
        if item.evidence.hit.passage.slug == best.hit.passage.slug
        and item.evidence.hit.passage.id != best.hit.passage.id
        and not names_other(query, item.evidence)
    ]
    if best.hit.passage.anchor != LEAD_ANCHOR:
        return [_steps_if(best, asks_steps)]
    if asks_steps and not has_steps(best):
        steps = _steps_among(same)
        if steps is not None:
            return [best, steps]
    sections = [
        item
        for item in same
        if item.evidence.hit.passage.anchor != LEAD_ANCHOR
        and item.evidence.hit.score > _SECOND_FROM
        and _is_the_row(query, item.evidence.hit)
    ]
    if not sections or best.hit.code_match:
        return [_steps_if(best, asks_steps)]
    return [best, _steps_if(_best(sections).evidence, asks_steps)]


def _is_the_row(query: Query, hit: Hit) -> bool:
    """A row is worth quoting beside a lead only when it is the one of the question's date or amount."""
    if hit.passage.form != "row":
        return True
    dated = bool(query.dates) and names_dates(query, hit.passage)
    return dated or row_fits(query.text, hit.passage.text) > 0


def _steps_among(candidates: Sequence[_Candidate]) -> Evidence | None:
    """The steps of the best-ranked passage that has any; how to verify or prevent is not how to do it."""
    for item in sorted(candidates, key=lambda item: -item.evidence.hit.score):
        if not _NOT_THE_STEPS.search(item.evidence.hit.passage.section):
            steps = steps_of(item.evidence.hit)
            if steps is not None:
                return steps
    return None


def _steps_if(evidence: Evidence, wanted: bool) -> Evidence:
    """Widen evidence to all steps of its passage when the question asks for them."""
    return (steps_of(evidence.hit) or evidence) if wanted else evidence
