"""Markup in articles, wherever an author may write it, runs nothing in any page: 290 ways, really indexed."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import pytest
from flask.testing import FlaskClient

from kb.markup import localise, render, to_html
from tests.security.markup_faults import faults_of
from tests.security.payloads import PAYLOADS
from tests.web.conftest import close, open_and_index
from web.app import create_app

LEAST = 200
NUMBERS = range(len(PAYLOADS))


def written(number: int) -> str:
    """An article that carries one payload in every place that an author can fill."""
    payload = PAYLOADS[number]
    line = json.dumps(" ".join(payload.split()), ensure_ascii=False)
    return f"""\
---
title: {line}
kind: training
summary: {line}
systems: [{line}]
sources: [{{title: {line}, number: {line}, note: {line}, url: {line}}}]
questions: [{line}]
codes: [{line}]
tags: [{line}]
owner: {line}
reading: [{{article: a/p{(number + 1) % len(PAYLOADS)}, why: {line}}}]
quiz: [{{question: {line}, choices: [{line}], answer: {line}, because: {line}, cites: {line}}}]
---
斑马线第{number}条。

## 小节 {payload.splitlines()[0]}

{payload}

第二段。
"""


@pytest.fixture(scope="module")
def reader(tmp_path_factory: pytest.TempPathFactory, bundled_model: Path) -> Iterator[FlaskClient]:
    library = tmp_path_factory.mktemp("xss") / "articles"
    (library / "a").mkdir(parents=True)
    for number in NUMBERS:
        (library / "a" / f"p{number}.md").write_text(written(number), encoding="utf-8")
    services = open_and_index(library, bundled_model)
    yield create_app(services).test_client()
    close(services)


def test_the_payloads_are_many_and_different() -> None:
    assert len(set(PAYLOADS)) == len(PAYLOADS) >= LEAST


def test_the_parser_sees_what_would_run() -> None:
    seen = [payload for payload in PAYLOADS if faults_of(f"<div>{payload}</div>")]
    assert len(seen) >= LEAST


@pytest.mark.parametrize("number", NUMBERS)
def test_a_rendered_text_holds_nothing_that_runs(number: int) -> None:
    tree = render(PAYLOADS[number])
    localise(tree, "a/x")
    assert faults_of(to_html(tree)) == []


def test_no_page_of_an_article_holds_anything_that_runs(reader: FlaskClient) -> None:
    served = 0
    for number in NUMBERS:
        page = reader.get(f"/wiki/a/p{number}", query_string={"mark": PAYLOADS[number]})
        assert faults_of(page.text) == [], PAYLOADS[number]
        served += page.status_code == 200
        body = reader.get(f"/api/v1/articles/a/p{number}")
        assert body.mimetype == "application/json" or body.status_code == 404
        if body.status_code == 200:
            assert faults_of(body.get_json()["html"]) == [], PAYLOADS[number]
    assert served == len(PAYLOADS)


def test_no_list_of_articles_holds_anything_that_runs(reader: FlaskClient) -> None:
    pages = ["/", "/wiki/", "/wiki/?kind=training", "/findings"]
    pages += [f"/wiki/tags/{quote(' '.join(text.split()), safe='')}" for text in PAYLOADS[::3]]
    for address in pages:
        assert faults_of(reader.get(address).text) == [], address


def test_no_answer_out_of_such_articles_holds_anything_that_runs(reader: FlaskClient) -> None:
    cited = 0
    for number in range(0, len(PAYLOADS), 3):
        asked = {"q": f"斑马线第{number}条 {' '.join(PAYLOADS[number].split())[:200]}"}
        for address in ("/ask", "/search", "/debug/retrieval"):
            page = reader.get(address, query_string=asked)
            assert faults_of(page.text) == [], (address, asked)
            cited += "/wiki/a/p" in page.text
    assert cited > len(PAYLOADS) // 3
