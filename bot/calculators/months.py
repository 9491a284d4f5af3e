"""Calendar months, and how long a number of months is in words."""

from __future__ import annotations

from typing import NamedTuple


class Month(NamedTuple):
    """A month of the calendar: `month` is 1..12."""

    year: int
    month: int

    @property
    def ordinal(self) -> int:
        """Months since the beginning of the calendar: differences count months."""
        return 12 * self.year + self.month - 1

    def plus(self, months: int) -> Month:
        """The month so many months later."""
        year, month = divmod(self.ordinal + months, 12)
        return Month(year, month + 1)

    def __str__(self) -> str:
        return f"{self.year}年{self.month}月"


def age_words(months: int) -> str:
    """An age in months as the articles write it: 60岁7个月, 51岁."""
    return _words(months, "岁")


def term_words(months: int) -> str:
    """A time of contribution: 7年3个月, 15年, 10个月."""
    return _words(months, "年") if months >= 12 else f"{months}个月"


def _words(months: int, unit: str) -> str:
    years, rest = divmod(months, 12)
    return f"{years}{unit}{rest}个月" if rest else f"{years}{unit}"
