"""A library in which much is not for everybody, and the same libraries without what certain readers may not open."""

from __future__ import annotations

import os
import re
from pathlib import Path

from kb.types import ALL_LEVELS
from tests.web.conftest import picture

REPOSITORY = Path(__file__).resolve().parents[2]
LEVEL_SETS = (frozenset[str](), frozenset({"staff"}), frozenset({"staff", "engineer"}), ALL_LEVELS)
_WRITTEN = 1_700_000_000
"""When all files were written, so that their order does not depend on when a test ran."""

STAFF = {
    "policy/allowance-old.md": """\
---
title: 高温津贴旧标准
kind: policy
effective_from: 2010-01-01
effective_to: 2020-12-31
sources: [{title: 通知, date: 2010-01-01}]
questions: [高温津贴发多少]
tags: [津贴]
---
高温津贴每月一百六十元，六月到九月发。
""",
    "policy/pension.md": """\
---
title: 养老金领取条件
kind: policy
sources: [{title: 条例, date: 2020-01-01}]
questions: [养老金领取条件]
supersedes: [policy/zqold]
tags: [养老]
---
职工到龄且缴费满年限的可以领取养老金。

![图](shared.png)
""",
    "training/newcomer.md": """\
---
title: 新人阅读路径
kind: training
reading: [{article: policy/pension, why: 先看条件}, {article: playbook/zqvault, why: 再看钥匙}]
quiz:
  - {question: 养老金看什么, choices: [年龄, 星座], answer: 年龄, cites: policy/pension#lead}
  - {question: 备份放哪里, choices: [柜, 盒], answer: 柜, cites: playbook/zqvault#lead}
tags: [新人]
---
新人先读养老金，再熟悉柜台。
""",
    "howto/counter.md": """\
---
title: 柜台设备怎么开机
kind: howto
questions: [柜台设备怎么开机]
tags: [设备]
---
先开电源，再开显示器，最后登录系统。
""",
}


def _restricted(access: str, name: str, word: str, more: str = "", body: str = "") -> str:
    return f"""\
---
title: {word}的保管办法
kind: playbook
{access}
summary: {word}由专人保管，摘要{name}。
questions: [{word}怎么借, {word}的钥匙在哪里]
section_questions: {{磁带: [{word}的磁带坏了怎么办]}}
tags: [{word}, 设备]
systems: [{name}系统]
{more}
---
{word}放在{name}机房，借用要登记。

![图]({name}.png) [表]({name}.docx)

## 磁带

| 编号 | 磁带 | 找谁 |
| --- | --- | --- |
| {name.upper()}-70001 | {word}磁带 | {name}值班员 |

{body}
"""


_TAPES = "\n".join(
    f"## 第{number}种磁带\n\n磁带每周更换，磁带编号{number}，磁带放进柜里。\n"
    for number in range(50)
)
SECRET = {
    "playbook/zqvault.md": _restricted(
        "access: engineer", "zqvault", "紫鸢罐", "codes: [ZQVAULT-70001]", _TAPES
    ),
    "playbook/zqroot.md": _restricted(
        "access: admin",
        "zqroot",
        "绛珠匣",
        "codes: [浙人社发〔2031〕77号]\nsupersedes: [howto/counter]",
    ),
    "playbook/zqdraft.md": _restricted("status: draft\nzqdraftkey: 一", "zqdraft", "墨羽笺"),
    "policy/zqallowance.md": """\
---
title: 高温津贴新标准zqallowance
kind: policy
access: engineer
effective_from: 2021-01-01
supersedes: [policy/allowance-old]
sources: [{title: 通知, date: 2021-01-01}]
questions: [高温津贴发多少, 养老金领取条件]
---
高温津贴每月三百元zqallowance，护照=不办。

| 事项 | 找谁 |
| --- | --- |
| 护照 | zqallowance窗口 |
""",
    "policy/zqold.md": """\
---
title: 旧的领取条件zqold
kind: policy
access: admin
effective_from: 2000-01-01
effective_to: 2019-12-31
sources: [{title: 旧条例, date: 2000-01-01}]
---
旧条件zqold不再执行。
""",
    "settlement/zqkind.md": """\
---
title: 银行结算密押zqkind
kind: settlement
access: engineer
questions: [密押怎么核对]
---
密押zqkind逐笔核对。
""",
}
NAMES = ("zqvault", "zqroot", "zqdraft", "zqallowance", "zqold", "zqkind")
"""Stands in everything that a restricted article holds, and in nothing else but questions for it."""

_CALCULATED = "policy/unemployment-months.md"
"""A real article that a calculator rests on; here for engineers only."""


def _is_open(text: str, levels: frozenset[str]) -> bool:
    if "status: draft" in text:
        return False
    access = next((level for level in ("engineer", "admin") if f"access: {level}" in text), "staff")
    return access in levels


def _articles() -> dict[str, str]:
    rule = (REPOSITORY / "articles" / _CALCULATED).read_text(encoding="utf-8")
    rule = rule.replace("access: staff", "access: engineer")
    return {**STAFF, **SECRET, _CALCULATED: rule}


def write_restricted(library: Path, levels: frozenset[str] | None = None) -> None:
    """The library; with `levels` one in which nothing was ever written that these do not open."""
    texts = {"glossary/terms.yaml": "- {term: 养老金}\n"}
    for name, text in _articles().items():
        if levels is None or _is_open(text, levels):
            texts[name] = text
    for name, text in texts.items():
        path = library / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        for attached in re.findall(r"\(([\w.-]+\.(?:png|docx))\)", text):
            (path.parent / attached).write_bytes(picture())
    for path in library.rglob("*"):
        os.utime(path, (_WRITTEN, _WRITTEN))
