"""Where a statement stands, and what must be said about it on a given day."""

from __future__ import annotations

from datetime import date
from urllib.parse import parse_qs, unquote, urlsplit

import pytest

from bot.citations import article_url, cite, nearest_articles
from bot.types import Evidence, Unit
from kb.knowledge import Knowledge
from kb.search import search
from kb.types import Hit, Scope


def hit_of(knowledge: Knowledge, question: str, slug: str) -> Hit:
    hits = search(knowledge, question, Scope(), 50).hits
    return next(hit for hit in hits if hit.passage.slug == slug)


def evidence_of(hit: Hit) -> Evidence:
    """The first four characters of a hit."""
    unit = Unit(hit.passage, 0, 4)
    return Evidence(hit, unit, (unit,))


def warnings_on(knowledge: Knowledge, slug: str, day: date) -> str:
    hit = hit_of(knowledge, "劳动能力鉴定要多久", slug)
    return "；".join(cite(knowledge, [evidence_of(hit)], day)[0].warnings)


def test_an_address_opens_the_section_and_carries_what_to_mark() -> None:
    address = urlsplit(article_url("policy/base", "怎么算-谁出", "年度=2024&上限 #1"))
    assert address.path == "/wiki/policy/base"
    assert unquote(address.fragment) == "怎么算-谁出"
    assert parse_qs(address.query) == {"mark": ["年度=2024&上限 #1"]}
    assert urlsplit(article_url("policy/base", "lead")).query == ""


def test_a_long_quote_is_cut_in_the_address_to_its_beginning() -> None:
    quote = "".join(f"第{number}句。" for number in range(2000))
    marked = parse_qs(urlsplit(article_url("policy/base", "lead", quote)).query)["mark"][0]
    assert quote.startswith(marked)
    assert 20 <= len(marked) <= 2000


@pytest.mark.parametrize(
    ("slug", "day", "said"),
    [
        ("policy/appraisal", date(2026, 6, 1), ""),
        ("policy/appraisal", date(2025, 7, 1), ""),
        ("policy/appraisal", date(2025, 6, 30), "还没有生效"),
        ("policy/appraisal-old", date(2026, 6, 1), "已不再执行"),
    ],
)
def test_a_rule_outside_its_time_is_said_to_be_so(
    counter: Knowledge, slug: str, day: date, said: str
) -> None:
    found = warnings_on(counter, slug, day)
    assert found == said if not said else said in found


def test_a_citation_carries_the_dates_and_the_state_of_its_article(counter: Knowledge) -> None:
    hit = hit_of(counter, "劳动能力鉴定要多久", "policy/appraisal-old")
    citation = cite(counter, [evidence_of(hit)], date(2026, 6, 1))[0]
    assert (citation.status, citation.effective_from, citation.effective_to) == (
        "retired",
        date(2014, 4, 1),
        date(2025, 6, 30),
    )
    assert citation.quote == hit.passage.text[:4]


def test_the_nearest_articles_are_different_ones_in_the_order_of_the_hits(
    counter: Knowledge,
) -> None:
    hits = search(counter, "女职工几岁退休", Scope(), 50).hits
    nearest = nearest_articles(hits)
    assert len(nearest) == 3
    assert len({item.slug for item in nearest}) == 3
    assert nearest[0].slug == hits[0].passage.slug
    assert nearest_articles(()) == ()
