"""An engineer learns at which step a section was left behind, and nothing that search did is told otherwise."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from textwrap import dedent
from typing import get_args

import numpy as np
import pytest

from kb.candidates import POOL
from kb.errors import NotFound
from kb.explain import (
    STAGE_NAMES,
    Retrieval,
    Stage,
    Verdict,
    explain_expected,
    explain_retrieval,
    read_expected,
)
from kb.features import DOCUMENT_FEATURES, FEATURE_NAMES, FEATURES, TREES
from kb.fusion import CANDIDATES, fuse
from kb.knowledge import Knowledge, open_indexer, open_knowledge
from kb.reranker import SHORTLIST
from kb.search import look_up, order_scores, rank, search
from kb.settings import load_settings
from kb.types import Scope, Turn

TODAY = Scope(as_of=date(2026, 6, 1))
SECTIONS = 60
Opened = Callable[[dict[str, str]], Knowledge]

ARTICLES = {
    "policy/retire.md": """\
        ---
        title: 退休年龄
        kind: policy
        region: 浙江
        effective_from: 2025-01-01
        questions: [女的几岁退休]
        ---
        男职工延到63岁，女职工延到58岁或者55岁。

        ## 怎么算

        每四个月延迟一个月。

        ## 只有小标题

        ### 下一层

        下一层才有文字。
        """,
    "policy/retire-old.md": """\
        ---
        title: 老的退休年龄
        kind: policy
        status: retired
        effective_from: 1978-06-02
        effective_to: 2024-12-31
        questions: [以前女的几岁退休]
        ---
        以前女职工50岁或者55岁退休。
        """,
    "policy/gone.md": """\
        ---
        title: 没有期限的老办法
        kind: policy
        status: retired
        ---
        没有写到哪天为止。
        """,
    "howto/vault.md": """\
        ---
        title: 机房钥匙
        access: engineer
        ---
        机房钥匙在值班室的保险柜里。
        """,
    "howto/draft.md": """\
        ---
        title: 没写完的高温津贴
        status: draft
        ---
        高温津贴还没有写完。
        """,
    "playbook/oracle.md": """\
        ---
        title: 数据库报错先查什么
        kind: playbook
        ---
        先抄下错误码，再查 ORA-12541 那一行。
        """,
}


@pytest.fixture(scope="module")
def opened(tmp_path_factory: pytest.TempPathFactory, bundled_model: Path) -> Iterator[Opened]:
    """Indexes articles of a test's own with the real model."""
    made: list[Knowledge] = []

    def open_with(articles: dict[str, str]) -> Knowledge:
        folder = tmp_path_factory.mktemp("explain")
        for path, text in articles.items():
            target = folder / "articles" / path
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(dedent(text), encoding="utf-8")
        made.append(open_knowledge(load_settings(folder, {}, model=str(bundled_model))))
        open_indexer(made[-1]).update()
        return made[-1]

    yield open_with
    for knowledge in made:
        knowledge.close()


@pytest.fixture(scope="module")
def knowledge(opened: Opened) -> Knowledge:
    """The articles above."""
    return opened(ARTICLES)


@pytest.fixture(scope="module")
def crowd(opened: Opened) -> Knowledge:
    """An article with more sections than are read, and one with more rows than are looked into."""
    sections = "\n".join(
        f"## 第{number}种\n\n补缴失业保险费的第{number}种情形。\n" for number in range(SECTIONS)
    )
    rows = "\n".join(
        f"| 第{number}档 | 养老金第{number}档的月缴费 |" for number in range(POOL + 40)
    )
    head = "---\ntitle: {}\nkind: policy\n---\n"
    return opened(
        {
            "policy/sections.md": head.format("补缴失业保险费").replace(
                "kind", "questions: [补缴失业保险费找谁]\nkind"
            )
            + "各种情形怎么补缴。\n\n"
            + sections,
            "policy/rows.md": head.format("养老金月缴费")
            + f"## 表\n\n| 档次 | 说明 |\n| --- | --- |\n{rows}\n",
            "faq/aside.md": head.format("食堂开放时间").replace("policy", "faq")
            + "食堂中午开门，月末盘点。\n",
        }
    )


def retrieved(
    knowledge: Knowledge, question: str, scope: Scope = TODAY, before: tuple[str, ...] = ()
) -> Retrieval:
    found = look_up(knowledge, question, scope, [Turn(text, "answer") for text in before])
    return explain_retrieval(knowledge, found, rank(found, len(found.candidates)))


def verdict(knowledge: Knowledge, question: str, expected: str, scope: Scope = TODAY) -> Verdict:
    found = look_up(knowledge, question, scope)
    ranking = rank(found, len(found.candidates))
    return explain_expected(knowledge, found, ranking, read_expected(expected))


# What was found


def test_every_feature_has_a_chinese_name_of_its_own() -> None:
    assert set(FEATURE_NAMES) == {*FEATURES, *DOCUMENT_FEATURES, TREES}
    assert len(set(FEATURE_NAMES.values())) == len(FEATURE_NAMES)
    assert set(STAGE_NAMES) == set(get_args(Stage))


def test_the_sections_stand_as_search_ranks_them(knowledge: Knowledge) -> None:
    for question in ("女的几岁退休", "ORA-12541 怎么处理", "2024年女的几岁退休"):
        hits = search(knowledge, question, TODAY, 50).hits
        contenders = retrieved(knowledge, question).contenders
        assert [item.hit for item in contenders] == list(hits)


def test_the_contributions_of_a_section_explain_its_probability(knowledge: Knowledge) -> None:
    contenders = retrieved(knowledge, "女的几岁退休").contenders
    scores = np.array([item.score for item in contenders])
    chances = np.exp(scores) / np.exp(scores).sum()
    assert chances == pytest.approx([item.hit.score for item in contenders])
    amounts = [abs(item.amount) for item in contenders[0].contributions]
    assert amounts == sorted(amounts, reverse=True)
    assert min(amounts) > 0


def test_the_rankings_are_those_of_both_legs(knowledge: Knowledge) -> None:
    found = retrieved(knowledge, "女的几岁退休")
    assert found.keyword[0].keyword_rank == 1
    assert found.nearest[0].nearest_rank == 1
    assert found.counts[:2] == (len(found.keyword), len(found.nearest))
    assert [step.rank for step in found.fused] == list(range(1, len(found.fused) + 1))
    scores = [step.score for step in found.fused]
    assert scores == sorted(scores, reverse=True)


def test_a_question_shows_its_dates_codes_and_what_no_article_says(knowledge: Knowledge) -> None:
    wording = retrieved(knowledge, "24年12月女的ora12541斑马").wording
    assert wording.text == "2024年12月女的ora12541斑马"
    assert wording.codes == ("ora-12541",)
    assert wording.dates == ("2024年12月",)
    tokens = {item.text: item for item in wording.tokens}
    assert tokens["斑马"].passages == 0
    assert (tokens["斑马"].weight or 0) > (tokens["ora-12541"].weight or 0) > 0


def test_a_question_that_goes_on_is_looked_up_with_the_one_before(knowledge: Knowledge) -> None:
    alone = retrieved(knowledge, "那怎么算呢").wording
    joined = retrieved(knowledge, "那怎么算呢", before=("女的几岁退休",)).wording
    assert (alone.goes_on, alone.would_go_on, alone.looked_up) == (False, True, "那怎么算呢")
    assert (joined.goes_on, joined.text) == (True, "那怎么算呢")
    assert joined.looked_up == "女的几岁退休 那怎么算呢"


def test_a_question_about_other_people_is_looked_up_as_the_one_before_about_them(
    knowledge: Knowledge,
) -> None:
    put = retrieved(knowledge, "那男的呢", before=("女的几岁退休",)).wording
    assert (put.text, put.looked_up) == ("男的几岁退休", "男的几岁退休")
    assert put.goes_on


# Why something was not found


def test_the_first_section_is_compared_with_the_second(knowledge: Knowledge) -> None:
    found = verdict(knowledge, "女的几岁退休", "policy/retire#lead")
    assert (found.stage, found.id) == ("first", "policy/retire#lead")
    assert found.ranks is not None
    assert (found.ranks.nearest, found.ranks.fused, found.ranks.final) == (1, 1, 1)
    assert found.rival == retrieved(knowledge, "女的几岁退休").contenders[1].id
    assert sum(item.amount for item in found.differences) < 0


def test_a_candidate_is_compared_with_the_winner(knowledge: Knowledge) -> None:
    found = verdict(knowledge, "女的几岁退休", "policy/retire#怎么算")
    contenders = {item.id: item for item in retrieved(knowledge, "女的几岁退休").contenders}
    assert (found.stage, found.rival) == ("candidate", "policy/retire#lead")
    apart = contenders["policy/retire#lead"].score - contenders["policy/retire#怎么算"].score
    assert sum(item.amount for item in found.differences) == pytest.approx(apart)
    assert "第 1 是 policy/retire#lead" in found.reasons[0]
    assert "几岁" in found.lacking
    assert "退休" not in found.lacking


def test_an_article_stands_for_its_section_that_came_farthest(knowledge: Knowledge) -> None:
    assert verdict(knowledge, "女的几岁退休", "policy/retire").id == "policy/retire#lead"
    assert (
        verdict(knowledge, "每四个月延迟一个月怎么算", "policy/retire").id == "policy/retire#怎么算"
    )


@pytest.mark.parametrize(
    ("scope", "said"),
    [
        (TODAY, "它到 2024-12-31 为止，那时已经失效"),
        (Scope(as_of=date(1970, 1, 1)), "它从 1978-06-02 起施行，那时还没有生效"),
        (Scope(kind="faq"), "只查常见问题类文章，它是政策类"),
    ],
    ids=["too late", "too early", "kind"],
)
def test_a_filter_that_leaves_an_article_out_is_named(
    knowledge: Knowledge, scope: Scope, said: str
) -> None:
    found = verdict(knowledge, "以前女的几岁退休", "policy/retire-old", scope)
    assert found.stage == "filtered"
    assert [reason for reason in found.reasons if said in reason] == list(found.reasons)
    assert found.ranks is not None
    assert (found.ranks.keyword, found.ranks.final) == (1, None)


def test_all_filters_that_leave_an_article_out_are_named(knowledge: Knowledge) -> None:
    scope = Scope(as_of=date(2024, 1, 1), region="全国", kind="faq")
    found = verdict(knowledge, "女的几岁退休", "policy/retire", scope)
    assert len(found.reasons) == 3
    assert "只查在全国适用的内容，它的地区是浙江" in found.reasons
    admitted = verdict(knowledge, "女的几岁退休", "policy/retire", replace(TODAY, region="嵊州"))
    assert admitted.stage == "first"


@pytest.mark.parametrize(
    ("slug", "said"),
    [
        ("howto/draft", "草稿"),
        ("howto/vault", "engineer 权限"),
        ("policy/gone", "没有写失效日期"),
    ],
)
def test_of_what_a_reader_may_not_find_only_the_reason_is_told(
    knowledge: Knowledge, slug: str, said: str
) -> None:
    for expected in (slug, f"{slug}#lead", f"{slug}#没有这一节"):
        found = verdict(knowledge, "机房钥匙在哪", expected)
        assert (found.stage, found.passage, found.ranks, found.lacking) == (
            "hidden",
            None,
            None,
            (),
        )
        assert said in found.reasons[0]


def test_who_may_read_an_article_learns_where_it_stands(knowledge: Knowledge) -> None:
    engineer = Scope(frozenset({"staff", "engineer"}))
    assert verdict(knowledge, "机房钥匙在哪", "howto/vault", engineer).stage == "first"


def test_a_heading_without_words_is_told_apart(knowledge: Knowledge) -> None:
    found = verdict(knowledge, "女的几岁退休", "policy/retire#只有小标题")
    assert found.stage == "absent"
    assert "没有文字" in found.reasons[0]


@pytest.mark.parametrize("expected", ["policy/none", "policy", "../secret", "policy/retire#没有"])
def test_an_article_or_section_that_does_not_exist_is_refused(
    knowledge: Knowledge, expected: str
) -> None:
    with pytest.raises(NotFound, match="没有"):
        verdict(knowledge, "女的几岁退休", expected)


def test_documents_without_questions_are_explained_by_the_order_that_decided(
    opened: Opened,
) -> None:
    head = "---\ntitle: {}\nkind: policy\n---\n"
    knowledge = opened(
        {
            "policy/a.md": head.format("采砂许可") + "由水利局办理。\n",
            "policy/b.md": head.format("渡船") + "船停稳再下船。\n",
        }
    )
    told = retrieved(knowledge, "采砂许可")
    first = {item.feature: item for item in told.contenders[0].contributions}
    assert told.contenders[0].hit.passage.slug == "policy/a"
    assert TREES in first
    assert "heading_likeness" in first
    assert first[TREES].name == "决策树合计"
    found = look_up(knowledge, "采砂许可", TODAY)
    scores = sorted(order_scores(found).tolist(), reverse=True)
    assert [item.score for item in told.contenders] == pytest.approx(scores)
    behind = verdict(knowledge, "采砂许可", "policy/b#lead")
    assert behind.rival == "policy/a#lead"
    assert "heading_likeness" in {item.feature for item in behind.differences}


def test_a_section_that_is_not_among_those_read_lost_in_the_rough_order(crowd: Knowledge) -> None:
    question = "补缴失业保险费"
    found = look_up(crowd, question, TODAY)
    read = {item.place.section_id for item in found.candidates}
    unread = next(place.id for place in found.places if place.id not in read)
    told = verdict(crowd, question, unread)
    assert (told.stage, told.id) == ("shortlist", unread)
    assert told.ranks is not None
    assert (told.ranks.rough or 0) > SHORTLIST
    assert told.ranks.final is None
    assert f"第 {told.ranks.rough} 节，只细读前 {SHORTLIST} 节" in told.reasons[0]
    assert told.differences


def test_a_section_behind_too_many_passages_fell_out_of_the_pool(crowd: Knowledge) -> None:
    question = "食堂几点开门"
    found = look_up(crowd, question, TODAY)
    reached = {place.id for place in found.places}
    fused = (name.partition("~")[0] for name in fuse(found.keyword, found.nearest))
    outside = next(name for name in fused if name not in reached)
    told = verdict(crowd, question, outside)
    assert told.stage == "pool"
    assert told.ranks is not None
    assert POOL < (told.ranks.fused or 0) <= POOL + CANDIDATES
    assert told.ranks.rough is None
    assert f"只看前 {POOL} 段" in told.reasons[0]
    assert told.differences == ()


def test_a_section_in_neither_ranking_is_ranked_beyond_their_ends(crowd: Knowledge) -> None:
    told = verdict(crowd, "养老金月缴费第3档", "faq/aside")
    assert told.stage == "unranked"
    assert told.ranks is not None
    assert (told.ranks.keyword, told.ranks.fused) == (None, None)
    assert (told.ranks.nearest or 0) > CANDIDATES


def test_an_article_that_waits_for_its_vectors_says_so(tmp_path: Path, bundled_model: Path) -> None:
    parts = "".join(f"\n## 第{number}步\n\n第{number}步要核对材料。\n" for number in range(20))
    (tmp_path / "articles").mkdir()
    (tmp_path / "articles" / "many.md").write_text(f"---\ntitle: 核对\n---\n{parts}", "utf-8")
    knowledge = open_knowledge(load_settings(tmp_path, {}, model=str(bundled_model)))
    indexer = open_indexer(knowledge)
    unindexed = verdict(knowledge, "核对材料", "many")
    indexer.update_words()
    waiting = verdict(knowledge, "核对材料", "many")
    indexer.update()
    done = verdict(knowledge, "核对材料", "many")
    knowledge.close()
    assert (unindexed.stage, "还没有进入索引" in unindexed.reasons[0]) == ("absent", True)
    assert waiting.ranks is not None
    assert waiting.ranks.nearest is None
    assert "语义索引" in waiting.reasons[0]
    assert done.ranks is not None
    assert done.ranks.nearest is not None
    assert not any("语义索引" in reason for reason in done.reasons)


def test_a_broken_article_shows_its_errors(opened: Opened) -> None:
    knowledge = opened({"bad.md": "---\ntitle: 坏的\nkind: nonsense\n---\n文字\n"})
    found = verdict(knowledge, "坏的", "bad")
    assert found.stage == "absent"
    assert "第 3 行" in found.reasons[0]


@pytest.mark.parametrize(
    "text",
    [
        "policy/retire#怎么算",
        " policy/retire.md#怎么算 ",
        "policy/retire#怎么算~2",
        "/wiki/policy/retire#%E6%80%8E%E4%B9%88%E7%AE%97",
        "http://127.0.0.1:8000/wiki/policy/retire?mark=x#%E6%80%8E%E4%B9%88%E7%AE%97",
    ],
)
def test_a_section_is_named_as_people_copy_it(text: str) -> None:
    assert read_expected(text).id == "policy/retire#怎么算"
