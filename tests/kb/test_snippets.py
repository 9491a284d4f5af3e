"""A snippet shows the part of a passage in which most of the query's words stand."""

from __future__ import annotations

import pytest

from kb.snippets import snippet
from kb.tokenizer import Tokenizer


@pytest.fixture(scope="module")
def tokenizer() -> Tokenizer:
    return Tokenizer()


def words(text: str, query: str, tokenizer: Tokenizer) -> list[str]:
    return [part.text for part in snippet(text, tokenizer.tokens(query)) if part.marked]


def test_a_short_passage_is_shown_whole(tokenizer: Tokenizer) -> None:
    parts = snippet("失业金按 年限\n计算。", tokenizer.tokens("失业金"))
    assert "".join(part.text for part in parts) == "失业金按 年限 计算。"


def test_the_words_of_the_query_are_marked(tokenizer: Tokenizer) -> None:
    assert words("缴费年限与失业金", "失业金 缴费", tokenizer) == ["缴费", "失业金"]


def test_other_spellings_of_a_word_are_marked_as_they_stand(tokenizer: Tokenizer) -> None:
    assert words("最長１２个月，ＯＲＡ－１２５４１", "最长12个月 ora-12541", tokenizer) == [
        "最長１２个月",
        "ＯＲＡ－１２５４１",
    ]


def test_question_words_are_not_marked(tokenizer: Tokenizer) -> None:
    assert words("怎么办理失业金", "怎么 失业金", tokenizer) == ["失业金"]


def test_a_long_passage_is_cut_around_the_words(tokenizer: Tokenizer) -> None:
    text = "前文。" * 100 + "失业金最长领取二十四个月。" + "后文。" * 100
    parts = snippet(text, tokenizer.tokens("失业金最长"))
    shown = "".join(part.text for part in parts)
    assert shown.startswith("…")
    assert shown.endswith("…")
    assert "失业金最长" in shown
    assert len(shown) <= 122


def test_a_long_passage_without_the_words_is_shown_from_its_beginning(tokenizer: Tokenizer) -> None:
    parts = snippet("前文。" * 100, tokenizer.tokens("失业金"))
    assert parts[0].text.startswith("前文。")
    assert not any(part.marked for part in parts)


def test_an_empty_passage_has_an_empty_snippet() -> None:
    assert snippet("", ["失业"]) == ()
