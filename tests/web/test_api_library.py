"""Programs search and read the library within what the reader may see."""

from __future__ import annotations

from urllib.parse import quote

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests.web.interface import BENEFIT, ID, body, trouble


def search(client: FlaskClient, **arguments: object) -> TestResponse:
    return client.get("/api/v1/search", query_string=arguments)


def test_a_search_lists_hits_with_ranks_and_facets(client: FlaskClient) -> None:
    hits = body(search(client, q=BENEFIT))["hits"]
    assert (hits[0]["slug"], hits[0]["kind"]) == ("policy/unemployment", "policy")
    assert hits[0]["question"] == BENEFIT
    hits = body(search(client, q="养老金领取条件"))["hits"]
    for leg in ("keyword_rank", "nearest_rank"):
        ranks = [hit[leg] for hit in hits if hit[leg] is not None]
        assert min(ranks) == 1
        assert len(set(ranks)) == len(ranks) > 1
    assert client.get(hits[0]["url"]).status_code == 200


def test_a_hit_is_an_article_that_names_its_other_sections(client: FlaskClient) -> None:
    hits = body(search(client, q=BENEFIT))["hits"]
    slugs = [hit["slug"] for hit in hits]
    assert len(set(slugs)) == len(slugs) > 3
    first = hits[0]
    sections = body(client.get(f"/api/v1/articles/{first['slug']}"))["sections"]
    headings = {"lead": "", **{item["anchor"]: item["text"] for item in sections}}
    assert first["also"]
    assert first["anchor"] not in {item["anchor"] for item in first["also"]}
    for item in first["also"]:
        assert item["section"] == headings[item["anchor"]]
        assert item["url"] == f"/wiki/{first['slug']}#{quote(item['anchor'])}"


def test_as_many_articles_are_listed_as_are_asked_for(client: FlaskClient) -> None:
    for limit in (1, 2, 3):
        hits = body(search(client, q=BENEFIT, limit=limit))["hits"]
        assert len({hit["slug"] for hit in hits}) == len(hits) == limit


def test_a_code_is_found_first_and_said_to_match(client: FlaskClient) -> None:
    first = body(search(client, q="ora12541报错"))["hits"][0]
    assert (first["slug"], first["code_match"]) == ("playbook/deep/ora-12541", True)


def test_a_search_keeps_to_its_kind_region_day_and_limit(client: FlaskClient) -> None:
    def slugs(**arguments: object) -> set[str]:
        return {hit["slug"] for hit in body(search(client, **arguments))["hits"]}

    assert slugs(q="监听", kind="playbook") == {"playbook/deep/ora-12541"}
    assert "policy/unemployment" in slugs(q="失业金", region="嵊州")
    assert "policy/unemployment" not in slugs(q="失业金", region="全国")
    assert "policy/unemployment-old" not in slugs(q="失业保险金旧办法")
    then = slugs(q="失业保险金旧办法", as_of="2010-06-01")
    assert "policy/unemployment-old" in then
    assert "policy/unemployment" not in then
    assert len(body(search(client, q="失业金", limit=1))["hits"]) == 1


def test_a_number_in_a_search_is_masked_and_said_so(client: FlaskClient) -> None:
    assert body(search(client, q=f"失业 {ID}"))["warnings"] == ["问题里的身份证号已隐去"]


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        ({}, "问题是空的"),
        ({"q": " "}, "问题是空的"),
        ({"q": "社" * 10_000}, "超过 500 个字"),
        ({"q": "x", "kid": "policy"}, "不认识的参数“kid”"),
        ({"q": "x", "kind": "news"}, "没有“news”这类文章"),
        ({"q": "x", "region": "杭州"}, "没有“杭州”这个地区"),
        ({"q": "x", "as_of": "2025-02-30"}, "不是日期"),
        ({"q": "x", "limit": 0}, "1 到 50"),
        ({"q": "x", "limit": 51}, "1 到 50"),
        ({"q": "x", "limit": "十"}, "1 到 50"),
        ({"q": "x", "limit": "9" * 5000}, "1 到 50"),
    ],
)
def test_a_search_that_is_wrong_is_told_what_is_wrong(
    client: FlaskClient, arguments: dict[str, object], told: str
) -> None:
    assert told in trouble(search(client, **arguments), 400)


LISTED = [
    "howto/markup",
    "howto/review",
    "playbook/deep/ora-12541",
    "policy/grades",
    "policy/next-year",
    "policy/pension-employee",
    "policy/pension-resident",
    "policy/unemployment",
    "policy/unemployment-old",
]


def test_articles_are_listed_in_parts_without_drafts_and_what_may_not_be_seen(
    client: FlaskClient,
) -> None:
    found = body(client.get("/api/v1/articles"))
    assert [item["slug"] for item in found["articles"]] == LISTED
    part = body(client.get("/api/v1/articles?limit=2&offset=1"))
    assert [item["slug"] for item in part["articles"]] == LISTED[1:3]
    assert (part["total"], part["limit"], part["offset"]) == (len(LISTED), 2, 1)
    assert body(client.get("/api/v1/articles?kind=playbook"))["total"] == 1


def test_an_article_comes_with_its_html_sections_and_sources(client: FlaskClient) -> None:
    found = body(client.get("/api/v1/articles/policy/unemployment"))
    assert found["sections"][0]["text"] == "领取月数"
    assert f'id="{found["sections"][0]["anchor"]}"' in found["html"]
    assert found["sources"][0]["date"] == "2022-07-29"
    assert BENEFIT in found["questions"]


@pytest.mark.parametrize(
    "slug",
    ["policy/missing", "policy/secret-plan", "playbook/server-room", "etc/passwd"],
)
def test_an_article_that_is_not_there_or_not_for_the_reader_is_not_found(
    client: FlaskClient, slug: str
) -> None:
    assert "没有这篇文章" in trouble(client.get(f"/api/v1/articles/{slug}"), 404)


@pytest.mark.parametrize("slug", ["../../etc/passwd", "%00"])
def test_an_address_that_looks_for_a_way_out_is_not_found(client: FlaskClient, slug: str) -> None:
    assert "没有这个地址" in trouble(client.get(f"/api/v1/articles/{slug}"), 404)


@pytest.mark.parametrize("query", ["limit=0", "limit=201", "offset=-1", "page=2", "kind=news"])
def test_a_listing_that_is_wrong_is_told_so(client: FlaskClient, query: str) -> None:
    trouble(client.get(f"/api/v1/articles?{query}"), 400)
