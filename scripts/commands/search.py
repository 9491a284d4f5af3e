"""`manage.py search`: the articles that the server would find for a question, by their best sections."""

from __future__ import annotations

import argparse
import time
from collections.abc import Sequence
from typing import Any

from kb.by_article import NAMED, Listing, list_articles
from kb.knowledge import open_knowledge
from kb.masking import mask
from kb.snippets import snippet
from kb.types import KINDS, Hit
from scripts.commands.options import (
    add_scope_options,
    print_json,
    require_index,
    scope_from,
    settings_from,
)
from scripts.parser import count
from web.serialise import search_body


def register(subparsers: Any) -> None:
    """Add the command."""
    parser = subparsers.add_parser("search", help="检索：列出最相关的文章和小节")
    parser.add_argument("query", metavar="问题", help="例如 失业金能领几个月")
    parser.add_argument("--limit", type=count(1, 100), default=10, metavar="篇数", help="默认 10")
    kinds = f"只看这一类文章（{'、'.join(KINDS)}）"
    parser.add_argument("--kind", choices=KINDS, metavar="种类", help=kinds)
    add_scope_options(parser)
    parser.add_argument("--json", action="store_true", help="以 JSON 输出，同 /api/v1/search")


def run(arguments: argparse.Namespace) -> int:
    """Print the articles, best first; none found is no failure."""
    knowledge = open_knowledge(settings_from(arguments), index_threads=1)
    try:
        require_index(knowledge)
        masked = mask(arguments.query)
        warnings = (masked.warning,) if masked.found else ()
        started = time.perf_counter()
        listing = list_articles(knowledge, masked.text, scope_from(arguments), arguments.limit)
        took_ms = (time.perf_counter() - started) * 1000
        if arguments.json:
            print_json(search_body(listing, took_ms, knowledge, warnings))
        else:
            print("\n".join(_lines(listing, warnings)))
    finally:
        knowledge.close()
    return 0


def _lines(listing: Listing, warnings: Sequence[str]) -> list[str]:
    lines = [f"注意：{notice}" for notice in (*warnings, *listing.notices)]
    for number, found in enumerate(listing.articles, 1):
        passage = found.best.passage
        fragments = snippet(passage.text, listing.query.tokens)
        lines.append(f"{number}. {' › '.join((passage.title, *passage.headings))}")
        lines.append(f"   {''.join(fragment.text for fragment in fragments)}")
        lines.append(f"   {passage.id}  {_ranks(found.best)}")
        lines += _also(found.also)
    return lines if listing.articles else [*lines, "没有找到"]


def _also(hits: Sequence[Hit]) -> list[str]:
    """A line about the further sections of an article; none where there are none."""
    if not hits:
        return []
    named = "、".join(hit.passage.section_id for hit in hits[:NAMED])
    more = len(hits) - NAMED
    return [f"   同篇另有：{named}{f'，还有 {more} 节' if more > 0 else ''}"]


def _ranks(hit: Hit) -> str:
    ranks = (("关键词", hit.keyword_rank), ("语义", hit.nearest_rank))
    found = "、".join(f"{name}第 {rank}" for name, rank in ranks if rank is not None)
    return f"得分 {hit.score:.3f}（{found or '编号相符'}）"
