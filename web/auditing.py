"""The auditor's pages: the audit log with filters, and its export; reading it is recorded, too."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from flask import Blueprint, Response, render_template, request

from kb.audit.entry import ACTION_NAMES, OUTCOME_NAMES, Action
from kb.audit.spreadsheet import csv_lines
from kb.audit.table import Filter
from kb.errors import BadQuestion
from kb.records import CHINA_TIME
from web.dates import parse_day
from web.identity import caller
from web.services import services

bp = Blueprint("auditing", __name__, url_prefix="/audit")

_PART = 50
_MOST_EXPORTED = 100_000
_LAST_OFFSET = 10**9
_YEARS = range(2000, 2101)
_GIVEN = ("since", "until", "action", "outcome", "name", "text")


@bp.get("/")
def entries() -> str:
    """The newest entries, or those that the filter wants, in parts."""
    wanted, log = _filter(), services().audit
    offset = min(max(0, request.args.get("offset", 0, type=int)), _LAST_OFFSET)
    total, shown = log.count(wanted), log.entries(wanted, _PART, offset)
    log.record(caller().event(Action.AUDIT_READ, detail=_said(wanted)))
    return render_template(
        "accounts/audit.html",
        entries=shown,
        total=total,
        offset=offset,
        part=_PART,
        given={name: request.args.get(name, "") for name in _GIVEN},
        actions=ACTION_NAMES,
        outcomes=OUTCOME_NAMES,
    )


@bp.get("/export.csv")
def export() -> Response:
    """The entries wanted as a table for a spreadsheet."""
    wanted, log = _filter(), services().audit
    log.record(caller().event(Action.EXPORTED, "审计日志", detail=_said(wanted)))
    found = log.entries(wanted, _MOST_EXPORTED)
    response = Response(csv_lines(found), content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = "attachment; filename=audit.csv"
    return response


def _filter() -> Filter:
    """What the address asks for. Raises BadQuestion for a day that is none."""
    given = {name: request.args.get(name, "").strip()[:100] for name in _GIVEN}
    since, until = _day(given.pop("since")), _day(given.pop("until"))
    return Filter(
        since=_midnight(since) if since else None,
        until=_midnight(until + timedelta(days=1)) if until else None,
        **given,
    )


def _day(text: str) -> date | None:
    """A day that a clock can show in China and in UTC. Raises BadQuestion."""
    day = parse_day(text)
    if day is not None and day.year not in _YEARS:
        raise BadQuestion(f"“{text[:20]}”不在2000年到2100年之间", "改日期后重新筛选")
    return day


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), CHINA_TIME)


def _said(wanted: Filter) -> str:
    """The filter in words, for the entry that says what was read."""
    parts = (wanted.since, wanted.until, wanted.action, wanted.outcome, wanted.name, wanted.text)
    return "；".join(str(part) for part in parts if part)
