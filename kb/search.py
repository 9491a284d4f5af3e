"""The one search: every page, command, evaluation and benchmark goes through it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from itertools import islice

from kb.dates import write_out_dates
from kb.errors import BadQuestion, ModelError
from kb.fusion import CANDIDATES, fuse
from kb.knowledge import Knowledge
from kb.sentences import squeeze
from kb.tokenizer import find_codes, find_dates, normalise
from kb.types import LEAD_ANCHOR, Hit, Passage, Query, Ranked, Ranking, Scope

_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff\ufff9-\uffff]")
_INVISIBLE = re.compile(r"[\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff]")

_SPARE = 20
"""Candidates fetched beyond the limit, because several questions of one article become one lead."""


def make_query(knowledge: Knowledge, text: str, scope: Scope) -> Query:
    """Make a question ready for search; years that it shortens (24年, 今年) are written out.

    Raises BadQuestion when nothing is left to search for or the text is longer than the setting allows.
    """
    cleaned = squeeze(_CONTROL.sub(" ", _INVISIBLE.sub("", text)))
    if not cleaned:
        raise BadQuestion("问题是空的", "请输入要问的内容，例如：失业金能领几个月")
    limit = knowledge.settings.question_limit
    if len(cleaned) > limit:
        raise BadQuestion(f"问题有 {len(cleaned)} 个字，超过 {limit} 个字", "请缩短成一两句话")
    cleaned = write_out_dates(cleaned, scope.as_of or date.today())
    normalised = normalise(cleaned)
    tokens = tuple(knowledge.tokenizer.tokens(cleaned))
    if not any(character.isalnum() for character in normalised):
        raise BadQuestion("问题里没有可以检索的文字", "请用文字描述要问的内容")
    return Query(
        cleaned, tokens, tuple(find_codes(normalised)), tuple(find_dates(normalised)), scope
    )


def search(knowledge: Knowledge, text: str, scope: Scope, limit: int = 10) -> Ranking:
    """Find the passages that fit a question, best first, at most `limit`.

    Passages that hold a code of the question come first. A hit on a question of the front matter stands
    for the article's lead. If the model fails, the keyword leg answers alone and a notice says so.
    """
    query = make_query(knowledge, text, scope)
    keyword = keyword_leg(knowledge, query)
    notices: tuple[str, ...] = ()
    try:
        nearest = nearest_leg(knowledge, query)
    except ModelError as error:
        nearest, notices = [], (f"语义检索暂不可用，本次只按关键词检索：{error.message}",)
    hits = _hits(knowledge, query, keyword, nearest, limit + _SPARE)
    return Ranking(query, tuple(_codes_first(hits)[:limit]), notices)


def keyword_leg(knowledge: Knowledge, query: Query, limit: int = CANDIDATES) -> list[Ranked]:
    """The engine's keyword ranking for a query."""
    counts: Counter[str] = Counter(query.tokens)
    return knowledge.engine.keyword(dict(counts), query.scope, limit)


def nearest_leg(knowledge: Knowledge, query: Query, limit: int = CANDIDATES) -> list[Ranked]:
    """The engine's nearest ranking for a query."""
    vector = knowledge.embedder.embed_query(query.text)
    return knowledge.engine.nearest(vector, query.scope, limit)


def _hits(
    knowledge: Knowledge,
    query: Query,
    keyword: Sequence[Ranked],
    nearest: Sequence[Ranked],
    count: int,
) -> list[Hit]:
    """Fuse the two rankings and fetch the best `count` passages; with codes all, since any may hold one."""
    scores = fuse(keyword, nearest)
    if not query.codes:
        scores = dict(islice(scores.items(), count))
    by_word = {place.id: (rank, place.score) for rank, place in enumerate(keyword, 1)}
    by_meaning = {place.id: (rank, place.score) for rank, place in enumerate(nearest, 1)}
    found = {passage.id: passage for passage in knowledge.engine.passages(list(scores))}
    hits = []
    for identifier, score in scores.items():
        passage = found.get(identifier)
        if passage is None:
            continue
        keyword_rank, keyword_score = by_word.get(identifier, (None, 0.0))
        nearest_rank, cosine = by_meaning.get(identifier, (None, None))
        exact = bool(query.codes) and not set(query.codes).isdisjoint(passage.codes)
        hits.append(Hit(passage, score, keyword_rank, nearest_rank, keyword_score, cosine, exact))
    return _questions_to_leads(knowledge, hits)


def _questions_to_leads(knowledge: Knowledge, hits: list[Hit]) -> list[Hit]:
    """Let the lead of its article stand in the place of a matched question."""
    wanted = {f"{hit.passage.slug}#{LEAD_ANCHOR}" for hit in hits if hit.passage.form == "question"}
    leads = {passage.id: passage for passage in knowledge.engine.passages(sorted(wanted))}
    result: dict[str, Hit] = {}
    for hit in hits:
        passage, question = _stand_in(hit.passage, leads)
        if passage.id not in result:
            result[passage.id] = replace(hit, passage=passage, question=question)
    return list(result.values())


def _stand_in(passage: Passage, leads: dict[str, Passage]) -> tuple[Passage, str]:
    if passage.form != "question":
        return passage, ""
    lead = leads.get(f"{passage.slug}#{LEAD_ANCHOR}")
    return (lead or passage), passage.text


def _codes_first(hits: list[Hit]) -> list[Hit]:
    return [hit for hit in hits if hit.code_match] + [hit for hit in hits if not hit.code_match]
