"""Whatever door personal data comes in by, it is neither kept, logged nor shown again."""

from __future__ import annotations

import logging
from collections.abc import Callable
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests.web.interface import ID, body
from tests.web.reading import QUESTION, select, submit, text, tree_of

NAME, CARD, MOBILE, HOME = "王建国", "6222021201001234569", "13812345678", "83012345"
TYPED = f"参保人{NAME}，{ID}，卡{CARD}，手机{MOBILE}，家里电话0575-{HOME}，{QUESTION}"
SECRETS = (NAME, ID, CARD, MOBILE, HOME)


def kept(folder: Path) -> str:
    """All that the records hold on the disk, also what is not yet written back."""
    files = sorted(folder.glob("wenzhi.sqlite*"))
    assert files
    return "".join(file.read_bytes().decode("utf-8", "replace") for file in files)


def leaked(*places: str) -> list[str]:
    return [secret for secret in SECRETS for place in places if secret in place]


def through_the_pages(client: FlaskClient) -> list[TestResponse]:
    asked = client.get("/ask", query_string={"q": TYPED})
    address = select(tree_of(asked), ".feedback")[0].get("action")
    form = {"question": TYPED, "helpful": "no", "reason": TYPED}
    return [
        asked,
        client.get("/search", query_string={"q": TYPED}),
        client.get("/debug/retrieval", query_string={"q": TYPED, "before": TYPED, "expect": TYPED}),
        submit(client, address, form),
        submit(client, "/problems", {"question": TYPED, "note": TYPED}),
        client.get("/problems"),
        client.get("/metrics"),
    ]


def through_the_interface(client: FlaskClient) -> list[TestResponse]:
    asked = {"question": TYPED, "conversation_id": f"{ID}-{NAME}"}
    first = client.post("/api/v1/ask", json=asked)
    answer = body(first)["answer_id"]
    opinion = {"helpful": False, "reason": TYPED}
    return [
        first,
        client.post("/api/v1/ask", json=asked, headers={"Accept": "text/event-stream"}),
        client.get("/api/v1/search", query_string={"q": TYPED}),
        client.post(f"/api/v1/answers/{answer}/feedback", json=opinion),
        client.post("/api/v1/problems", json={"question": TYPED, "note": TYPED}),
        client.get("/api/v1/problems"),
    ]


@pytest.mark.parametrize("door", [through_the_pages, through_the_interface])
def test_nothing_personal_is_kept_logged_or_shown(
    client: FlaskClient,
    tmp_path: Path,
    caplog: pytest.LogCaptureFixture,
    door: Callable[[FlaskClient], list[TestResponse]],
) -> None:
    caplog.set_level(logging.DEBUG)
    responses = door(client)
    assert leaked(kept(tmp_path)) == []
    assert leaked(caplog.text) == []
    assert leaked(*(response.text for response in responses)) == []
    assert "［姓名］" in kept(tmp_path)


@pytest.mark.parametrize("address", ["/ask", "/search"])
def test_a_question_that_is_refused_is_not_shown_with_what_was_personal(
    client: FlaskClient, address: str
) -> None:
    response = client.get(address, query_string={"q": TYPED + "长" * 10_000})
    assert response.status_code == 400
    assert leaked(response.text) == []


@pytest.mark.parametrize("path", ["/ask", "/search", "/api/v1/search"])
def test_an_error_is_logged_without_the_question(
    broken: FlaskClient, caplog: pytest.LogCaptureFixture, path: str
) -> None:
    caplog.set_level(logging.DEBUG)
    response = broken.get(path, query_string={"q": TYPED})
    assert response.status_code == 503
    assert path in caplog.text
    assert leaked(caplog.text, response.text) == []


@pytest.mark.usefixtures("damaged")
def test_records_that_fail_do_not_log_the_question(
    client: FlaskClient, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    client.get("/ask", query_string={"q": TYPED})
    submit(client, "/problems", {"question": TYPED, "note": TYPED}, seen="/ask?q=怎么给猫洗澡")
    assert caplog.text
    assert leaked(caplog.text) == []


def test_a_personal_number_in_an_address_is_not_logged(
    broken: FlaskClient, caplog: pytest.LogCaptureFixture
) -> None:
    assert broken.get(f"/wiki/{ID}").status_code == 503
    assert "/wiki/" in caplog.text
    assert leaked(caplog.text) == []


def test_who_reports_a_problem_or_gives_a_reason_is_told_what_was_hidden(
    client: FlaskClient,
) -> None:
    reported = submit(client, "/problems", {"question": "消毒柜几点关门", "note": TYPED})
    assert "姓名" in text(tree_of(reported, 201), ".notice")
    form = select(tree_of(client.get("/ask", query_string={"q": QUESTION})), ".feedback")[0]
    sent = {"helpful": "no", "reason": f"打我{MOBILE}"}
    thanks = tree_of(submit(client, form.get("action"), sent))
    assert "您写的手机号已隐去" in text(thanks, ".notice")
