"""Keeps what was asked, what came of it, what readers thought of it, and the problems they reported."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from uuid import uuid4

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from kb.database import Database
from kb.errors import NotFound, NotYours
from kb.masking import mask
from kb.models import AnswerRow, ConversationRow, FeedbackRow, ProblemRow
from kb.types import Turn

NEW = "新建"
CHINA_TIME = timezone(timedelta(hours=8))
"""The year of a problem's number begins at midnight here, wherever the server's clock is set."""

REMEMBERED = 4
"""How many turns a question is understood by: a follow-up leans on the last question that stood alone, which is
rarely further away, and what is read stays the same however long a conversation grows."""
FORGOTTEN_AFTER = timedelta(minutes=30)
"""After so long another customer sits at the counter, though the browser still has the conversation open."""


@dataclass(frozen=True, slots=True)
class Problem:
    """A record of the 业务问题库: `number` like 2026-0001, `created_at` in UTC, texts masked."""

    number: str
    question: str
    note: str
    answer_id: str | None
    status: str
    created_at: datetime


def now_utc() -> datetime:
    """This moment, with its time zone."""
    return datetime.now(UTC)


class Records:
    """What the records database keeps of questions, answers and problems.

    Every method raises RecordsError, with the remedy, when the database cannot be read or written. Texts
    are masked here whatever the caller did before.
    """

    def __init__(self, database: Database, clock: Callable[[], datetime] = now_utc) -> None:
        self._database = database
        self._clock = clock

    def record_answer(
        self,
        question: str,
        outcome: str,
        confidence: float,
        slugs: Sequence[str],
        took_ms: int,
        conversation_id: str | None = None,
        account: str = "",
    ) -> tuple[str, str]:
        """Record a question and its outcome; returns the answer's and the conversation's id.

        `account` is who asked, empty for a visitor; an unknown conversation, or somebody else's, begins a new one.
        """
        answer = AnswerRow(
            id=uuid4().hex,
            question=_storable(question),
            outcome=outcome,
            confidence=confidence,
            slugs=list(slugs),
            took_ms=took_ms,
            answered_at=self._clock(),
        )
        with self._database.writing() as session:
            moment = answer.answered_at
            answer.conversation_id = _conversation(session, conversation_id, account, moment)
            session.add(answer)
            return answer.id, answer.conversation_id

    def turns_before(self, conversation_id: str | None, account: str = "") -> tuple[Turn, ...]:
        """The last turns of one's own conversation that a question may go on with, oldest first; none for another.

        Never more than REMEMBERED, and none from before FORGOTTEN_AFTER. Raises RecordsError.
        """
        if not conversation_id:
            return ()
        newest = (
            select(AnswerRow.question, AnswerRow.outcome, AnswerRow.slugs)
            .join(ConversationRow)
            .where(AnswerRow.conversation_id == conversation_id)
            .where(_own(account))
            .where(AnswerRow.answered_at >= self._clock() - FORGOTTEN_AFTER)
            .order_by(AnswerRow.answered_at.desc())
            .limit(REMEMBERED)
        )
        with self._database.reading() as session:
            rows = session.execute(newest).all()
        return tuple(
            Turn(question, outcome, tuple(slugs)) for question, outcome, slugs in reversed(rows)
        )

    def record_feedback(
        self, answer_id: str, helpful: bool, reason: str = "", account: str = ""
    ) -> None:
        """Record what a reader thought of an answer. Raises NotFound when it was given to nobody, or to another."""
        with self._database.writing() as session:
            _require_answer(session, answer_id, account)
            feedback = FeedbackRow(
                answer_id=answer_id,
                helpful=helpful,
                reason=_storable(reason),
                given_at=self._clock(),
            )
            session.add(feedback)

    def report_problem(
        self, question: str, answer_id: str | None = None, note: str = "", account: str = ""
    ) -> Problem:
        """Put a question into the problem library under the next number of the year.

        Raises NotFound when `answer_id` is given and was given to nobody, or to another.
        """
        moment = self._clock()
        year = moment.astimezone(CHINA_TIME).year
        with self._database.writing() as session:
            if answer_id is not None:
                _require_answer(session, answer_id, account)
            last = session.scalar(
                select(func.max(ProblemRow.sequence)).where(ProblemRow.year == year)
            )
            problem = ProblemRow(
                year=year,
                sequence=(last or 0) + 1,
                question=_storable(question),
                note=_storable(note),
                answer_id=answer_id,
                status=NEW,
                created_at=moment,
                account_id=account or None,
            )
            session.add(problem)
            return _problem(problem)

    def problems(self, limit: int = 50, offset: int = 0) -> list[Problem]:
        """The reported problems, newest first."""
        newest_first = select(ProblemRow).order_by(ProblemRow.id.desc()).limit(limit).offset(offset)
        with self._database.reading() as session:
            return [_problem(row) for row in session.scalars(newest_first)]

    def problem_count(self) -> int:
        """How many problems were reported."""
        with self._database.reading() as session:
            return session.scalar(select(func.count()).select_from(ProblemRow)) or 0

    def check(self) -> None:
        """Read one record; raises RecordsError when the database does not work."""
        with self._database.reading() as session:
            session.scalar(select(AnswerRow.id).limit(1))


def _conversation(session: Session, wanted: str | None, account: str, moment: datetime) -> str:
    """The id of the conversation wanted, or of a new one that begins at `moment`."""
    if wanted:
        known = session.get(ConversationRow, wanted)
        if known is not None and (known.account_id or "") == account:
            return wanted
    conversation = ConversationRow(id=uuid4().hex, started_at=moment, account_id=account or None)
    session.add(conversation)
    session.flush()
    return conversation.id


def _own(account: str) -> ColumnElement[bool]:
    """Whether a conversation is an account's; a visitor's belong to none."""
    owner = ConversationRow.account_id
    return owner == account if account else owner.is_(None)


def _require_answer(session: Session, answer_id: str, account: str) -> None:
    wanted = select(AnswerRow.id).join(ConversationRow).where(AnswerRow.id == answer_id)
    if session.scalar(wanted.where(_own(account))) is None:
        kind = NotFound if session.scalar(wanted) is None else NotYours
        raise kind("没有这条问答记录", "请重新提问后再操作")


def _storable(text: str) -> str:
    """The text masked, and half surrogate pairs, which no database takes, as question marks."""
    return mask(text).text.encode("utf-8", "replace").decode()


def _problem(row: ProblemRow) -> Problem:
    return Problem(
        number=f"{row.year}-{row.sequence:04d}",
        question=row.question,
        note=row.note,
        answer_id=row.answer_id,
        status=row.status,
        created_at=row.created_at,
    )
