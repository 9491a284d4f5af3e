"""Readers see on every page what they may see, well-formed, in Chinese, and nothing else."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from urllib.parse import quote

import lxml.html
import pytest
from flask.testing import FlaskClient

from kb.engines import open_engine_at
from tests.web.reading import (
    ARTICLE,
    QUESTION,
    csrf_token,
    links,
    page,
    select,
    text,
    tree_of,
)
from web.app import create_app
from web.services import Services

PAGES = (
    "/",
    "/wiki/",
    "/wiki/?kind=policy",
    "/wiki/tags/失业",
    ARTICLE,
    "/wiki/howto/markup",
    "/search",
    f"/search?q={QUESTION}",
    "/ask",
    f"/ask?q={QUESTION}",
    "/ask?q=紫外线消毒柜几点关门",
    "/findings",
    "/problems",
    "/debug/retrieval",
    f"/debug/retrieval?q={QUESTION}&expect=policy/unemployment",
    "/nowhere",
)


# Home, tree and tags


def test_the_home_page_asks_and_offers_kinds_and_recent_articles(client: FlaskClient) -> None:
    tree = page(client, "/")
    form = select(tree, "#ask-form")[0]
    assert (form.get("action"), form.get("method"), form.inputs["q"].name) == ("/ask", "get", "q")
    assert "政策 6 篇" in text(tree, ".kind-grid")
    assert links(tree, ".recent a")[0] == "/wiki/policy/grades"  # written last
    assert len(links(tree, ".recent a")) == 8
    assert "试用模式：只有本机能打开" in text(tree, ".trial")


def test_the_tree_lists_articles_by_folder_with_counts(client: FlaskClient) -> None:
    tree = page(client, "/wiki/")
    assert [text(item, "summary") for item in select(tree, ".folder")] == [
        "政策 6 篇",
        "故障处置 / deep 1 篇",
        "经办指南 2 篇",
    ]
    assert "全部 9" in text(tree, ".kind-filter")


def test_the_tree_can_show_one_kind(client: FlaskClient) -> None:
    tree = page(client, "/wiki/?kind=howto")
    assert links(tree, ".article-title") == ["/wiki/howto/markup", "/wiki/howto/review"]
    assert text(tree, ".kind-filter [aria-current]") == "经办指南 2"


def test_a_kind_that_does_not_exist_is_refused(client: FlaskClient) -> None:
    assert "没有“nothing”这类文章" in text(page(client, "/wiki/?kind=nothing", 400))


def test_a_tag_lists_its_articles(client: FlaskClient) -> None:
    tree = page(client, "/wiki/tags/失业")
    assert links(tree, ".article-title") == [ARTICLE, "/wiki/policy/unemployment-old"]


def test_a_tag_nobody_uses_is_not_found(client: FlaskClient) -> None:
    assert "没有带“没有”标签的文章" in text(page(client, "/wiki/tags/没有", 404))


# What a reader may not see


@pytest.mark.parametrize(
    ("slug", "tag", "question", "telling"),
    [
        ("policy/secret-plan", "长颈鹿", "紫色长颈鹿方案什么时候公布", ("长颈鹿", "secret-plan")),
        ("playbook/server-room", "机房", "机房保密柜钥匙在哪里", ("保密柜", "server-room")),
    ],
    ids=["draft", "for engineers only"],
)
def test_what_a_reader_may_not_see_is_nowhere(
    client: FlaskClient, slug: str, tag: str, question: str, telling: tuple[str, ...]
) -> None:
    missing = page(client, f"/wiki/{slug}", 404)
    assert text(missing) == text(page(client, "/wiki/policy/never-written", 404))
    page(client, f"/wiki/tags/{tag}", 404)
    for address in ("/", "/wiki/", "/wiki/?kind=policy", "/wiki/?kind=playbook", ARTICLE):
        assert not any(word in client.get(address).text for word in telling), address
    for address in (f"/search?q={question}", f"/ask?q={question}"):
        found = client.get(address).text.replace(question, "").replace(quote(question), "")
        assert not any(word in found for word in telling), address


# Broken files


@pytest.fixture
def own(tmp_path: Path, library: Path, open_library: Callable[[Path], Services]) -> Services:
    """A copy of the library that a test may break."""
    copy = tmp_path / "articles"
    shutil.copytree(library, copy, symlinks=True)
    return open_library(copy)


def test_a_broken_file_leaves_the_last_good_article_and_says_so(own: Services) -> None:
    reader = create_app(own).test_client()
    assert not select(page(reader, "/wiki/howto/review"), ".notice")
    path = own.settings.articles / "howto" / "review.md"
    path.write_text("---\ntitle: [坏\n---\n正文。\n", encoding="utf-8")
    own.indexer.update()
    tree = page(reader, "/wiki/howto/review")
    assert "文件有错误，正在显示上一个正确的版本" in text(tree, ".notice")
    assert "复核岗逐项核对金额和账户。" in text(tree, ".prose")
    listed = text(page(reader, "/findings"), "tbody")
    assert "错误 howto/review.md" in listed


def test_a_library_without_findings_says_so(own: Services) -> None:
    for path in own.settings.articles.rglob("*.md"):
        path.unlink()
    assert "没有发现问题" in text(page(create_app(own).test_client(), "/findings"))


def test_an_empty_library_is_no_error(own: Services) -> None:
    for path in own.settings.articles.rglob("*.md"):
        path.unlink()
    own.indexer.update()
    reader = create_app(own).test_client()
    for address in ("/", "/wiki/", f"/search?q={QUESTION}", f"/ask?q={QUESTION}"):
        page(reader, address)
    assert "资料库还没有文章" in text(page(reader, "/"))


# Errors


def test_an_unknown_address_is_explained(client: FlaskClient) -> None:
    tree = page(client, "/nowhere", 404)
    assert text(tree, "h1") == "没有找到"
    assert "处理办法" in text(tree)


def test_a_method_that_does_not_fit_is_explained(client: FlaskClient) -> None:
    response = client.post("/wiki/")
    assert text(tree_of(response, 405), "h1") == "不能这样操作"
    assert "GET" in response.headers["Allow"]


def test_too_much_content_is_refused(client: FlaskClient) -> None:
    response = client.post("/problems", data={"question": "长" * 200_000})
    assert text(tree_of(response, 413), "h1") == "内容太长"


def test_programs_get_problems_instead_of_pages(client: FlaskClient) -> None:
    response = client.get("/api/v1/nowhere")
    assert (response.status_code, response.mimetype) == (404, "application/problem+json")
    assert response.get_json()["title"] == "没有找到"


def test_broken_records_are_a_503_that_shows_nothing_of_the_inside(
    client: FlaskClient, tmp_path: Path
) -> None:
    sent = {"question": "问题", "csrf_token": csrf_token(client, "/ask")}  # opens no records
    (tmp_path / "wenzhi.sqlite").write_bytes(b"this is no database " * 500)
    for response in (client.get("/problems"), client.post("/problems", data=sent)):
        tree = tree_of(response, 503)
        assert text(tree, "h1") == "服务暂时不可用"
        assert "请联系驻场工程师" in text(tree)
        assert "sqlite" not in response.text
    answered = page(client, f"/ask?q={QUESTION}")
    assert "本次问答未能记录" in text(answered, ".notice")
    assert not select(answered, ".outcome .feedback")


def test_a_broken_index_is_a_503(services: Services, tmp_path: Path) -> None:
    folder = tmp_path / "index"
    engine = open_engine_at("embedded", folder)
    folder.mkdir(exist_ok=True)
    (folder / "CURRENT").write_text("generation-000009", encoding="ascii")
    reader = create_app(
        replace(services, knowledge=replace(services.knowledge, engine=engine))
    ).test_client()
    for address in ("/", "/wiki/", ARTICLE, f"/ask?q={QUESTION}", f"/search?q={QUESTION}"):
        response = reader.get(address)
        assert text(tree_of(response, 503), "h1") == "服务暂时不可用"
        assert str(tmp_path) not in response.text


def test_an_unforeseen_error_is_a_500_that_shows_nothing_of_the_inside(services: Services) -> None:
    app = create_app(services)

    def fails() -> str:
        raise ValueError("a secret of the inside")

    app.view_functions["wiki.tree"] = fails
    response = app.test_client().get("/wiki/")
    assert text(tree_of(response, 500), "h1") == "服务器出错了"
    assert "secret" not in response.text


# What holds for every page


@pytest.mark.parametrize("address", PAGES)
def test_every_page_is_well_formed_for_readers_of_all_kinds(
    client: FlaskClient, address: str
) -> None:
    tree = lxml.html.document_fromstring(client.get(address).text)
    assert tree.get("lang") == "zh-CN"
    assert len(select(tree, "h1")) == 1
    assert select(tree, "title")[0].text.strip()
    assert select(tree, "a.skip-link")[0].get("href") == "#main"
    assert select(tree, "main#main")
    ids = tree.xpath("//@id")
    assert len(set(ids)) == len(ids)
    named = {label.get("for") for label in select(tree, "label")}
    fields = [
        item for item in select(tree, "input, select, textarea") if item.get("type") != "hidden"
    ]
    assert {field.get("id") for field in fields} <= named
    assert all(image.get("alt") is not None for image in select(tree, "img"))


@pytest.mark.parametrize("address", PAGES)
def test_no_page_holds_inline_code_or_loads_from_elsewhere(
    client: FlaskClient, address: str
) -> None:
    tree = lxml.html.document_fromstring(client.get(address).text)
    assert [item for item in tree.iter("script") if not item.get("src") or item.text] == []
    assert list(tree.iter("style", "iframe", "object", "embed")) == []
    assert tree.xpath("//@style") == []
    assert [name for item in tree.iter() for name in item.attrib if name.startswith("on")] == []
    for value in tree.xpath("//script/@src | //link/@href | //img/@src | //form/@action"):
        assert value.startswith("/")
        assert not value.startswith("//")
    assert [href for href in tree.xpath("//a/@href") if href.lower().startswith("javascript")] == []


@pytest.mark.parametrize(
    "address",
    ["/wiki/howto/markup", "/wiki/?kind=howto", "/", "/search?q=斑马线", "/ask?q=斑马线怎么画"],
)
def test_markup_in_titles_tags_and_questions_is_text(client: FlaskClient, address: str) -> None:
    tree = page(client, address)
    assert not select(
        tree, "main script, main u, main i, main b, main img[onerror], main em[onclick]"
    )
    assert tree.xpath("//@*[starts-with(name(), 'on')]") == []


def test_a_tag_of_markup_has_a_page(client: FlaskClient) -> None:
    address = links(page(client, "/wiki/howto/markup"), ".tags a")[0]
    assert text(page(client, address), "h1") == "标签：<i>斜体</i>"


@pytest.mark.parametrize(
    "address", [*PAGES, "/static/wenzhi.css", "/attachments/policy/chart.png", "/healthz"]
)
def test_every_response_is_guarded(client: FlaskClient, address: str) -> None:
    with client.get(address) as response:
        headers = response.headers
    policy = headers["Content-Security-Policy"]
    assert "unsafe" not in policy
    assert policy.startswith(("default-src 'self'", "default-src 'none'"))
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "same-origin"
    assert headers["X-Frame-Options"] == "DENY"


@pytest.mark.parametrize(
    "header",
    [{"Origin": "https://evil.example"}, {"Origin": "null"}, {"Sec-Fetch-Site": "cross-site"}],
)
def test_a_write_from_another_site_is_refused(client: FlaskClient, header: dict[str, str]) -> None:
    response = client.post("/problems", data={"question": "打印机卡纸"}, headers=header)
    assert "不是从本系统的页面发出的" in text(tree_of(response, 403))
    assert "还没有人提交问题" in text(page(client, "/problems"))


def test_a_write_from_our_own_page_is_taken(client: FlaskClient) -> None:
    header = {"Origin": "http://localhost", "Sec-Fetch-Site": "same-origin"}
    sent = {"question": "打印机卡纸", "csrf_token": csrf_token(client)}
    response = client.post("/problems", data=sent, headers=header)
    assert response.status_code == 201


def test_a_write_without_the_token_of_a_page_of_ours_is_refused(client: FlaskClient) -> None:
    for sent in ({}, {"csrf_token": "x"}, {"csrf_token": csrf_token(client)[::-1]}):
        response = client.post("/problems", data={"question": "打印机卡纸", **sent})
        assert "页面已经过期" in text(tree_of(response, 403))
    assert "还没有人提交问题" in text(page(client, "/problems"))


def test_a_name_that_does_not_belong_to_this_machine_is_refused(client: FlaskClient) -> None:
    response = client.get("/", headers={"Host": "evil.example"})
    assert response.status_code == 403
    assert "知识库目录" not in response.text
