"""The one search: every page, command, evaluation and benchmark goes through it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

import numpy as np

from kb.births import of_births_meant
from kb.candidates import Candidate, Place, gather, read
from kb.centring import centre_query
from kb.conversation import Bearing, Understood, understand
from kb.dates import write_out_dates
from kb.document_numbers import codes_first
from kb.document_order import are_documents, document_order, first_documents
from kb.embedder import Vector as EmbeddedVector
from kb.errors import BadQuestion, ModelError
from kb.features import (
    LISTED_FEATURES,
    compared,
    measure_documents,
    measure_listed,
    measure_scores,
    measure_texts,
)
from kb.fusion import CANDIDATES
from kb.knowledge import Knowledge
from kb.leaning import bonus, bonus_of_own, stands_alone
from kb.listed import NOTHING
from kb.listwise import Matrix, Vector
from kb.nicknames import without_nicknames
from kb.periods import lists_dates, with_years_between
from kb.reranker import by_chance, section_scores
from kb.sentences import join_figures, squeeze
from kb.shortlist import shortlist
from kb.spelling import mend, mended_turn
from kb.tokenizer import find_codes, find_dates, is_document_number, normalise, without_codes
from kb.types import LEAD_ANCHOR, Hit, Query, Ranked, Ranking, Scope, Turn
from kb.unfinished import asks_difference, tried_in_vain
from kb.weights import Weights, question_weights

_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff\ufff9-\uffff]")
_INVISIBLE = re.compile(r"[\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff]")


def make_query(knowledge: Knowledge, text: str, scope: Scope) -> Query:
    """Make a question ready for search; years that it shortens (24年, 今年) are written out.

    Raises BadQuestion when nothing is left to search for or the text is longer than the setting allows.
    """
    cleaned = join_figures(squeeze(_CONTROL.sub(" ", _INVISIBLE.sub("", text))))
    if not cleaned:
        raise BadQuestion("问题是空的", "请输入要问的内容，例如：失业金能领几个月")
    limit = knowledge.settings.question_limit
    if len(cleaned) > limit:
        raise BadQuestion(f"问题有 {len(cleaned)} 个字，超过 {limit} 个字", "请缩短成一两句话")
    cleaned = without_nicknames(knowledge.tokenizer, cleaned)
    cleaned = write_out_dates(cleaned, scope.as_of or date.today())
    normalised = normalise(cleaned)
    tokens = tuple(knowledge.tokenizer.tokens(cleaned))
    if not any(character.isalnum() for character in normalised):
        raise BadQuestion("问题里没有可以检索的文字", "请用文字描述要问的内容")
    codes, uncoded = tuple(find_codes(normalised)), without_codes(normalised)
    dates = tuple(with_years_between(uncoded, find_dates(uncoded)))
    several = len(dates) > 1 and (lists_dates(cleaned) or asks_difference(cleaned))
    return Query(cleaned, tokens, codes, dates, scope, any_date=several)


@dataclass(frozen=True, slots=True)
class Found:
    """What both legs found for a question: its candidate sections, each with a row of features and with what
    the conversation adds to its score.

    `own` is the question alone; `query`, which was looked up, is it together with the one before when it
    goes on with that, as `bearing` says. `places` are all the sections found, each with a row of `scores` (a
    column for each of SCORE_FEATURES); the candidates are those of them that were read. Where none of them lists
    questions, each candidate has a row of DOCUMENT_FEATURES in `documents`, these decide, and LISTED_FEATURES are 0.
    """

    query: Query
    own: Query
    bearing: Bearing
    keyword: Sequence[Ranked]
    nearest: Sequence[Ranked]
    places: Sequence[Place]
    scores: Matrix
    candidates: list[Candidate]
    features: Matrix
    documents: Matrix | None
    bonus: Vector
    notices: tuple[str, ...]


def search(
    knowledge: Knowledge, text: str, scope: Scope, limit: int = 10, history: Sequence[Turn] = ()
) -> Ranking:
    """Find the sections that fit a question, best first, at most `limit`, each by its best passage.

    What holds a code of the question comes first. A question of the front matter that matches
    speaks for the section it belongs to. `history` are the turns before in the same conversation, oldest first.
    If the model fails, the keyword leg answers alone and a notice says so.
    """
    return rank(look_up(knowledge, text, scope, history), limit)


def rank(found: Found, limit: int) -> Ranking:
    """The sections found, best first, at most `limit`, each by its best passage."""
    scores = order_scores(found) + found.bonus
    chances = of_births_meant(found.query, by_chance(found.candidates, scores))
    ranked = codes_first(found.query, chances)
    hits = [as_hits(chance, candidate) for chance, candidate in ranked[:limit]]
    further = tuple(hit for of_section in hits for hit in of_section[1:])
    return Ranking(found.query, tuple(of_section[0] for of_section in hits), further, found.notices)


def order_scores(found: Found) -> Vector:
    """What the order learned says of each candidate, the conversation aside."""
    if found.documents is not None:
        return document_order().scores(found.documents)
    return section_scores(found.features)


def look_up(knowledge: Knowledge, text: str, scope: Scope, history: Sequence[Turn] = ()) -> Found:
    """Ask both legs and measure what they found.

    A question that goes on with the one before it is looked up together with it, which finds the subject,
    and measured alone, which finds the section. It is looked up alone too: one that may go on does so unless
    the library has a section about just what it says. All of it is done within the levels that the reader holds.
    """
    knowledge = knowledge.within(scope.access)
    history = [_still_readable(knowledge, turn) for turn in history]
    mended = mend(knowledge, text)
    asked = understand(knowledge, mended.text, [mended_turn(knowledge, turn) for turn in history])
    found = _look_up(knowledge, asked, scope)
    return replace(found, notices=(*mended.notices, *found.notices))


def _still_readable(knowledge: Knowledge, turn: Turn) -> Turn:
    """A turn without the articles that were shown then and that the reader may open no more."""
    kept = (slug for slug in turn.slugs if knowledge.engine.article(slug) is not None)
    return replace(turn, slugs=tuple(kept))


def _look_up(knowledge: Knowledge, asked: Understood, scope: Scope) -> Found:
    if asked.own == asked.text:
        return _find(knowledge, asked, scope)
    alone = _find(knowledge, Understood(asked.own, asked.own), scope)
    if asked.bearing is Bearing.UNSURE and stands_alone(asked, alone.candidates, alone.features):
        return alone
    found = _find(knowledge, asked, scope)
    added = bonus_of_own(asked, found.candidates, alone.candidates, alone.features)
    return replace(found, bonus=found.bonus + added)


def _find(knowledge: Knowledge, asked: Understood, scope: Scope) -> Found:
    query, own = _queries(knowledge, asked, scope)
    keyword = keyword_leg(knowledge, query)
    notices = (*_notices_of_index(knowledge), *_notices_of_refusal(knowledge, asked))
    try:
        vector: EmbeddedVector | None = query_vector(knowledge, query)
    except ModelError as error:
        vector, notices = None, (f"语义检索暂不可用，本次只按关键词检索：{error.message}",)
    nearest = [] if vector is None else knowledge.engine.nearest(vector, query.scope, CANDIDATES)
    places = [place for place in gather(query, keyword, nearest) if place.slug not in asked.refused]
    scores = measure_scores(places)
    bare = are_documents(places)
    rows = first_documents(places) if bare else shortlist(scores)
    kept = _read(knowledge, query, places, rows)
    candidates = [candidate for _, candidate in kept]
    weights, dates = subject_weights(knowledge, own)
    texts = measure_texts(own, candidates, weights, dates)
    listed = (
        np.zeros((len(candidates), len(LISTED_FEATURES)))
        if bare
        else _measure_listed(knowledge, own, candidates, vector)
    )
    features = np.hstack([scores[[row for row, _ in kept]], texts, listed])
    documents = (
        measure_documents(own, places, scores, candidates, features, weights) if bare else None
    )
    added = bonus(asked, candidates, features)
    legs = (query, own, asked.bearing, keyword, nearest)
    return Found(*legs, places, scores, candidates, features, documents, added, notices)


def _read(
    knowledge: Knowledge, query: Query, places: Sequence[Place], rows: Sequence[int]
) -> list[tuple[int, Candidate]]:
    """The sections of `rows`, and of all others those that hold a code of the question."""
    others = sorted(set(range(len(places))).difference(rows)) if query.codes else []
    every = (*rows, *others)
    there = zip(every, read(knowledge, query, [places[row] for row in every]), strict=True)
    first = set(rows)
    return [
        (row, candidate)
        for row, candidate in there
        if candidate is not None and (row in first or any(hit.code_match for hit in candidate.hits))
    ]


def _measure_listed(
    knowledge: Knowledge,
    query: Query,
    candidates: Sequence[Candidate],
    vector: EmbeddedVector | None,
) -> Matrix:
    """A row of LISTED_FEATURES for each candidate; `vector` is that of what was looked up, if the model works."""
    of_section = knowledge.listed.of(knowledge.engine)
    listed = [of_section.get(item.place.section_id, NOTHING) for item in candidates]
    ids = compared(candidates, listed)
    cosines = knowledge.engine.cosines(ids, vector) if vector is not None else {}
    return measure_listed(query.text, candidates, listed, cosines)


def _queries(knowledge: Knowledge, asked: Understood, scope: Scope) -> tuple[Query, Query]:
    """What is looked up, and what was said. What was tried in vain is not what is wanted."""
    query = make_query(knowledge, asked.text, scope)
    if asked.own == asked.text:
        return query, query
    own = make_query(knowledge, asked.own, scope)
    return replace(query, own=None if tried_in_vain(asked.own) else own), own


def _notices_of_refusal(knowledge: Knowledge, asked: Understood) -> tuple[str, ...]:
    """Say which articles are left out because the reader did not mean them."""
    articles = (knowledge.engine.article(slug) for slug in asked.refused)
    titles = "".join(f"《{article.title}》" for article in articles if article is not None)
    return (f"已略去刚才的{titles}，这是其次接近的内容",) if titles else ()


def _notices_of_index(knowledge: Knowledge) -> tuple[str, ...]:
    """What a reader must know of an index that is still being made."""
    waiting = sum(state.waits for state in knowledge.engine.files().values())
    if not waiting:
        return ()
    return (f"还有 {waiting} 篇文章在建立语义索引，现在只能按关键词找到，结果可能不全",)


def subject_weights(knowledge: Knowledge, query: Query) -> tuple[Weights, Weights]:
    """The weights of the question's subject tokens, and the same without those of its dates."""
    weights = question_weights(knowledge, query)
    dated = knowledge.tokenizer.subject_tokens(" ".join(query.dates))
    return weights, weights.without(dated)


def keyword_leg(knowledge: Knowledge, query: Query, limit: int = CANDIDATES) -> list[Ranked]:
    """The engine's keyword ranking for a query; at its end the leads of articles on a document asked for
    that the common words of its number (人社部发) crowded out."""
    counts: Counter[str] = Counter(query.tokens)
    ranked = knowledge.engine.keyword(dict(counts), query.scope, limit)
    numbers = [code for code in query.codes if is_document_number(code)]
    if not numbers:
        return ranked
    exact = knowledge.engine.keyword(dict.fromkeys(numbers, 1.0), query.scope, CANDIDATES)
    known = {place.id for place in ranked}
    leads = (place for place in exact if place.id.endswith(f"#{LEAD_ANCHOR}"))
    return [*ranked, *(place for place in leads if place.id not in known)]


def query_vector(knowledge: Knowledge, query: Query) -> EmbeddedVector:
    """The vector that passages are compared with. Raises ModelError."""
    return centre_query(knowledge.embedder, knowledge.embedder.embed_query(query.text))


def nearest_leg(knowledge: Knowledge, query: Query, limit: int = CANDIDATES) -> list[Ranked]:
    """The engine's nearest ranking for a query. Raises ModelError."""
    return knowledge.engine.nearest(query_vector(knowledge, query), query.scope, limit)


def as_hits(chance: float, candidate: Candidate) -> list[Hit]:
    """The passages of a section, best first, each with the section's score and the question it matched.

    The first stands for the section and has the best ranks of its passages and questions.
    """
    asked = max(candidate.questions, key=lambda hit: hit.score, default=None)
    question, cosine = (asked.passage.text, asked.cosine) if asked else ("", None)
    every = (*candidate.hits, *candidate.questions)
    by_word = min([hit.keyword_rank for hit in every if hit.keyword_rank], default=None)
    by_meaning = min([hit.nearest_rank for hit in every if hit.nearest_rank], default=None)
    first = candidate.hits[0]._replace(keyword_rank=by_word, nearest_rank=by_meaning)
    return [
        hit._replace(score=chance, question=question, question_cosine=cosine)
        for hit in (first, *candidate.hits[1:])
    ]
