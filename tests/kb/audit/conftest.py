"""An audit log on a real database in a folder of its own, with a clock that the test sets."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path

import pytest

from kb.audit.entry import Action, Event
from kb.audit.log import AuditLog
from kb.database import Database

EVENT = Event(
    Action.ARTICLE_EDITED,
    actor="a" * 32,
    name="ying",
    role="engineer",
    address="10.0.0.7",
    subject="policy/unemployment",
    detail="改标题",
)

_NUMBERS = count(1)


class Clock:
    """Says what it is set to."""

    def __init__(self) -> None:
        self.now = datetime(2026, 3, 1, 1, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now

    def forward(self, days: float) -> None:
        self.now += timedelta(days=days)


Opened = Callable[[Path], AuditLog]


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def opened(clock: Clock) -> Iterator[Opened]:
    """Opens the log that lies in a folder, as a process that starts does."""
    databases = []

    def open_log(folder: Path) -> AuditLog:
        database = Database(f"sqlite:///{folder}/wenzhi.sqlite")
        databases.append(database)
        return AuditLog(database, folder / "audit", clock=clock)

    yield open_log
    for database in databases:
        database.close()


@pytest.fixture
def log(opened: Opened, tmp_path: Path) -> AuditLog:
    return opened(tmp_path)


def record_days(log: AuditLog, clock: Clock, days: int, each: int) -> None:
    """Record so many entries on each of so many days."""
    for _ in range(days):
        with log.database.writing() as session:
            for _ in range(each):
                log.append(session, replace(EVENT, detail=f"改第 {next(_NUMBERS)} 处"))
        clock.forward(1)
