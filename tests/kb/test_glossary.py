"""The term file: read once, and a broken entry harms no other."""

from __future__ import annotations

from pathlib import Path

import pytest

from kb.glossary import GLOSSARY_PATH, all_words, read_glossary
from kb.types import Term


def library(folder: Path, text: str) -> Path:
    path = folder / GLOSSARY_PATH
    path.parent.mkdir(parents=True)
    path.write_text(text, encoding="utf-8")
    return folder


def test_terms_have_a_word_synonyms_and_a_definition(tmp_path: Path) -> None:
    text = "\ufeff- term: 缴费基数\n  synonyms: [社保基数, ' 交费  基数 ', '']\n  definition: |\n    每月该交多少\n    的工资数\n- term: 12333\n"
    terms, findings = read_glossary(library(tmp_path, text))
    assert terms == [
        Term("缴费基数", ("社保基数", "交费 基数"), "每月该交多少 的工资数"),
        Term("12333"),
    ]
    assert findings == []
    assert all_words(terms) == ["缴费基数", "社保基数", "交费 基数", "12333"]


def test_a_missing_or_empty_file_is_an_empty_glossary(tmp_path: Path) -> None:
    assert read_glossary(tmp_path) == ([], [])
    assert read_glossary(library(tmp_path, "")) == ([], [])


def test_a_broken_entry_is_a_finding_on_its_line_and_the_others_are_kept(tmp_path: Path) -> None:
    text = "- term: 补缴\n- synonyms: [a]\n- term: 欠费\n  synonyms: 一段话\n- 只有一句\n- term: '  '\n- term: [a]\n- term: 断缴\n  synonyms: [{a: b}]\n- term: 补差\n"
    terms, findings = read_glossary(library(tmp_path, text))
    assert [term.word for term in terms] == ["补缴", "补差"]
    assert [finding.line for finding in findings] == [2, 3, 5, 6, 7, 8]
    assert {finding.path for finding in findings} == {GLOSSARY_PATH}


@pytest.mark.parametrize("text", ["一段话", "term: 补缴", "- [", "- term: 补缴\n  - x", "\x00"])
def test_a_file_that_is_no_list_is_one_finding(tmp_path: Path, text: str) -> None:
    terms, findings = read_glossary(library(tmp_path, text))
    assert terms == []
    assert len(findings) == 1


def test_a_word_that_looks_like_an_impossible_date_is_a_word(tmp_path: Path) -> None:
    assert read_glossary(library(tmp_path, "- term: 2025-02-30\n"))[0] == [Term("2025-02-30")]


def test_a_file_in_another_encoding_is_a_finding(tmp_path: Path) -> None:
    library(tmp_path, "")
    (tmp_path / GLOSSARY_PATH).write_bytes("- term: 补缴".encode("gbk"))
    terms, findings = read_glossary(tmp_path)
    assert terms == []
    assert len(findings) == 1


def test_the_glossary_of_the_library_is_in_order() -> None:
    terms, findings = read_glossary(Path(__file__).resolve().parents[2] / "articles")
    assert findings == []
    assert {"缴费基数", "补缴", "断缴"} <= {term.word for term in terms}
