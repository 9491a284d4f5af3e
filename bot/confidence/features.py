"""Measures what confidence rests on: how much of a question the evidence and the library know."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass

from bot.confidence.people import speaks_of_others
from bot.types import Evidence
from kb.knowledge import Knowledge
from kb.tokenizer import STOP_WORDS, normalise
from kb.types import Hit, Query, Ranking
from kb.weights import Weights, question_weights, rare_weight, token_weights, unknown_weight

_FEW_TOKENS = 2
_UNKNOWN_COSINE, _WITHOUT_MODEL = 0.3, 0.42
"""Taken for a passage that only the keyword leg found: about the cosine of two random texts. And where
nothing has a cosine (the model is down, vectors are still computed): then evidence that holds nearly all of
the question answers."""
_LEAST_COVERAGE = 0.2
_WHOLE = 0.99
_SMALLEST = 0.01
_SMALL = 100
"""A library of so many passages holds about half of the words that people use for its subjects."""
_UNKNOWN_PAIR = 10.0
"""What a pair that the library does not hold counts as: its weight in a library of ten thousand passages."""
_CHINESE = re.compile(r"[\u4e00-\u9fff]")
_NAME = re.compile(r"[a-z]{3}|\d{5}")
"""What may be a name without Chinese characters (ERR_CONNECTION_REFUSED, vpn, 12393); 12 stands in any text."""
_CHINESE_RUN = re.compile(r"[\u4e00-\u9fff]+")

LEARNED = ("coverage", "cosine", "thin", "known", "pairs", "term", "margin", "told", "field")
"""The features whose weights are learned; the others are rules."""


@dataclass(frozen=True, slots=True)
class Features:
    """What confidence rests on.

    `coverage`: share 0..1 of the weight of the question's subject found in the evidence, its headings and the
    matched questions; `cosine`: of question and passage, -1..1; `thin`: hardly anything of the subject is
    found, so that the evidence is about something else, however alike the two sound; `known`: share 0..1 of
    the question's character pairs that stand anywhere in the library, nearly 1 where the library is so small
    that this tells little; `pairs`: share of their weight found where `coverage` looks; `term`: the question
    names a term of the glossary; `margin`: logarithm of how much more probable the best article is than the
    next; `told`: logarithm of the weight of all pairs, whatever the size of the library, for a question that
    says little (会不会逾期) is alike to much; `field`: how much more often its words stand in the library than in
    the language at large (sum of logarithms). `code`: the passage holds a code of the question; `exact`: a
    question of one or two words is what the article or section is called; `code_alone`: the question is
    nothing but a code or a name without Chinese characters, and the passage or its questions hold it;
    `other_people`: the question is about a group of people that the evidence does not speak of.
    """

    coverage: float
    cosine: float
    thin: bool
    known: float
    pairs: float
    term: bool
    margin: float
    told: float
    field: float
    code: bool
    exact: bool
    code_alone: bool
    other_people: bool


def features_of(knowledge: Knowledge, ranking: Ranking, evidence: Evidence) -> Features:
    """Measure the evidence together with the questions and cosines of its article's other hits."""
    query, hit = ranking.query, evidence.hit
    hits = (*ranking.hits, *ranking.further)
    same = [item for item in hits if item.passage.slug == hit.passage.slug]
    questions = " ".join(item.question for item in same)
    own = normalise(f"{hit.passage.title} {' '.join(hit.passage.headings)}")
    said = normalise(f"{hit.passage.text} {evidence.quote}")
    text = f"{own} {normalise(questions)} {said}"
    weights = _as_far_as_it_tells(knowledge, question_weights(knowledge, query))
    coverage = weights.coverage(text, hit.passage.codes)
    pairs = _pairs(knowledge, query)
    return Features(
        coverage=coverage,
        cosine=_cosine(same, hits),
        thin=coverage < _LEAST_COVERAGE,
        known=1 - (1 - _known(knowledge, pairs)) * unknown_tells(knowledge),
        pairs=pairs.coverage(text),
        term=any(map(normalise(query.text).__contains__, knowledge.term_names)),
        margin=_margin(ranking.hits),
        told=math.log1p(_UNKNOWN_PAIR * sum(pairs.of.values()) / unknown_weight(knowledge)),
        field=_field(knowledge, query),
        code=hit.code_match,
        exact=_is_called(weights, f"{own} {normalise(questions)}", hit),
        code_alone=_is_code_alone(query, hit.code_match, coverage),
        other_people=speaks_of_others(query.text, f"{own} {said} {_elsewhere(query, same)}"),
    )


def _elsewhere(query: Query, same: Sequence[Hit]) -> str:
    """What else was found in the evidence's article, for a follow-up: it names its people where they were first
    spoken of, and not again in every section."""
    return normalise(" ".join(item.passage.text for item in same)) if query.own else ""


def _cosine(same: Sequence[Hit], hits: Sequence[Hit]) -> float:
    """The best cosine of an article's passages and questions."""
    cosines = [
        cosine
        for item in same
        for cosine in (item.cosine, item.question_cosine)
        if cosine is not None
    ]
    by_meaning = any(item.cosine is not None or item.question_cosine is not None for item in hits)
    return max(cosines, default=_UNKNOWN_COSINE if by_meaning else _WITHOUT_MODEL)


def _pairs(knowledge: Knowledge, query: Query) -> Weights:
    """The weight of every pair of neighbouring Chinese characters: a word that the dictionary does not know
    is taken apart into characters, and then only its pairs tell that the library does not know it either."""
    runs = _CHINESE_RUN.findall(normalise(query.text))
    found = {run[place : place + 2] for run in runs for place in range(len(run) - 1)}
    return Weights(token_weights(knowledge, found - STOP_WORDS))


def _known(knowledge: Knowledge, pairs: Weights) -> float:
    """The share of the pairs that the library holds; 1 where there are none."""
    counts = knowledge.engine.frequencies(pairs.of.keys())
    return sum(count > 0 for count in counts.values()) / len(counts) if counts else 1.0


def _field(knowledge: Knowledge, query: Query) -> float:
    """The logarithms by which words are more frequent in the library than elsewhere, added up; half a passage
    is added to each count."""
    common = knowledge.tokenizer.common_words(query.text)
    counts = knowledge.engine.frequencies(common.keys())
    size = max(1, knowledge.engine.size())
    held = {word: count for word, count in counts.items() if count}
    ratios = (math.log((count + 0.5) / size) - common[word] for word, count in held.items())
    return sum(max(0.0, ratio) for ratio in ratios)


def _as_far_as_it_tells(knowledge: Knowledge, weights: Weights) -> Weights:
    """The weights of a question, those of tokens that a small library does not hold more like those that it holds once."""
    unknown, tells = unknown_weight(knowledge), unknown_tells(knowledge)
    least = tells * unknown + (1 - tells) * rare_weight(knowledge)
    return Weights({token: min(weight, least) for token, weight in weights.of.items()})


def unknown_tells(knowledge: Knowledge) -> float:
    """How much it tells (0..1) that the library does not hold a word: of a few articles next to nothing."""
    size = knowledge.engine.size()
    return size / (size + _SMALL)


def _margin(hits: Sequence[Hit]) -> float:
    articles: dict[str, float] = {}
    for hit in hits:
        articles[hit.passage.slug] = max(articles.get(hit.passage.slug, 0.0), hit.score)
    best, second = [*sorted(articles.values(), reverse=True), 0.0, 0.0][:2]
    return math.log(best - second + _SMALLEST)


def _is_code_alone(query: Query, held: bool, coverage: float) -> bool:
    text = normalise(query.text)
    if _CHINESE.search(text):
        return False
    return held or (coverage > _WHOLE and bool(_NAME.search(text)))


def _is_called(weights: Weights, above: str, hit: Hit) -> bool:
    """Whether a question of one or two words is what the article or section is called, or lists."""
    return len(weights.of) <= _FEW_TOKENS and weights.coverage(above, hit.passage.codes) > _WHOLE
