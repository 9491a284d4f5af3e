"""Weighs the features of evidence: weights learned by `manage.py fit confidence`, and rules beside them.

docs/retrieval.md says what they were learned from and how well the probability holds.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from pathlib import Path

from bot.confidence.features import LEARNED, Features
from kb.listwise import read_weights

WEIGHTS_PATH = Path(__file__).with_suffix(".json")
"""Where the learned weights lie: a number for `intercept` and for each name of LEARNED."""

ANSWER_FROM = 0.55
"""Below this the system abstains."""

_EXACT, _CODE = 1.0, 12.0
"""Added when the very name of an article or section was asked for, and when the passage holds a code of the
question: a code is a subject of its own, however little else is said."""

_CODE_ALONE = 8.0
"""Added for a bare code or name: embeddings know nothing of codes, and an exact match needs no second opinion."""

_OTHER_PEOPLE = 15.0
"""Taken off when the rules of one group of people would be told to another: enough to abstain."""

TERM_NAMES = {
    "intercept": "起点（常数）",
    "coverage": "依据里有问题的多少内容",
    "cosine": "问题与依据的语义相似度",
    "thin": "依据里几乎没有问题的内容",
    "known": "问题的字词在资料库里出现过多少",
    "pairs": "问题的字词在依据里占多少",
    "term": "提到术语表里的词",
    "margin": "比第二篇文章领先多少",
    "told": "问题说了多少内容",
    "field": "用的是不是本行的词",
    "code": "编号相符",
    "exact": "问的就是文章、小节的名称",
    "code_alone": "只问一个编号或英文名，依据里有它",
    "other_people": "问的是另一类人或外地，依据没有说到",
}
"""What engineers read for each part of the confidence."""


def learned_weights() -> dict[str, float]:
    """The weights that come with the project."""
    names = ("intercept", *LEARNED)
    return dict(zip(names, read_weights(WEIGHTS_PATH, names).tolist(), strict=True))


def terms_of(features: Features, weights: Mapping[str, float] | None = None) -> dict[str, float]:
    """What each of TERM_NAMES adds to the logit of the confidence; with other weights than the learned ones
    where some are given."""
    weights = learned_weights() if weights is None else weights
    learned = {name: weights[name] * float(getattr(features, name)) for name in LEARNED}
    return {
        "intercept": weights["intercept"],
        **learned,
        "code": _CODE * features.code,
        "exact": _EXACT * features.exact,
        "code_alone": _CODE_ALONE * features.code_alone,
        "other_people": -_OTHER_PEOPLE * features.other_people,
    }


def confidence_of(features: Features, weights: Mapping[str, float] | None = None) -> float:
    """Probability 0..1 that the library answers the question with this evidence; `weights` as in `terms_of`."""
    logit = sum(terms_of(features, weights).values())
    return 1 / (1 + math.exp(-max(-30.0, min(30.0, logit))))
