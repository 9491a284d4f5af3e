"""A small library and the command line to run on it, with the real model and a real index."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from scripts import manage

ARTICLES = {
    "policy/unemployment.md": """\
---
title: 失业金领几个月
kind: policy
summary: 缴费满一年领三个月，最长二十四个月。
effective_from: 2022-08-01
sources:
  - {title: 浙江省失业保险条例, date: 2022-07-29}
questions: [失业金能领几个月]
review_by: 2099-12-31
---
失业保险金按缴费时间计算，缴费满一年的领三个月，最长不超过二十四个月。

## 怎么算

满一年不满五年的部分，每满六个月领一个月。
""",
    "playbook/ora-12541.md": """\
---
title: ORA-12541 无监听怎么处理
kind: howto
summary: 目标主机的端口上没有监听，由库侧启动。
codes: [ORA-12541]
review_by: 2099-12-31
---
先测端口通不通，再看监听状态。

## 处理

1. 校对连接串里的主机和端口。
2. 请库侧启动监听。
""",
    "howto/inside.md": """\
---
title: 机房钥匙保管
kind: howto
access: engineer
summary: 机房钥匙由驻场工程师保管，借用要登记。
review_by: 2099-12-31
---
机房钥匙放在值班室保险柜，借用机房钥匙必须登记。
""",
}


@dataclass(frozen=True)
class Ended:
    """How a command ended."""

    status: int
    out: str
    err: str


Manage = Callable[..., Ended]


def write_articles(library: Path, articles: dict[str, str]) -> Path:
    for name, text in articles.items():
        path = library / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return library


@pytest.fixture
def library(tmp_path: Path) -> Path:
    """Three good articles."""
    return write_articles(tmp_path / "articles", ARTICLES)


@pytest.fixture
def manage_cli(
    library: Path,
    tmp_path: Path,
    bundled_model: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> Manage:
    """Runs one command on the library, with all state under tmp_path."""
    monkeypatch.setenv("WENZHI_STATE", str(tmp_path / "var"))
    monkeypatch.setenv("WENZHI_MODEL", str(bundled_model))

    def run(*arguments: str) -> Ended:
        capsys.readouterr()
        try:
            status = manage.main(["--articles", str(library), *arguments])
        except SystemExit as end:
            status = int(str(end.code))
        captured = capsys.readouterr()
        return Ended(status, captured.out, captured.err)

    return run


@pytest.fixture
def indexed(manage_cli: Manage) -> Manage:
    """The command line, with the library indexed."""
    assert manage_cli("index").status == 0
    return manage_cli
