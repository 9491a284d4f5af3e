"""What a reader may not open has no effect on anything that the reader can see: the strongest test is that the
service answers word for word as it would over a library in which those articles were never written."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from types import FrameType
from typing import Any
from urllib.parse import quote

import pytest
from flask.testing import FlaskClient

from bot.ask import ask
from bot.explain import explain
from kb.errors import NotFound
from kb.search import search
from kb.types import ALL_LEVELS, FileState, Scope, Turn
from tests.web.conftest import close, open_and_index
from tests.web.restricted import LEVEL_SETS, NAMES, SECRET, STAFF, write_restricted
from web import api, chat, debug, health, wiki
from web import search as searching
from web.app import create_app
from web.serialise import ask_body
from web.services import Services, readable_article, reader_scope

STAFF_ONLY = frozenset({"staff"})
TODAY = date(2026, 6, 1)
MISTYPED = "磁代编号"
"""磁带 stands in many passages that only engineers may read."""
CALCULATED = "失业保险交了5年能领几个月失业金"
QUESTIONS = (
    "紫鸢罐怎么借",
    "紫鸢罐",
    "绛珠匣的钥匙在哪里",
    "墨羽笺怎么借",
    "紫鸢罐的磁带坏了怎么办",
    "磁带坏了找谁",
    "ZQVAULT-70001 是什么意思",
    "浙人社发〔2031〕77号",
    "浙人社发〔2031〕77号是什么内容",
    "高温津贴发多少",
    "养老金领取条件",
    "护照怎么办",
    CALCULATED,
    "失业金能领几个月",
    MISTYPED,
    "密押怎么核对",
    "柜台设备怎么开机",
    "机房的电话号码是多少",
    "今天天气怎么样",
)
FOLLOW_UPS = ("那磁带呢", "不是这个", "那2019年的呢")
SLUGS = (*(name.removesuffix(".md") for name in (*STAFF, *SECRET)), "policy/never-written")
FILES = (
    "playbook/zqvault.png",
    "playbook/zqroot.docx",
    "playbook/zqdraft.png",
    "policy/shared.png",
)
TAGS = ("紫鸢罐", "绛珠匣", "墨羽笺", "设备", "津贴", "没有")
ADDRESSES = (
    "/",
    "/wiki/",
    "/findings",
    "/metrics",
    "/problems",
    *(f"/wiki/?kind={kind}" for kind in ("playbook", "settlement", "policy", "howto")),
    *(f"/wiki/{slug}" for slug in SLUGS),
    *(f"/wiki/tags/{quote(tag)}" for tag in TAGS),
    *(f"/attachments/{path}" for path in (*FILES, "policy/none.png")),
    "/api/v1/articles",
    "/api/v1/articles?kind=settlement",
    "/api/v1/articles?limit=1&offset=2",
    *(f"/api/v1/articles/{slug}" for slug in SLUGS),
    *(f"/search?q={quote(text)}" for text in QUESTIONS),
    *(f"/search?q={quote(text)}&kind=playbook" for text in QUESTIONS[:3]),
    *(f"/api/v1/search?q={quote(text)}&limit=50" for text in QUESTIONS),
    *(f"/ask?q={quote(text)}" for text in QUESTIONS),
    *(f"/debug/retrieval?q={quote(text)}" for text in QUESTIONS),
    *(f"/debug/retrieval?q={quote(QUESTIONS[0])}&expect={slug}" for slug in SLUGS),
)

OF_DRAFTS = (
    "/findings",
    f"/debug/retrieval?q={quote(QUESTIONS[0])}&expect=playbook/zqdraft",
)
"""Where one who holds all levels is told of drafts too."""


@dataclass(frozen=True, slots=True)
class Libraries:
    """The library with everything in it, and for each set of levels the one that holds nothing else."""

    whole: Services
    reduced: dict[frozenset[str], Services]


@pytest.fixture(scope="module")
def libraries(tmp_path_factory: pytest.TempPathFactory, bundled_model: Path) -> Iterator[Libraries]:
    def opened(levels: frozenset[str] | None) -> Services:
        folder = tmp_path_factory.mktemp("restricted") / "articles"
        folder.mkdir()
        write_restricted(folder, levels)
        return open_and_index(folder, bundled_model)

    made = Libraries(opened(None), {levels: opened(levels) for levels in LEVEL_SETS})
    yield made
    for services in (made.whole, *made.reduced.values()):
        close(services)


@pytest.fixture
def hold(monkeypatch: pytest.MonkeyPatch) -> Callable[[frozenset[str]], None]:
    """Lets every view take its reader for one who holds certain levels; nothing else is replaced."""

    def held(levels: frozenset[str]) -> None:
        def scope(*given: Any, **named: Any) -> Scope:
            return replace(reader_scope(*given, **named), access=levels)

        for module in (api, chat, debug, health, searching, wiki):
            if hasattr(module, "reader_scope"):
                monkeypatch.setattr(module, "reader_scope", scope)

    return held


def _seen(text: str) -> str:
    """What a reader sees, without what differs from one asking to the next: how long it took, random ids,
    the page's token, and the last digits of measures."""
    token = r'(?:content|value)="[\w-]{40,}\.[\w-]+\.[\w-]+"'
    kept = re.sub(rf'"took_ms":\d+|\b[0-9a-f]{{32}}\b|wenzhi_ask_seconds.*|{token}', "", text)
    return re.sub(r"\d+\.\d{4,}(?:e-\d+)?", lambda match: f"{float(match[0]):.4f}", kept)


def _conversation(client: FlaskClient, first: str) -> list[str]:
    """The bodies of a question and of all that is said after it in the same conversation."""
    told, conversation = [], None
    for question in (first, *FOLLOW_UPS):
        response = client.post(
            "/api/v1/ask", json={"question": question, "conversation_id": conversation}
        )
        told.append(_seen(response.text))
        conversation = (response.get_json() or {}).get("conversation_id")
    return told


def _hidden(levels: frozenset[str]) -> list[str]:
    return [
        name
        for name in NAMES
        if not any(
            f"access: {level}" in text
            for path, text in SECRET.items()
            for level in levels
            if path.endswith(f"{name}.md")
        )
    ]


@pytest.mark.parametrize(
    "levels", LEVEL_SETS, ids=lambda levels: "+".join(sorted(levels)) or "none"
)
def test_every_page_is_as_if_what_one_may_not_open_had_never_been_written(
    libraries: Libraries, hold: Callable[[frozenset[str]], None], levels: frozenset[str]
) -> None:
    hold(levels)
    whole = create_app(libraries.whole).test_client()
    reduced = create_app(libraries.reduced[levels]).test_client()
    hidden = _hidden(levels)
    for address in ADDRESSES:
        if levels >= ALL_LEVELS and address in OF_DRAFTS:
            continue
        with whole.get(address) as found, reduced.get(address) as wanted:
            assert found.status_code == wanted.status_code, address
            assert dict(found.headers).keys() == dict(wanted.headers).keys(), address
            told = _seen(found.data.decode("utf-8", "replace"))
            assert told == _seen(wanted.data.decode("utf-8", "replace")), address
        if address != "/findings":  # quotes what readable articles themselves point to
            named = [
                name for name in hidden if name in told.lower() and name not in address.lower()
            ]
            assert [n for n in named if quote(n) not in address] == [], address


@pytest.mark.parametrize(
    "levels", LEVEL_SETS, ids=lambda levels: "+".join(sorted(levels)) or "none"
)
def test_every_conversation_goes_as_if_what_one_may_not_open_had_never_been_written(
    libraries: Libraries, hold: Callable[[frozenset[str]], None], levels: frozenset[str]
) -> None:
    hold(levels)
    whole = create_app(libraries.whole).test_client()
    reduced = create_app(libraries.reduced[levels]).test_client()
    for question in QUESTIONS:
        told = _conversation(whole, question)
        assert told == _conversation(reduced, question), question
        words = "".join(told).lower()
        assert [n for n in _hidden(levels) if n in words and n not in question.lower()] == []


def test_who_may_open_them_is_told_of_each(
    libraries: Libraries, hold: Callable[[frozenset[str]], None]
) -> None:
    """Else the tests above would compare nothing with nothing."""
    hold(ALL_LEVELS)
    client = create_app(libraries.whole).test_client()

    def told(question: str) -> dict[str, Any]:
        found: dict[str, Any] = client.post("/api/v1/ask", json={"question": question}).get_json()
        return found

    assert [item["slug"] for item in told("紫鸢罐怎么借")["citations"]] == ["playbook/zqvault"]
    assert [item["slug"] for item in told("绛珠匣怎么借")["citations"]][:1] == ["playbook/zqroot"]
    assert "zqallowance" in json.dumps(told("护照怎么办"))
    assert "已按“磁带”检索" in told(MISTYPED)["warnings"]
    assert told(CALCULATED)["calculation"]["title"]
    with client.get("/attachments/playbook/zqvault.png") as shown:
        assert shown.status_code == 200
    assert client.get("/attachments/playbook/zqdraft.png").status_code == 404
    assert "playbook/zqvault" in client.get("/wiki/training/newcomer").text
    assert client.get("/api/v1/articles/policy/pension").get_json()["supersedes"] == [
        "policy/zqold"
    ]
    assert "zqdraft" in client.get("/findings").text
    assert "草稿" in client.get(OF_DRAFTS[1]).text


def test_the_newer_article_is_named_only_to_who_may_open_it(libraries: Libraries) -> None:
    knowledge, old = libraries.whole.knowledge, "policy/allowance-old"
    question = "高温津贴每月一百六十元是六月到九月发吗"
    told = {
        levels: json.dumps(
            ask_body(ask(knowledge, question, Scope(levels, date(2015, 6, 1))), 0),
        )
        for levels in (STAFF_ONLY, ALL_LEVELS)
    }
    assert all(old in text for text in told.values())
    outdated = ask(knowledge, question, Scope(STAFF_ONLY, TODAY))
    assert outdated.outcome == "answer"
    assert all(not item.superseded_by for item in outdated.citations)  # type: ignore[union-attr]


def test_a_conversation_goes_on_without_the_articles_that_one_may_open_no_more(
    libraries: Libraries,
) -> None:
    """Levels can be taken away from a reader in the middle of a conversation."""
    knowledge, scope = libraries.whole.knowledge, Scope(STAFF_ONLY, TODAY)
    asked = ("养老金领取条件", ("policy/pension",)), ("那带什么材料", ("playbook/zqvault",))

    def looked_up(*turns: tuple[str, tuple[str, ...]]) -> str:
        history = [Turn(question, "answer", slugs) for question, slugs in turns]
        return repr(search(knowledge, "那带什么", scope, history=history))

    assert looked_up(*asked) == looked_up(asked[0], ("那带什么材料", ()))
    assert looked_up(*asked) != looked_up(asked[0], ("那带什么材料", ("howto/counter",)))


def test_how_many_articles_wait_for_their_vectors_counts_only_those_one_may_open(
    libraries: Libraries,
) -> None:
    knowledge = libraries.whole.knowledge
    engine = knowledge.engine
    path = "playbook/zqvault.md"
    before = dict(engine.files())
    waiting = FileState(path, -1, 0, "", before[path].indexed, "")
    engine.write((), (), {**before, path: waiting})
    try:
        staff, engineer = (
            search(knowledge, "磁带", Scope(levels, TODAY)).notices
            for levels in (STAFF_ONLY, frozenset({"staff", "engineer"}))
        )
    finally:
        engine.write((), (), before)
    assert staff == ()
    assert "还有 1 篇文章在建立语义索引" in engineer[0]


def test_health_counts_what_is_open_to_all_staff(libraries: Libraries) -> None:
    whole, reduced = (
        create_app(services).test_client().get("/healthz").get_json()
        for services in (libraries.whole, libraries.reduced[STAFF_ONLY])
    )
    assert whole == reduced
    assert whole["passages"] > 0


# What is refused takes the way of what does not exist, so that neither its text nor its time tells


def _way(do: Callable[[], object]) -> list[tuple[str, int]]:
    """The lines of our own code that run, in order."""
    lines: list[tuple[str, int]] = []

    def trace(frame: FrameType, event: str, _: object) -> Any:
        file = frame.f_code.co_filename
        if "/kb/" not in file and "/web/" not in file and "/bot/" not in file:
            return None
        if event == "line":
            lines.append((file, frame.f_lineno))
        return trace

    before = sys.gettrace()
    sys.settrace(trace)
    try:
        with suppress(NotFound):
            do()
    finally:
        sys.settrace(before)
    return lines


@pytest.mark.parametrize("slug", ["playbook/zqvault", "playbook/zqroot", "playbook/zqdraft"])
def test_a_refused_article_takes_the_way_of_a_missing_one(libraries: Libraries, slug: str) -> None:
    app, scope = create_app(libraries.whole), Scope(STAFF_ONLY, TODAY)
    knowledge = libraries.whole.knowledge

    def pages(wanted: str) -> list[tuple[str, int]]:
        with app.test_request_context():
            return _way(lambda: readable_article(wanted, scope))

    def expected(wanted: str) -> list[tuple[str, int]]:
        return _way(lambda: explain(knowledge, "养老金", scope, expected=wanted))

    for way in (pages, expected):
        way("policy/never-written")  # what is worked out once and kept is there now
        assert len(way(slug)) > 1
        assert way(slug) == way("policy/never-written")


def test_a_refused_attachment_is_told_as_a_missing_one(libraries: Libraries) -> None:
    client = create_app(libraries.whole).test_client()
    told = {client.get(f"/attachments/{path}").text for path in (*FILES[:3], "policy/none.png")}
    assert len(told) == 1
