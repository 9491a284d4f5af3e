"""The database itself refuses rows that belong to nothing or take a number twice."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from kb.database import create_tables, open_database
from kb.models import FeedbackRow, ProblemRow

NOW = datetime(2026, 1, 1, tzinfo=UTC)


@pytest.fixture
def session(tmp_path: Path) -> Iterator[Session]:
    engine = open_database(f"sqlite:///{tmp_path}/wenzhi.sqlite")
    create_tables(engine)
    with Session(engine) as opened:
        yield opened
    engine.dispose()


def test_feedback_must_belong_to_an_answer(session: Session) -> None:
    session.add(FeedbackRow(answer_id="0" * 32, helpful=True, reason="", given_at=NOW))
    with pytest.raises(IntegrityError):
        session.commit()


def test_no_two_problems_of_a_year_have_one_number(session: Session) -> None:
    for _ in range(2):
        problem = ProblemRow(
            year=2026, sequence=1, question="", note="", answer_id=None, status="", created_at=NOW
        )
        session.add(problem)
    with pytest.raises(IntegrityError):
        session.commit()
