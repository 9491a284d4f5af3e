"""`manage.py index` does only what is needed, says what it cost, and puts up with broken files."""

from __future__ import annotations

import json
import resource
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from tests.scripts.conftest import Manage, write_articles

ROOT = Path(__file__).resolve().parents[2]
GOOD_HEAD = "---\ntitle: 试验\nkind: howto\nsummary: 试验。\n---\n"
# path -> (text, what must be said about it)
BROKEN = {
    "faq/yaml.md": ("---\ntitle: [没关\nkind: faq\n---\n正文\n", "YAML 写错了"),
    "faq/untitled.md": ("没有文件头，也没有标题，只有一句关于钓鱼竿的话。\n", "缺少标题"),
    "faq/never.md": ("---\ntitle: 日期\neffective_from: 2025-02-30\n---\n正文\n", "不是日期"),
    "faq/date.md": ("---\ntitle: 日期\neffective_from: 明年\n---\n正文\n", "不是日期"),
    "faq/large.md": (GOOD_HEAD + "长" * 1_700_000, "超过上限"),
    "faq/outside.md": (GOOD_HEAD + "见[外面](../../secret.txt)。\n", "跳出了文章目录"),
    "faq/dead.md": (GOOD_HEAD + "见[没有的](missing.md)。\n", "指向的文章不存在"),
}


def test_it_counts_files_passages_and_what_it_cost(manage_cli: Manage) -> None:
    ended = manage_cli("index")
    assert ended.status == 0
    assert "文章文件 3，改动 3，删除 0" in ended.out
    assert "新算向量" in ended.out
    assert "内存峰值" in ended.out
    assert "建立索引" in ended.err


def test_the_second_run_says_that_nothing_changed(indexed: Manage) -> None:
    assert "没有变化：3 个文件" in indexed("index").out


def test_it_embeds_only_what_changed(indexed: Manage, library: Path) -> None:
    path = library / "policy/unemployment.md"
    path.write_text(path.read_text("utf-8") + "\n## 到哪里办\n\n到失业保险窗口。\n", "utf-8")
    (library / "howto/inside.md").unlink()
    figures = json.loads(indexed("index", "--json").out)
    assert (figures["files"], figures["changed"], figures["removed"]) == (2, 1, 1)
    assert figures["embedded"] == 1


def test_vectors_that_nothing_uses_any_more_can_be_forgotten(
    indexed: Manage, library: Path, tmp_path: Path
) -> None:
    (library / "howto/inside.md").unlink()
    with closing(sqlite3.connect(tmp_path / "var" / "vectors.sqlite")) as cache, cache:
        before = cache.execute("SELECT count(*) FROM place").fetchone()[0]
        cache.execute("UPDATE place SET used = used - 100")
    assert json.loads(indexed("index", "--prune", "200", "--json").out)["pruned"] == 0
    with closing(sqlite3.connect(tmp_path / "var" / "vectors.sqlite")) as cache, cache:
        cache.execute("UPDATE place SET used = used - 100")
    assert "删去 1 个用不到的向量" in indexed("index", "--prune").out
    with closing(sqlite3.connect(tmp_path / "var" / "vectors.sqlite")) as cache:
        assert cache.execute("SELECT count(*) FROM place").fetchone()[0] == before - 1
    assert "pruned" not in json.loads(indexed("index", "--json").out)


def test_broken_files_are_named_with_a_remedy_and_the_rest_is_served(
    manage_cli: Manage, library: Path, tmp_path: Path
) -> None:
    write_articles(library, {name: text for name, (text, _) in BROKEN.items()})
    listed = tmp_path / "findings.txt"
    ended = manage_cli("index", "--findings", str(listed))
    assert ended.status == 0
    assert "处问题" in ended.out
    lines = listed.read_text("utf-8").splitlines() + manage_cli("lint").out.splitlines()
    for name, (_, said) in BROKEN.items():
        assert any(line.startswith(f"{name}:") and said in line for line in lines), name
    assert "policy/unemployment" in manage_cli("search", "失业金能领几个月").out
    assert "faq/untitled" in manage_cli("search", "钓鱼竿").out


def test_only_twenty_findings_are_listed_and_the_rest_counted(
    manage_cli: Manage, library: Path
) -> None:
    write_articles(library, {f"faq/a{n}.md": "没有标题\n" for n in range(25)})
    out = manage_cli("index").out
    assert out.count("缺少标题") == 20
    assert "另有 5 处" in out


def test_a_file_in_the_place_of_the_index_is_said_so(manage_cli: Manage, tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("我不是目录", "utf-8")
    ended = manage_cli("--index", str(tmp_path / "taken"), "index")
    assert (ended.status, ended.out) == (1, "")
    assert f"{tmp_path / 'taken'}" in ended.err
    assert "处理办法" in ended.err


@pytest.mark.parametrize("room", [0, 40_000])
def test_a_full_disk_is_said_so_and_the_old_index_stays(
    indexed: Manage, library: Path, room: int
) -> None:
    """No file may grow beyond `room` bytes, as on a disk that has just filled up."""
    text = "".join(f"\n## 第 {n} 节\n\n第 {n} 节的内容。\n" for n in range(100))
    write_articles(library, {"howto/long.md": GOOD_HEAD + text})
    ended = subprocess.run(
        [sys.executable, str(ROOT / "scripts/manage.py"), "index", "--articles", str(library)],
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (room, room)),
        capture_output=True,
        text=True,
        check=False,
    )
    assert ended.returncode == 1
    assert "Traceback" not in ended.stderr
    assert "处理办法" in ended.stderr
    assert "policy/unemployment" in indexed("search", "失业金").out
    assert "改动 1" in indexed("index").out


def test_a_damaged_index_is_set_aside_and_built_again(indexed: Manage, tmp_path: Path) -> None:
    _damage(tmp_path / "var" / "index")
    searched = indexed("search", "失业金")
    assert searched.status == 1
    assert "manage.py index" in searched.err
    again = indexed("index")
    assert again.status == 0
    assert "改动 3" in again.out
    assert "policy/unemployment" in indexed("search", "失业金").out


def test_index_says_that_it_found_the_old_one_damaged(indexed: Manage, tmp_path: Path) -> None:
    _damage(tmp_path / "var" / "index")
    ended = indexed("index")
    assert ended.status == 0
    assert "原索引已损坏" in ended.err


def _damage(index: Path) -> None:
    """Change one byte in the middle of the index's largest file."""
    largest = max(index.rglob("*"), key=lambda path: path.stat().st_size if path.is_file() else 0)
    content = bytearray(largest.read_bytes())
    content[len(content) // 2] ^= 0xFF
    largest.unlink()
    largest.write_bytes(content)


def test_a_missing_model_is_named_with_a_remedy(
    manage_cli: Manage, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("WENZHI_MODEL", str(tmp_path / "no-model"))
    ended = manage_cli("index")
    assert (ended.status, ended.out) == (1, "")
    assert "no-model" in ended.err
    assert "bundled" in ended.err


def test_a_missing_article_folder_is_named(manage_cli: Manage, tmp_path: Path) -> None:
    ended = manage_cli("index", "--articles", str(tmp_path / "none"))
    assert ended.status == 1
    assert f"文章目录 {tmp_path / 'none'} 不存在" in ended.err


def test_an_unknown_setting_refuses_to_start(
    manage_cli: Manage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WENZHI_PROT", "80")
    ended = manage_cli("index")
    assert ended.status == 1
    assert "WENZHI_PROT" in ended.err


def test_other_articles_are_not_written_into_the_index_of_this_folder(
    manage_cli: Manage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("WENZHI_STATE")
    ended = manage_cli("index")
    assert ended.status == 1
    assert "--index" in ended.err
