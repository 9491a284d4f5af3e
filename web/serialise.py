"""Turns outcomes, hits and articles into the JSON values that the API and the command line give out."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from datetime import date
from typing import Any

from markupsafe import Markup, escape

from bot.calculators import Calculation
from bot.citations import article_url
from bot.stream import deltas
from bot.types import Abstention, Answer, Citation, Clarification, Line, Nearest, Outcome
from kb.by_article import ArticleHits, Listing
from kb.knowledge import Knowledge
from kb.records import Problem
from kb.snippets import snippet
from kb.types import KIND_NAMES, LEAD_ANCHOR, Article, FrontMatter, Hit, Source

Body = dict[str, Any]


def ask_body(
    outcome: Outcome,
    took_ms: float,
    conversation_id: str | None = None,
    answer_id: str | None = None,
    warnings: Sequence[str] = (),
) -> Body:
    """The body of /api/v1/ask; `warnings` are those of the service, besides the outcome's own.

    `answer` is null unless there is one; `message` is then what to say instead. `calculation` is null where
    nothing was worked out. The ids are null when nothing was recorded.
    """
    return {
        "outcome": outcome.outcome,
        "answer": _answer(outcome) if isinstance(outcome, Answer) else None,
        "calculation": _calculation(outcome.calculation) if isinstance(outcome, Answer) else None,
        "message": _message(outcome),
        "citations": _citations(outcome),
        "confidence": outcome.confidence,
        "choices": list(outcome.choices) if isinstance(outcome, Clarification) else [],
        "nearest": _nearest(outcome),
        "reportable": isinstance(outcome, Abstention) and outcome.reportable,
        "warnings": list(dict.fromkeys([*warnings, *outcome.warnings])),
        "conversation_id": conversation_id,
        "answer_id": answer_id,
        "took_ms": round(took_ms),
    }


def ask_events(outcome: Outcome, body: Body) -> Iterator[tuple[str, Body]]:
    """The names and contents of the events that stream an outcome; the last one holds the whole body."""
    yield "evidence", {"citations": body["citations"], "nearest": body["nearest"]}
    for delta in deltas(outcome):
        yield "delta", {"text": delta.text, "citation": delta.citation, "key": delta.is_key}
    yield outcome.outcome, body


def search_body(
    listing: Listing, took_ms: float, knowledge: Knowledge, warnings: Sequence[str] = ()
) -> Body:
    """The body of /api/v1/search, a hit for each article; `knowledge` is where their heads are looked up."""
    return {
        "hits": [_hit(found, listing, knowledge) for found in listing.articles],
        "warnings": [*warnings, *listing.notices],
        "took_ms": round(took_ms),
    }


def article_summary(article: Article) -> Body:
    """An article in a list."""
    head = article.head
    return {
        "slug": article.slug,
        "title": head.title,
        "url": article_url(article.slug, LEAD_ANCHOR),
        "summary": head.summary,
        "region": head.region,
        "tags": list(head.tags),
        **_standing(head),
    }


def article_body(article: Article, readable: Collection[str]) -> Body:
    """The body of /api/v1/articles/<slug>; `html` is sanitised and begins below the title.

    `readable` are the slugs of the articles that the reader may open: no other is named.
    """
    head = article.head
    return {
        **article_summary(article),
        "audience": list(head.audience),
        "systems": list(head.systems),
        "supersedes": [slug for slug in head.supersedes if slug in readable],
        "sources": list(map(_source, head.sources)),
        "questions": list(head.questions),
        "codes": list(head.codes),
        "owner": head.owner,
        "review_by": _day(head.review_by),
        **_training(head, readable),
        "revision": article.revision,
        "sections": [
            {"level": item.level, "text": item.text, "anchor": item.anchor}
            for item in article.sections
        ],
        "html": article.html,
    }


def _source(source: Source) -> Body:
    return {
        "title": source.title,
        "number": source.number,
        "date": _day(source.date),
        "url": source.url,
        "note": source.note,
    }


def _training(head: FrontMatter, readable: Collection[str]) -> Body:
    """The quiz of a reading path; a section that the reader may not open is not named."""
    return {
        "quiz": [
            {
                "question": item.question,
                "choices": list(item.choices),
                "answer": item.answer,
                "because": item.because,
                "cites": item.cites if item.cites.partition("#")[0] in readable else "",
            }
            for item in head.quiz
        ]
    }


def problem_body(problem: Problem) -> Body:
    """A record of the problem library."""
    return {
        "number": problem.number,
        "question": problem.question,
        "note": problem.note,
        "answer_id": problem.answer_id,
        "status": problem.status,
        "created_at": problem.created_at.isoformat(timespec="seconds"),
    }


def _answer(answer: Answer) -> Body:
    urls = {citation.number: citation.url for citation in answer.citations}
    paragraph = Markup('<p>{}<sup><a href="{}">［{}］</a></sup></p>')
    lines = [
        paragraph.format(_marked(line), urls[line.number], line.number) for line in answer.lines
    ]
    return {"text": answer.text, "html": str(Markup("\n").join(lines))}


def _marked(line: Line) -> Markup:
    """The text of a line; the key of its evidence is marked."""
    return Markup("<mark>{}</mark>").format(line.text) if line.is_key else escape(line.text)


def _calculation(calculation: Calculation | None) -> Body | None:
    if calculation is None:
        return None
    return {
        "title": calculation.title,
        "result": calculation.result,
        "formula": calculation.formula,
        "inputs": [{"name": name, "value": value} for name, value in calculation.inputs],
    }


def _message(outcome: Outcome) -> str | None:
    match outcome:
        case Clarification():
            return outcome.prompt
        case Abstention():
            return outcome.message
        case _:
            return None


def _citations(outcome: Outcome) -> list[Body]:
    return [_citation(item) for item in outcome.citations] if isinstance(outcome, Answer) else []


def _citation(citation: Citation) -> Body:
    return {
        "number": citation.number,
        "slug": citation.slug,
        "title": citation.title,
        "section": citation.section,
        "anchor": citation.anchor,
        "url": citation.url,
        "quote": citation.quote,
        "effective_from": _day(citation.effective_from),
        "effective_to": _day(citation.effective_to),
        "status": citation.status,
        "warnings": list(citation.warnings),
        "superseded_by": list(map(_article, citation.superseded_by)),
    }


def _nearest(outcome: Outcome) -> list[Body]:
    found: Sequence[Nearest] = outcome.nearest if isinstance(outcome, Abstention) else ()
    return list(map(_article, found))


def _article(item: Nearest) -> Body:
    return {"slug": item.slug, "title": item.title, "section": item.section, "url": item.url}


def _hit(found: ArticleHits, listing: Listing, knowledge: Knowledge) -> Body:
    hit, passage = found.best, found.best.passage
    article = knowledge.within(listing.query.scope.access).engine.article(passage.slug)
    head = article.head if article else FrontMatter(passage.title)
    return {
        "slug": passage.slug,
        "title": passage.title,
        "section": passage.section,
        "anchor": passage.anchor,
        "url": article_url(passage.slug, passage.anchor),
        "snippet": "".join(part.text for part in snippet(passage.text, listing.query.tokens)),
        "score": hit.score,
        "keyword_rank": hit.keyword_rank,
        "nearest_rank": hit.nearest_rank,
        "code_match": hit.code_match,
        "question": hit.question,
        "also": list(map(_also, found.also)),
        "region": head.region,
        **_standing(head),
    }


def _also(hit: Hit) -> Body:
    passage = hit.passage
    url = article_url(passage.slug, passage.anchor)
    return {"section": passage.section, "anchor": passage.anchor, "url": url}


def _standing(head: FrontMatter) -> Body:
    return {
        "kind": head.kind,
        "kind_name": KIND_NAMES[head.kind],
        "status": head.status,
        "verified": head.verified,
        "effective_from": _day(head.effective_from),
        "effective_to": _day(head.effective_to),
    }


def _day(day: date | None) -> str | None:
    return day.isoformat() if day else None
