"""The one ask: question in; answer, clarification or abstention out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from bot.answers import answer_of
from bot.assess import Assessment, assess
from bot.calculators import calculate
from bot.citations import nearest_articles
from bot.clarify import choices_for
from bot.confidence import ANSWER_FROM
from bot.doubt import doubt_about, lies_ahead, unknown_document
from bot.elsewhere import NOTHING_WITHOUT_SOURCE, ONLY_NUMBERS
from bot.lacking import lacking
from bot.orders import without_orders
from bot.outdated import outdated_answer
from bot.redirect import Redirect, redirect_for
from bot.types import Abstention, Answer, Clarification, Outcome
from bot.worked_out import outcome_of
from kb.errors import BadQuestion
from kb.knowledge import Knowledge
from kb.masking import without_marks
from kb.search import search
from kb.spelling import mend
from kb.types import Query, Ranking, Scope, Turn

HITS = 40
"""How many sections are looked at."""

_MASKED_CHARACTERS = 4
"""What a character of a question may become when it is masked; the limit of the settings holds without the masks."""

_NOT_FOUND = "资料库里没有找到可以直接回答的内容。下面是最接近的文章，也可以把问题提交到问题库。"
_NOT_WRITTEN = "资料库里没有写明{}。下面是最接近的文章，也可以把问题提交到问题库。"
_EMPTY = "资料库还没有文章。请先建立索引，或把问题提交到问题库。"


def ask(knowledge: Knowledge, question: str, scope: Scope, history: Sequence[Turn] = ()) -> Outcome:
    """Answer a question out of the library, within the asker's scope.

    `history` are the turns before in the same conversation, oldest first.

    An answer consists of verbatim parts of passages, each cited, or of a figure worked out from cited ones.
    Raises BadQuestion for a question that cannot be processed and IndexStoreError when the index cannot be
    read.
    """
    limit = knowledge.settings.question_limit
    if len(question) > _MASKED_CHARACTERS * limit:  # so long that it need not be read to know
        raise BadQuestion(f"问题有 {len(question)} 个字，超过 {limit} 个字", "请缩短成一两句话")
    plain = without_marks(question)
    asked = without_orders(plain)
    if question and not asked:
        message = NOTHING_WITHOUT_SOURCE if plain else ONLY_NUMBERS
        return Abstention(message, (), 0.0, reportable=False)
    ranking = search(knowledge, asked, scope, HITS, _obeying_nothing(history))
    refusal = NOTHING_WITHOUT_SOURCE if asked != plain else ""
    return settled(knowledge, ranking) or decide(
        knowledge, asked, ranking, assess(knowledge, ranking), refusal
    )


def settled(knowledge: Knowledge, ranking: Ranking) -> Outcome | None:
    """The outcome of a question that needs no evidence: one that cannot be, or one for a calculator."""
    query = ranking.query
    knowledge = knowledge.within(query.scope.access)
    doubt = doubt_about(query) or unknown_document(knowledge, query)
    doubt = doubt if knowledge.engine.size() else _EMPTY
    if doubt:
        return Abstention(doubt, (), 0.0, ranking.notices)
    reply = calculate(knowledge, query)
    return None if reply is None else outcome_of(knowledge, reply, ranking)


def decide(
    knowledge: Knowledge, asked: str, ranking: Ranking, found: Assessment, refusal: str = ""
) -> Outcome:
    """The outcome of every other question, by what was found and the confidence in it.

    `asked` is the question without orders to the system; `refusal` is said before that nothing was found.
    """
    knowledge = knowledge.within(ranking.query.scope.access)
    redirect = redirect_for(knowledge, mend(knowledge, asked).text, ranking, found.confidence)
    if redirect is not None:
        return _redirected(knowledge, redirect, ranking, found.confidence)
    outcome = _judged(knowledge, found, ranking, refusal)
    if not isinstance(outcome, Abstention):
        return outcome
    return outdated_answer(knowledge, ranking.query, HITS) or outcome


def _judged(knowledge: Knowledge, found: Assessment, ranking: Ranking, refusal: str) -> Outcome:
    """Ask back, answer, or say that nothing was found; `refusal` is said before the last."""
    query, confidence = ranking.query, found.confidence
    readings = choices_for(query, found.hits)
    if readings is not None:
        return Clarification(readings[0], readings[1], confidence, ranking.notices)
    if not found.evidence or lies_ahead(query, found.evidence[0].key.passage):
        message = _not_for(query)
    else:
        lack = lacking(knowledge, query, found)
        if confidence >= ANSWER_FROM and (lack is None or lack.said is not None):
            evidence = found.evidence if lack is None or lack.said is None else (lack.said,)
            return answer_of(knowledge, evidence, ranking, confidence)
        message = _NOT_FOUND if lack is None else _NOT_WRITTEN.format(lack.thing.name)
    return Abstention(refusal + message, nearest_articles(found.hits), confidence, ranking.notices)


def _obeying_nothing(history: Sequence[Turn]) -> list[Turn]:
    """The turns before without the orders to the system that their questions held."""
    return [replace(turn, question=without_orders(turn.question)) for turn in history]


def _redirected(
    knowledge: Knowledge, redirect: Redirect, ranking: Ranking, confidence: float
) -> Answer | Abstention:
    """The article's row that says who is in charge, or the word of who is, with what else may be meant."""
    if redirect.evidence is not None:
        return answer_of(knowledge, [redirect.evidence], ranking, max(confidence, ANSWER_FROM))
    if redirect.sure:
        return Abstention(redirect.message, (), 0.0, ranking.notices, not redirect.is_talk)
    nearest = nearest_articles(ranking.hits)
    return Abstention(redirect.message, nearest, confidence, ranking.notices)


def _not_for(query: Query) -> str:
    """Why nothing is stated although something similar was found: a wrong year is worse than no answer."""
    if not query.dates:
        return _NOT_FOUND
    asked = "、".join(query.dates)
    return f"资料库里没有{asked}的规定或数值，不能用别的年份代替。下面是最接近的文章，也可以把问题提交到问题库。"
