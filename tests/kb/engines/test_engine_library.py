"""What every engine keeps of articles, passages and files; see kb.engines.Engine."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest

from kb.engines import Engine, Indexed
from kb.types import FileState, Finding, PassageForm, Source
from tests.kb.engines.making import (
    EVERYONE,
    day,
    found,
    made,
    near,
    put,
    state_of,
    vector_of,
)

# An empty engine


def test_an_empty_engine_finds_nothing(engine: Engine) -> None:
    assert engine.size() == 0
    assert engine.keyword({"养老": 1.0}, EVERYONE, 10) == []
    assert engine.nearest(vector_of("养老"), EVERYONE, 10) == []
    assert engine.frequencies({"养老"}) == {"养老": 0}


def test_an_empty_engine_knows_no_article_passage_or_file(engine: Engine) -> None:
    assert engine.article("policy/a") is None
    assert list(engine.articles()) == []
    assert engine.passages(["policy/a#p0"]) == []
    assert dict(engine.files()) == {}


def test_an_engine_emptied_again_finds_nothing(engine: Engine) -> None:
    put(engine, made("a", "养老 退休"))
    engine.write((), {"a"}, {})
    test_an_empty_engine_finds_nothing(engine)
    test_an_empty_engine_knows_no_article_passage_or_file(engine)


# Articles, passages, files


def test_an_article_comes_back_as_it_was_written(engine: Engine) -> None:
    source = Source("办法", "国发〔2024〕1号", day("2024-09-13"), "https://example.org/?a=1&b='")
    item = made(
        "policy/a",
        "养老",
        kind="policy",
        sources=(source, Source("另一份")),
        effective_from=day("2025-01-01"),
        effective_to=day("2030-12-31"),
        review_by=day("2027-06-30"),
        audience=("counter",),
        tags=("养老", "退休"),
        questions=("什么时候退休",),
        verified=False,
    )
    put(engine, item)
    assert engine.article("policy/a") == replace(item.article, passages=())


def test_the_list_of_articles_is_ordered_and_without_html(engine: Engine) -> None:
    items = [made(slug, "养老") for slug in ("policy/b", "howto/z", "policy/a")]
    put(engine, *items)
    expected = {item.article.slug: replace(item.article, html="", passages=()) for item in items}
    assert list(engine.articles()) == [expected[slug] for slug in sorted(expected)]


def test_an_article_without_passages_is_kept_and_never_ranked(engine: Engine) -> None:
    put(engine, made("draft", "养老", status="draft"), made("a", "养老"))
    assert engine.article("draft") is not None
    assert found(engine, "养老") == near(engine, "养老") == ["a#p0"]
    assert engine.passages(["draft#p0"]) == []
    assert engine.size() == 1


def test_passages_come_in_the_order_asked_and_unknown_ones_are_left_out(engine: Engine) -> None:
    first, second = made("a", "养老", "退休"), made("b", "失业")
    put(engine, first, second)
    ids = ["b#p0", "a#p9", "a#p1", "", "c#p0", "a#p0"]
    expected = [second.article.passages[0], first.article.passages[1], first.article.passages[0]]
    assert engine.passages(ids) == expected
    assert engine.passages([]) == []


def in_section(slug: str, *marks: str) -> Indexed:
    """An article whose passages have ids that begin with `slug#p`: a mark follows in each."""
    item = made(slug, *(f"养老 {mark}" for mark in marks))
    passages = tuple(
        replace(passage, id=f"{slug}#p{mark}", anchor=f"p{mark.partition('~')[0]}", form=form(mark))
        for passage, mark in zip(item.article.passages, marks, strict=True)
    )
    entries = [
        replace(entry, passage=passage)
        for entry, passage in zip(item.entries, passages, strict=True)
    ]
    return replace(item, article=replace(item.article, passages=passages), entries=entries)


def form(mark: str) -> PassageForm:
    kind = mark.partition("~")[2][:1]
    return "row" if kind == "r" else "question" if kind == "q" else "text"


def section(engine: Engine, identifier: str) -> list[str]:
    return [passage.id for passage in engine.section(identifier)]


def test_a_section_is_its_texts_and_rows_in_reading_order_without_questions(
    engine: Engine,
) -> None:
    marks = ("", "~2", "~10", "~r1", "~r2", "~r2.2", "~r10", "~q1", "~q2")
    put(engine, in_section("a", *marks))
    expected = [f"a#p{mark}" for mark in marks[:7]]
    assert section(engine, "a#p") == expected
    assert engine.section("a#p") == engine.passages(expected)


def test_a_section_holds_nothing_of_one_whose_name_begins_the_same(engine: Engine) -> None:
    put(engine, in_section("a", "", "~r1", "1", "1~r1", "-2"), in_section("a/b", ""))
    assert section(engine, "a#p") == ["a#p", "a#p~r1"]
    assert section(engine, "a#p1") == ["a#p1", "a#p1~r1"]
    assert section(engine, "a/b#p") == ["a/b#p"]


@pytest.mark.parametrize("unknown", ["a#q", "b#p", "a", "", "a#", "#p"])
def test_an_unknown_section_is_empty(engine: Engine, unknown: str) -> None:
    assert engine.section(unknown) == []
    put(engine, in_section("a", "", "~2"))
    assert engine.section(unknown) == []


def test_a_section_of_a_replaced_or_removed_article_is_the_new_one_or_none(engine: Engine) -> None:
    put(engine, in_section("a", "", "~2", "~r1"), in_section("b", ""))
    put(engine, in_section("a", "", "~r1"))
    assert section(engine, "a#p") == ["a#p", "a#p~r1"]
    put(engine, removed=["a"])
    assert section(engine, "a#p") == []
    assert section(engine, "b#p") == ["b#p"]


@pytest.mark.parametrize(
    "text",
    [
        "𠮷林 😀👍",
        "'; DROP TABLE passage; --",
        "100% _x_ \\ \"'`",
        "第一行\n第二行\t第三列",
        "A" * 5_000,
    ],
)
def test_any_text_comes_back_as_it_was_and_is_found(engine: Engine, text: str) -> None:
    item = made("a", text)
    put(engine, item)
    assert engine.passages(["a#p0"]) == list(item.article.passages)
    for word in text.split():
        assert found(engine, word) == ["a#p0"]


def test_files_come_back_with_their_findings(engine: Engine) -> None:
    files = {
        "a.md": state_of("a.md", "1", Finding("a.md", 3, "缺少“来源”", "warning")),
        "b.md": FileState("b.md", 2**40, 2**62, "", "abc", "另一种做法"),
    }
    engine.write((), (), files)
    assert dict(engine.files()) == files


def test_files_are_read_when_all_articles_were_taken(engine: Engine) -> None:
    files: dict[str, FileState] = {}

    def added() -> Iterator[Indexed]:
        yield made("a", "养老")
        files["a.md"] = state_of("a.md")

    engine.write(added(), (), files)
    assert set(engine.files()) == {"a.md"}


def test_a_file_that_is_not_named_again_is_forgotten(engine: Engine) -> None:
    engine.write((), (), {"a.md": state_of("a.md"), "b.md": state_of("b.md")})
    engine.write((), (), {"b.md": state_of("b.md", "2")})
    assert dict(engine.files()) == {"b.md": state_of("b.md", "2")}
