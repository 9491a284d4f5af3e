"""The head of an article: read as written, checked, and never a reason for a crash or a leak."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kb.frontmatter import read_front_matter
from kb.types import Finding, FrontMatter, QuizItem, Reading, Source

FULL = """\
---
title: 渐进式延迟法定退休年龄
kind: policy
summary: 一句话结论。
audience: [counter, engineer]
access: engineer
region: 浙江
systems: [省集中系统]
effective_from: 2025-01-01
effective_to: 2025-12-31
supersedes: [policy/old]
sources:
  - {title: 办法, number: 国发〔2024〕1号, date: 2024-09-13, url: "https://a.b/c"}
questions: [女职工什么时候退休, 延迟退休怎么算]
codes: [ORA-00060, 0x90]
tags: [养老]
owner: 驻场工程师
review_by: 2027-06-30
status: retired
verified: false
---
正文。
"""


def read(text: str) -> tuple[FrontMatter | None, str, list[Finding]]:
    return read_front_matter(text, "policy/a.md", lambda body: "代用标题")


def head_of(lines: str) -> FrontMatter:
    head, _, findings = read(f"---\ntitle: 甲\n{lines}\n---\n正文。")
    assert head is not None, findings
    return head


def findings_of(lines: str) -> list[tuple[int, str]]:
    return [(item.line, item.severity) for item in read(f"---\ntitle: 甲\n{lines}\n---\n正文。")[2]]


def test_a_full_head_is_read_key_by_key() -> None:
    head, body, findings = read(FULL)
    assert head == FrontMatter(
        title="渐进式延迟法定退休年龄",
        kind="policy",
        summary="一句话结论。",
        audience=("counter", "engineer"),
        access="engineer",
        region="浙江",
        systems=("省集中系统",),
        effective_from=date(2025, 1, 1),
        effective_to=date(2025, 12, 31),
        supersedes=("policy/old",),
        sources=(Source("办法", "国发〔2024〕1号", date(2024, 9, 13), "https://a.b/c"),),
        questions=("女职工什么时候退休", "延迟退休怎么算"),
        codes=("ORA-00060", "0x90"),
        tags=("养老",),
        owner="驻场工程师",
        review_by=date(2027, 6, 30),
        status="retired",
        verified=False,
    )
    assert (body, findings) == ("正文。", [])


@pytest.mark.parametrize(
    "text",
    ["正文。", "", "## 标题\n\n---\n\n段落\n\n---\n\n尾", "{\n}\n正文", "+++\na = 1\n+++\n正文"],
)
def test_without_a_head_everything_is_body_and_the_title_is_missed(text: str) -> None:
    head, body, findings = read(text)
    assert head == FrontMatter("代用标题")
    assert body == text.strip()
    assert [(item.line, item.severity) for item in findings] == [(1, "warning")]


@pytest.mark.parametrize(
    "text", ["---\ntitle: 甲\n---", "---\ntitle: 甲\n---\n", "--- \ntitle: 甲\n---  \n"]
)
def test_an_article_may_be_a_head_only(text: str) -> None:
    assert read(text) == (FrontMatter("甲"), "", [])


def test_empty_values_mean_the_default() -> None:
    empty = (
        "kind:\naccess: ~\nregion: null\ntags:\nsources:\nverified:\neffective_to:\nquestions: []"
    )
    assert head_of(empty) == FrontMatter("甲")


def test_a_missing_title_is_replaced_with_a_warning() -> None:
    for title in ("", "title:\n", "title: '  '\n"):
        head, _, findings = read(f"---\n{title}kind: faq\n---\n正文")
        assert head == FrontMatter("代用标题", kind="faq")
        assert [item.severity for item in findings] == ["warning"]


# What must not be served: the reader cannot know what was meant


@pytest.mark.parametrize(
    ("line", "number"),
    [
        ("effective_from: 2025-13-40", 3),
        ("effective_from: 2025-02-30", 3),
        ("effective_to: 2025年1月1日", 3),
        ("review_by: 明年", 3),
        ("effective_from: [2025-01-01]", 3),
        ("kind: wiki", 3),
        ("kind: [policy]", 3),
        ("access: root", 3),
        ("access: {a: b}", 3),
        ("region: 杭州", 3),
        ("status: Published", 3),
        ("verified: 是", 3),
        ("verified: 1", 3),
        ("sources:\n  - {title: 办法, date: 去年}", 3),
    ],
)
def test_a_value_that_cannot_be_trusted_is_an_error_on_its_line(line: str, number: int) -> None:
    head, _, findings = read(f"---\ntitle: 甲\n{line}\n---\n正文。")
    assert head is None
    assert [(item.line, item.severity) for item in findings] == [(number, "error")]
    assert line.split(":")[0] in findings[0].message


@pytest.mark.parametrize(
    ("head", "line"),
    [
        ("title: 甲: 乙", 2),
        ("title: 甲\n\tkind: faq", 3),
        ("title: 甲\nkind：faq\nregion: 浙江", 3),
        ("title: 甲\n'kind: faq", 3),
        ("title: 甲\ntags: [a, b", 4),
        ("title: &a [*b]", 2),
    ],
)
def test_broken_yaml_is_an_error_near_its_line(head: str, line: int) -> None:
    served, body, findings = read(f"---\n{head}\n---\n正文。")
    assert (served, body) == (None, "正文。")
    assert abs(findings[0].line - line) <= 1
    assert f"第 {findings[0].line} 行" in findings[0].message


@pytest.mark.parametrize(
    "line",
    [
        "acess: engineer",
        "Access: admin",
        "ACCESS: 全部",
        "权限: Engineer",
        "state: draft",
        "Status: 草",
    ],
)
def test_a_mistyped_key_that_keeps_readers_off_is_an_error_so_that_its_rights_are_not_lost(
    line: str,
) -> None:
    served, _, findings = read(f"---\ntitle: 甲\n{line}\n---\n只给工程师看。")
    assert served is None
    assert (findings[0].line, findings[0].severity) == (3, "error")
    assert "access" in findings[0].message


@pytest.mark.parametrize("line", ["author: 张", "scope: staff", "keywords: [engineer, draft]"])
def test_a_key_that_is_not_known_and_keeps_nobody_off_is_ignored(line: str) -> None:
    served, _, findings = read(f"---\ntitle: 甲\n{line}\n---\n正文。")
    assert served == FrontMatter("甲")
    assert [item.severity for item in findings] == ["warning"]


@pytest.mark.parametrize("head", ["title：甲\naccess：engineer", "一段话", "- title: 甲"])
def test_a_head_that_is_no_list_of_keys_is_an_error_so_that_its_rights_are_not_lost(
    head: str,
) -> None:
    served, _, findings = read(f"---\n{head}\n---\n只给工程师看。")
    assert served is None
    assert "title: 标题" in findings[0].message


def test_a_head_that_does_not_end_is_an_error_so_that_its_rights_are_not_lost() -> None:
    served, body, findings = read("---\ntitle: 甲\naccess: engineer\n\n只给工程师看。")
    assert (served, body) == (None, "")
    assert "---" in findings[0].message


# What is only a warning


@pytest.mark.parametrize(
    ("line", "number"),
    [
        ("aliases: ['/docs/a', '/docs/b']\nhide_sidebar: true", 3),
        ("audience: [众人]", 3),
        ("summary: [a, b]", 3),
        ("questions:\n  - 报错：ORA-1: 什么意思", 3),
        ("tags: [[a], b]", 3),
        ("sources:\n  - {title: 办法, author: 张三}", 3),
    ],
)
def test_what_is_not_understood_is_a_warning_and_the_article_is_served(
    line: str, number: int
) -> None:
    found = findings_of(line)
    assert head_of(line).title == "甲"
    assert found[0] == (number, "warning")
    assert {severity for _, severity in found} == {"warning"}


def test_a_foreign_head_gives_warnings_only() -> None:
    text = "---\ntitle: TiDB 常见问题\nsummary: 说明。\naliases: ['/docs-cn/faq', '/zh/faq']\nauthor: x\n---\n# TiDB 常见问题\n"
    head, _, findings = read(text)
    assert head == FrontMatter("TiDB 常见问题", summary="说明。")
    assert [(item.line, item.severity) for item in findings] == [(4, "warning"), (5, "warning")]


def test_lines_are_counted_in_the_file_also_after_blank_lines() -> None:
    assert read("\n\n---\ntitle: 甲\nkind: 错\n---\n正文")[2][0].line == 5


# Spellings that are accepted


@pytest.mark.parametrize(
    "written",
    ["2025-01-01", "'2025-01-01'", "2025-01-01 08:30:00", "2025-01-01T00:00:00Z", "20250101"],
)
def test_dates_may_be_texts_or_times(written: str) -> None:
    assert head_of(f"effective_from: {written}").effective_from == date(2025, 1, 1)


@pytest.mark.parametrize(
    ("written", "flag"), [("true", True), ("yes", True), ("'false'", False), ("No", False)]
)
def test_verified_is_yes_or_no(written: str, flag: bool) -> None:
    assert head_of(f"verified: {written}").verified is flag


def test_a_list_of_one_may_be_written_as_a_text() -> None:
    head = head_of("questions: 怎么补\ntags: 养老\nsources: 国发〔2005〕38号")
    assert (head.questions, head.tags) == (("怎么补",), ("养老",))
    assert head.sources == (Source("国发〔2005〕38号"),)


def test_codes_stay_as_they_are_written() -> None:
    written = "[0x90, 0x8010001D, 007, 0123, 12:30, 1e5, no, 1_000]"
    assert head_of(f"codes: {written}").codes == tuple(written.strip("[]").split(", "))


def test_texts_lose_their_extra_white_space() -> None:
    assert head_of("summary: >\n  第一行\n  第二行\nowner: ' 张 '").summary == "第一行 第二行"


def test_yaml_that_would_run_or_swell_does_neither() -> None:
    bomb = "a: &a [x,x,x,x,x,x,x,x,x]\n" + "".join(
        f"{name}: &{name} [{','.join([f'*{before}'] * 9)}]\n"
        for before, name in zip("abcdefghij", "bcdefghijk", strict=True)
    )
    head, _, _ = read(f"---\ntitle: 甲\n{bomb}tags: [*k]\nkind: *k\n---\n")
    assert head is None
    tagged, _, _ = read("---\ntitle: !!python/object/apply:os.system ['true']\n---\n")
    assert tagged is None or tagged.title == "代用标题"


@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=200))
def test_no_text_makes_the_reader_fail(text: str) -> None:
    for candidate in (text, f"---\n{text}\n---\n正文", f"---\ntitle: {text}\n---\n正文"):
        head, _, findings = read(candidate)
        assert head is not None or findings


def test_a_source_may_explain_figures_and_sections() -> None:
    text = (
        "---\ntitle: 甲\nsources:\n  - {title: 某法, note: '5＝2＋3', covers: [一节, 二节]}\n---\n"
    )
    head, _, findings = read(text)
    assert head is not None
    assert findings == []
    assert (head.sources[0].note, head.sources[0].covers) == ("5＝2＋3", ("一节", "二节"))


def test_a_reading_path_and_its_quiz_are_read() -> None:
    text = """---
title: 甲
reading:
  - policy/a
  - {article: policy/b, why: 先学 基数}
quiz:
  - {question: 几个月, choices: [3, 6], answer: 6, cites: "policy/a#怎么算", because: 每6个月1个月}
---
"""
    head, _, findings = read(text)
    assert head is not None
    assert findings == []
    assert head.reading == (Reading("policy/a"), Reading("policy/b", "先学 基数"))
    assert head.quiz == (QuizItem("几个月", ("3", "6"), "6", "policy/a#怎么算", "每6个月1个月"),)
