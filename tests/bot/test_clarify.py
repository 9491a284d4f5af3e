"""What is asked back, what is not, and that one click on a choice brings the answer it promises."""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest

from bot.ask import ask
from bot.clarify import choices_for
from bot.clarify.by_matter import matter_of
from bot.replay import replay
from bot.types import Abstention, Answer, Clarification, Outcome
from kb.knowledge import Knowledge
from kb.search import search
from kb.types import Scope
from tests.bot.conftest import TODAY

AskLibrary = Callable[..., Outcome]


@pytest.fixture(scope="module")
def asked_library(library: Knowledge) -> AskLibrary:
    """Ask the bureau's own articles on TODAY, after the questions before."""
    scope = Scope(as_of=TODAY)
    return lambda question, before=(): ask(library, question, scope, replay(library, before, scope))


def choices(outcome: Outcome) -> tuple[str, ...]:
    assert isinstance(outcome, Clarification), outcome
    return outcome.choices


# Facets


@pytest.mark.parametrize(
    ("question", "readings"),
    [
        ("我妈几时能退", ["原50周岁退休的女职工", "原55周岁退休的女职工"]),
        ("客户想知道他还有几年退休", ["男职工", "原50周岁退休的女职工", "原55周岁退休的女职工"]),
        (
            "人没了家里能领多少钱",
            [
                "职工养老参保人因病死亡",
                "因工死亡（工亡）",
                "领失业金期间死亡",
                "城乡居民养老保险参保人死亡",
            ],
        ),
        ("换地方上班关系要不要转", ["养老保险关系转移", "失业保险关系转移"]),
        ("养老保险要交几年", ["职工最低缴费年限", "城乡居民养老保险"]),
        ("养老金领取条件", ["职工养老金申领", "城乡居民养老保险"]),
        (
            "养老保险最低一档一个月多少",
            ["职工缴费基数和比例", "灵活就业人员", "城乡居民养老保险"],
        ),
        ("看看我账户养老金大概除以几", ["50岁退休", "55岁退休", "60岁退休", "63岁退休"]),
    ],
)
def test_a_facet_left_open_is_asked_back_with_its_readings(
    asked_library: AskLibrary, question: str, readings: list[str]
) -> None:
    assert choices(asked_library(question)) == tuple(f"{name}：{question}" for name in readings)


@pytest.mark.parametrize(
    "question",
    [
        "厂里女工几岁退休",
        "女干部几岁退休",
        "男职工几岁退休",
        "退休人员死了丧葬费几个月",
        "工亡的家属能领多少丧葬费",
        "失业保险关系怎么转",
        "居保要交几年",
        "灵活就业养老保险最低一个月交多少",
    ],
)
def test_a_question_that_names_its_reading_is_answered(
    asked_library: AskLibrary, question: str
) -> None:
    assert isinstance(asked_library(question), Answer)


def test_a_facet_of_which_the_library_knows_one_reading_is_not_asked_back(
    counter: Knowledge,
) -> None:
    ranking = search(counter, "老婆几岁能退", Scope(as_of=TODAY), 40)
    hits = (*ranking.hits, *ranking.further)
    fifty = [hit for hit in hits if hit.passage.slug != "policy/table-55"]
    assert choices_for(ranking.query, hits) is not None
    assert choices_for(ranking.query, fifty) is None


# Questions that name no subject


@pytest.mark.parametrize(
    "question",
    [
        "去哪里申请",
        "要交多少钱",
        "什么条件能领",
        "材料交上去几天好",
        "没反应了",
        "超时了怎么处理",
        "客户来代办要带什么",
        "不服去哪里告",
    ],
)
def test_a_question_without_a_subject_offers_different_articles(
    asked_library: AskLibrary, question: str
) -> None:
    offered = choices(asked_library(question))
    assert 2 <= len(offered) <= 4
    assert len({choice.partition("：")[0] for choice in offered}) == len(offered)


@pytest.mark.parametrize(
    "question",
    [
        "VPN登不上",
        "打印机没反应",
        "接口超时",
        "稳岗返还",
        "社保卡掉了",
        "认证过期了",
        "考证补贴怎么申请",
        "滞纳金一天多少",
        "退票要重发伐",
        "网断了",
        "补缴",
        "退休年龄",
    ],
)
def test_a_short_question_with_a_subject_is_answered(
    asked_library: AskLibrary, question: str
) -> None:
    assert isinstance(asked_library(question), Answer)


@pytest.mark.parametrize("question", ["红烧肉怎么烧", "彩票中奖了怎么领", "你好呀", "谢谢", "在吗"])
def test_what_is_out_of_scope_is_never_asked_back(asked_library: AskLibrary, question: str) -> None:
    assert isinstance(asked_library(question), Abstention)


def test_the_very_question_of_a_section_is_answered_although_it_names_no_subject(
    asked_library: AskLibrary,
) -> None:
    assert isinstance(asked_library("没到账先问什么"), Answer)


def test_a_question_without_a_subject_is_not_asked_back_when_the_one_before_names_it(
    asked_library: AskLibrary,
) -> None:
    outcome = asked_library("那要几天之内来报", ("工伤认定怎么申请",))
    assert isinstance(outcome, Answer)
    assert "work-injury" in outcome.citations[0].slug


def test_a_code_is_never_asked_back(asked_library: AskLibrary) -> None:
    assert isinstance(asked_library("ORA-28000 账号被锁了"), Answer)


# One click


QUESTIONS = ("要交多少钱", "什么条件能领", "没反应了", "不服去哪里告", "一直掉线", "停发了怎么恢复")


@pytest.mark.parametrize("question", QUESTIONS)
def test_each_choice_is_answered_from_the_article_it_names(
    asked_library: AskLibrary, question: str
) -> None:
    for choice in choices(asked_library(question)):
        outcome = asked_library(choice, (question,))
        assert isinstance(outcome, Answer), choice
        named = {matter_of(citation.title) for citation in outcome.citations}
        assert choice.partition("：")[0] in named


@pytest.mark.parametrize(
    ("question", "articles"),
    [
        (
            "我妈几时能退",
            ["policy/retirement-table-female-50", "policy/retirement-table-female-55"],
        ),
        ("养老保险要交几年", ["policy/minimum-contribution-years", "policy/resident-pension"]),
        ("家里人没了能领什么", ["policy/funeral-allowance", "policy/work-injury-death"]),
    ],
)
def test_each_reading_is_answered_from_its_own_article(
    asked_library: AskLibrary, question: str, articles: list[str]
) -> None:
    for choice, slug in zip(choices(asked_library(question)), articles, strict=False):
        outcome = asked_library(choice, (question,))
        assert isinstance(outcome, Answer), choice
        assert slug in {citation.slug for citation in outcome.citations}


def test_a_matter_is_the_beginning_of_a_title_without_asides() -> None:
    assert matter_of("养老金（退休金）每年怎么涨：谁参加、从几月补") == "养老金每年怎么涨"
    assert matter_of("打印机打不出、脱机、共享打印报 0x0000011b") == "打印机打不出、脱机"
    assert matter_of("高龄、卧床老人上门服务和授权代办怎么办").startswith("高龄、卧床")


def test_deciding_takes_less_than_a_millisecond(library: Knowledge) -> None:
    for question in ("女的几岁退休", "连不上", "失业金能领几个月"):
        ranking = search(library, question, Scope(as_of=TODAY), 40)
        hits = (*ranking.hits, *ranking.further)
        choices_for(ranking.query, hits)  # spellings are kept from the search before
        started = time.perf_counter()
        for _ in range(100):
            choices_for(ranking.query, hits)
        assert (time.perf_counter() - started) / 100 < 0.001
