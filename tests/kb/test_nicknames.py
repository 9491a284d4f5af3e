"""What a person is called by is left out of a question, and nothing that only looks like it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from kb.knowledge import Knowledge
from kb.nicknames import without_nicknames
from kb.search import make_query
from kb.types import Scope
from tests.libraries import open_articles

ARTICLES = {
    "faq/cards.md": """\
        ---
        title: 社保卡
        kind: faq
        ---
        社保卡到窗口办。
        """
}


@pytest.fixture(scope="module")
def knowledge(tmp_path_factory: pytest.TempPathFactory, bundled_model: Path) -> Iterator[Knowledge]:
    opened = open_articles(tmp_path_factory.mktemp("names"), ARTICLES, bundled_model)
    yield opened
    opened.close()


@pytest.mark.parametrize(
    ("text", "rest"),
    [
        ("小李怀孕了还能领失业金吗", "怀孕了还能领失业金吗"),
        ("老张退休了社保卡怎么换", "退休了社保卡怎么换"),
        ("给小陈办退休要带什么", "给办退休要带什么"),
        ("我同事小林被裁了", "我同事被裁了"),
        ("张三和李四的工伤", "和的工伤"),
    ],
)
def test_a_name_says_nothing_of_what_is_asked(knowledge: Knowledge, text: str, rest: str) -> None:
    assert without_nicknames(knowledge.tokenizer, text) == rest


@pytest.mark.parametrize(
    "text",
    [
        "小程序打不开",
        "老余额不对",
        "小孙子的社保卡",
        "小金额差错",
        "工龄小于15年",
        "老方法还能用吗",
        "小周期结算",
        "老黄历",
        "小章盖错了",
        "小李",
        "ORA-12541 是什么",
    ],
)
def test_what_only_looks_like_a_name_stays(knowledge: Knowledge, text: str) -> None:
    assert without_nicknames(knowledge.tokenizer, text) == text


def test_a_question_is_looked_up_without_the_name(knowledge: Knowledge) -> None:
    named = make_query(knowledge, "小李怀孕了还能领失业金吗", Scope())
    assert named == make_query(knowledge, "怀孕了还能领失业金吗", Scope())
