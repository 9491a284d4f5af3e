"""Questions for a document: the article whose subject it is, by its conclusion and not by its list of sources."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from kb.document_numbers import asks_what_document_says
from kb.knowledge import Knowledge
from kb.search import keyword_leg, make_query, search
from kb.types import Scope
from tests.libraries import open_articles

ARTICLES = {
    "policy/allowance.md": """\
        ---
        title: 病残津贴
        summary: 完全丧失劳动能力的职工可以申领病残津贴。
        codes: [人社部发〔2024〕72号]
        ---
        没到退休年龄、鉴定为完全丧失劳动能力的，可以申领病残津贴。

        ## 谁能领

        鉴定为完全丧失劳动能力的职工。

        ## 依据

        - 人社部发〔2024〕72号，2025-01-01施行。
        """,
    "policy/old.md": """\
        ---
        title: 原病退办法
        ---
        病退从2025年起停办，依据是人力资源和社会保障部的文件。

        ## 现在看哪个文件

        病退怎么停、文件讲的是什么：停办病退见人社部发〔2024〕72号，讲的是什么看病残津贴。
        """,
    "policy/building.md": """\
        ---
        title: 建筑工地怎么参保
        codes: [人社部发〔2014〕103号]
        ---
        派遣工由派遣单位参保，工地由承包单位负责。

        ## 按项目参保

        按项目参保的依据是人社部发〔2014〕103号，按工程造价的一定比例一次缴。
        """,
    "policy/base.md": """\
        ---
        title: 缴费基数
        codes: [浙人社发〔2025〕52号]
        ---
        2025年度下限4986元。

        ## 各年度缴费基数

        | 年度 | 下限 | 来源 |
        | --- | --- | --- |
        | 2025年度 | 4986 | 浙人社发〔2025〕52号 |
        """,
}


@pytest.fixture(scope="module")
def knowledge(tmp_path_factory: pytest.TempPathFactory, bundled_model: Path) -> Iterator[Knowledge]:
    """The articles above in a real index with the real model."""
    folder = tmp_path_factory.mktemp("documents")
    opened = open_articles(folder, ARTICLES, bundled_model)
    yield opened
    opened.close()


def sections(knowledge: Knowledge, question: str) -> list[str]:
    hits = search(knowledge, question, Scope(), 10).hits
    return [hit.passage.section_id for hit in hits]


@pytest.mark.parametrize(
    "question",
    ["人社部发〔2024〕72号", "人社部发〔2024〕72号讲的是什么", "人社部发2024 72号是什么文件"],
)
def test_who_asks_what_a_document_says_gets_the_conclusion_and_not_the_sources(
    knowledge: Knowledge, question: str
) -> None:
    assert sections(knowledge, question)[0] == "policy/allowance#lead"


def test_the_lead_of_an_article_about_a_document_is_found_however_many_others_sound_like_it(
    knowledge: Knowledge,
) -> None:
    query = make_query(knowledge, "停办病退的人社部发〔2024〕72号", Scope())
    best, *others = [place.id for place in keyword_leg(knowledge, query, 1)]
    assert best.startswith("policy/old#")
    assert others == ["policy/allowance#lead"]


def test_an_article_about_a_document_comes_before_one_that_mentions_it(
    knowledge: Knowledge,
) -> None:
    found = sections(knowledge, "人社部发〔2024〕72号停办病退了没有")
    slugs = [section.partition("#")[0] for section in found]
    assert slugs.index("policy/allowance") < slugs.index("policy/old")


def test_a_section_that_says_what_the_document_is_for_comes_before_the_conclusion(
    knowledge: Knowledge,
) -> None:
    assert sections(knowledge, "人社部发〔2014〕103号")[0] == "policy/building#按项目参保"


def test_a_document_cited_in_a_table_is_answered_with_the_conclusion(knowledge: Knowledge) -> None:
    assert sections(knowledge, "浙人社发〔2025〕52号是关于什么的")[0] == "policy/base#lead"


@pytest.mark.parametrize(
    ("question", "asked"),
    [
        ("国务院令第765号管什么的", True),
        ("人社部令第14号主要内容", True),
        ("55号令几时开始用的", False),
        ("人社部发〔2015〕71号里一类行业费率多少", False),
        ("ORA-00060", False),
        ("这个文件讲什么", False),
    ],
)
def test_a_question_for_what_a_document_says_holds_nothing_but_its_number(
    knowledge: Knowledge, question: str, asked: bool
) -> None:
    assert asks_what_document_says(make_query(knowledge, question, Scope())) is asked


def test_the_year_of_a_document_is_not_the_year_asked_for(knowledge: Knowledge) -> None:
    scope = Scope(as_of=date(2026, 6, 1))
    assert make_query(knowledge, "人社部发2024年72号是什么", scope).dates == ()
    assert make_query(knowledge, "2025年的人社部发〔2024〕72号", scope).dates == ("2025年",)
