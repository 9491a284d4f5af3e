"""`manage.py evaluate`: measure retrieval, evidence, answers and masking through what the service runs."""

from __future__ import annotations

import argparse
from datetime import date
from pathlib import Path
from typing import Any

from kb.errors import BadQuestion
from kb.knowledge import Knowledge, open_knowledge
from scripts.commands.golden import GOLDEN_FOLDER, evaluate_golden
from scripts.commands.measuring.datasets import evaluate_dataset
from scripts.commands.measuring.few import evaluate_few
from scripts.commands.measuring.foreign import evaluate_foreign
from scripts.commands.measuring.masking import evaluate_masking
from scripts.commands.measuring.typos import evaluate_typos
from scripts.commands.measuring.unanswerable import evaluate_unanswerable
from scripts.commands.options import settings_from
from scripts.parser import count, day


def register(subparsers: Any) -> None:
    """Add the command."""
    parser = subparsers.add_parser("evaluate", help="测量检索和回答的质量：评测数据集、黄金问题")
    parser.add_argument("datasets", nargs="*", type=Path, metavar="数据集目录")
    parser.add_argument(
        "--golden",
        nargs="?",
        type=Path,
        const=GOLDEN_FOLDER,
        metavar="目录",
        help="用黄金问题测量本库文章的检索和回答，默认 tests/golden",
    )
    _add_questions_to_decline(parser)
    parser.add_argument(
        "--ablate", action="store_true", help="再比较更简单的检索，和去掉每一组特征的检索"
    )
    parser.add_argument(
        "--sweep", action="store_true", help="列出各种融合权重的 nDCG@10（奇偶两半）"
    )
    _add_harder_conditions(parser)
    parser.add_argument("--json", action="store_true", help="以 JSON 输出结果")


def _add_harder_conditions(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--typos",
        nargs="?",
        type=int,
        const=1,
        metavar="种子",
        help="每个黄金问题随机打错一个字（同音字），测量检索因此损失多少，默认种子 1",
    )
    parser.add_argument(
        "--few",
        type=count(0, 1000),
        metavar="个数",
        help="和 --golden 一起：每节只留前几个问法时（新文章的样子）黄金问题怎么样，与全部问法并列",
    )
    _add_masking(parser)


def _add_questions_to_decline(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--foreign",
        nargs="+",
        type=Path,
        default=[],
        metavar="目录",
        help="拿与本库无关的问题问本库文章：queries.jsonl（text、tier）或 items.jsonl（question）",
    )
    parser.add_argument("--as-of", type=day, metavar="日期", help="--foreign 按哪一天问，默认今天")
    parser.add_argument(
        "--unanswerable",
        type=Path,
        metavar="目录",
        help="问没有答案的段落：items.jsonl（question、title、passage）；门槛由黄金问题算出",
    )


def _add_masking(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--masking", action="store_true", help="测量隐去个人信息：编造的问题，漏掉和误隐的各有多少"
    )
    parser.add_argument(
        "--seed", type=int, default=1, metavar="种子", help="--masking 的种子，默认 1"
    )


def run(arguments: argparse.Namespace) -> int:
    """Measure everything that is named, one after the other; vectors of earlier runs are used again."""
    if arguments.masking:
        evaluate_masking(arguments.seed, arguments.json)
    if not any((arguments.datasets, arguments.golden, arguments.foreign, arguments.unanswerable)):
        if arguments.masking:
            return 0
        raise BadQuestion(
            "没有说明要测什么",
            "写出数据集目录，或加上 --golden、--foreign、--unanswerable、--masking",
        )
    if arguments.typos is not None and not arguments.golden:
        raise BadQuestion("--typos 要和黄金问题一起用", "写成 --golden --typos")
    if arguments.few is not None and not arguments.golden:
        raise BadQuestion("--few 要和黄金问题一起用", "写成 --golden --few 2")
    if arguments.few is not None and arguments.typos is not None:
        raise BadQuestion("--typos 和 --few 不能一起用", "分两次测")
    knowledge = open_knowledge(settings_from(arguments))
    try:
        _measure(knowledge, arguments)
    finally:
        knowledge.close()
    return 0


def _measure(knowledge: Knowledge, arguments: argparse.Namespace) -> None:
    for folder in arguments.datasets:
        evaluate_dataset(knowledge, folder, arguments)
    golden, as_json = arguments.golden, arguments.json
    if golden and arguments.typos is not None:
        evaluate_typos(knowledge, golden, arguments.typos, as_json)
    elif golden and arguments.few is not None:
        evaluate_few(knowledge, golden, arguments.few, as_json)
    elif golden:
        evaluate_golden(knowledge, golden, arguments.ablate, as_json)
    if arguments.foreign:
        evaluate_foreign(knowledge, arguments.foreign, arguments.as_of or date.today(), as_json)
    if arguments.unanswerable:
        evaluate_unanswerable(knowledge, arguments.unanswerable, golden or GOLDEN_FOLDER, as_json)
