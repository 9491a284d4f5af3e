"""The chat page, what readers think of an answer, and the questions they hand to the problem library."""

from __future__ import annotations

import re
from http import HTTPStatus

from flask import Blueprint, render_template, request

from bot.talk import slugs_of
from kb.errors import BadQuestion
from kb.masking import mask
from kb.search import make_query
from web.answering import answer_question
from web.dates import parse_day
from web.identity import identity
from web.restricted import record_shown
from web.services import reader_scope, services

bp = Blueprint("chat", __name__)

CONFIDENCE_WORDS: tuple[tuple[float, str], ...] = ((0.8, "高"), (0.6, "较高"), (0.0, "一般"))
"""From which confidence on which word stands; the page hands the list to its script."""

_FIELD = re.compile(r"([^=；]{1,40})=([^=]*?)(?:；(?=[^=；]{1,40}=)|$)")
_FIRST_CIRCLED, _LAST_CIRCLED = 1, 20
_SHOWN_PROBLEMS = 100
_REASON_LIMIT = 2000


@bp.get("/ask")
def ask_page() -> str | tuple[str, int]:
    """The conversation; with `q` it shows that question and its outcome, and `conversation_id` says what went
    before: so that it goes on without the page's script too."""
    if "q" not in request.args:
        return render_template("chat/ask.html")
    question = request.args["q"].strip()
    region, as_of = request.args.get("region"), request.args.get("as_of", "")
    try:
        scope = reader_scope(parse_day(as_of), region)
        conversation = request.args.get("conversation_id")
        found = answer_question(services(), question, scope, conversation, identity().account)
        record_shown(slugs_of(found.outcome))
    except BadQuestion as trouble:
        page = render_template("chat/ask.html", question=mask(question).text[:200], trouble=trouble)
        return page, HTTPStatus.BAD_REQUEST
    return render_template("chat/ask.html", question=mask(question).text, found=found)


@bp.post("/answers/<answer_id>/feedback")
def feedback(answer_id: str) -> str:
    """Record whether an answer helped, and say thanks."""
    helpful = request.form.get("helpful") == "yes"
    reason = request.form.get("reason", "")[:_REASON_LIMIT]
    services().records.record_feedback(answer_id, helpful, reason, identity().account)
    return render_template(
        "chat/thanks.html",
        helpful=helpful,
        hidden=mask(reason).found,
        question=mask(request.form.get("question", "")).text[:500],
        answer_id=answer_id,
    )


@bp.get("/problems")
def problems() -> str:
    """The newest problems and how many there are."""
    records = services().records
    return render_template(
        "chat/problems.html",
        problems=records.problems(_SHOWN_PROBLEMS),
        total=records.problem_count(),
    )


@bp.post("/problems")
def report_problem() -> tuple[str, int]:
    """Put a question into the problem library and name its number."""
    asked = mask(request.form.get("question", "")).text
    question = make_query(services().knowledge, asked, reader_scope()).text
    note = request.form.get("note", "")[:_REASON_LIMIT]
    answer_id = request.form.get("answer_id") or None
    account = identity().account
    problem = services().records.report_problem(question, answer_id, note, account)
    hidden = tuple(dict.fromkeys(mask(request.form.get("question", "")).found + mask(note).found))
    page = render_template("chat/reported.html", problem=problem, hidden=hidden)
    return page, HTTPStatus.CREATED


@bp.app_template_filter("circled")
def circled(number: int) -> str:
    """The number in a circle: ①…⑳, above that in brackets."""
    if _FIRST_CIRCLED <= number <= _LAST_CIRCLED:
        return chr(ord("①") + number - 1)
    return f"({number})"


@bp.app_template_filter("confidence_word")
def confidence_word(confidence: float) -> str:
    """How sure the answer is, in a word."""
    return next(word for least, word in CONFIDENCE_WORDS if confidence >= least)


@bp.app_template_filter("fields")
def fields(line: str) -> list[tuple[str, str]]:
    """The columns and values of a table row 「列=值；列=值」; empty for any other line.

    A 「；」 that no column follows belongs to the value; static/outcome.js reads rows the same.
    """
    if "".join(match[0] for match in _FIELD.finditer(line)) != line:
        return []
    found = _FIELD.findall(line)
    return found if len(found) > 1 else []


@bp.app_context_processor
def words() -> dict[str, object]:
    """What the page's script must know."""
    return {"confidence_words": CONFIDENCE_WORDS}
