"""A conversation over HTTP: by the interface, by the page without its script, and across a restart."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from flask.testing import FlaskClient
from lxml.html import HtmlElement

from kb.database import Database
from kb.records import Records
from tests.web.reading import page, select
from web.app import create_app
from web.services import Services

QUESTION = "累计缴费满5年领取月数是多少"


def asked(client: FlaskClient, question: str, conversation: str | None = None) -> dict[str, object]:
    body = {"question": question, "conversation_id": conversation}
    found = client.post("/api/v1/ask", json=body).get_json()
    assert isinstance(found, dict)
    return found


def text(found: dict[str, object]) -> str:
    answer = found["answer"]
    assert isinstance(answer, dict), found
    return str(answer["text"])


def carried_by(tree: HtmlElement) -> list[str | None]:
    """The conversations that the page's forms send along."""
    fields = select(tree, "form input")
    return [field.get("value") for field in fields if field.get("name") == "conversation_id"]


def test_a_conversation_goes_on_after_a_restart(services: Services, tmp_path: Path) -> None:
    first = asked(create_app(services).test_client(), QUESTION)
    assert "11个月" in text(first)
    services.database.close()
    database = Database(f"sqlite:///{tmp_path / 'wenzhi.sqlite'}")
    restarted = replace(services, database=database, records=Records(database))
    client = create_app(restarted).test_client()
    assert "18个月" in text(asked(client, "那满10年呢", str(first["conversation_id"])))
    assert asked(client, "那满10年呢")["conversation_id"] != first["conversation_id"]
    database.close()


def test_the_page_carries_the_conversation_without_its_script(client: FlaskClient) -> None:
    first = page(client, f"/ask?q={QUESTION}")
    carried = carried_by(first)[0]
    assert carried == select(first, "#conversation")[0].get("data-conversation")
    second = page(client, f"/ask?q=那满10年呢&conversation_id={carried}")
    assert "18个月" in select(second, ".outcome")[0].text_content()
    assert carried_by(second) == [carried]


def test_a_choice_of_the_page_stays_in_the_conversation(client: FlaskClient) -> None:
    tree = page(client, "/ask?q=养老金领取条件")
    carried = select(tree, "#conversation")[0].get("data-conversation")
    choices = [link.get("href") for link in select(tree, ".choices a")]
    assert choices
    assert all(f"conversation_id={carried}" in address for address in choices)


def test_a_new_page_begins_a_new_conversation(client: FlaskClient) -> None:
    assert not carried_by(page(client, "/ask"))
