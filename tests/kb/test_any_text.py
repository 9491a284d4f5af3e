"""Whatever stands in a file, a setting or a question: the parsers answer or refuse, and neither fail nor hang."""

from __future__ import annotations

import time
from contextlib import suppress
from datetime import date
from functools import cache
from pathlib import Path, PurePosixPath

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kb import amounts, dates, periods, sentences, tokenizer
from kb.article import parse_article
from kb.errors import SettingsError
from kb.frontmatter import read_front_matter
from kb.glossary import GLOSSARY_PATH, read_glossary
from kb.highlight import mark_evidence
from kb.masking import mask
from kb.settings import load_settings
from kb.snippets import snippet
from tests.texts import HEAD, MARKDOWN, QUESTION, bounded, made_of

PATH = PurePosixPath("howto/any.md")
DEPTHS = (
    "[",
    "{",
    "- ",
    "> ",
    "((",
    "*",
    "<div>",
    "<b>",
    "![",
    "a: [",
    "| ",
    "1. ",
    "  ",
    "_",
    "[^",
)
questions = made_of(QUESTION)


@bounded(100)
@given(made_of((*HEAD, *MARKDOWN)), st.booleans())
def test_any_file_is_an_article_or_findings(text: str, with_head: bool) -> None:
    whole = f"---\ntitle: 甲\nkind: howto\n---\n{text}" if with_head else text
    parsed = parse_article(whole, PATH, "r")
    assert parsed.article is not None or parsed.findings
    if parsed.article is not None:
        assert "<script" not in parsed.article.html
        mark_evidence(parsed.article.html, "lead", [text[:200], "标题"])


@bounded(100)
@given(made_of(HEAD))
def test_any_head_is_read_or_refused_with_a_line_of_the_file(text: str) -> None:
    whole = f"---\n{text}\n---\n正文"
    head, _, findings = read_front_matter(whole, "any.md", lambda _: "题")
    assert head is not None or findings
    lines = len(whole.splitlines()) + 1
    assert all(1 <= finding.line <= lines for finding in findings)


@pytest.mark.parametrize("opening", DEPTHS)
@pytest.mark.parametrize("where", ["head", "body"])
def test_what_is_nested_without_end_is_an_article_or_findings(opening: str, where: str) -> None:
    deep = opening * 1_000
    text = (
        f"---\n{deep}\n---\n文"
        if where == "head"
        else f"---\ntitle: 甲\nkind: howto\n---\n{deep}文"
    )
    parsed = parse_article(text, PATH, "r")
    assert parsed.article is not None or parsed.findings


def test_a_head_that_multiplies_itself_is_read_in_no_time() -> None:
    lines = ["a0: &a0 [x, x]", *(f"a{n}: &a{n} [*a{n - 1}, *a{n - 1}]" for n in range(1, 60))]
    text = "---\n" + "\n".join([*lines, "tags: *a59", "title: *a59"]) + "\n---\n正文"
    head, _, findings = read_front_matter(text, "any.md", lambda _: "题")
    assert findings
    assert head is None or head.tags == ()


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("any")
    (made / GLOSSARY_PATH).parent.mkdir()
    return made


def glossary_of(folder: Path, text: str) -> int:
    """How many terms and findings a term file gives."""
    (folder / GLOSSARY_PATH).write_bytes(text.encode("utf-8", "surrogatepass"))
    terms, findings = read_glossary(folder)
    return len(terms) + len(findings)


@bounded(100)
@given(text=made_of((*HEAD, "- {term: 断缴, synonyms: [", "synonyms: ", "definition: ")))
def test_any_term_file_is_a_glossary_or_findings(folder: Path, text: str) -> None:
    assert glossary_of(folder, text) >= 0


@pytest.mark.parametrize("opening", ["[", "{", "- ", "a: ["])
def test_a_term_file_nested_without_end_is_a_finding(folder: Path, opening: str) -> None:
    assert glossary_of(folder, opening * 1_000) == 1


SETTINGS = (
    *(
        "port = ",
        "host = ",
        "engine = ",
        "retention_days = ",
        "watch = ",
        "[",
        "]",
        "{",
        "}",
        '"',
        "'",
    ),
    *(
        "=",
        "\n",
        "8000",
        "-1",
        "1e400",
        "true",
        "2024-01-01",
        "0x1F",
        "١٢",
        '"login"',
        "nan",
        "#",
        ".",
        ",",
    ),
)


def settings_of(folder: Path, content: bytes) -> None:
    (folder / "wenzhi.toml").write_bytes(content)
    with suppress(SettingsError):
        load_settings(folder, {})


@bounded(300)
@given(text=made_of(SETTINGS))
def test_any_settings_file_is_read_or_refused(folder: Path, text: str) -> None:
    settings_of(folder, text.encode("utf-8", "surrogatepass"))


@pytest.mark.parametrize(
    "opening", ["a = " + "[" * 3_000, "a = " + "{a=" * 3_000, "a." * 3_000 + "b = 1"]
)
def test_settings_nested_without_end_are_refused(folder: Path, opening: str) -> None:
    settings_of(folder, opening.encode())


@bounded(300)
@given(
    st.sampled_from(
        ["PORT", "HOST", "WATCH", "AUDIT_KEY", "DATABASE", "RETENTION_DAYS", "NOTHING"]
    ),
    made_of(SETTINGS),
)
def test_any_environment_is_read_or_refused(key: str, value: str) -> None:
    with suppress(SettingsError):
        load_settings(Path("nowhere"), {f"WENZHI_{key}": value})


@bounded(300)
@given(questions, questions)
def test_any_question_is_read_for_dates_amounts_and_codes(text: str, row: str) -> None:
    normalised = tokenizer.normalise(text)
    codes = tokenizer.find_codes(normalised)
    tokenizer.without_codes(normalised)
    found = periods.with_years_between(normalised, tokenizer.find_dates(normalised))
    assert len(codes) == len(set(codes))
    assert len(found) == len(set(found))
    assert all("年" in day for day in found)
    periods.periods(normalised)
    periods.lists_dates(text)
    dates.write_out_dates(text, date(2026, 6, 1))
    amounts.row_fits(text, f"列={row}；另一列={text}")
    amounts.lists_amounts(text)
    for start, end in sentences.spans(text):
        assert 0 <= start < end <= len(text)
    assert all(len(piece) <= 50 for piece in sentences.pieces(text, 50))


@bounded(300)
@given(questions)
def test_any_text_is_cut_into_tokens_and_snippets(text: str) -> None:
    tokens = _tokenizer().tokens(text)
    assert all(tokens)
    snippet(text, tokens)


@cache
def _tokenizer() -> tokenizer.Tokenizer:
    return tokenizer.Tokenizer(["断缴", "失业保险金"])


@bounded(300)
@given(questions)
def test_any_text_is_masked_and_masking_again_changes_nothing(text: str) -> None:
    once = mask(text).text
    assert mask(once).text == once


@pytest.mark.parametrize("piece", QUESTION)
def test_a_request_as_long_as_the_server_takes_is_masked_in_time(piece: str) -> None:
    text = piece * (80_000 // len(piece))
    started = time.process_time()
    mask(text)
    assert time.process_time() - started < 5
