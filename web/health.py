"""Tells a monitor whether the service works, and how many questions it answered how fast."""

from __future__ import annotations

import threading
from collections import Counter

from flask import Blueprint, Response, current_app, jsonify
from flask.blueprints import BlueprintSetupState

from kb.errors import IndexStoreError, RecordsError
from kb.types import Scope
from web.services import knowledge_of, reader_scope, services

bp = Blueprint("health", __name__)

_EXTENSION = "wenzhi.metrics"
_BUCKETS = (0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)


class Metrics:
    """Counts the questions of this process; several threads may count at once."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._outcomes: Counter[str] = Counter(answer=0, clarification=0, abstention=0)
        self._within: Counter[float] = Counter()
        self._seconds = 0.0

    def count(self, outcome: str, seconds: float) -> None:
        """Count one question, its outcome and how long it took."""
        with self._lock:
            self._outcomes[outcome] += 1
            self._seconds += seconds
            self._within.update(bound for bound in _BUCKETS if seconds <= bound)

    def lines(self) -> list[str]:
        """All figures in Prometheus' text format."""
        with self._lock:
            total = self._outcomes.total()
            return [
                "# HELP wenzhi_questions_total Questions by outcome.",
                "# TYPE wenzhi_questions_total counter",
                *(
                    f'wenzhi_questions_total{{outcome="{key}"}} {n}'
                    for key, n in self._outcomes.items()
                ),
                "# HELP wenzhi_ask_seconds How long answering took.",
                "# TYPE wenzhi_ask_seconds histogram",
                *(
                    f'wenzhi_ask_seconds_bucket{{le="{bound}"}} {self._within[bound]}'
                    for bound in _BUCKETS
                ),
                f'wenzhi_ask_seconds_bucket{{le="+Inf"}} {total}',
                f"wenzhi_ask_seconds_sum {self._seconds:.6f}",
                f"wenzhi_ask_seconds_count {total}",
            ]


@bp.record
def _install(state: BlueprintSetupState) -> None:
    state.app.extensions[_EXTENSION] = Metrics()


def metrics() -> Metrics:
    """The counts of the current application."""
    found: Metrics = current_app.extensions[_EXTENSION]
    return found


@bp.get("/healthz")
def healthz() -> Response:
    """503 when questions cannot be answered. Without its records the service answers on: degraded, 200.

    Nobody signs in here: the passages counted are those open to all staff.
    """
    passages = _passages(Scope())
    database = _database_works()
    response = jsonify(
        status="ok" if database and passages else "degraded",
        passages=passages or 0,
        index=passages is not None,
        model=services().knowledge.embedder.name,
        database=database,
    )
    response.status_code = 200 if passages is not None else 503
    response.headers["Cache-Control"] = "no-store"
    return response


@bp.get("/metrics")
def show_metrics() -> Response:
    """The figures of this process in Prometheus' text format; the passages are those that the asker may read."""
    lines = metrics().lines()
    passages = _passages(reader_scope())
    if passages is not None:
        lines += [
            "# HELP wenzhi_passages Passages the asker may read.",
            "# TYPE wenzhi_passages gauge",
        ]
        lines.append(f"wenzhi_passages {passages}")
    return Response(
        "\n".join(lines) + "\n", content_type="text/plain; version=0.0.4; charset=utf-8"
    )


def _passages(scope: Scope) -> int | None:
    """How many passages can be searched by who holds the scope's levels; None when the index cannot be read."""
    try:
        return knowledge_of(scope).engine.size()
    except (IndexStoreError, OSError):
        return None


def _database_works() -> bool:
    try:
        services().records.check()
    except RecordsError:
        return False
    return True
