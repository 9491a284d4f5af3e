"""The one search over a small real index: codes first, questions stand for their article, nothing crashes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from textwrap import dedent

import pytest

from kb.embedder import Embedder, Matrix, Vector
from kb.errors import BadQuestion, ModelError
from kb.knowledge import Knowledge, open_indexer, open_knowledge
from kb.search import make_query, search
from kb.settings import load_settings
from kb.types import Hit, Scope
from tests.libraries import open_articles

MODELS = Path(__file__).resolve().parents[2] / "var" / "models"
ARTICLES = {
    "policy/base.md": """\
        ---
        title: 社保缴费基数
        kind: policy
        summary: 2025年度下限4986元、上限25299元。
        region: 浙江
        effective_from: 2023-01-01
        questions: [社保最低一个月交多少钱]
        codes: [浙人社发〔2025〕52号]
        ---
        缴费基数每年公布一次。

        ## 各年度基数

        | 年度 | 下限 | 上限 |
        | --- | --- | --- |
        | 2024年度 | 4812 | 24930 |
        | 2025年度 | 4986 | 25299 |
        """,
    "policy/base-old.md": """\
        ---
        title: 老的社保缴费基数
        kind: policy
        status: retired
        effective_from: 2020-01-01
        effective_to: 2022-12-31
        ---
        2022年度的社保缴费基数按老办法算。
        """,
    "playbook/oracle.md": """\
        ---
        title: 数据库报错先查什么
        kind: playbook
        ---
        先抄下错误码和时间，再查下表。

        ## 对照

        | 错误码 | 含义 |
        | --- | --- |
        | ORA-00060 | 死锁，重试一次 |
        | ORA-12541 | 没有监听，查端口 |
        """,
    "howto/vault.md": """\
        ---
        title: 机房钥匙
        access: engineer
        ---
        机房钥匙在值班室的保险柜里，借用要登记。
        """,
    "policy/retire.md": """\
        ---
        title: 退休年龄
        kind: policy
        questions: [女的几岁退休]
        ---
        男职工延到63岁，女职工延到58岁或者55岁。
        """,
    "howto/draft.md": """\
        ---
        title: 没写完的高温津贴
        status: draft
        ---
        高温津贴还没有写完。
        """,
}


@pytest.fixture(scope="module")
def knowledge(tmp_path_factory: pytest.TempPathFactory, bundled_model: Path) -> Iterator[Knowledge]:
    """The articles above in a real index with the real model."""
    folder = tmp_path_factory.mktemp("search")
    opened = open_articles(folder, ARTICLES, bundled_model)
    yield opened
    opened.close()


def hits(knowledge: Knowledge, text: str, limit: int = 10, **scope: object) -> tuple[Hit, ...]:
    return search(knowledge, text, Scope(**scope), limit).hits  # type: ignore[arg-type]


def ids(found: tuple[Hit, ...]) -> list[str]:
    return [hit.passage.id for hit in found]


# What is found


@pytest.mark.parametrize("code", ["ORA-00060", "ora00060", "ORA 60", "报ora-60了"])
def test_passages_with_the_code_of_the_question_come_first(knowledge: Knowledge, code: str) -> None:
    found = hits(knowledge, f"{code} 缴费基数")
    matched = [hit.code_match for hit in found]
    assert "playbook/oracle#对照~r1" in ids(found)[:2]
    assert matched == sorted(matched, reverse=True)
    assert 0 < sum(matched) < len(matched)


def test_a_document_number_of_the_front_matter_finds_its_article(knowledge: Knowledge) -> None:
    assert hits(knowledge, "浙人社发(2025)52号")[0].passage.slug == "policy/base"


def test_the_number_of_a_document_puts_its_whole_article_first(
    tmp_path: Path, bundled_model: Path
) -> None:
    texts = {
        "sick": """\
            ---
            title: 病残津贴
            ---
            没到退休年龄又完全丧失劳动能力的，可以按月领病残津贴。

            ## 依据

            人社部发〔2024〕72号。
            """,
        "letters": """\
            ---
            title: 人社部发文的文号怎么看，讲的是什么
            questions: [人社部发的文件讲的是什么]
            ---
            人社部发的文件讲的是什么，看标题。
            """,
    }
    (tmp_path / "articles").mkdir()
    for name, text in texts.items():
        (tmp_path / "articles" / f"{name}.md").write_text(dedent(text), "utf-8")
    opened = open_knowledge(load_settings(tmp_path, {}, model=str(bundled_model)))
    open_indexer(opened).update()
    found = hits(opened, "人社部发〔2024〕72号讲的是什么")
    opened.close()
    assert {hit.passage.id for hit in found[:2]} == {"sick#lead", "sick#依据"}
    assert found[2].passage.slug == "letters"


def test_a_reader_is_told_while_articles_wait_for_their_vectors(
    tmp_path: Path, bundled_model: Path
) -> None:
    rows = "".join(f"\n## 第{number}步\n\n第{number}步要核对材料。\n" for number in range(20))
    (tmp_path / "articles").mkdir()
    (tmp_path / "articles" / "many.md").write_text(f"---\ntitle: 核对\n---\n{rows}", "utf-8")
    opened = open_knowledge(load_settings(tmp_path, {}, model=str(bundled_model)))
    indexer = open_indexer(opened)
    indexer.update_words()
    waiting = search(opened, "核对材料", Scope())
    indexer.update()
    done = search(opened, "核对材料", Scope())
    opened.close()
    assert waiting.hits
    assert "1 篇文章在建立语义索引" in waiting.notices[0]
    assert done.notices == ()


def test_a_code_that_nobody_has_puts_nothing_first(knowledge: Knowledge) -> None:
    assert not any(hit.code_match for hit in hits(knowledge, "ORA-99999"))


def test_a_matched_question_becomes_the_lead_of_its_article_and_names_the_question(
    knowledge: Knowledge,
) -> None:
    best = hits(knowledge, "社保最低一个月交多少钱")[0]
    assert (best.passage.id, best.passage.form) == ("policy/base#lead", "text")
    assert best.question == "社保最低一个月交多少钱"


def test_every_passage_stands_once(knowledge: Knowledge) -> None:
    for text in ("社保最低一个月交多少钱", "女的几岁退休", "缴费基数", "ORA-12541"):
        found = ids(hits(knowledge, text, 50))
        assert len(found) == len(set(found))
        assert not any("~q" in identifier for identifier in found)


def test_ranks_and_scores_say_how_a_passage_was_found(knowledge: Knowledge) -> None:
    found = hits(knowledge, "缴费基数", 50)
    assert [hit.score for hit in found] == sorted((hit.score for hit in found), reverse=True)
    assert all(0 <= hit.score <= 1 for hit in found)
    assert 1 in {hit.keyword_rank for hit in found}
    assert 1 in {hit.nearest_rank for hit in found}
    assert all((hit.cosine is None) == (hit.nearest_rank is None) for hit in found)


def test_no_more_hits_are_returned_than_asked_for(knowledge: Knowledge) -> None:
    assert len(hits(knowledge, "社保", 2)) == 2


def test_a_year_in_short_is_searched_as_the_year_it_means(knowledge: Knowledge) -> None:
    query = make_query(knowledge, "24年缴费基数上限", Scope())
    assert (query.text, query.dates) == ("2024年缴费基数上限", ("2024年",))
    assert make_query(knowledge, "今年缴费基数", Scope(as_of=date(2025, 5, 1))).dates == ("2025年",)


# Rights and dates


def test_what_a_reader_may_not_see_is_not_found(knowledge: Knowledge) -> None:
    engineer = frozenset({"staff", "engineer"})
    assert "howto/vault#lead" not in ids(hits(knowledge, "机房钥匙在哪", 50))
    assert ids(hits(knowledge, "机房钥匙在哪", access=engineer))[0] == "howto/vault#lead"


def test_drafts_are_never_found(knowledge: Knowledge) -> None:
    assert not any("draft" in name for name in ids(hits(knowledge, "没写完的高温津贴", 50)))


def test_the_day_decides_which_rules_are_found(knowledge: Knowledge) -> None:
    then = ids(hits(knowledge, "社保缴费基数", 50, as_of=date(2022, 6, 1)))
    now = ids(hits(knowledge, "社保缴费基数", 50, as_of=date(2026, 6, 1)))
    assert "policy/base-old#lead" in then
    assert "policy/base#lead" not in then
    assert "policy/base#lead" in now
    assert "policy/base-old#lead" not in now


def test_region_and_kind_limit_what_is_found(knowledge: Knowledge) -> None:
    kinds = {name.split("/")[0] for name in ids(hits(knowledge, "社保", 50, kind="playbook"))}
    assert kinds == {"playbook"}
    assert "policy/base#lead" in ids(hits(knowledge, "缴费基数", 50, region="嵊州"))
    assert "policy/base#lead" not in ids(hits(knowledge, "缴费基数", 50, region="全国"))


# When a leg fails


class BrokenEmbedder:
    """Stands for a model whose file was damaged while the server runs."""

    def __init__(self, whole: Embedder) -> None:
        self.name, self.dimension = whole.name, whole.dimension

    def embed_query(self, text: str) -> Vector:
        raise ModelError(f"模型文件损坏，不能计算“{text}”", "重新生成模型")

    def embed_passages(self, texts: Sequence[str]) -> Matrix:
        raise ModelError(f"模型文件损坏，不能计算 {len(texts)} 段文字", "重新生成模型")


def test_without_the_model_words_still_find_and_a_notice_says_so(knowledge: Knowledge) -> None:
    broken = replace(knowledge, embedder=BrokenEmbedder(knowledge.embedder))
    ranking = search(broken, "机房 缴费基数", Scope(as_of=date(2026, 6, 1)))
    assert ranking.hits[0].passage.slug == "policy/base"
    assert {hit.nearest_rank for hit in ranking.hits} == {None}
    assert len(ranking.notices) == 1
    assert "只按关键词" in ranking.notices[0]
    assert search(knowledge, "缴费基数", Scope()).notices == ()


def test_a_passage_that_only_words_find_enters_the_ranking(knowledge: Knowledge) -> None:
    broken = replace(knowledge, embedder=BrokenEmbedder(knowledge.embedder))
    assert hits(broken, "保险柜", access=frozenset({"staff", "engineer"}))[0].cosine is None


# Questions as people type them


@pytest.mark.parametrize(
    "text", ["", "   ", "\n\t", "\x00\x07", "\u200b\ufeff", "？？！", "😀👍", "---", "…"]
)
def test_a_question_without_words_is_refused_with_advice(knowledge: Knowledge, text: str) -> None:
    with pytest.raises(BadQuestion) as caught:
        search(knowledge, text, Scope())
    assert caught.value.remedy


def test_a_question_that_is_too_long_is_refused_with_both_lengths(knowledge: Knowledge) -> None:
    with pytest.raises(BadQuestion, match=r"10000 个字，超过 500 个字"):
        search(knowledge, "补" * 10_000, Scope())
    assert search(knowledge, "补" * 500, Scope()).query.text == "补" * 500


@pytest.mark.parametrize(
    "text",
    [
        "社保\x00缴费\x1b[31m基数\r\n",
        "社\u200b保缴费\ufeff基数",
        "社保缴费基数😀",
        "社保缴费基数\ud83d",
        "  社保\u3000缴费　基数  ",
        "<script>alert(1)</script>社保缴费基数",
        "' OR 1=1 -- 社保缴费基数",
        "社保缴费基数 AND NOT (x",
        '社保缴费基数*?~^:"\\',
        "社會保險繳費基數",
        "ＳＨＥＢＡＯ 社保缴费基数",
    ],
)
def test_strange_characters_neither_break_nor_hide_a_question(
    knowledge: Knowledge, text: str
) -> None:
    assert "policy/base" in {hit.passage.slug for hit in hits(knowledge, text)[:3]}


@pytest.mark.parametrize("text", ["的", "什么", "a", "9", "ß", "𠮷", "กข", "你好"])
def test_a_question_that_says_nothing_is_no_error(knowledge: Knowledge, text: str) -> None:
    assert search(knowledge, text, Scope()).query.text == text


def test_an_empty_index_finds_nothing(tmp_path: Path, bundled_model: Path) -> None:
    (tmp_path / "articles").mkdir()
    opened = open_knowledge(load_settings(tmp_path, {}, model=str(bundled_model)))
    try:
        assert search(opened, "社保", Scope()).hits == ()
        open_indexer(opened).update()
        assert search(opened, "社保", Scope()).hits == ()
    finally:
        opened.close()
