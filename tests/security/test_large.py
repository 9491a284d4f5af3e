"""What is too large, too deep or too much is refused soon, and never with an error of the service's own."""

from __future__ import annotations

import gzip
import http.client
import json
import socket
import sys
import threading
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from unittest import mock
from urllib.parse import urlencode

import pytest
from flask import Flask
from flask.testing import FlaskClient
from waitress.server import create_server

from kb.accounts.rights import Role
from scripts import serve
from tests.security.recorded import refusals
from tests.web.people import person
from tests.web.reading import QUESTION, csrf_token
from web.app import create_app
from web.services import Services

JSON = "application/json"
DEEP = (
    "[" * 100_000,
    '{"question":' * 20_000,
    '{"question":' + "[" * 50_000 + "]" * 50_000 + "}",
    '{"question": ' + "9" * 10_000 + "}",
    '{"question": 1e999}',
    '{"question": NaN}',
    '{"question": "' + "\\ud800" * 1000 + '"}',
    '{"' + "a" * 100_000 + '": 1}',
    '{"question": "x", ' + ", ".join(f'"f{n}": 1' for n in range(10_000)) + "}",
    "\x00" * 1000,
    "null",
    '"x"',
    "",
)


@pytest.mark.parametrize("number", range(len(DEEP)))
@pytest.mark.parametrize("address", ["/api/v1/ask", "/api/v1/problems"])
def test_json_that_is_deep_or_odd_is_a_bad_request(
    client: FlaskClient, address: str, number: int
) -> None:
    answer = client.post(address, data=DEEP[number].encode(), content_type=JSON)
    assert answer.status_code == 400
    assert answer.mimetype == "application/problem+json"


@pytest.mark.parametrize("size", [256 * 1024 + 1, 2_000_000])
def test_a_body_beyond_the_limit_is_refused_on_record(
    client: FlaskClient, services: Services, size: int
) -> None:
    body = json.dumps({"question": "x" * size})
    assert client.post("/api/v1/ask", data=body, content_type=JSON).status_code == 413
    form = {"question": "x" * size, "csrf_token": csrf_token(client)}
    assert client.post("/problems", data=form).status_code == 413
    several = client.post("/problems", data=form, content_type="multipart/form-data")
    assert several.status_code == 413
    assert len(refusals(services, "refused_input")) == 3


def test_a_packed_body_is_not_unpacked(client: FlaskClient) -> None:
    bomb = gzip.compress(b"[" * 50_000_000)
    assert len(bomb) < 256 * 1024
    for coding in ("gzip", "deflate", "br", "gzip, gzip"):
        header = {"Content-Encoding": coding}
        answer = client.post("/api/v1/ask", data=bomb, content_type=JSON, headers=header)
        assert answer.status_code == 400


def test_many_fields_are_read_or_refused_and_harm_nothing(guarded_app: Flask) -> None:
    client = person(guarded_app, Role.COUNTER)
    token = csrf_token(client, "/profile/")
    fields = [(f"field{number}", "1") for number in range(15_000)]
    plain = urlencode([*fields, ("csrf_token", token), ("question", "消毒柜几点关门")])
    form = "application/x-www-form-urlencoded"
    assert client.post("/problems", data=plain, content_type=form).status_code in {201, 413}
    parts = {**dict(fields[:2000]), "csrf_token": token}
    assert (
        client.post("/problems", data=parts, content_type="multipart/form-data").status_code == 413
    )
    assert client.get("/search", query_string=fields).status_code == 200
    assert client.get("/api/v1/search", query_string=fields).status_code == 400


LONG = {
    "Chinese": "长" * 33_000,
    "letters": "a" * 100_000,
    "digits": "1" * 100_000,
    "names": "姓名：王建国，" * 12_000,
    "tables": "a=b；" * 25_000,
    "numbers": "1-" * 50_000,
    "documents": "人社部发〔2024〕" * 10_000,
    "months": "2024年1月" * 14_000,
    "codes": "ORA-12541 " * 10_000,
    "brackets": "((((〔〔〔〔" * 12_000,
    "blanks": " \t\u3000" * 33_000,
    "marks": "［姓名］" * 25_000,
}


@pytest.mark.parametrize("name", LONG)
def test_a_question_of_a_hundred_thousand_characters_is_refused(
    client: FlaskClient, name: str
) -> None:
    text = LONG[name]
    asked = {"q": text}
    for address in ("/ask", "/search", "/api/v1/search", "/debug/retrieval"):
        status = client.get(address, query_string=asked).status_code
        forms = not text.strip() and address == "/search"  # its form, without a question
        assert status == (200 if forms else 400), (address, status)
    assert client.get("/wiki/policy/unemployment", query_string={"mark": text}).status_code == 200
    tag = client.get("/wiki/tags/" + text[:20_000].replace("/", ""))
    assert tag.status_code == 404
    if len(text.encode()) < 250_000:
        assert client.post("/api/v1/ask", json={"question": text}).status_code == 400


@pytest.fixture
def port(guarded_app: Flask) -> Iterator[int]:
    """The application behind the real server, as scripts/serve.py sets it up."""
    made: dict[str, object] = {}
    with mock.patch("waitress.server.create_server", side_effect=StopIteration) as asked:
        settings = guarded_app.extensions["wenzhi"].settings
        with (
            mock.patch.object(serve, "_require_free_port"),
            mock.patch("web.services.open_services", return_value=guarded_app.extensions["wenzhi"]),
            mock.patch.object(serve, "update_index"),
            pytest.raises(StopIteration),
        ):
            serve.serve(settings)
        made = dict(asked.call_args.kwargs)
    made |= {"host": "127.0.0.1", "port": 0, "threads": 4}
    connections: dict[int, object] = {}
    server = create_server(guarded_app, map=connections, **made)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    yield server.effective_port
    server.close()
    thread.join(timeout=10)


def test_the_server_takes_in_no_huge_body_and_no_long_header(port: int) -> None:
    assert (
        status_of(
            port, b"POST /login HTTP/1.1\r\nHost: localhost\r\nContent-Length: 99999999\r\n\r\n"
        )
        == 413
    )
    chunk = b"%x\r\n%s\r\n" % (65536, b"a" * 65536)
    chunked = b"POST /login HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n"
    assert status_of(port, chunked + chunk * 40) == 413
    long = b"GET /login HTTP/1.1\r\nHost: localhost\r\nX-Long: " + b"a" * 200_000 + b"\r\n\r\n"
    assert status_of(port, long) == 431
    both = b"POST /login HTTP/1.1\r\nHost: localhost\r\nContent-Length: 4\r\nTransfer-Encoding: xchunked\r\n\r\n0\r\n\r\n"
    assert status_of(port, both) in {400, 501}
    assert status_of(port, b"GET /login HTTP/1.1\r\nHost: localhost\r\nBad Header: x\r\n\r\n") in {
        200,
        400,
    }
    assert status_of(port, b"\x00\xff\r\n\r\n") == 400
    fine = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    fine.request("GET", "/healthz")
    assert fine.getresponse().status == 200
    fine.close()


def status_of(port: int, sent: bytes) -> int:
    with socket.create_connection(("127.0.0.1", port), timeout=30) as connection:
        with suppress(OSError):  # refused before it was all sent
            connection.sendall(sent)
        head = connection.recv(200)
    return int(head.split(b" ")[1])


def test_the_recursion_limit_is_the_usual_one() -> None:
    """Deep JSON is stopped by it; raising it would let one request overflow the stack."""
    assert sys.getrecursionlimit() <= 10_000


def test_a_question_is_asked_as_often_as_the_settings_say(guarded: Services) -> None:
    few = replace(guarded, settings=replace(guarded.settings, asks_per_minute=3))
    app = create_app(few)
    client, other = person(app, Role.COUNTER), person(app, Role.ENGINEER)
    statuses = [client.get("/ask", query_string={"q": QUESTION}).status_code for _ in range(5)]
    assert statuses == [200, 200, 200, 429, 429]
    assert other.get("/ask", query_string={"q": QUESTION}).status_code == 200
    token = csrf_token(client, "/profile/")
    sent = {"question": "消毒柜几点关门", "csrf_token": token}
    assert [client.post("/problems", data=sent).status_code for _ in range(4)] == [201] * 3 + [429]
    assert ("counter", "/ask") in refusals(guarded, "refused_input")
