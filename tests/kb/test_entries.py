"""Passages become entries: fields weigh as they should, and hidden articles have none."""

from __future__ import annotations

from datetime import date
from pathlib import PurePosixPath

import pytest

from kb.article import parse_article
from kb.entries import FIELD_WEIGHTS, entries_of, weighted_tokens
from kb.tokenizer import Tokenizer
from kb.types import Entry, Passage

TOKENIZER = Tokenizer([])


def entries(head: str, body: str = "## 怎么补\n\n单位补缴。") -> list[Entry]:
    parsed = parse_article(f"---\ntitle: 断缴\n{head}\n---\n{body}", PurePosixPath("a.md"), "r")
    assert parsed.article is not None
    return list(entries_of(parsed.article, TOKENIZER))


def passage(
    form: str = "text", headings: tuple[str, ...] = (), codes: tuple[str, ...] = ()
) -> Passage:
    return Passage(
        "a#b",
        "a",
        "b",
        "question" if form == "question" else "text",
        "断缴",
        headings,
        "单位补缴",
        codes,
    )


def test_the_innermost_heading_weighs_more_than_the_text_and_this_more_than_the_title() -> None:
    tokens = weighted_tokens(passage(headings=("欠费",)), TOKENIZER)
    pairs = {"断缴": "context", "欠费": "heading", "位补": "body"}
    assert {word: tokens[word] for word in pairs} == {
        word: pytest.approx(FIELD_WEIGHTS[field] * TOKENIZER.tokens(text).count(word))
        for (word, field), text in zip(pairs.items(), ("断缴", "欠费", "单位补缴"), strict=True)
    }
    assert tokens["欠费"] > tokens["断缴"]


def test_without_headings_the_title_is_the_heading() -> None:
    assert weighted_tokens(passage(), TOKENIZER)["断缴"] == FIELD_WEIGHTS[
        "heading"
    ] * TOKENIZER.tokens("断缴").count("断缴")


def test_a_question_weighs_as_a_question_under_its_title() -> None:
    tokens = weighted_tokens(passage("question"), TOKENIZER)
    assert tokens["位补"] == FIELD_WEIGHTS["questions"]
    assert tokens["断缴"] == FIELD_WEIGHTS["context"] * TOKENIZER.tokens("断缴").count("断缴")


def test_a_code_counts_as_often_as_it_stands_and_once_more() -> None:
    assert (
        weighted_tokens(passage(codes=("ora-00060",)), TOKENIZER)["ora-00060"]
        == FIELD_WEIGHTS["codes"]
    )


def test_entries_carry_what_a_scope_filters_by() -> None:
    entry = entries(
        "kind: policy\naccess: engineer\nregion: 浙江\neffective_from: 2025-01-01\neffective_to: 2025-12-31"
    )[0]
    assert (entry.kind, entry.access, entry.region) == ("policy", "engineer", "浙江")
    assert (entry.effective_from, entry.effective_to) == (date(2025, 1, 1), date(2025, 12, 31))


@pytest.mark.parametrize(
    ("head", "count"),
    [
        ("status: published", 1),
        ("status: draft", 0),
        ("status: draft\neffective_to: 2025-01-01", 0),
        ("status: retired", 0),
        ("status: retired\neffective_to: 2025-06-30", 1),
        ("status: published\nquestions: [怎么补, 能补吗]", 3),
    ],
)
def test_drafts_and_retired_articles_without_an_end_are_not_indexed(head: str, count: int) -> None:
    assert len(entries(head)) == count
