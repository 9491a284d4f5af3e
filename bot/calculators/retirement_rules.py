"""The statutory retirement month and the window around it: arithmetic only."""

from __future__ import annotations

from dataclasses import dataclass

from bot.calculators.months import Month

FLEXIBLE_MONTHS = 36


@dataclass(frozen=True, slots=True)
class Track:
    """People who retire by one rule.

    From `base` on, every `step` months of later birth delay by one month more, at most `most`; `old_age` is
    the age in years before the delay.
    """

    name: str
    old_age: int
    base: Month
    step: int
    most: int
    table: str


MEN = Track("男职工", 60, Month(1965, 1), 4, 36, "policy/retirement-table-male")
WOMEN_55 = Track("原55周岁女职工", 55, Month(1970, 1), 4, 36, "policy/retirement-table-female-55")
WOMEN_50 = Track("原50周岁女职工", 50, Month(1975, 1), 2, 60, "policy/retirement-table-female-50")
TRACKS = (MEN, WOMEN_55, WOMEN_50)


@dataclass(frozen=True, slots=True)
class Retirement:
    """When somebody retires: `delay` and `age` in months; without a delay there is no flexible window."""

    track: Track
    birth: Month
    delay: int

    @property
    def age(self) -> int:
        return 12 * self.track.old_age + self.delay

    @property
    def month(self) -> Month:
        return self.birth.plus(self.age)

    @property
    def earliest(self) -> Month:
        """Up to three years earlier, not below the age that held before.

        Article 3 of the State Council's 关于渐进式延迟法定退休年龄的办法; policy/flexible-retirement.
        """
        return self.month.plus(-min(FLEXIBLE_MONTHS, self.delay))

    @property
    def latest(self) -> Month:
        """Up to three years later, agreed with the employer; the same article."""
        return self.month.plus(FLEXIBLE_MONTHS)


def retirement_of(track: Track, birth: Month) -> Retirement:
    """Apply article 1 of the State Council's 关于渐进式延迟法定退休年龄的办法 (from 2025-01-01).

    Who reached the old age before 2025 was born before the base month and is not delayed;
    policy/retirement-age-2025.
    """
    since = birth.ordinal - track.base.ordinal
    delay = min(since // track.step + 1, track.most) if since >= 0 else 0
    return Retirement(track, birth, delay)
