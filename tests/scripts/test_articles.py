"""`manage.py new` and `lint`: a skeleton passes, a mistake fails with its place."""

from __future__ import annotations

import json
from pathlib import Path, PurePosixPath

import pytest

from kb.article import read_article
from kb.types import KINDS
from tests.scripts.conftest import Manage, write_articles


@pytest.mark.parametrize("kind", KINDS)
def test_lint_accepts_the_skeleton_of_every_kind(
    manage_cli: Manage, library: Path, kind: str
) -> None:
    ended = manage_cli("new", kind, f"{kind}/fresh-one")
    assert ended.status == 0
    assert str(library / kind / "fresh-one.md") in ended.out
    parsed = read_article(library, PurePosixPath(kind, "fresh-one.md"), 100_000)
    assert parsed.article is not None
    assert (parsed.article.head.kind, parsed.article.head.status) == (kind, "draft")
    linted = manage_cli("lint")
    assert (linted.status, linted.out) == (0, "没有发现问题\n")


def test_a_skeleton_published_without_filling_it_in_fails_lint(
    manage_cli: Manage, library: Path
) -> None:
    manage_cli("new", "howto", "howto/fresh")
    path = library / "howto/fresh.md"
    path.write_text(path.read_text("utf-8").replace("status: draft", "status: published"), "utf-8")
    linted = manage_cli("lint")
    assert linted.status == 1
    assert "howto/fresh.md:2 错误" in linted.out


def test_new_never_overwrites(manage_cli: Manage, library: Path) -> None:
    before = (library / "policy/unemployment.md").read_bytes()
    ended = manage_cli("new", "policy", "policy/unemployment.md")
    assert ended.status == 1
    assert "已经存在" in ended.err
    assert (library / "policy/unemployment.md").read_bytes() == before


@pytest.mark.parametrize("slug", ["../outside", "/abs", "Upper", "中文", "a//b", "", "a b"])
def test_new_refuses_paths_that_are_no_slug(manage_cli: Manage, library: Path, slug: str) -> None:
    before = sorted(library.parent.rglob("*.md"))
    ended = manage_cli("new", "policy", slug)
    assert ended.status == 1
    assert "连字符" in ended.err
    assert sorted(library.parent.rglob("*.md")) == before


def test_new_knows_its_kinds(manage_cli: Manage) -> None:
    assert manage_cli("new", "poem", "a/b").status == 2


def test_lint_names_file_and_line_and_fails(manage_cli: Manage, library: Path) -> None:
    write_articles(library, {"faq/bad.md": "---\ntitle: 坏链接\nkind: faq\n---\n\n[去](x.md)\n"})
    ended = manage_cli("lint")
    assert ended.status == 1
    assert "faq/bad.md:6 错误 链接“x.md”" in ended.out
    assert "错误 1 处，提醒 2 处" in ended.out


def test_warnings_alone_do_not_fail_lint(manage_cli: Manage, library: Path) -> None:
    write_articles(library, {"faq/plain.md": "---\ntitle: 简短\nkind: faq\n---\n正文。\n"})
    ended = manage_cli("lint")
    assert ended.status == 0
    assert "faq/plain.md:1 提醒 缺少 summary" in ended.out


def test_lint_json_can_be_read_by_a_program(manage_cli: Manage, library: Path) -> None:
    write_articles(library, {"faq/bad.md": "---\ntitle: 坏\nkind: poem\n---\n正文。\n"})
    ended = manage_cli("lint", "--json")
    body = json.loads(ended.out)
    assert (ended.status, body["errors"]) == (1, 1)
    assert (body["findings"][0]["path"], body["findings"][0]["line"]) == ("faq/bad.md", 3)


def test_lint_compares_figures_with_a_list_of_facts(
    manage_cli: Manage, library: Path, tmp_path: Path
) -> None:
    facts = tmp_path / "facts.md"
    facts.write_text("失业保险条例 2022-08-01，2022-07-29。ORA-12541", encoding="utf-8")
    assert manage_cli("lint", "--facts", str(facts)).status == 0
    path = library / "policy/unemployment.md"
    path.write_text(path.read_text("utf-8") + "\n每月2187元。\n", encoding="utf-8")
    ended = manage_cli("lint", "--facts", str(facts))
    assert ended.status == 1
    assert "policy/unemployment.md:17 错误 “2187元”不在事实底稿里" in ended.out
    missing = manage_cli("lint", "--facts", str(tmp_path / "gone.md"))
    assert missing.status == 1
    assert "gone.md" in missing.err
