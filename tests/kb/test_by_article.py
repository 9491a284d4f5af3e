"""A list for readers names every article once, in the order of the search, and hides none of its sections."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from kb.by_article import by_article, list_articles
from kb.knowledge import Knowledge
from kb.search import search
from kb.types import Scope
from tests.libraries import open_articles

WHERE = ("窗口", "网上", "电话", "邮寄", "代办", "上门")
ARTICLES = {
    "card.md": "---\ntitle: 社会保障卡挂失\n---\n社会保障卡丢了先挂失。\n"
    + "".join(f"\n## {place}挂失\n\n社会保障卡{place}挂失要身份证。\n" for place in WHERE),
    "printer.md": "---\ntitle: 打印机卡纸\n---\n打印机卡纸先关电源。\n"
    + "".join(f"\n## 第{n}号打印机卡纸\n\n打开第{n}号打印机后盖取纸。\n" for n in range(1, 41)),
    "pension.md": "---\ntitle: 养老金\n---\n社会保障卡挂失期间养老金照发。\n",
    "injury.md": "---\ntitle: 工伤\n---\n工伤认定时出示社会保障卡。\n",
}
QUESTION = "社会保障卡挂失"


@pytest.fixture(scope="module")
def knowledge(tmp_path_factory: pytest.TempPathFactory, bundled_model: Path) -> Iterator[Knowledge]:
    opened = open_articles(tmp_path_factory.mktemp("by_article"), ARTICLES, bundled_model)
    yield opened
    opened.close()


def test_an_article_stands_where_its_best_section_does_with_its_others_behind(
    knowledge: Knowledge,
) -> None:
    ranking = search(knowledge, QUESTION, Scope(), 100)
    slugs = [hit.passage.slug for hit in ranking.hits]
    assert len(slugs) > len(set(slugs)) >= 3
    listing = list_articles(knowledge, QUESTION, Scope(), len(set(slugs)))
    assert [found.best.passage.slug for found in listing.articles] == list(dict.fromkeys(slugs))
    for found in listing.articles:
        slug = found.best.passage.slug
        assert found.hits == tuple(hit for hit in ranking.hits if hit.passage.slug == slug)
        assert (found.best, *found.also) == found.hits
    assert (listing.query, listing.notices) == (ranking.query, ranking.notices)


def test_the_limit_counts_articles_also_where_one_fills_the_first_places(
    knowledge: Knowledge,
) -> None:
    first_two = search(knowledge, QUESTION, Scope(), 2).hits
    assert {hit.passage.slug for hit in first_two} == {"card"}
    listing = list_articles(knowledge, QUESTION, Scope(), 2)
    assert len(listing.articles) == 2
    assert len(listing.articles[0].hits) == 1 + len(WHERE)


def test_where_all_that_was_read_is_of_one_article_others_that_were_found_follow(
    knowledge: Knowledge,
) -> None:
    question = "打印机卡纸"
    assert {hit.passage.slug for hit in search(knowledge, question, Scope(), 100).hits} == {
        "printer"
    }
    slugs = [
        found.best.passage.slug for found in list_articles(knowledge, question, Scope()).articles
    ]
    assert slugs[0] == "printer"
    assert sorted(slugs) == ["card", "injury", "pension", "printer"]
    listing = list_articles(knowledge, question, Scope(), 3)
    assert [found.best.passage.slug for found in listing.articles] == slugs[:3]
    assert [found.best.score for found in listing.articles[1:]] == [0, 0]


def test_of_nothing_nothing_is_listed() -> None:
    assert by_article((), 3) == ()
