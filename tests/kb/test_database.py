"""The database refuses rows that belong to nothing or take a number twice; an older one gets the columns it lacks."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from kb.database import Database, create_tables, open_database
from kb.models import ConversationRow, FeedbackRow, ProblemRow

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


def test_a_database_of_an_older_version_gets_the_columns_that_it_lacks(tmp_path: Path) -> None:
    path = tmp_path / "wenzhi.sqlite"
    database = Database(f"sqlite:///{path}")
    with database.writing() as session:
        session.add(ConversationRow(id="0" * 32, started_at=NOW))
    database.close()
    with sqlite3.connect(path) as older:
        older.executescript(
            "DROP TABLE feedback; DROP TABLE problem; CREATE TABLE problem (id INTEGER PRIMARY KEY, year INTEGER,"
            " sequence INTEGER, question TEXT, note TEXT, status TEXT, created_at DATETIME)"
        )
    older.close()
    reopened = Database(f"sqlite:///{path}")
    with reopened.writing() as session:
        known = session.scalars(select(ConversationRow.id)).all()
        session.add(
            ProblemRow(
                year=2026,
                sequence=1,
                question="",
                note="",
                answer_id=None,
                status="",
                created_at=NOW,
            )
        )
    with reopened.reading() as session:
        assert session.scalars(select(FeedbackRow)).all() == []
    assert known == ["0" * 32]
    reopened.close()
