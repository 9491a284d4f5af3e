"""Turns an explanation of a question into the JSON that `manage.py explain --json` gives out."""

from __future__ import annotations

from typing import Any

from bot.citations import article_url
from bot.explain import Explanation
from kb.explain import (
    STAGE_NAMES,
    Contender,
    Contribution,
    Difference,
    Retrieval,
    Step,
    Verdict,
    Wording,
)
from kb.types import Passage, Scope
from web.serialise import ask_body

Body = dict[str, Any]


def explanation_body(found: Explanation, took_ms: float) -> Body:
    """All of an explanation; `outcome` is the body of /api/v1/ask."""
    retrieval = found.retrieval
    return {
        "question": {"masked": found.masked.text, **_wording(retrieval.wording)},
        "scope": _scope(retrieval.scope),
        "counts": _counts(retrieval),
        "keyword": list(map(_step, retrieval.keyword)),
        "nearest": list(map(_step, retrieval.nearest)),
        "fused": list(map(_step, retrieval.fused)),
        "sections": list(map(_contender, retrieval.contenders)),
        "evidence": _evidence(found),
        "confidence": _confidence(found),
        "outcome": ask_body(found.outcome, took_ms),
        "expected": _verdict(found.verdict) if found.verdict else None,
    }


def _wording(wording: Wording) -> Body:
    return {
        "text": wording.text,
        "looked_up": wording.looked_up,
        "normalised": wording.normalised,
        "tokens": [
            {
                "token": item.text,
                "count": item.count,
                "passages": item.passages,
                "weight": item.weight,
            }
            for item in wording.tokens
        ],
        "codes": list(wording.codes),
        "dates": list(wording.dates),
        "goes_on": wording.goes_on,
        "would_go_on": wording.would_go_on,
    }


def _scope(scope: Scope) -> Body:
    return {
        "access": sorted(scope.access),
        "as_of": scope.as_of.isoformat() if scope.as_of else None,
        "region": scope.region,
        "kind": scope.kind,
    }


def _counts(retrieval: Retrieval) -> Body:
    return dict(zip(("keyword", "nearest", "fused", "sections"), retrieval.counts, strict=True))


def _passage(passage: Passage) -> Body:
    return {
        "id": passage.id,
        "title": passage.title,
        "section": passage.section,
        "form": passage.form,
        "text": passage.text,
        "url": article_url(passage.slug, passage.anchor),
    }


def _step(step: Step) -> Body:
    return {
        "rank": step.rank,
        "score": step.score,
        "keyword_rank": step.keyword_rank,
        "nearest_rank": step.nearest_rank,
        **_passage(step.passage),
    }


def _contender(contender: Contender) -> Body:
    hit = contender.hit
    return {
        "rank": contender.rank,
        "section_id": contender.id,
        "probability": hit.score,
        "score": contender.score,
        "keyword_rank": hit.keyword_rank,
        "nearest_rank": hit.nearest_rank,
        "code_match": hit.code_match,
        "question": hit.question,
        "contributions": [_measure(item, value=item.value) for item in contender.contributions],
        "passage": _passage(hit.passage),
    }


def _measure(item: Contribution | Difference, **values: float) -> Body:
    """A Contribution or a Difference: what was measured, times the learned weight."""
    names = {"feature": item.feature, "name": item.name}
    return {**names, **values, "weight": item.weight, "amount": item.amount}


def _evidence(found: Explanation) -> list[Body]:
    return [
        {
            "id": unit.passage.id,
            "score": score,
            "quote": unit.text,
            "chosen": unit in found.quoted,
        }
        for score, unit in found.weighed
    ]


def _confidence(found: Explanation) -> Body:
    return {
        "value": found.confidence,
        "threshold": found.threshold,
        "terms": [
            {"key": item.key, "name": item.name, "value": item.value, "amount": item.amount}
            for item in found.terms
        ],
    }


def _verdict(verdict: Verdict) -> Body:
    ranks = verdict.ranks
    return {
        "id": verdict.id,
        "stage": verdict.stage,
        "stage_name": STAGE_NAMES[verdict.stage],
        "reasons": list(verdict.reasons),
        "lacking": list(verdict.lacking),
        "ranks": {
            "keyword": ranks.keyword,
            "nearest": ranks.nearest,
            "fused": ranks.fused,
            "rough": ranks.rough,
            "final": ranks.final,
        }
        if ranks
        else None,
        "rival": verdict.rival or None,
        "differences": [
            _measure(item, value=item.value, rivals_value=item.rivals_value)
            for item in verdict.differences
        ],
    }
