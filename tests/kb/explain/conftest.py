"""Small libraries whose rankings are explained."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

import pytest

from kb.candidates import POOL
from kb.knowledge import Knowledge
from kb.types import Scope
from tests.libraries import open_articles

TODAY = Scope(as_of=date(2026, 6, 1))
_SECTIONS = 60
Opened = Callable[[dict[str, str]], Knowledge]

ARTICLES = {
    "policy/retire.md": """\
        ---
        title: 退休年龄
        kind: policy
        region: 浙江
        effective_from: 2025-01-01
        questions: [女的几岁退休]
        ---
        男职工延到63岁，女职工延到58岁或者55岁。

        ## 怎么算

        每四个月延迟一个月。

        ## 只有小标题

        ### 下一层

        下一层才有文字。
        """,
    "policy/retire-old.md": """\
        ---
        title: 老的退休年龄
        kind: policy
        status: retired
        effective_from: 1978-06-02
        effective_to: 2024-12-31
        questions: [以前女的几岁退休]
        ---
        以前女职工50岁或者55岁退休。
        """,
    "policy/gone.md": """\
        ---
        title: 没有期限的老办法
        kind: policy
        status: retired
        ---
        没有写到哪天为止。
        """,
    "howto/vault.md": """\
        ---
        title: 机房钥匙
        access: engineer
        ---
        机房钥匙在值班室的保险柜里。
        """,
    "howto/draft.md": """\
        ---
        title: 没写完的高温津贴
        status: draft
        ---
        高温津贴还没有写完。
        """,
    "playbook/oracle.md": """\
        ---
        title: 数据库报错先查什么
        kind: playbook
        ---
        先抄下错误码，再查 ORA-12541 那一行。
        """,
}


@pytest.fixture(scope="module")
def opened(tmp_path_factory: pytest.TempPathFactory, bundled_model: Path) -> Iterator[Opened]:
    """Indexes articles of a test's own with the real model."""
    made: list[Knowledge] = []

    def open_with(articles: dict[str, str]) -> Knowledge:
        made.append(open_articles(tmp_path_factory.mktemp("explain"), articles, bundled_model))
        return made[-1]

    yield open_with
    for knowledge in made:
        knowledge.close()


@pytest.fixture(scope="module")
def knowledge(opened: Opened) -> Knowledge:
    """The articles above."""
    return opened(ARTICLES)


@pytest.fixture(scope="module")
def crowd(opened: Opened) -> Knowledge:
    """An article with more sections than are read, and one with more rows than are looked into."""
    sections = "\n".join(
        f"## 第{number}种\n\n补缴失业保险费的第{number}种情形。\n" for number in range(_SECTIONS)
    )
    rows = "\n".join(
        f"| 第{number}档 | 养老金第{number}档的月缴费 |" for number in range(POOL + 40)
    )
    head = "---\ntitle: {}\nkind: policy\n---\n"
    return opened(
        {
            "policy/sections.md": head.format("补缴失业保险费").replace(
                "kind", "questions: [补缴失业保险费找谁]\nkind"
            )
            + "各种情形怎么补缴。\n\n"
            + sections,
            "policy/rows.md": head.format("养老金月缴费")
            + f"## 表\n\n| 档次 | 说明 |\n| --- | --- |\n{rows}\n",
            "faq/aside.md": head.format("食堂开放时间").replace("policy", "faq")
            + "食堂中午开门，月末盘点。\n",
        }
    )
