"""Works out the figures that a question asks for, each by a small function that names the article it rests on."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from bot.calculators.account_pension import account_pension
from bot.calculators.flexible_worker import flexible_worker
from bot.calculators.minimum_years import minimum_years
from bot.calculators.numerals import to_digits
from bot.calculators.retirement import retirement
from bot.calculators.slots import is_vague
from bot.calculators.types import Calculation, MissingSlot, Question, Refusal, Reply
from bot.calculators.unemployment import unemployment_amount, unemployment_months
from bot.calculators.work_death import work_death
from bot.calculators.work_injury import work_injury
from kb.knowledge import Knowledge
from kb.tokenizer import normalise
from kb.types import Query

__all__ = ["Calculation", "MissingSlot", "Refusal", "Reply", "calculate"]

CALCULATORS: tuple[Callable[[Knowledge, Question], Reply | None], ...] = (
    retirement,
    minimum_years,
    unemployment_months,
    unemployment_amount,
    work_death,
    work_injury,
    flexible_worker,
    account_pension,
)


def calculate(knowledge: Knowledge, query: Query) -> Reply | None:
    """Work out what a question asks for.

    None when it asks for no figure that depends on the case: then the articles answer. Figures come from the
    articles in force on the day of the query's scope that its asker may read.
    """
    knowledge = knowledge.within(query.scope.access)
    day = query.scope.as_of or date.today()
    question = Question(to_digits(normalise(query.text)), day, query.scope)
    if is_vague(question.text):
        return None
    replies = (calculator(knowledge, question) for calculator in CALCULATORS)
    return next((reply for reply in replies if reply is not None), None)
