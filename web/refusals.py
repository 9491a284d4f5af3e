"""Records what was refused, each thing as often as it tells something: a flood must not fill the audit log."""

from __future__ import annotations

import threading
from collections import Counter
from dataclasses import replace
from time import monotonic

from flask import Flask, current_app

from kb.audit.entry import Event
from web.services import services

_EXTENSION = "wenzhi.refusals"
_MOST = 20
"""Entries of one kind about one address in a minute; those beyond are counted and told with the next minute's first."""
_MINUTE = 60.0
_MOST_KEYS = 10_000


class Refusals:
    """Counts refusals by address and kind within a minute; several threads may count at once."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._began = monotonic()
        self._counts: Counter[tuple[str, str]] = Counter()
        self._unsaid: Counter[tuple[str, str]] = Counter()

    def count(self, address: str, kind: str) -> int | None:
        """Count a refusal; how many before it were not told, or None when this one is not told either."""
        key = (address, kind)
        with self._lock:
            if monotonic() - self._began >= _MINUTE or len(self._counts) >= _MOST_KEYS:
                self._began = monotonic()
                self._unsaid = Counter(
                    {name: count - _MOST for name, count in self._counts.items() if count > _MOST}
                )
                self._counts = Counter()
            self._counts[key] += 1
            return None if self._counts[key] > _MOST else self._unsaid.pop(key, 0)


def install(app: Flask) -> None:
    """Let the application count what it refuses."""
    app.extensions[_EXTENSION] = Refusals()


def record(event: Event) -> None:
    """Put a refusal on record. Raises AuditError."""
    counted: Refusals = current_app.extensions[_EXTENSION]
    before = counted.count(event.address, event.action)
    if before is None:
        return
    said = f"{event.detail}；此前一分钟另有{before}次未逐条记录" if before else event.detail
    services().audit.record(replace(event, detail=said))
