"""Whatever is sent as a question or as a body is answered or refused in words, and never fails or hangs."""

from __future__ import annotations

import json

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st

from kb.errors import BadQuestion
from kb.search import make_query
from kb.types import REGIONS, Scope
from tests.texts import QUESTION, bounded, made_of
from web.services import Services

EVERYBODY = Scope(frozenset({"staff"}))
REFUSALS = {400, 404, 413, 415}
questions = made_of(QUESTION)
values = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), questions),
    lambda inner: st.one_of(st.lists(inner), st.dictionaries(st.text(max_size=9), inner)),
    max_leaves=6,
)
fields = st.sampled_from(
    ["question", "conversation_id", "as_of", "region", "answer_id", "note", "helpful", "reason", ""]
)
bodies = st.one_of(
    st.dictionaries(fields, st.one_of(values, st.sampled_from(REGIONS)), max_size=5).map(
        json.dumps
    ),
    values.map(json.dumps),
    made_of(
        (
            "{",
            "}",
            "[",
            "]",
            '"question"',
            ":",
            ",",
            "null",
            "1e999",
            "NaN",
            '"\\ud800"',
            "\\u",
            "\0",
        )
    ),
).map(lambda text: text.encode("utf-8", "surrogatepass"))


@bounded(300)
@given(text=questions)
def test_any_text_is_a_query_or_a_bad_question(opened: Services, text: str) -> None:
    try:
        query = make_query(opened.knowledge, text, EVERYBODY)
    except BadQuestion:
        return
    assert query.text
    assert all(query.tokens)


@pytest.mark.parametrize(
    "path", ["/api/v1/ask", "/api/v1/problems", f"/api/v1/answers/{'0' * 32}/feedback"]
)
def test_any_body_is_answered_or_refused(app: Flask, path: str) -> None:
    client = app.test_client()

    @bounded(120)
    @given(body=bodies)
    def send(body: bytes) -> None:
        response = client.post(path, data=body, content_type="application/json")
        assert response.status_code in {200, 201} | REFUSALS, body
        if response.status_code in REFUSALS:
            assert response.mimetype == "application/problem+json"

    send()


@pytest.mark.parametrize("opening", ["[", '{"question":', '[{"a":'])
def test_a_body_nested_without_end_is_refused(app: Flask, opening: str) -> None:
    body = opening * (200_000 // len(opening))
    response = app.test_client().post("/api/v1/ask", data=body, content_type="application/json")
    assert response.status_code == 400
    assert "JSON" in response.get_json()["detail"]


@pytest.mark.parametrize("path", ["/ask", "/search", "/api/v1/search"])
def test_any_question_in_an_address_is_answered_or_refused(app: Flask, path: str) -> None:
    client = app.test_client()

    @bounded(80)
    @given(text=questions)
    def send(text: str) -> None:
        asked = text.encode("utf-8", "replace").decode()
        response = client.get(path, query_string={"q": asked})
        assert response.status_code in {200} | REFUSALS, asked

    send()
