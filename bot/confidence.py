"""How likely it is that the evidence answers the question: a logistic model over three features."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass

from bot.types import Evidence
from kb.tokenizer import normalise
from kb.types import Hit, Query
from kb.weights import Weights

_FEW_TOKENS = 2
_UNKNOWN_COSINE, _WITHOUT_MODEL = 0.3, 0.42
"""Taken for a passage that only the keyword leg found: about the cosine of two random texts. And where
nothing has a cosine (the model is down, vectors are still computed): then evidence that holds nearly all of
the question answers."""
ANSWER_FROM = 0.5
"""Below this the system abstains."""

_INTERCEPT, _COVERAGE, _COSINE, _EXACT = -10.28, 3.92, 16.28, 1.0
"""Fitted by logistic regression on the golden questions against questions that a social-security library
must not answer; the weight of an exact match is a rule, not a fit."""

_CODE_ALONE = 8.0
"""Added for a bare code: embeddings know nothing of codes, and an exact match needs no second opinion."""

_OTHER_PEOPLE = 15.0
"""Taken off when the rules of one group of people would be told to another: enough to abstain."""

_LEAST_COVERAGE, _THIN = 0.2, 5.0
"""Evidence that holds less of the question than this is about something else, however alike the two sound
(今天天气怎么样 and 今天怎么这么慢); so much is taken off."""

_CHINESE = re.compile(r"[\u4e00-\u9fff]")
_MOVING = re.compile(r"转|以前|交过|缴过|回来|回到|外地")
"""Who moves names the places and offices that he comes from."""

_PEOPLE: tuple[tuple[str, ...], ...] = (
    ("居民", "居保"),
    ("灵活就业", "个体工商户", "自由职业"),
    ("超龄",),
    ("公务员", "机关", "事业单位"),
    ("军人", "退役", "退伍"),
    ("被征地", "失地"),
    ("外国人", "港澳台"),
    ("公积金",),
    ("医保", "医疗保险"),
    ("年金",),
    ("个税", "个人所得税"),
    ("低保",),
    (*"北京 上海 广州 深圳 江苏 安徽 江西 福建 广东 天津 重庆".split(),),
)
"""People, schemes and places whose rules differ, with the words that name them."""


TERM_NAMES = {
    "intercept": "起点（常数）",
    "coverage": "依据里有问题的多少内容",
    "cosine": "问题与依据的语义相似度",
    "exact": "编号相符，或问的就是文章、小节的名称",
    "code_alone": "只问一个编号，依据里有它",
    "other_people": "问的是另一类人或外地，依据没有说到",
    "thin": "依据里几乎没有问题的内容",
}
"""What engineers read for what confidence adds up: each of Features, and what else `terms_of` counts."""


@dataclass(frozen=True, slots=True)
class Features:
    """What confidence rests on.

    `coverage`: share 0..1 of the question's weight found in the evidence's passage, its headings and the
    matched question; `cosine`: of question and passage, -1..1; `exact`: a code of the question was matched,
    or a question of one or two words is what the article or section is called;
    `code_alone`: the question is nothing but a code, and the passage holds it; `other_people`: the question is about a group of people that
    the evidence does not speak of.
    """

    coverage: float
    cosine: float
    exact: bool
    code_alone: bool
    other_people: bool


def features_of(
    query: Query, evidence: Evidence, weights: Weights, hits: Sequence[Hit]
) -> Features:
    """Measure the evidence together with the questions and cosines of its article's other hits."""
    hit = evidence.hit
    same = [item for item in hits if item.passage.slug == hit.passage.slug]
    questions = " ".join(item.question for item in same)
    above = normalise(f"{hit.passage.title} {' '.join(hit.passage.headings)} {questions}")
    text = f"{above} {normalise(hit.passage.text)}"
    own = normalise(f"{hit.passage.title} {' '.join(hit.passage.headings)} {hit.passage.text}")
    cosines = [
        cosine
        for item in same
        for cosine in (item.cosine, item.question_cosine)
        if cosine is not None
    ]
    by_meaning = any(item.cosine is not None or item.question_cosine is not None for item in hits)
    unknown = _UNKNOWN_COSINE if by_meaning else _WITHOUT_MODEL
    named = len(weights.of) <= _FEW_TOKENS and weights.coverage(above, hit.passage.codes) > 0.99
    return Features(
        coverage=weights.coverage(text, hit.passage.codes),
        cosine=max(cosines, default=unknown),
        exact=hit.code_match or named,
        code_alone=hit.code_match and not _CHINESE.search(query.text),
        other_people=not _MOVING.search(query.text) and _speaks_of_others(query.text, own),
    )


def _speaks_of_others(question: str, text: str) -> bool:
    """Whether the question names a group that the evidence does not."""
    return any(
        any(word in question for word in group) and not any(word in text for word in group)
        for group in _PEOPLE
    )


def terms_of(features: Features) -> dict[str, float]:
    """What each of TERM_NAMES adds to the logit of the confidence."""
    return {
        "intercept": _INTERCEPT,
        "coverage": _COVERAGE * features.coverage,
        "cosine": _COSINE * features.cosine,
        "exact": _EXACT * features.exact,
        "code_alone": _CODE_ALONE * features.code_alone,
        "other_people": -_OTHER_PEOPLE * features.other_people,
        "thin": -_THIN * (features.coverage < _LEAST_COVERAGE),
    }


def confidence_of(features: Features) -> float:
    """Probability 0..1 that the evidence answers the question."""
    logit = sum(terms_of(features).values())
    return 1 / (1 + math.exp(-max(-30.0, min(30.0, logit))))
