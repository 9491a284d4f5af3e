"""Finds what makes a question unanswerable as it is put: a day, year or figure that cannot be, a single character, a document that the library does not know."""

from __future__ import annotations

import re
from datetime import date

from bot.calculators.numerals import to_digits
from bot.elsewhere import EXAMPLE
from bot.impossible import impossible_figure
from kb.dates import DURATION
from kb.knowledge import Knowledge
from kb.periods import names_dates
from kb.tokenizer import is_document_number, normalise
from kb.types import Passage, Query

_FIRST, _LAST = 1900, 2099
"""The years that questions are understood in (births, rules, tables); see kb/tokenizer.py."""
_YEAR = re.compile(rf"(?<![\d〔.{DURATION}])(\d{{4}})(?:年|[-/.]\d{{1,2}}[-/.]\d{{1,2}}(?!\d))")
_DAY = re.compile(
    r"(?<!\d)(?:(\d{4})年(\d{1,2})月(?:(\d{1,2})[日号])?|(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?!\d))"
)
_DAY_OF_MONTH = re.compile(r"(?<![\d年])(\d{1,2})月(\d{1,2})[日号]")
_FROM_A_DAY = re.compile(r"(?:起始|生效|施行)[^=]*=\d|=\d[^=]*起(?:$|（)")
_LEAP_YEAR = "2024"
_OF_DOCUMENTS = frozenset(
    "规定 内容 文件 通知 办法 文号 全文 意思 哪年 几时 发布 出台 印发 主要 关于 有效 施行 执行 作废 废止".split()
)
"""Words that ask about a document and name no subject beside it."""


def doubt_about(query: Query) -> str:
    """What to say of a question that nothing can be told for; empty when there is nothing wrong with it."""
    text = normalise(query.text)
    if sum(map(str.isalnum, text)) == 1:
        return f"只有一个字，看不出要问什么。请写一句话，例如：{EXAMPLE}。"
    day = _impossible_day(text)
    if day:
        return f"日历上没有“{day}”这个日期，请核对后再问。"
    today = query.scope.as_of or date.today()
    figure = impossible_figure(to_digits(text), today.year)
    if figure:
        return figure
    asked = [int(year) for year in _YEAR.findall(text)]
    asked += [query.scope.as_of.year] if query.scope.as_of else []
    unknown = "、".join(f"{year}年" for year in asked if not _FIRST <= year <= _LAST)
    return f"资料库里没有{unknown}的规定，不能用别的年份代替。请核对年份后再问。" if unknown else ""


def unknown_document(knowledge: Knowledge, query: Query) -> str:
    """What to say of a question for what a document says that the library does not know; empty for others."""
    documents = [code for code in query.codes if is_document_number(code)]
    if not documents or any(knowledge.engine.frequencies(query.codes).values()):
        return ""
    about = knowledge.tokenizer.subject_tokens(query.text) - {*query.codes, *query.dates}
    if about - _OF_DOCUMENTS:
        return ""
    return f"资料库里没有{'、'.join(documents)}，不能拿别的文件代替。请核对文号，或把问题提交到问题库。"


def lies_ahead(query: Query, passage: Passage) -> bool:
    """Whether the question names a year to come that the passage does not: its rule is not made yet.

    What holds from a day past on names no year to come: by then something else may have taken its place.
    """
    today = query.scope.as_of or date.today()
    years = [int(day[:4]) for day in query.dates]
    if not any(year > today.year for year in years):
        return False
    return not names_dates(query, passage, today) or _holds_until_the_next(passage)


def _holds_until_the_next(passage: Passage) -> bool:
    """Whether it is a row of figures that hold from a day on: by a year to come others take their place."""
    return passage.form == "row" and bool(_FROM_A_DAY.search(passage.text.split("；")[0]))


def _impossible_day(text: str) -> str:
    for match in _DAY.finditer(text):
        year, month, day = match.groups()[:3] if match[1] else match.groups()[3:]
        if not _exists(year, month, day or "1"):
            return match[0]
    for match in _DAY_OF_MONTH.finditer(text):
        if not _exists(_LEAP_YEAR, match[1], match[2]):
            return match[0]
    return ""


def _exists(year: str, month: str, day: str) -> bool:
    try:
        date(int(year), int(month), int(day))
    except ValueError:
        return False
    return True
