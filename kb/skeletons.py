"""The skeletons of new articles, and the sections that a kind of article cannot do without."""

from __future__ import annotations

from datetime import date

from kb.types import KIND_NAMES

TO_FILL_IN = "【请填写】"
"""Marks a place that the author of a new article has to fill in."""

_SECTIONS: dict[str, tuple[str, ...]] = {
    "policy": (
        "适用对象",
        "标准和条件",
        "怎么办理",
        "容易答错的地方",
        "怎么跟群众说",
        "转给谁",
        "依据",
    ),
    "reconciliation": (
        "什么时候对",
        "对账步骤",
        "差异怎么处理",
        "不能做什么",
        "留存什么",
        "转给谁",
    ),
    "settlement": ("什么时候结算", "结算步骤", "异常怎么处理", "不能做什么", "留存什么", "转给谁"),
    "playbook": ("现象", "影响", "前五分钟", "诊断步骤", "处理", "上报与时限", "验证", "预防"),
    "howto": ("谁能办", "要带什么", "办理步骤", "办结时限", "容易答错的地方", "转给谁"),
    "system": ("做什么用", "谁能用", "操作步骤", "出错怎么办"),
    "faq": ("怎么答", "为什么", "找谁"),
    "training": ("学完能做什么", "怎么学"),
    "glossary": ("是什么意思", "容易和什么混"),
}

REQUIRED_SECTIONS: dict[str, tuple[str, ...]] = {"playbook": _SECTIONS["playbook"]}
"""The sections that lint asks of a kind: a playbook is followed step by step under pressure."""

_TEMPLATE = """\
---
title: {fill}标题 # 一篇只讲一件事
kind: {kind} # {kind_name}
summary: {fill}一句话结论，柜台先看这一句
audience: [counter, engineer] # 写给谁看
access: staff # staff | engineer | admin：谁能看
region: 全国 # 全国 | 浙江 | 绍兴 | 嵊州
systems: []
effective_from: # 生效日期，例如 2025-01-01；政策必填
effective_to: # 空表示现行有效
supersedes: [] # 被这篇替代的文章路径，不带 .md
sources:{sources}
questions: [] # 窗口怎么问就怎么写，例如 [失业金能领几个月]
codes: [] # 错误码、文号，用于精确查找
tags: []
owner: 驻场工程师
review_by: {review_by}
status: draft # 写好、核对后改成 published
verified: false # 核对过来源后改成 true；没核对的句子后面写（待核实）
{more}---
{fill}先写结论：柜台照着念就能答的一两句话。
"""
_SOURCE = (
    "\n  - {{title: {fill}文件名称, number: , date: , url: , note: }} # note 说明哪个数怎么来的"
)
_TRAINING = """\
reading: # 按顺序读的文章，6 到 15 篇
  - {{article: {fill}路径，不带 .md, why: 为什么读}}
quiz: # 至少 5 道，cites 写答案所在的小节
  - question: {fill}题目
    choices: [{fill}选项一, {fill}选项二]
    answer: {fill}照抄正确的选项
    cites: {fill}路径#标题
"""


def article_text(kind: str, today: date) -> str:
    """The skeleton of an article, to be reviewed a year from `today`."""
    head = _TEMPLATE.format(
        fill=TO_FILL_IN,
        kind=kind,
        kind_name=KIND_NAMES[kind],
        sources=_SOURCE.format(fill=TO_FILL_IN) if kind == "policy" else " []",
        review_by=date(today.year + 1, today.month, 1),
        more=_TRAINING.format(fill=TO_FILL_IN) if kind == "training" else "",
    )
    sections = (f"\n## {heading}\n\n{TO_FILL_IN}\n" for heading in _SECTIONS[kind])
    return head + "".join(sections)
