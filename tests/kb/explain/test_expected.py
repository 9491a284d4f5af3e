"""An engineer learns at which step a section was left behind."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from kb.candidates import POOL
from kb.errors import NO_ARTICLE, NotFound
from kb.explain import (
    read_expected,
)
from kb.fusion import CANDIDATES, fuse
from kb.knowledge import Knowledge, open_indexer, open_knowledge
from kb.search import look_up
from kb.settings import load_settings
from kb.shortlist import READ
from kb.types import Scope
from tests.kb.explain.conftest import ARTICLES, Opened
from tests.kb.explain.explaining import TODAY, retrieved, verdict


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
def test_of_what_a_reader_may_not_find_one_who_holds_all_levels_is_told_only_the_reason(
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


def test_of_what_the_inquirer_may_not_open_nothing_is_told(opened: Opened) -> None:
    knowledge = opened({**ARTICLES, "bad.md": "---\ntitle: 坏的\nkind: nonsense\n---\n文字\n"})
    for slug in ("howto/draft", "howto/vault", "howto/vault#lead", "bad", "none"):
        for levels in (frozenset({"staff"}), frozenset({"nobody"}), frozenset[str]()):
            with pytest.raises(NotFound) as refused:
                verdict(knowledge, "机房钥匙在哪", slug, inquirer=levels)
            assert (refused.value.message, refused.value.remedy) == NO_ARTICLE


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


def test_a_section_that_is_not_among_those_read_lost_in_the_rough_order(crowd: Knowledge) -> None:
    question = "补缴失业保险费"
    found = look_up(crowd, question, TODAY)
    read = {item.place.section_id for item in found.candidates}
    unread = next(place.id for place in found.places if place.id not in read)
    told = verdict(crowd, question, unread)
    assert (told.stage, told.id) == ("shortlist", unread)
    assert told.ranks is not None
    assert (told.ranks.rough or 0) > READ
    assert told.ranks.final is None
    assert f"第 {told.ranks.rough} 节，只细读前 {READ} 节" in told.reasons[0]
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
