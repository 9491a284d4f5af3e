"""Where sentences end, and how long texts are cut without breaking a figure."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kb.sentences import join_figures, pieces, spans, squeeze

TEXT = st.text(st.sampled_from("补缴社保ab1234567890，。；！？”）.,;:% \n"), max_size=300)


def sentences(text: str) -> list[str]:
    return [text[start:end] for start, end in spans(text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("能补。不能补！真的？是；好", ["能补。", "不能补！", "真的？", "是；", "好"]),
        ("他说：“能补。”就走了。", ["他说：“能补。”", "就走了。"]),
        ("第一行\n第二行\n\n第三行", ["第一行", "第二行", "第三行"]),
        ("基数4986.5元；Smart Card v2.1 服务。", ["基数4986.5元；", "Smart Card v2.1 服务。"]),
        ("什么？！真的", ["什么？！", "真的"]),
        ("  前后有空格。  ", ["前后有空格。"]),
        ("", []),
        ("。", ["。"]),
    ],
)
def test_a_sentence_ends_with_its_mark_its_quotation_or_the_line(
    text: str, expected: list[str]
) -> None:
    assert sentences(text) == expected


@given(TEXT)
def test_sentences_keep_every_character_that_is_not_blank(text: str) -> None:
    assert "".join("".join(sentences(text)).split()) == "".join(text.split())
    assert all(sentence == sentence.strip() != "" for sentence in sentences(text))


@given(TEXT, st.integers(10, 60))
def test_pieces_are_short_enough_and_keep_every_character(text: str, limit: int) -> None:
    parts = list(pieces(text, limit))
    assert all(len(part) <= limit for part in parts)
    assert "".join("".join(parts).split()) == "".join(text.split())


@given(
    st.lists(st.integers(0, 9_999_999), min_size=1, max_size=60), st.sampled_from(["，", "、", ""])
)
def test_no_figure_is_cut_in_two(amounts: list[int], between: str) -> None:
    text = between.join(f"第甲笔{amount:,}元" for amount in amounts)
    found = [figure for part in pieces(text, 40) for figure in re.findall(r"[\d,]+", part)]
    assert found == [f"{amount:,}" for amount in amounts]


def test_a_text_within_the_limit_is_not_touched() -> None:
    assert list(pieces("一句。 两句。\n三句", 10)) == ["一句。 两句。\n三句"]


def test_a_sentence_without_any_mark_is_cut_at_the_limit() -> None:
    assert [len(part) for part in pieces("字" * 950, 400)] == [400, 400, 150]


def test_a_long_sentence_is_cut_at_its_last_comma() -> None:
    assert list(pieces("一二三四五六，七八九十，甲乙丙", 12)) == [
        "一二三四五六，七八九十，",
        "甲乙丙",
    ]


def test_white_space_becomes_single_blanks() -> None:
    assert squeeze("\u3000 甲\n\t乙  丙 ") == "甲 乙 丙"


@pytest.mark.parametrize(
    ("typed", "joined"),
    [
        ("女 1990 年 3 月生", "女 1990年3月生"),
        ("女 60 岁退休", "女60岁退休"),
        ("缴满 5 年 7 个月", "缴满5年7个月"),
        ("金额 4986 元", "金额 4986元"),
        ("ORA 12541 是什么", "ORA 12541 是什么"),
        ("2024 2025 两年", "2024 2025 两年"),
    ],
)
def test_a_figure_and_its_unit_are_joined(typed: str, joined: str) -> None:
    assert join_figures(typed) == joined
