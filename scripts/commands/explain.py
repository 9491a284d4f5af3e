"""`manage.py explain`: why a question found what it found, and why an expected section was not first."""

from __future__ import annotations

import argparse
import time
from collections.abc import Sequence
from typing import Any

from bot.explain import Explanation, explain
from bot.types import Answer, Clarification, Outcome
from kb.explain import STAGE_NAMES, Contender, Contribution, Difference, Step, Verdict, Wording
from kb.knowledge import open_knowledge
from kb.types import ALL_LEVELS, KINDS
from scripts.commands.options import (
    add_scope_options,
    print_json,
    require_index,
    scope_from,
    settings_from,
)
from web.explained import explanation_body

_SECTIONS, _PLACES, _MEASURES = 10, 10, 6


def register(subparsers: Any) -> None:
    """Add the command."""
    parser = subparsers.add_parser("explain", help="检索过程：为什么找到这些、为什么没有找到")
    parser.add_argument("question", metavar="问题", help="例如 失业金能领几个月")
    expect = "应该找到的文章或小节，例如 policy/unemployment-months#lead"
    parser.add_argument("--expect", metavar="文章#小节", default="", help=expect)
    parser.add_argument("--before", metavar="问题", help="同一次对话里的上一个问题")
    kinds = f"只看这一类文章（{'、'.join(KINDS)}）"
    parser.add_argument("--kind", choices=KINDS, metavar="种类", help=kinds)
    add_scope_options(parser)
    parser.add_argument("--json", action="store_true", help="以 JSON 输出")


def run(arguments: argparse.Namespace) -> int:
    """Print what happened to the question; an expected section that was not found is no failure."""
    knowledge = open_knowledge(settings_from(arguments), index_threads=1)
    before = [arguments.before] if arguments.before else []
    try:
        require_index(knowledge)
        started = time.perf_counter()
        scope = scope_from(arguments)
        found = explain(knowledge, arguments.question, scope, before, arguments.expect, ALL_LEVELS)
        took_ms = (time.perf_counter() - started) * 1000
    finally:
        knowledge.close()
    if arguments.json:
        print_json(explanation_body(found, took_ms))
    else:
        print("\n".join(_lines(found)))
    return 0


def _lines(found: Explanation) -> list[str]:
    retrieval = found.retrieval
    notices = (*((found.masked.warning,) if found.masked.found else ()), *retrieval.notices)
    return [
        *(f"注意：{notice}" for notice in notices),
        *_wording(retrieval.wording),
        *_steps("关键词名次", retrieval.keyword),
        *_steps("语义名次", retrieval.nearest),
        *_steps("两路合并", retrieval.fused),
        "候选小节：",
        *(line for item in retrieval.contenders[:_SECTIONS] for line in _contender(item)),
        *_confidence(found),
        f"结果：{_outcome(found.outcome)}",
        *(_verdict(found.verdict) if found.verdict else ()),
    ]


def _wording(wording: Wording) -> list[str]:
    weights = [f"{item.text} {item.weight:.2f}" for item in wording.tokens if item.weight]
    nowhere = [item.text for item in wording.tokens if not item.passages]
    return [
        f"检索：{wording.looked_up}{'（与上一个问题合起来）' if wording.goes_on else ''}",
        f"词的权重：{'、'.join(weights) or '没有'}",
        f"资料库里没有的词：{'、'.join(nowhere) or '没有'}",
        f"编号：{'、'.join(wording.codes) or '没有'}；年月：{'、'.join(wording.dates) or '没有'}",
    ]


def _steps(name: str, steps: Sequence[Step]) -> list[str]:
    places = [f"  {step.rank}. {step.passage.id}  {step.score:.3f}" for step in steps[:_PLACES]]
    return [f"{name}：", *(places or ["  没有"])]


def _contender(contender: Contender) -> list[str]:
    asked = f"  问法：{contender.hit.question}" if contender.hit.question else ""
    return [
        f"  {contender.rank}. {contender.id}  概率 {contender.hit.score:.1%}  总分 {contender.score:.2f}{asked}",
        f"     {_amounts(contender.contributions[:_MEASURES])}",
    ]


def _amounts(items: Sequence[Contribution | Difference]) -> str:
    return "；".join(f"{item.name} {item.amount:+.2f}" for item in items)


def _confidence(found: Explanation) -> list[str]:
    terms = "；".join(f"{item.name} {item.amount:+.2f}" for item in found.terms if item.amount)
    return [
        f"依据：{'、'.join(dict.fromkeys(unit.passage.id for unit in found.quoted)) or '没有'}",
        f"把握：{found.confidence:.3f}（{found.threshold} 以上才回答）{terms}",
    ]


def _outcome(outcome: Outcome) -> str:
    match outcome:
        case Answer():
            return "回答。" + " ".join(line.text for line in outcome.lines)
        case Clarification():
            return f"反问。{outcome.prompt}{'／'.join(outcome.choices)}"
        case _:
            return f"不回答。{outcome.message}"


def _verdict(verdict: Verdict) -> list[str]:
    lines = [f"应该找到的：{verdict.id}  {STAGE_NAMES[verdict.stage]}"]
    lines += [f"  {reason}" for reason in verdict.reasons]
    if verdict.ranks is not None:
        ranks = verdict.ranks
        named = (("关键词", ranks.keyword), ("语义", ranks.nearest), ("合并", ranks.fused))
        behind = (("粗排", ranks.rough), ("最后", ranks.final))
        lines.append(
            "  名次：" + "、".join(f"{name} {rank or '—'}" for name, rank in named + behind)
        )
        lines.append(f"  它没有的词：{'、'.join(verdict.lacking) or '都有'}")
    if verdict.differences:
        differences = _amounts(verdict.differences[:_MEASURES])
        lines.append(f"  与 {verdict.rival} 相比（正数是对方占优）：{differences}")
    return lines
