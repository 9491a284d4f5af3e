"""How tests read pages, and what they ask."""

from __future__ import annotations

import re
from collections.abc import Mapping

import lxml.html
from flask.testing import FlaskClient
from lxml.html import HtmlElement
from werkzeug.test import TestResponse

QUESTION = "失业金能领几个月"
ARTICLE = "/wiki/policy/unemployment"
ID = "330682199001011233"


def tree_of(response: TestResponse, status: int = 200) -> HtmlElement:
    assert response.status_code == status
    assert response.mimetype == "text/html"
    return lxml.html.document_fromstring(response.text)


def page(client: FlaskClient, address: str, status: int = 200) -> HtmlElement:
    return tree_of(client.get(address), status)


def select(tree: HtmlElement, selector: str) -> list[HtmlElement]:
    """Elements by a CSS selector of tags, classes, ids, attributes and descent, in reading order."""
    paths = []
    for group in selector.split(","):
        steps = re.findall(r"[^\s]+", group)
        paths.append("." + "".join(f"//{_step(step)}" for step in steps))
    found: list[HtmlElement] = tree.xpath(" | ".join(paths))
    return found


def _step(step: str) -> str:
    tag = re.match(r"\w*", step)[0]  # type: ignore[index]
    tests = [f"[@id='{name}']" for name in re.findall(r"#([\w-]+)", step)]
    for name in re.findall(r"\.([\w-]+)", step):
        tests.append(f"[contains(concat(' ', @class, ' '), ' {name} ')]")
    tests += [f"[@{name}]" for name in re.findall(r"\[([\w-]+)\]", step)]
    return (tag or "*") + "".join(tests)


def submit(
    client: FlaskClient, address: str, sent: Mapping[str, object], seen: str = "/problems"
) -> TestResponse:
    """Send a form as the page `seen` would: with the token that belongs to this browser."""
    return client.post(address, data={"csrf_token": csrf_token(client, seen), **sent})


def csrf_token(client: FlaskClient, seen: str = "/problems") -> str:
    """The token that a page gives its forms."""
    found = page(client, seen).xpath("//input[@name='csrf_token']/@value")
    return str(found[0])


def text(tree: HtmlElement, selector: str = "main") -> str:
    return " ".join(" ".join(item.text_content().split()) for item in select(tree, selector))


def rows_of(tree: HtmlElement) -> list[list[str]]:
    """The cells of a page's tables, row by row, without their heads."""
    return [
        [" ".join(cell.text_content().split()) for cell in row.xpath("./td | ./th")]
        for row in select(tree, "tbody tr")
    ]


def links(tree: HtmlElement, selector: str = "main a") -> list[str]:
    return [item.get("href") for item in select(tree, selector)]
