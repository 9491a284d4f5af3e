"""What was kept long enough goes, with all that hangs on it, on record; what is younger stays."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from kb import retention
from kb.accounts.accounts import Account, Accounts
from kb.accounts.attempts import reserve_try
from kb.accounts.caller import Caller
from kb.accounts.invitations import invite
from kb.accounts.rights import Right
from kb.accounts.signing_in import From, sign_in
from kb.accounts.tokens import make_token
from kb.audit.entry import Action
from kb.audit.verify import verify
from kb.database import Database
from kb.errors import AuditError
from kb.models import AnswerRow, Base, ConversationRow, FeedbackRow
from kb.records import Records
from tests.kb.audit.conftest import Clock
from tests.kb.people import ADDRESS, PASSWORD, break_audit, caller, recorded, stored

DAYS = 365
"""The default of retention_days."""
QUESTION = "断缴三个月以后灵活就业人员怎么补缴"


@pytest.fixture
def records(accounts: Accounts, clock: Clock) -> Records:
    return Records(accounts.database, clock)


def ask(records: Records, question: str = QUESTION, conversation: str | None = None) -> str:
    """Record a question; returns the answer's id."""
    return records.record_answer(question, "answer", 0.9, ["a"], 5, conversation)[0]


def rows(database: Database, table: type[Base]) -> int:
    with database.reading() as session:
        return session.scalar(select(func.count()).select_from(table)) or 0


def test_a_question_is_kept_its_days_and_not_one_longer(
    accounts: Accounts, records: Records, clock: Clock, server: Caller
) -> None:
    ask(records)
    clock.forward(DAYS)
    assert retention.forget(accounts, server)["answers"] == 0
    clock.forward(1 / 86_400)
    assert retention.due(accounts)["answers"] == 1
    assert retention.forget(accounts, server)["answers"] == 1
    assert rows(accounts.database, AnswerRow) == 0


def test_feedback_and_conversation_go_with_the_answer_and_the_problem_stays(
    accounts: Accounts, records: Records, clock: Clock, server: Caller
) -> None:
    answer = ask(records)
    records.record_feedback(answer, False, "不对")
    number = records.report_problem(QUESTION, answer, "请补充").number
    clock.forward(DAYS + 1)
    counts = retention.forget(accounts, server)
    assert (counts["answers"], counts["conversations"]) == (1, 1)
    for table in (AnswerRow, FeedbackRow, ConversationRow):
        assert rows(accounts.database, table) == 0
    problem = records.problems()[0]
    assert (problem.number, problem.question, problem.answer_id) == (number, QUESTION, None)


def test_a_conversation_that_went_on_keeps_its_younger_questions(
    accounts: Accounts, records: Records, clock: Clock, server: Caller
) -> None:
    _, conversation = records.record_answer("旧的", "answer", 0.9, [], 5)
    clock.forward(DAYS)
    ask(records, "新的", conversation)
    clock.forward(1)
    counts = retention.forget(accounts, server)
    assert (counts["answers"], counts["conversations"]) == (1, 0)
    with accounts.database.reading() as session:
        assert session.scalars(select(AnswerRow.question)).all() == ["新的"]
    assert rows(accounts.database, ConversationRow) == 1


def test_what_ends_by_its_own_time_goes_when_it_has_ended(
    accounts: Accounts, clock: Clock, counter: Account, server: Caller
) -> None:
    sign_in(accounts, counter.name, PASSWORD, From(ADDRESS))
    invite(accounts, server, counter.id)
    make_token(accounts, caller(counter), "报表", [Right.READ], 30)
    reserve_try(accounts, "nobody", ADDRESS)
    lives = {"sign_ins": 1, "invitations": 1, "tokens": 1, "attempts": 2}
    nothing = dict.fromkeys(retention.NAMES, 0)
    assert retention.due(accounts) == nothing
    for name, after in (
        ("attempts", timedelta(minutes=15)),
        ("sign_ins", timedelta(minutes=15)),
        ("invitations", timedelta(hours=71.5)),
        ("tokens", timedelta(days=27)),
    ):
        clock.forward((after - timedelta(seconds=1)) / timedelta(days=1))
        assert retention.forget(accounts, server) == nothing, name
        clock.forward(1 / 86_400)
        assert retention.forget(accounts, server) == nothing | {name: lives[name]}


def test_what_is_deleted_is_on_record_with_its_number_and_nothing_of_its_content(
    accounts: Accounts, records: Records, clock: Clock, server: Caller
) -> None:
    ask(records)
    clock.forward(DAYS + 1)
    retention.forget(accounts, server)
    told = [(entry.action, entry.name, entry.detail) for entry in recorded(accounts)]
    assert told == [
        ("record_deleted", server.identity.name, "问答记录 1 条"),
        ("record_deleted", server.identity.name, "对话 1 条"),
    ]
    retention.forget(accounts, server)
    assert len(recorded(accounts)) == 2
    assert verify(accounts.audit).fault_count == 0


def test_nothing_is_deleted_that_cannot_be_put_on_record(
    accounts: Accounts, records: Records, clock: Clock, server: Caller
) -> None:
    accounts.audit.record(server.event(Action.SERVICE_STARTED))
    ask(records)
    clock.forward(DAYS + 1)
    break_audit(accounts)
    with pytest.raises(AuditError):
        retention.forget(accounts, server)
    assert rows(accounts.database, AnswerRow) == 1


def test_many_go_in_batches_each_on_record_and_progress_reaches_the_end(
    accounts: Accounts,
    records: Records,
    clock: Clock,
    server: Caller,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(retention, "_BATCH", 10)
    for _ in range(25):
        ask(records)
    clock.forward(DAYS + 1)
    shown: list[tuple[int, int]] = []
    retention.forget(accounts, server, lambda _, done, total: shown.append((done, total)))
    assert [done for done, _ in shown] == [10, 20, 25, 35, 45, 50]
    assert {total for _, total in shown} == {50}
    details = [entry.detail for entry in recorded(accounts)]
    assert details == [f"{kind} {n} 条" for kind in ("问答记录", "对话") for n in (10, 10, 5)]


def test_nothing_of_a_deleted_question_is_left_in_the_files(
    accounts: Accounts, records: Records, clock: Clock, server: Caller
) -> None:
    path = accounts.settings.state / "wenzhi.sqlite"
    for number in range(200):
        ask(records, f"{QUESTION}（第{number}次）")
    clock.forward(DAYS)
    ask(records, "新的")
    clock.forward(1)
    assert QUESTION.encode() in stored(path)
    retention.forget(accounts, server)
    assert "新的".encode() in stored(path)
    assert QUESTION.encode() not in stored(path)


def wait_for(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 20
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def test_the_service_deletes_again_and_again_and_survives_a_failure(
    accounts: Accounts, records: Records, clock: Clock, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, "kb.retention")
    path = accounts.settings.state / "wenzhi.sqlite"
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(b"this is no database " * 500)
    stop = threading.Event()
    thread = retention.start_forgetting(accounts, stop, every=0.05)
    try:
        wait_for(lambda: "过期记录没有删除" in caplog.text)
        path.unlink()
        ask(records)
        clock.forward(DAYS + 1)
        wait_for(lambda: rows(accounts.database, AnswerRow) == 0)
        ask(records)
        clock.forward(DAYS + 1)
        wait_for(lambda: rows(accounts.database, AnswerRow) == 0)
        assert {entry.name for entry in recorded(accounts)} == {"系统定时任务"}
    finally:
        stop.set()
        thread.join(timeout=10)
    assert not thread.is_alive()
    assert "已删除过期记录：问答记录 1 条，对话 1 条" in caplog.text
