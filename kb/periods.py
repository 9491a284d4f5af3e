"""Which times a text names, and whether they are those of the question: the right year or none."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from kb.tokenizer import normalise
from kb.types import Passage, Query

Period = tuple[int, int]
"""First and last month, each as 12 * year + month - 1."""

_DATE = re.compile(
    r"(?<![\d〔.])((?:19|20)\d\d)"
    r"(?:年(?:度|(1[0-2]|0?[1-9])月(?:\d{1,2}日)?)?|-(1[0-2]|0[1-9])(?:-\d\d)?|(?![\d元,.]))"
    r"(?:(?:至|到|~|—|-)((?:19|20)\d\d)?(?:年|-)?(1[0-2]|0?[1-9])?(?:月|-\d\d)?|(及以前|以前|及以后|以后|起))?"
)
_LISTED = re.compile(
    r"(?<!\d)(?:19|20)\d\d年?度?(?:1?\d月)?(?:份|的|出生|生)?"
    r"(?:[和跟与及或、,，到至比\s]|以及|或者|还有|还是){1,3}(?:19|20)\d\d年"
)
_SPAN = re.compile(
    r"(?<![\d〔.])((?:19|20)\d\d)年?度?(?:[到至~—-]{1,2})((?:19|20)\d\d)年(?!\d{1,2}月)"
)
_LONGEST_SPAN = 20
"""Years; of a longer span only the ends are meant."""
_ENDLESS = 12 * 3000
_START = re.compile("起始|生效|施行|起执行")
"""A column of days from which something holds."""
_BORN = re.compile("出生")
"""A column of months of birth: its rows are each about other people."""
_ANY_YEAR = re.compile(r"\d\d年|[一二三四五六七八九零〇]{2}年")
_NOT_A_KEY = re.compile("来源|依据|说明|状态|备注|文号")
_NOT_OF_TODAY = re.compile(f"{_NOT_A_KEY.pattern}|参加工作")
"""When somebody began to work says of whom a row is, and not whether it holds today."""
_PAST = re.compile("历年|历次|往年|以前|过去|各年|每年|逐年")
"""Who asks so wants the rows of the past as well."""
_KEY_CELL = 24
"""A cell of a table row longer than this is prose, such as a source, and not what the row is about."""


def periods(text: str) -> list[Period]:
    """The times that a normalised text names: years, months, days, ranges, 2029年及以前."""
    return [_period(match) for match in _DATE.finditer(text)]


def _period(match: re.Match[str]) -> Period:
    year, month = int(match[1]), int(match[2] or match[3] or 0)
    first, last = 12 * year + max(month, 1) - 1, 12 * year + (month or 12) - 1
    if match[4] or match[5]:
        end_year, end_month = int(match[4] or year), int(match[5] or 12)
        return first, max(last, 12 * end_year + end_month - 1)
    if match[6] in ("及以前", "以前"):
        return 0, last
    return (first, _ENDLESS) if match[6] else (first, last)


def lists_dates(question: str) -> bool:
    """Whether a question lists years or months (2022年和2023年), so that what is about one of them answers."""
    return bool(_LISTED.search(question) or _SPAN.search(normalise(question)))


def with_years_between(normalised: str, dates: Sequence[str]) -> list[str]:
    """The dates of a normalised question, and of every span of years (2020年到2023年) each of its years."""
    found = list(dates)
    for match in _SPAN.finditer(normalised):
        first, last = int(match[1]), int(match[2])
        if 0 < last - first < _LONGEST_SPAN:
            years = [f"{year}年" for year in range(first, last + 1)]
            place = min((found.index(year) for year in years if year in found), default=len(found))
            found = [*found[:place], *years, *(day for day in found[place:] if day not in years)]
    return found


def of_each_date(query: Query) -> list[Query]:
    """The same question asked of each of its dates alone."""
    return [replace(query, dates=(day,), any_date=False) for day in query.dates]


def names_dates(query: Query, passage: Passage, after: date | None = None) -> bool:
    """Whether the passage or its headings name every year and month of the question.

    A table row names only the dates that begin one of its short cells: a year in its source column says
    nothing of what the row is about. What holds without end from a day not later than `after` on names
    no date.
    """
    if passage.form == "row":
        text = _key_cells(passage)
    else:
        text = normalise(" ".join((*passage.headings, passage.text)))
    return names_dates_in(query, text, after)


def names_dates_in(query: Query, normalised: str, after: date | None = None) -> bool:
    """Whether a normalised text names every year and month of the question, or any where one is enough; `after`
    as in `names_dates`."""
    begun = _month(after)[0] if after else -1
    named = [period for period in periods(normalised) if period[1] != _ENDLESS or period[0] > begun]
    found = (any(_overlap(asked, period) for period in named) for asked in _asked(query))
    return any(found) if query.any_date else all(found)


def names_other_dates(query: Query, passage: Passage, words: str) -> bool:
    """Whether `words` of a passage (of a row: its key cells) are about other years or months than the question."""
    if not query.dates:
        return False
    if passage.form == "row":
        return not names_dates(query, passage) and bool(periods(_key_cells(passage)))
    said = normalise(words)
    under = normalise(" ".join(passage.headings))
    return bool(periods(said)) and not names_dates_in(query, f"{under} {said}")


def is_past_row(passage: Passage, day: date) -> bool:
    """Whether a table row is about years or months that do not hold the day: 2025年度 on a day of 2026."""
    named = periods(_key_cells(passage)) if passage.form == "row" else []
    return bool(named) and not any(_overlap(_month(day), period) for period in named)


def rows_in_force(query: Query, rows: Sequence[Passage], day: date | None) -> list[Passage]:
    """The rows of one section that may answer: none about other years or months than the question, and
    where it names none, none that is over on the day.

    Of rows that hold from a day on, only the newest that holds then: the next one takes its place. A row about
    a month of birth answers nobody who names none.
    """
    if query.any_date:
        admitted = [row for one in of_each_date(query) for row in rows_in_force(one, rows, day)]
        return [row for row in rows if row in admitted]
    if not query.dates:
        rows = [row for row in rows if not _is_of_birth(row)]
    wanted = _asked(query) or ([_month(day)] if day and not _PAST.search(query.text) else [])
    if not wanted:
        return list(rows)
    aside = _NOT_A_KEY if query.dates else _NOT_OF_TODAY
    found = [(row, _period_of(row, wanted[0], aside)) for row in rows]
    fitting = [
        (row, period) for row, period in found if period is None or _overlap(wanted[0], period)
    ]
    starts = [period[0] for _, period in fitting if period and period[1] == _ENDLESS]
    newest = max(starts, default=0)
    return [
        row
        for row, period in fitting
        if period is None or period[1] != _ENDLESS or period[0] == newest
    ]


def is_of_births_asked(query: Query, passage: Passage) -> bool:
    """Whether a passage stands under a year of birth that the question names."""
    under = _births(passage)
    return bool(query.dates and under) and names_dates_in(query, under)


def is_of_other_births(query: Query, passage: Passage) -> bool:
    """Whether a passage stands under a year of birth while the question names no year at all, or others than
    the passage and its headings do."""
    if not _births(passage):
        return False
    if query.dates:
        return not names_dates(query, passage)
    return not _ANY_YEAR.search(query.text)


def _births(passage: Passage) -> str:
    """The heading of a passage, normalised, if it is a year of birth; else nothing."""
    under = normalise(passage.section)
    return under if _BORN.search(under) and periods(under) else ""


def _is_of_birth(row: Passage) -> bool:
    return any(_BORN.search(cell.partition("=")[0]) for cell in row.text.split("；"))


def _period_of(row: Passage, wanted: Period, aside: re.Pattern[str]) -> Period | None:
    """Of the times that a row is about, the one wanted, else the first; None for a row about no time. The
    columns `aside` are not looked at."""
    named = periods(_key_cells(row, aside))
    return next((period for period in named if _overlap(wanted, period)), None) or next(
        iter(named), None
    )


def _month(day: date) -> Period:
    month = 12 * day.year + day.month - 1
    return month, month


def _asked(query: Query) -> list[Period]:
    return [periods(day)[0] for day in query.dates]


def _overlap(asked: Period, named: Period) -> bool:
    return named[0] <= asked[1] and asked[0] <= named[1]


def _key_cells(passage: Passage, aside: re.Pattern[str] = _NOT_A_KEY) -> str:
    cells = (cell.partition("=") for cell in normalise(passage.text).split(";"))
    return ";".join(
        f"{value.strip()}起" if _START.search(name) else value.strip()
        for name, _, value in cells
        if not aside.search(name) and len(value) <= _KEY_CELL and value[:4].isdecimal()
    )
