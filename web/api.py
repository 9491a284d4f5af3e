"""The JSON interface under /api/v1: ask, search, articles, feedback, problems."""

from __future__ import annotations

import json
import logging
import time
from collections.abc import Iterable, Iterator
from http import HTTPStatus
from typing import Any

from flask import Blueprint, Response, jsonify, request, stream_with_context
from werkzeug.exceptions import BadRequest

from bot.talk import slugs_of
from kb.by_article import list_articles
from kb.errors import BadQuestion
from kb.masking import mask
from kb.search import make_query
from web.answering import answer_question
from web.dates import parse_day
from web.errors import problem as error_body
from web.identity import identity
from web.openapi import description
from web.restricted import record_shown, record_view
from web.serialise import (
    Body,
    article_body,
    article_summary,
    ask_body,
    ask_events,
    problem_body,
    search_body,
)
from web.services import readable_article, readable_articles, reader_scope, services

bp = Blueprint("api", __name__, url_prefix="/api/v1")

EVENT_STREAM = "text/event-stream"
_HITS, _MOST_HITS = 10, 50
_PART, _LARGEST_PART = 50, 200
_NOTE_LIMIT = 2000
_LOG = logging.getLogger(__name__)


@bp.post("/ask")
def ask() -> Response:
    """Answer a question, as JSON or, when the client accepts that, as server-sent events."""
    wanted = _json_object("question", question=str, conversation_id=str, as_of=str, region=str)
    scope = reader_scope(parse_day(wanted.get("as_of", "")), wanted.get("region"))
    conversation, account = wanted.get("conversation_id"), identity().account
    found = answer_question(services(), wanted["question"], scope, conversation, account)
    record_shown(slugs_of(found.outcome))
    body = ask_body(
        found.outcome, found.took_ms, found.conversation_id, found.answer_id, found.warnings
    )
    if _wants_stream():
        return event_stream(ask_events(found.outcome, body))
    return jsonify(body)


@bp.get("/search")
def find() -> Response:
    """Search without answering; `limit` counts articles."""
    wanted = _arguments("q", "kind", "region", "as_of", "limit")
    limit = _number(wanted, "limit", _HITS, 1, _MOST_HITS)
    scope = reader_scope(
        parse_day(wanted.get("as_of", "")), wanted.get("region"), wanted.get("kind")
    )
    masked = mask(wanted.get("q", ""))
    started = time.perf_counter()
    listing = list_articles(services().knowledge, masked.text, scope, limit)
    took_ms = (time.perf_counter() - started) * 1000
    record_shown(item.best.passage.slug for item in listing.articles)
    warnings = [masked.warning] if masked.found else []
    return jsonify(search_body(listing, took_ms, services().knowledge, warnings))


@bp.get("/articles")
def articles() -> Response:
    """The articles that the reader may open, by slug, in parts."""
    wanted = _arguments("kind", "limit", "offset")
    found = readable_articles(reader_scope(kind=wanted.get("kind")))
    limit, offset = _part(wanted)
    shown = [article_summary(article) for article in found[offset : offset + limit]]
    return jsonify(articles=shown, total=len(found), limit=limit, offset=offset)


@bp.get("/articles/<path:slug>")
def article(slug: str) -> Response:
    """One article with its HTML."""
    scope = reader_scope()
    found = readable_article(slug, scope)
    record_view([found])
    return jsonify(article_body(found, {other.slug for other in readable_articles(scope)}))


@bp.post("/answers/<answer_id>/feedback")
def feedback(answer_id: str) -> tuple[Response, int]:
    """Record whether an answer helped."""
    wanted = _json_object("helpful", helpful=bool, reason=str)
    reason = _short(wanted.get("reason", ""), "reason")
    services().records.record_feedback(answer_id, wanted["helpful"], reason, identity().account)
    return jsonify(answer_id=answer_id, helpful=wanted["helpful"]), HTTPStatus.CREATED


@bp.get("/problems")
def problems() -> Response:
    """The problem library, newest first, in parts."""
    limit, offset = _part(_arguments("limit", "offset"))
    records = services().records
    shown = [problem_body(item) for item in records.problems(limit, offset)]
    return jsonify(problems=shown, total=records.problem_count(), limit=limit, offset=offset)


@bp.post("/problems")
def report_problem() -> tuple[Response, int]:
    """Put a question that was not answered into the problem library."""
    wanted = _json_object("question", question=str, answer_id=str, note=str)
    question = make_query(services().knowledge, mask(wanted["question"]).text, reader_scope()).text
    note = _short(wanted.get("note", ""), "note")
    account = identity().account
    problem = services().records.report_problem(question, wanted.get("answer_id"), note, account)
    return jsonify(problem_body(problem)), HTTPStatus.CREATED


@bp.get("/openapi.json")
def openapi() -> Response:
    """The description of this interface."""
    settings = services().settings
    return jsonify(description(settings.access == "login", settings.question_limit))


def event_stream(events: Iterable[tuple[str, Body]]) -> Response:
    """A response of server-sent events that proxies neither keep nor hold back."""
    response = Response(
        stream_with_context(_encoded(events)), content_type=f"{EVENT_STREAM}; charset=utf-8"
    )
    response.headers["Cache-Control"] = "no-store"
    response.headers["X-Accel-Buffering"] = "no"
    return response


def _encoded(events: Iterable[tuple[str, Body]]) -> Iterator[str]:
    """The events as text. The status has been sent, so a failure can only be told as an event."""
    try:
        for name, content in events:
            yield _event(name, content)
    except (
        Exception
    ) as error:  # whatever it is, the reader must not wait for an end that never comes
        _LOG.exception("event stream broke off")
        yield _event("error", error_body(error))


def _event(name: str, content: Body) -> str:
    return f"event: {name}\ndata: {json.dumps(content, ensure_ascii=False)}\n\n"


def _wants_stream() -> bool:
    return request.accept_mimetypes.best_match(["application/json", EVENT_STREAM]) == EVENT_STREAM


def _json_object(required: str, **types: type) -> dict[str, Any]:
    """The request's JSON object; `types` names its fields. A null counts as left out.

    Only JSON is taken (else 415): a form of another site could be posted without leave.
    Raises BadQuestion for what is no object, an unknown field, a wrong type, or without `required`.
    """
    try:
        content = request.get_json()
    except (BadRequest, RecursionError) as error:
        raise BadQuestion("请求正文不是合法的 JSON", "检查括号、引号和编码（UTF-8）") from error
    if not isinstance(content, dict):
        raise BadQuestion("请求正文不是 JSON 对象", f'写成 {{"{required}": …}} 的样子')
    given = {name: _checked(name, value, types) for name, value in content.items()}
    given = {name: value for name, value in given.items() if value is not None}
    if required not in given:
        raise BadQuestion(f"缺少字段“{required}”", "请补上后再提交")
    return given


def _checked(name: str, value: object, types: dict[str, type]) -> object:
    """The value, with half surrogate pairs as question marks: nothing behind this point can take them."""
    if name not in types:
        raise BadQuestion(
            f"不认识的字段“{_printable(name[:40])}”", f"可用的字段：{'、'.join(types)}"
        )
    if value is not None and not isinstance(value, types[name]):
        wanted = "true 或 false" if types[name] is bool else "文字"
        raise BadQuestion(f"字段“{name}”的类型不对", f"应当是{wanted}")
    return _printable(value) if isinstance(value, str) else value


def _printable(text: str) -> str:
    return text.encode("utf-8", "replace").decode()


def _arguments(*known: str) -> dict[str, str]:
    """The address's parameters. Raises BadQuestion for one that is not known."""
    unknown = next((name for name in request.args if name not in known), None)
    if unknown is not None:
        raise BadQuestion(f"不认识的参数“{unknown[:40]}”", f"可用的参数：{'、'.join(known)}")
    return request.args.to_dict()


def _part(wanted: dict[str, str]) -> tuple[int, int]:
    limit = _number(wanted, "limit", _PART, 1, _LARGEST_PART)
    return limit, _number(wanted, "offset", 0, 0, 10**9)


def _number(wanted: dict[str, str], name: str, default: int, low: int, high: int) -> int:
    text = wanted.get(name) or str(default)
    if not (text.isascii() and text.isdecimal() and len(text) < 12 and low <= int(text) <= high):
        raise BadQuestion(f"参数“{name}”写成了“{text[:20]}”", f"应当是 {low} 到 {high} 的整数")
    return int(text)


def _short(text: str, name: str) -> str:
    if len(text) > _NOTE_LIMIT:
        raise BadQuestion(
            f"字段“{name}”有 {len(text)} 个字，超过 {_NOTE_LIMIT} 个字", "请写得短一些"
        )
    return text
