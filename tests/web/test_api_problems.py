"""Programs hand in feedback and problems, masked, and list the problem library."""

from __future__ import annotations

from pathlib import Path

import pytest
from flask.testing import FlaskClient

from tests.web.interface import ID, OUTSIDE, ask, body, rows, trouble


def test_feedback_is_recorded(client: FlaskClient, database: Path) -> None:
    answer_id = body(ask(client))["answer_id"]
    sent = {"helpful": False, "reason": "过时了"}
    assert body(client.post(f"/api/v1/answers/{answer_id}/feedback", json=sent), 201) == {
        "answer_id": answer_id,
        "helpful": False,
    }
    assert rows(database, "SELECT answer_id, helpful, reason FROM feedback") == [
        (answer_id, 0, "过时了")
    ]


@pytest.mark.parametrize(
    ("sent", "told"),
    [
        ({}, "缺少字段“helpful”"),
        ({"helpful": "yes"}, "字段“helpful”的类型不对"),
        ({"helpful": 1}, "字段“helpful”的类型不对"),
        ({"helpful": True, "stars": 5}, "不认识的字段“stars”"),
        ({"helpful": True, "reason": "社" * 2001}, "超过 2000 个字"),
    ],
)
def test_feedback_that_is_wrong_is_told_what_is_wrong(
    client: FlaskClient, sent: dict[str, object], told: str
) -> None:
    answer_id = body(ask(client))["answer_id"]
    assert told in trouble(client.post(f"/api/v1/answers/{answer_id}/feedback", json=sent), 400)


@pytest.mark.parametrize("answer_id", ["0" * 32, "x", "'%20OR%201=1", "社"])
def test_feedback_on_an_unknown_answer_is_not_found(client: FlaskClient, answer_id: str) -> None:
    trouble(client.post(f"/api/v1/answers/{answer_id}/feedback", json={"helpful": True}), 404)


def test_a_reported_problem_is_numbered_masked_and_listed(client: FlaskClient) -> None:
    answer_id = body(ask(client, OUTSIDE))["answer_id"]
    sent = {"question": f" {ID}{OUTSIDE}\x00 ", "answer_id": answer_id, "note": "打13812345678"}
    reported = body(client.post("/api/v1/problems", json=sent), 201)
    assert reported["question"] == f"［身份证号］{OUTSIDE}"
    assert reported["note"] == "打［手机号］"
    assert reported["status"] == "新建"
    body(client.post("/api/v1/problems", json={"question": "第二个"}), 201)
    listed = body(client.get("/api/v1/problems?limit=1&offset=1"))
    assert listed == {"problems": [reported], "total": 2, "limit": 1, "offset": 1}


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        ({"question": ""}, 400),
        ({"question": "社" * 10_000}, 400),
        ({"question": "x", "note": "社" * 2001}, 400),
        ({"question": "x", "owner": "我"}, 400),
        ({"question": "x", "answer_id": "0" * 32}, 404),
    ],
)
def test_a_problem_that_is_wrong_is_not_taken(
    client: FlaskClient, sent: dict[str, object], status: int
) -> None:
    trouble(client.post("/api/v1/problems", json=sent), status)
    assert body(client.get("/api/v1/problems"))["total"] == 0


@pytest.mark.usefixtures("damaged")
def test_without_a_database_problems_and_feedback_are_unavailable(
    client: FlaskClient, database: Path
) -> None:
    for response in (
        client.get("/api/v1/problems"),
        client.post("/api/v1/problems", json={"question": "x"}),
        client.post(f"/api/v1/answers/{'0' * 32}/feedback", json={"helpful": True}),
    ):
        assert str(database) not in trouble(response, 503)
