"""The reasons why a section was not found, in the words that engineers read."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date
from typing import Literal

from kb.candidates import POOL
from kb.errors import NO_ARTICLE, NotFound
from kb.explain.ranks import Ranks
from kb.fusion import CANDIDATES
from kb.knowledge import Knowledge
from kb.library import scan
from kb.types import KIND_NAMES, Article, FrontMatter, Passage, Ranking, Scope

Stage = Literal[
    "absent", "hidden", "filtered", "unranked", "pool", "shortlist", "candidate", "first"
]
"""How far a section came. absent: not in the index; hidden: nobody, or not this reader, may find it;
filtered: by date, region or kind; unranked: in neither ranking; pool: not among the best passages of both;
shortlist: not among the sections that are read; candidate: read, but another one came first."""

STAGE_NAMES: dict[Stage, str] = {
    "absent": "不在索引里",
    "hidden": "不能检索",
    "filtered": "被条件过滤",
    "unranked": "两路检索都没有",
    "pool": "合并名次太后",
    "shortlist": "粗排落选",
    "candidate": "进了候选，不是第 1",
    "first": "排在第 1",
}
"""What engineers read for each stage."""

_NOT_YET = "文章已保存，还没有进入索引；稍等片刻，或运行 manage.py index"


def unindexed_reason(knowledge: Knowledge, slug: str) -> str:
    """Why the index has no such article. Raises NotFound when the library has no such file either."""
    path = f"{slug}.md"
    state = knowledge.engine.files().get(path)
    if state is None and path not in scan(knowledge.settings.articles):
        raise NotFound(*NO_ARTICLE)
    errors = [item for item in state.findings if item.severity == "error"] if state else []
    told = "；".join(f"第 {item.line} 行：{item.message}" for item in errors)
    return f"文章有错误，没有进入索引。{told}" if told else _NOT_YET


def hidden_reason(head: FrontMatter, scope: Scope) -> str:
    """Why a reader can never find an article, whatever is asked; empty when that is not so."""
    if head.status == "draft":
        return "这是草稿（status: draft），发布以后才找得到"
    if head.access not in scope.access:
        return f"只有 {head.access} 权限能看（access: {head.access}），提问的人没有这个权限"
    if head.status == "retired" and head.effective_to is None:
        return "已废止（status: retired），又没有写失效日期 effective_to，不参加检索"
    return ""


def indexed_passages(
    knowledge: Knowledge, article: Article, anchors: Sequence[str], scope: Scope
) -> list[Passage]:
    """What the index serves of an article's sections to a reader of `scope`, its filters aside, in the
    order of `anchors`."""
    ids = _admitted(knowledge, article, Scope(scope.access))
    order = {anchor: place for place, anchor in enumerate(anchors)}
    found = [item for item in knowledge.engine.passages(ids) if item.anchor in order]
    return sorted(found, key=lambda item: (order[item.anchor], item.id))


def filter_reasons(knowledge: Knowledge, article: Article, scope: Scope) -> tuple[str, ...]:
    """Which parts of the scope leave an article out, as the engine itself applies them."""
    return tuple(
        reason
        for part, reason in _parts(article.head, scope)
        if not _admitted(knowledge, article, part)
    )


def _admitted(knowledge: Knowledge, article: Article, scope: Scope) -> list[str]:
    """The ids of an article's passages that the engine finds within `scope`: each holds the words of the
    title (kb/entries.py)."""
    tokens = dict(Counter(knowledge.tokenizer.tokens(article.title)))
    ranked = knowledge.engine.keyword(tokens, scope, knowledge.engine.size())
    return [place.id for place in ranked if place.id.startswith(f"{article.slug}#")]


def _parts(head: FrontMatter, scope: Scope) -> Iterator[tuple[Scope, str]]:
    """Each filter of a scope on its own, and what to say when it leaves an article out."""
    everything = Scope(scope.access)
    if scope.as_of is not None:
        yield replace(everything, as_of=scope.as_of), _dated(head, scope.as_of)
    if scope.region is not None:
        region = f"只查在{scope.region}适用的内容，它的地区是{head.region}"
        yield replace(everything, region=scope.region), region
    if scope.kind is not None:
        kind = f"只查{KIND_NAMES[scope.kind]}类文章，它是{KIND_NAMES[head.kind]}类"
        yield replace(everything, kind=scope.kind), kind


def _dated(head: FrontMatter, day: date) -> str:
    if head.effective_from is not None and day < head.effective_from:
        return f"按 {day} 的规定查，它从 {head.effective_from} 起施行，那时还没有生效"
    return f"按 {day} 的规定查，它到 {head.effective_to} 为止，那时已经失效"


def waiting_reasons(knowledge: Knowledge, article: Article) -> tuple[str, ...]:
    """Say so when the article has no vectors yet."""
    state = knowledge.engine.files().get(article.path)
    if state is None or not state.waits:
        return ()
    return ("文章还在建立语义索引（向量没有算完），现在只能按关键词找到",)


def left_behind(ranking: Ranking, ranks: Ranks) -> tuple[Stage, tuple[str, ...]]:
    """At which step a section was left behind; `ranking` holds all the candidates."""
    if ranks.final == 1:
        return "first", ("它排在第 1",)
    if ranks.final is not None:
        return "candidate", tuple(_overtaken(ranking, ranks.final))
    if ranks.rough is not None:
        only = f"细读之前粗排在第 {ranks.rough} 节，只细读前 {len(ranking.hits)} 节"
        return "shortlist", (only,)
    if ranks.fused is not None:
        return "pool", (f"两路合并后它最好的段落排第 {ranks.fused}，只看前 {POOL} 段",)
    return "unranked", (f"两路检索各取前 {CANDIDATES} 段，都没有它",)


def _overtaken(ranking: Ranking, rank: int) -> Iterator[str]:
    first, own = ranking.hits[0], ranking.hits[rank - 1]
    yield f"进了候选，排在第 {rank}，概率 {own.score:.1%}；第 1 是 {first.passage.section_id}，概率 {first.score:.1%}"
    if first.score < own.score:
        yield "概率比第 1 高：问题里有编号，含这个编号的先排"
