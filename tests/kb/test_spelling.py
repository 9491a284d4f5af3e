"""What was mistyped is looked up as it was meant, and nothing else is touched."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from kb.knowledge import Knowledge, open_indexer, open_knowledge
from kb.search import search
from kb.settings import load_settings
from kb.spelling import mend, mended_turn
from kb.types import Scope, Turn

GLOSSARY = """\
- term: 社保卡
- term: 停工留薪期
- term: 缴费基数
- term: 失业保险
- term: 失业保险金
- term: 工伤认定
- term: 三级伤残津贴
"""
PEOPLE = "职工 居民 学生 老人 家属 单位 客户 企业 农民 邻居 同事 老师".split()

TROUBLES = "不全 多长 太短 怎么算 到了 没有 丢了 不对 要多久 找谁 谁定 补不补 能不能延".split()


def article(title: str, *asked: str) -> str:
    """An article that lists each question for all kinds of people, so that its words are frequent."""
    questions = ", ".join(f"{who}{text}" for who in PEOPLE for text in asked)
    return f"---\ntitle: {title}\nkind: howto\nquestions: [{questions}]\n---\n{title}看这里。\n"


ARTICLES = {
    "card.md": article("社保卡怎么办", "的社保卡读不出来", *(f"的材料{what}" for what in TROUBLES)),
    "leave.md": article(
        "停工留薪期多长", "的工伤认定多久", *(f"的停工留薪期{what}" for what in TROUBLES)
    ),
    "base.md": article("缴费基数怎么定", "的缴费基数多少", "的失业保险怎么交"),
    "grade.md": article("三级伤残津贴", "的三级伤残津贴多少"),
    "code.md": article("ORA-12541怎么处理", "报ORA-12541", "看到HTTP 502"),
}


def write(folder: Path, name: str, text: str) -> None:
    (folder / "articles" / name).write_text(text, encoding="utf-8")


@pytest.fixture
def opened(tmp_path: Path, bundled_model: Path) -> Iterator[tuple[Knowledge, Path]]:
    (tmp_path / "articles" / "glossary").mkdir(parents=True)
    write(tmp_path, "glossary/terms.yaml", GLOSSARY)
    for name, text in ARTICLES.items():
        write(tmp_path, name, text)
    knowledge = open_knowledge(load_settings(tmp_path, {}, model=str(bundled_model)))
    open_indexer(knowledge).update()
    yield knowledge, tmp_path
    knowledge.close()


@pytest.fixture(scope="module")
def known(tmp_path_factory: pytest.TempPathFactory, bundled_model: Path) -> Iterator[Knowledge]:
    folder = tmp_path_factory.mktemp("spelling")
    (folder / "articles" / "glossary").mkdir(parents=True)
    write(folder, "glossary/terms.yaml", GLOSSARY)
    for name, text in ARTICLES.items():
        write(folder, name, text)
    knowledge = open_knowledge(load_settings(folder, {}, model=str(bundled_model)))
    open_indexer(knowledge).update()
    yield knowledge
    knowledge.close()


@pytest.mark.parametrize(
    ("typed", "meant", "words"),
    [
        ("社宝卡读不出来", "社保卡读不出来", ("社保卡",)),
        ("要什么财料", "要什么材料", ("材料",)),
        ("焦肥基数多少", "缴费基数多少", ("缴费基数",)),
        ("停工留新期多长", "停工留薪期多长", ("停工留薪期",)),
        ("社宝卡要哪些财料", "社保卡要哪些材料", ("社保卡", "材料")),
    ],
)
def test_a_homophone_gives_way_to_the_word_that_was_meant(
    known: Knowledge, typed: str, meant: str, words: tuple[str, ...]
) -> None:
    mended = mend(known, typed)
    assert (mended.text, mended.words) == (meant, words)


def test_sounds_that_people_here_do_not_tell_apart_are_mended(known: Knowledge) -> None:
    assert (
        mend(known, "公商认定多久").text == "公商认定多久"
    )  # two are wrong, of no glossary word's sound
    assert mend(known, "工桑认定多久").text == "工伤认定多久"  # s for sh


@pytest.mark.parametrize("typed", ["停工留期多长", "停工留酬期多长"])
def test_a_character_too_few_or_another_one_inside_a_term_is_mended(
    known: Knowledge, typed: str
) -> None:
    assert mend(known, typed).text == "停工留薪期多长"


@pytest.mark.parametrize(
    "typed",
    [
        "社保卡读不出来",
        "失业保险怎么交",  # not 失业保险金
        "今天天气怎么样",
        "哪里有停车场",
        "ORA-12541",
        "  社保卡  读不出来",
        "",
        "卡",
    ],
)
def test_what_is_well_spelt_or_unknown_stays_exactly_as_it_was_typed(
    known: Knowledge, typed: str
) -> None:
    mended = mend(known, typed)
    assert (mended.text, mended.words, mended.notices) == (typed, (), ())


def test_a_figure_is_neither_mended_nor_made(known: Knowledge) -> None:
    assert mend(known, "散级伤残津贴多少").words == ()  # 散 sounds like 三
    assert mend(known, "五级伤残津贴多少").words == ()


def test_the_organ_of_a_document_number_is_left_alone(known: Knowledge) -> None:
    assert mend(known, "财料〔2024〕94号").words == ()
    assert mend(known, "财料2024").words == ("材料",)


@pytest.mark.parametrize(
    ("typed", "code"),
    [("0RA-12541", "ORA-12541"), ("ora-I254l", "ORA-12541"), ("跳HTTP 5O2", "HTTP 502")],
)
def test_a_letter_for_the_digit_that_looks_like_it_is_mended_in_a_known_code(
    known: Knowledge, typed: str, code: str
) -> None:
    assert mend(known, typed).words == (code,)


def test_a_code_that_the_library_does_not_know_is_left_alone(known: Knowledge) -> None:
    assert mend(known, "0RA-99999").text == "0RA-99999"


def test_search_looks_up_what_was_meant_and_says_so(known: Knowledge) -> None:
    found = search(known, "社宝卡读不出来", Scope())
    assert found.query.text == "社保卡读不出来"
    assert found.hits[0].passage.slug == "card"
    assert found.notices == ("已按“社保卡”检索",)
    assert search(known, "社保卡读不出来", Scope()).notices == ()


def test_the_questions_before_are_mended_too(known: Knowledge) -> None:
    turn = Turn("停工留新期多长", slugs=("leave",))
    assert mended_turn(known, turn) == Turn("停工留薪期多长", slugs=("leave",))
    assert "停工留薪期" in search(known, "那要多久", Scope(), history=[turn]).query.text


def test_a_text_longer_than_a_question_may_be_is_not_looked_at(known: Knowledge) -> None:
    long = "社宝卡" * known.settings.question_limit
    assert mend(known, long).text == long


def test_what_the_library_learns_is_mended_towards(opened: tuple[Knowledge, Path]) -> None:
    knowledge, folder = opened
    assert mend(knowledge, "高文津贴").words == ()
    write(folder, "heat.md", article("高温津贴", "的高温津贴多少"))
    open_indexer(knowledge).update()
    assert mend(knowledge, "高文津贴").text == "高温津贴"
