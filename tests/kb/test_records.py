"""What is asked and reported is kept, masked, also under load; a broken database says so in Chinese."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from kb.database import Database
from kb.errors import NotFound, RecordsError, SettingsError
from kb.records import CHINA_TIME, FORGOTTEN_AFTER, NEW, REMEMBERED, Records
from kb.types import Turn

ID = "330682199001011233"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "state" / "deeper" / "wenzhi.sqlite"


@pytest.fixture
def open_database(path: Path) -> Iterator[Callable[[], Database]]:
    """Opens the file as another process would."""
    opened: list[Database] = []

    def open_one() -> Database:
        opened.append(Database(f"sqlite:///{path}"))
        return opened[-1]

    yield open_one
    for database in opened:
        database.close()


@pytest.fixture
def database(open_database: Callable[[], Database]) -> Database:
    return open_database()


@pytest.fixture
def records(database: Database) -> Records:
    return Records(database)


def rows(path: Path, query: str) -> list[tuple[object, ...]]:
    connection = sqlite3.connect(path)
    try:
        return connection.execute(query).fetchall()
    finally:
        connection.close()


def test_an_answer_is_recorded_with_its_question_masked(records: Records, path: Path) -> None:
    answer_id, conversation_id = records.record_answer(
        f"{ID}能退休吗", "answer", 0.83, ["policy/retirement"], 41
    )
    assert len(answer_id) == len(conversation_id) == 32
    kept = rows(
        path,
        "SELECT id, conversation_id, question, outcome, confidence, slugs, took_ms FROM answer",
    )
    expected = (
        answer_id,
        conversation_id,
        "［身份证号］能退休吗",
        "answer",
        0.83,
        '["policy/retirement"]',
        41,
    )
    assert kept == [expected]


def test_the_next_question_joins_its_conversation(records: Records, path: Path) -> None:
    _, first = records.record_answer("甲", "abstention", 0, [], 1)
    _, second = records.record_answer("乙", "answer", 1, [], 1, first)
    assert first == second
    assert rows(path, "SELECT id FROM conversation") == [(first,)]


@pytest.mark.parametrize("unknown", ["0" * 32, "", "' OR 1=1"])
def test_an_unknown_conversation_begins_a_new_one(records: Records, unknown: str) -> None:
    _, conversation_id = records.record_answer("甲", "answer", 1, [], 1, unknown)
    assert conversation_id != unknown
    assert len(conversation_id) == 32


def test_the_turns_of_a_conversation_are_known_and_masked(records: Records) -> None:
    assert records.turns_before(None) == records.turns_before("f" * 32) == ()
    _, conversation = records.record_answer(f"{ID}能退休吗", "answer", 0.8, ["a", "b"], 10)
    records.record_answer("要带什么材料", "abstention", 0.2, [], 10, conversation)
    records.record_answer("别人的问题", "answer", 0.8, ["c"], 10)
    assert records.turns_before(conversation) == (
        Turn("［身份证号］能退休吗", "answer", ("a", "b")),
        Turn("要带什么材料", "abstention", ()),
    )


def test_a_conversation_survives_a_restart(
    records: Records, database: Database, open_database: Callable[[], Database]
) -> None:
    _, conversation = records.record_answer("甲", "answer", 1, ["a"], 1)
    database.close()
    restarted = Records(open_database())
    assert restarted.turns_before(conversation) == (Turn("甲", "answer", ("a",)),)


def test_however_long_a_conversation_grows_only_its_last_turns_are_read(records: Records) -> None:
    _, conversation = records.record_answer("第0问", "answer", 1, [], 1)
    for number in range(1, 30):
        records.record_answer(f"第{number}问", "answer", 1, [], 1, conversation)
    asked = [turn.question for turn in records.turns_before(conversation)]
    assert asked == [f"第{number}问" for number in range(30 - REMEMBERED, 30)]


def test_what_was_asked_too_long_ago_is_forgotten(database: Database) -> None:
    moment = [datetime(2026, 6, 1, 9, tzinfo=UTC)]
    records = Records(database, clock=lambda: moment[0])
    _, conversation = records.record_answer("上一位顾客的", "answer", 1, [], 1)
    moment[0] += FORGOTTEN_AFTER
    assert len(records.turns_before(conversation)) == 1
    moment[0] += timedelta(seconds=1)
    assert records.turns_before(conversation) == ()


def test_feedback_is_kept_with_its_reason_masked(records: Records, path: Path) -> None:
    answer_id, _ = records.record_answer("甲", "answer", 1, [], 1)
    records.record_feedback(answer_id, False, "请打13812345678告诉我")
    kept = rows(path, "SELECT answer_id, helpful, reason FROM feedback")
    assert kept == [(answer_id, 0, "请打［手机号］告诉我")]


def test_feedback_on_an_unknown_answer_is_refused(records: Records, path: Path) -> None:
    with pytest.raises(NotFound, match="没有这条问答记录"):
        records.record_feedback("0" * 32, True)
    assert rows(path, "SELECT * FROM feedback") == []


def test_a_reported_problem_has_a_number_a_status_and_masked_texts(records: Records) -> None:
    answer_id, _ = records.record_answer("甲", "abstention", 0, [], 1)
    problem = records.report_problem(f"{ID}查不到", answer_id, "电话13812345678")
    assert problem.number == f"{problem.created_at.year}-0001"
    assert (problem.question, problem.note) == ("［身份证号］查不到", "电话［手机号］")
    assert (problem.status, problem.answer_id) == (NEW, answer_id)
    assert problem.created_at.tzinfo is UTC
    assert records.problems() == [problem]


def test_a_problem_about_an_unknown_answer_is_refused(records: Records) -> None:
    with pytest.raises(NotFound):
        records.report_problem("甲", "0" * 32)
    assert records.problem_count() == 0


def test_problems_come_newest_first_and_in_parts(records: Records) -> None:
    numbers = [records.report_problem(f"问题{place}").number for place in range(5)]
    newest_first = numbers[::-1]
    assert [problem.number for problem in records.problems(limit=2)] == newest_first[:2]
    assert [problem.number for problem in records.problems(limit=9, offset=2)] == newest_first[2:]
    assert records.problem_count() == 5


def test_the_sequence_begins_anew_with_the_year_in_china(database: Database) -> None:
    before = datetime(2025, 12, 31, 15, 59, tzinfo=UTC)
    after = datetime(2025, 12, 31, 16, 0, tzinfo=UTC)  # midnight in Shengzhou
    moments = iter([before, before, after])
    records = Records(database, clock=lambda: next(moments))
    numbers = [records.report_problem("甲").number for _ in range(3)]
    assert numbers == ["2025-0001", "2025-0002", "2026-0001"]


def test_a_moment_is_the_same_whatever_zone_the_clock_shows(database: Database) -> None:
    moment = datetime(2026, 1, 1, 7, 30, tzinfo=CHINA_TIME)
    records = Records(database, clock=lambda: moment)
    records.report_problem("甲")
    kept = records.problems()[0]
    assert (kept.number, kept.created_at, kept.created_at.tzinfo) == ("2026-0001", moment, UTC)


def test_numbers_are_unique_when_many_report_at_once(
    open_database: Callable[[], Database],
) -> None:
    opened = [Records(open_database()) for _ in range(4)]  # as four processes would
    with ThreadPoolExecutor(16) as pool:
        found = list(
            pool.map(lambda place: opened[place % 4].report_problem(f"第{place}个"), range(120))
        )
    assert sorted(int(problem.number[5:]) for problem in found) == list(range(1, 121))


def test_records_survive_reopening(records: Records, open_database: Callable[[], Database]) -> None:
    problem = records.report_problem("甲")
    assert Records(open_database()).problems() == [problem]


def test_the_database_keeps_a_write_ahead_log(records: Records, path: Path) -> None:
    records.check()
    assert rows(path, "PRAGMA journal_mode") == [("wal",)]


def test_readers_do_not_wait_for_a_writer(records: Records, path: Path) -> None:
    records.report_problem("甲")
    writer = sqlite3.connect(path, isolation_level=None)
    writer.execute("BEGIN IMMEDIATE")
    assert records.problem_count() == 1
    writer.close()


def test_any_text_can_be_kept(records: Records) -> None:
    text = "👍🏻 'x'; DROP TABLE problem;-- \x00 \u202e 半个代理对\ud83d " + "社" * 10_000
    problem = records.report_problem(text)
    assert records.problems()[0].question == problem.question == text.replace("\ud83d", "?")


def test_a_damaged_database_is_reported_with_its_remedy(records: Records, path: Path) -> None:
    path.parent.mkdir(parents=True)
    path.write_bytes(b"this is no database " * 500)
    with pytest.raises(RecordsError) as caught:
        records.record_answer("甲", "answer", 1, [], 1)
    assert caught.value.message == f"记录库 {path} 已损坏"
    assert "备份" in caught.value.remedy


def test_records_work_again_once_the_damaged_file_is_gone(records: Records, path: Path) -> None:
    path.parent.mkdir(parents=True)
    path.write_bytes(b"this is no database " * 500)
    with pytest.raises(RecordsError):
        records.check()
    path.rename(path.with_suffix(".damaged"))
    assert records.report_problem("甲").number.endswith("-0001")


def test_records_work_again_after_the_open_file_was_damaged_and_replaced(
    records: Records, path: Path
) -> None:
    records.report_problem("甲")
    for suffix in ("", "-wal", "-shm"):
        part = path.with_name(path.name + suffix)
        part.write_bytes(b"\xff" * part.stat().st_size)
    with pytest.raises(RecordsError):
        records.report_problem("乙")
    for suffix in ("", "-wal", "-shm"):
        path.with_name(path.name + suffix).unlink(missing_ok=True)
    assert records.report_problem("丙").number.endswith("-0001")


def test_records_work_again_after_the_tables_were_lost(records: Records, path: Path) -> None:
    records.report_problem("甲")
    connection = sqlite3.connect(path)
    connection.executescript("DROP TABLE problem; DROP TABLE feedback; DROP TABLE answer;")
    connection.close()
    with pytest.raises(RecordsError):
        records.check()
    records.check()


def test_a_locked_database_is_reported_soon(records: Records, path: Path) -> None:
    records.check()
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    started = time.perf_counter()
    with pytest.raises(RecordsError, match="正被占用"):
        records.report_problem("甲")
    assert time.perf_counter() - started < 4
    assert records.problem_count() == 0  # reading goes on
    other.close()
    assert records.report_problem("甲").number.endswith("-0001")


def test_a_folder_that_cannot_be_made_is_reported(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    records = Records(Database(f"sqlite:///{tmp_path}/file/wenzhi.sqlite"))
    with pytest.raises(RecordsError, match="无法读写"):
        records.check()


@pytest.mark.parametrize(
    "url", ["nonsense", "", "oracle2://x", "mysql+nosuchdriver://u:secret@h/d"]
)
def test_an_address_that_is_none_refuses_to_start_and_shows_no_password(url: str) -> None:
    with pytest.raises(SettingsError, match="database") as caught:
        Database(url)
    assert "secret" not in str(caught.value)


def test_a_server_that_is_away_is_reported_without_its_password(
    caplog: pytest.LogCaptureFixture,
) -> None:
    pytest.importorskip("pymysql")
    records = Records(Database("mysql+pymysql://u:secret@127.0.0.1:1/d"))
    with pytest.raises(RecordsError) as caught:
        records.check()
    assert "secret" not in str(caught.value) + caplog.text


def test_the_log_of_a_failure_does_not_hold_what_was_asked(
    records: Records, path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    records.check()
    connection = sqlite3.connect(path)
    connection.execute("ALTER TABLE problem DROP COLUMN note")
    connection.close()
    with pytest.raises(RecordsError):
        records.report_problem("张三的工伤")
    assert "problem" in caplog.text
    assert "张三" not in caplog.text
