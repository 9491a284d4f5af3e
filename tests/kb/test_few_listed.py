"""An article that lists few questions is otherwise the same."""

from __future__ import annotations

from pathlib import PurePosixPath

import pytest

from kb.article import parse_article
from kb.few_listed import listing_few
from kb.listed import listed_by_section
from kb.types import Article

TEXT = """\
---
title: 失业保险金
questions: [失业金能领几个月, 失业金最长领多久, 失业金领多少年]
section_questions:
  怎么算: [失业金怎么算, 五年以内算几个月, 六年怎么算]
  哪里办: [失业金到哪里办]
  lead: [失业金是什么]
---
失业金按年限算。

## 怎么算

满五年算十一个月。

## 哪里办

到窗口办。
"""


@pytest.fixture
def article() -> Article:
    parsed = parse_article(TEXT, PurePosixPath("policy/unemployment.md"), "1").article
    assert parsed is not None
    return parsed


def asked(article: Article) -> list[str]:
    return [passage.text for passage in article.passages if passage.form == "question"]


@pytest.mark.parametrize(
    ("most", "kept"),
    [
        (0, []),
        (1, ["失业金能领几个月", "失业金怎么算", "失业金到哪里办"]),
        (
            2,
            [
                *("失业金能领几个月", "失业金最长领多久"),
                *("失业金怎么算", "五年以内算几个月", "失业金到哪里办"),
            ],
        ),
    ],
)
def test_each_section_keeps_its_first_questions(
    article: Article, most: int, kept: list[str]
) -> None:
    few = listing_few(article, most)
    assert asked(few) == kept
    assert sorted(few.head.all_questions) == sorted(kept)
    listed = listed_by_section([few]).values()
    ids = {passage.id for passage in few.passages}
    assert {name for item in listed for name in item.ids} <= ids


def test_its_text_and_its_head_stay(article: Article) -> None:
    few = listing_few(article, 0)
    assert few.html == article.html
    assert [p for p in article.passages if p.form != "question"] == list(few.passages)
    assert few.head.title == article.head.title


def test_where_all_are_kept_the_passages_are_the_same(article: Article) -> None:
    assert listing_few(article, 9).passages == article.passages
