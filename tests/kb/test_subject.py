"""A question that names no subject is told from a short one that does."""

from __future__ import annotations

import pytest

from kb.subject import names_no_subject


@pytest.mark.parametrize(
    "question",
    [
        "去哪里申请？",
        "要哪几样材料",
        "钱没到账怎么查",
        "打不开了",
        "单位一直没报怎么办",
        "補貼怎麼申請",
    ],
)
def test_shared_words_alone_name_no_subject(question: str) -> None:
    assert names_no_subject(question)


@pytest.mark.parametrize(
    "question",
    [
        "失业金怎么申请",
        "VPN打不开",
        "补缴",
        "退休要带什么材料",
        "502",
        "红烧肉怎么烧",
        "白屏",
        "转账失败",
    ],
)
def test_any_other_word_is_a_subject(question: str) -> None:
    assert not names_no_subject(question)


@pytest.mark.parametrize("question", ["你好", "在吗", "怎么办", "是什么", "？"])
def test_who_asks_for_nothing_is_not_asked_back(question: str) -> None:
    assert not names_no_subject(question)
