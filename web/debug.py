"""The page on which engineers see why a question found what it found; open to all in the trial mode."""

from __future__ import annotations

from flask import Blueprint, render_template, request

from bot.citations import article_url
from bot.explain import explain
from kb.errors import BadQuestion, NotFound
from kb.explain import STAGE_NAMES
from kb.masking import mask
from kb.types import KIND_NAMES, REGIONS
from web.dates import parse_day
from web.errors import trouble_of
from web.services import reader_scope, services

bp = Blueprint("debug", __name__)
bp.add_app_template_global(article_url)

_FIELDS = ("q", "expect", "before", "as_of", "region", "kind")
_LONGEST = 500
_OUTCOMES = {"answer": "回答", "clarification": "反问", "abstention": "不回答"}


@bp.get("/debug/retrieval")
def retrieval() -> str | tuple[str, int]:
    """Without `q` the form; else all that happens to the question, or what is wrong with the request."""
    given = {name: request.args.get(name, "").strip() for name in _FIELDS}
    words = {name: mask(text[:_LONGEST]).text for name, text in given.items()}
    shown = {"given": words, "kind_names": KIND_NAMES, "regions": REGIONS}
    if "q" not in request.args:
        return render_template("debug/retrieval.html", **shown)
    try:
        scope = reader_scope(parse_day(given["as_of"]), given["region"], given["kind"])
        before = [given["before"]] if given["before"] else []
        found = explain(services().knowledge, given["q"], scope, before, given["expect"])
    except (BadQuestion, NotFound) as trouble:
        page = render_template("debug/retrieval.html", trouble=trouble, **shown)
        return page, trouble_of(trouble).status
    return render_template(
        "debug/retrieval.html",
        found=found,
        outcomes=_OUTCOMES,
        stages=STAGE_NAMES,
        **shown,
    )


@bp.app_template_filter("signed")
def signed(amount: float) -> str:
    """An amount with its sign: +5.31, −0.40; next to nothing is 0."""
    return f"{amount:+.2f}".replace("-", "−") if abs(amount) >= 0.005 else "0"
