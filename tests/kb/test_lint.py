"""Lint finds what authors get wrong, names the line, and never stumbles over a file."""

from __future__ import annotations

import os
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from kb.lint import lint
from kb.types import Finding

LIMIT = 200_000
TODAY = date(2026, 11, 22)
HEAD = """\
---
title: 失业金领几个月
kind: policy
summary: 按缴费年限领三到二十四个月。
effective_from: 1999-01-22
sources:
  - {title: 失业保险条例, date: 1999-01-22}
questions: [失业金能领几个月]
review_by: 2027-06-30
---
"""
REPOSITORY = Path(__file__).resolve().parents[2]

Check = Callable[..., list[Finding]]


@pytest.fixture
def check(tmp_path: Path) -> Check:
    """Writes files (path -> text) into a library beside one good article and lints it."""

    def run(**files: str) -> list[Finding]:
        given = {"policy/good.md": f"{HEAD}结论。\n\n## 怎么算\n\n按月算。\n"} | {
            name.replace("__", "/") + ".md": text for name, text in files.items()
        }
        for name, text in given.items():
            path = tmp_path / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        return lint(tmp_path, LIMIT, TODAY)

    return run


def head(**changes: str | None) -> str:
    """The head of a good article with some keys changed, or left out (None)."""
    values: dict[str, str | None] = {
        "title": "工伤认定多久",
        "kind": "howto",
        "summary": "六十天内作出决定。",
        "review_by": "2027-06-30",
    }
    lines = [f"{key}: {value}" for key, value in (values | changes).items() if value is not None]
    return "\n".join(["---", *lines, "---", ""])


def only(findings: list[Finding]) -> Finding:
    assert len(findings) == 1, findings
    return findings[0]


def test_a_good_library_has_no_findings(check: Check) -> None:
    assert (
        check(
            faq__other=head()
            + "看[怎么算](../policy/good.md#怎么算)和[开头](../policy/good.md#lead)。"
        )
        == []
    )


def test_the_projects_own_articles_have_no_findings() -> None:
    assert lint(REPOSITORY / "articles", 2_000_000, TODAY) == []


@pytest.mark.parametrize(
    ("body", "line", "said"),
    [
        ("第一行\n\n见[这里](missing.md)。", 9, "missing.md”指向的文章不存在"),
        ("见[算法](../policy/good.md#没有这节)。", 7, "没有这节”不存在"),
        ("开头。\n\n## 一\n\n见[下面](#二)。", 11, "小节“二”不存在"),
        ("![图](pictures/screen.png)", 7, "faq/pictures/screen.png”不存在"),
        ("下载[表格](form.xlsx)。", 7, "faq/form.xlsx”不存在"),
        ("见[外面](../../secret.md)。", 7, "跳出了文章目录"),
    ],
)
def test_dead_links_are_errors_with_their_line(
    check: Check, body: str, line: int, said: str
) -> None:
    finding = only(check(faq__other=head() + body))
    assert (finding.path, finding.line, finding.severity) == ("faq/other.md", line, "error")
    assert said in finding.message


def test_pictures_and_files_that_exist_are_no_finding(check: Check, tmp_path: Path) -> None:
    (tmp_path / "faq").mkdir()
    (tmp_path / "faq" / "屏幕 截图.png").write_bytes(b"png")
    assert check(faq__other=head() + "![图](<屏幕 截图.png>)") == []


def test_outside_links_and_footnotes_are_left_alone(check: Check) -> None:
    text = "见[原文](https://example.org/a.md#b)，[信箱](mailto:a@example.org)，脚注[^1]。\n\n[^1]: 说明\n"
    assert check(faq__other=head() + text) == []


@pytest.mark.parametrize(
    ("changes", "line", "severity", "said"),
    [
        ({"summary": None}, 1, "warning", "缺少 summary"),
        ({"kind": None}, 1, "warning", "缺少 kind"),
        ({"kind": ""}, 3, "warning", "缺少 kind"),
        ({"kind": "policy", "effective_from": "2025-01-01"}, 1, "error", "没有写来源"),
        (
            {
                "kind": "policy",
                "effective_from": "2025-01-01",
                "sources": "[{title: , number: 9号}]",
            },
            7,
            "error",
            "没有写来源",
        ),
        ({"supersedes": "[policy/gone]"}, 6, "error", "policy/gone”不存在"),
        (
            {
                "effective_from": "2025-01-01",
                "effective_to": "2024-01-01",
                "status": "retired",
            },
            7,
            "error",
            "早于生效日期",
        ),
        ({"review_by": "2026-11-21"}, 5, "warning", "已过期"),
        ({"title": "【请填写】标题"}, 2, "error", "还有没填的"),
        ({"questions": "[失业金，能领几个月？]"}, 6, "warning", "policy/good.md 里也有"),
    ],
)
def test_heads_that_lack_something_are_found(
    check: Check, changes: dict[str, str | None], line: int, severity: str, said: str
) -> None:
    findings = check(zzz__other=head(**changes) + "正文。")
    finding = only(findings)
    assert (finding.path, finding.line, finding.severity) == ("zzz/other.md", line, severity)
    assert said in finding.message


def test_drafts_may_be_unfinished_and_overdue(check: Check) -> None:
    assert check(faq__other=head(status="draft", review_by="2020-01-01") + "【请填写】") == []


def test_a_retired_article_may_share_questions_with_its_successor(check: Check) -> None:
    assert check(zzz__old=head(status="retired", questions="[失业金能领几个月]") + "旧规定。") == []


def test_personal_numbers_are_errors_and_telephones_warnings(check: Check) -> None:
    text = "办理人 11010519491231002X\n\n咨询电话 13800138000\n\n电话 12366，2025年12月31日前。"
    first, second = check(faq__other=head() + text)
    assert (first.line, first.severity) == (7, "error")
    assert "身份证号" in first.message
    assert (second.line, second.severity) == (9, "warning")
    assert "11010519491231002X" not in first.message


def test_a_personal_number_is_found_in_a_file_that_cannot_be_served(check: Check) -> None:
    findings = check(faq__other="---\ntitle: [\n---\n办理人 11010519491231002X\n")
    assert [("YAML" in item.message, "身份证号" in item.message) for item in findings] == [
        (True, False),
        (False, True),
    ]


@pytest.mark.parametrize(
    ("line", "severity", "kind"),
    [
        ("申请人：王建国，材料齐全。", "warning", "姓名"),
        ("住址：嵊州市三江街道官河南路12号3幢502室。", "warning", "住址"),
        ("家里电话 0575-83012345。", "warning", "电话号码"),
        ("联系 zhangwei88@qq.com。", "warning", "邮箱"),
        ("护照号 E12345678。", "error", "护照号"),
        ("社保卡号：A12345678。", "error", "社保卡号"),
    ],
)
def test_other_personal_data_is_found_too(
    check: Check, line: str, severity: str, kind: str
) -> None:
    (finding,) = check(faq__other=f"{head()}正文。\n\n{line}\n")
    assert (finding.path, finding.line, finding.severity) == ("faq/other.md", 9, severity)
    assert f"有{kind}；" in finding.message
    assert line[-8:-1] not in finding.message


@pytest.mark.parametrize(
    "line",
    ["姓名：___", "姓名：某某", "姓名：张某", "姓名｜证件号｜金额", "咨询电话 0575-83012345"],
)
def test_templates_and_offices_are_no_personal_data(check: Check, line: str) -> None:
    assert check(faq__other=f"{head()}正文。\n\n{line}\n") == []


def test_the_term_file_is_searched_for_personal_data(check: Check, tmp_path: Path) -> None:
    terms = tmp_path / "glossary" / "terms.yaml"
    terms.parent.mkdir()
    terms.write_text(
        "- term: 证件号\n  definition: 例如 11010519491231002X\n- term: 工单\n  definition: 申请人：王建国\n",
        encoding="utf-8",
    )
    found = [(item.path, item.line, item.severity) for item in check()]
    assert found == [("glossary/terms.yaml", 2, "error"), ("glossary/terms.yaml", 4, "warning")]


def test_names_that_differ_only_in_case_are_errors(check: Check) -> None:
    findings = check(policy__GOOD=head() + "正文。")
    assert any("只差大小写" in item.message and item.severity == "error" for item in findings)


def test_the_term_file_is_checked_too(check: Check, tmp_path: Path) -> None:
    (tmp_path / "glossary").mkdir()
    (tmp_path / "glossary" / "terms.yaml").write_text("- word: 没有 term\n", encoding="utf-8")
    assert only(check()).path == "glossary/terms.yaml"


def test_nothing_in_a_file_stops_lint(check: Check, tmp_path: Path) -> None:
    (tmp_path / "policy").mkdir()
    (tmp_path / "policy" / "binary.md").write_bytes(bytes(range(256)) * 20)
    (tmp_path / "policy" / "large.md").write_bytes(b"a" * (LIMIT + 1))
    (tmp_path / "policy" / "empty.md").write_bytes(b"")
    (tmp_path / os.fsdecode("中文.md".encode("gbk"))).write_text("正文", encoding="utf-8")
    findings = check(
        faq__deep=head() + ">" * 5000 + " 深",
        faq__date=head(effective_from="2025-13-45") + "正文。",
    )
    paths = {item.path for item in findings if item.severity == "error"}
    assert {"policy/binary.md", "policy/large.md", "faq/deep.md", "faq/date.md"} <= paths
    assert "policy/good.md" not in paths
    assert any("文件名不是 UTF-8" in item.message for item in findings)


def test_findings_come_sorted_by_path_and_line(check: Check) -> None:
    findings = check(
        zzz__b=head() + "见[a](a1.md)。\n\n见[b](b1.md)。",
        aaa__a=head(title="别的事", summary=None) + "正文。",
    )
    places = [(item.path, item.line) for item in findings]
    assert places == sorted(places)
    assert [path for path, _ in places] == ["aaa/a.md", "zzz/b.md", "zzz/b.md"]
