"""Why an expected article or section was not found, or not found first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import unquote, urlsplit

from kb.errors import NO_ARTICLE, NotFound
from kb.explain.differences import Difference, differences_of
from kb.explain.ranks import Ranks, follow
from kb.explain.reasons import (
    Stage,
    filter_reasons,
    hidden_reason,
    indexed_passages,
    left_behind,
    unindexed_reason,
    waiting_reasons,
)
from kb.knowledge import Knowledge
from kb.markup import ARTICLE_URL
from kb.search import Found, subject_weights
from kb.tokenizer import normalise
from kb.types import ALL_LEVELS, LEAD_ANCHOR, Article, Passage, Ranking, Scope

_NO_TEXT = "这一节除了小标题没有文字，没有可以检索的段落"


@dataclass(frozen=True, slots=True)
class Expected:
    """What should have been found: an article, or one section of it when `anchor` is not empty."""

    slug: str
    anchor: str = ""

    @property
    def id(self) -> str:
        return f"{self.slug}#{self.anchor}" if self.anchor else self.slug


@dataclass(frozen=True, slots=True)
class Verdict:
    """Where the expected section (`id`; of an article the one that came farthest) was left behind, and why.

    `lacking`: the question's tokens that stand nowhere in it, the weightiest first. `rival` is the id of the
    section it is compared with: the first one, for the first the second. Of what is absent or hidden nothing
    is told but the reasons.
    """

    id: str
    stage: Stage
    reasons: tuple[str, ...]
    passage: Passage | None = None
    lacking: tuple[str, ...] = ()
    ranks: Ranks | None = None
    rival: str = ""
    differences: tuple[Difference, ...] = ()


def read_expected(text: str) -> Expected:
    """What a person typed or copied: a slug, `slug#anchor`, a file's path or the address of a page."""
    bare = text.strip()
    if bare.startswith(("http://", "https://", "/")):
        address = urlsplit(bare)
        bare = unquote(f"{address.path.removeprefix(ARTICLE_URL)}#{address.fragment}")
    slug, _, anchor = bare.partition("#")
    return Expected(slug.strip("/").removesuffix(".md"), anchor.partition("~")[0])


def explain_expected(
    knowledge: Knowledge,
    found: Found,
    ranking: Ranking,
    expected: Expected,
    inquirer: frozenset[str] | None = None,
) -> Verdict:
    """Follow the expected section through a look-up; `ranking` holds all the candidates of `found`.

    `inquirer`: the levels of the one who is told, those of the look-up's scope if not given. Raises NotFound for
    an article or section that does not exist, and no other way for an article that the inquirer may not open.
    Who holds all levels is told of drafts and of files that are not in the index too.
    """
    scope = found.query.scope
    levels = scope.access if inquirer is None else inquirer
    known = knowledge if levels >= ALL_LEVELS else knowledge.within(levels)
    article = known.engine.article(expected.slug)
    if article is None:
        if known is not knowledge:
            raise NotFound(*NO_ARTICLE)
        return Verdict(expected.id, "absent", (unindexed_reason(knowledge, expected.slug),))
    if reason := hidden_reason(article.head, scope):
        return Verdict(expected.id, "hidden", (reason,))
    return _followed(knowledge.within(scope.access), found, ranking, article, expected)


def _followed(
    knowledge: Knowledge, found: Found, ranking: Ranking, article: Article, expected: Expected
) -> Verdict:
    """The verdict on an article that the asker may read, or on a section of it."""
    scope, anchors = found.query.scope, _anchors(article, expected)
    passages = indexed_passages(knowledge, article, anchors, scope)
    if not passages:
        return Verdict(expected.id, "absent", (_NO_TEXT,))
    filters = filter_reasons(knowledge, article, scope)
    final = [hit.passage.section_id for hit in ranking.hits]
    asked = Scope(scope.access) if filters else scope
    section, ranks = follow(knowledge, found, final, passages, asked)
    stage, behind = ("filtered", ()) if filters else left_behind(ranking, ranks)
    rival, differences = differences_of(found, final, section)
    own = [item for item in passages if item.section_id == section]
    return Verdict(
        id=section,
        stage=stage,
        reasons=(*filters, *waiting_reasons(knowledge, article), *behind),
        passage=own[0],
        lacking=_lacking(knowledge, found, own),
        ranks=ranks,
        rival=rival,
        differences=differences,
    )


def _anchors(article: Article, expected: Expected) -> list[str]:
    """The anchor expected, or all of the article. Raises NotFound for an unknown section."""
    anchors = [LEAD_ANCHOR, *(section.anchor for section in article.sections)]
    if not expected.anchor:
        return anchors
    if expected.anchor not in anchors:
        raise NotFound(
            f"《{article.title}》里没有“{expected.anchor[:40]}”这一节",
            f"可选：{'、'.join(anchors)}",
        )
    return [expected.anchor]


def _lacking(knowledge: Knowledge, found: Found, passages: Sequence[Passage]) -> tuple[str, ...]:
    """The question's tokens that neither the titles nor the texts and listed questions of a section hold."""
    texts = (f"{item.title} {' '.join(item.headings)} {item.text}" for item in passages)
    codes = [code for item in passages for code in item.codes]
    weights, _ = subject_weights(knowledge, found.own)
    return weights.lacking(normalise(" ".join(texts)), codes)
