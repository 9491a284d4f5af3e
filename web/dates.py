"""Days as staff read them, and whether an article is in force on a day."""

from __future__ import annotations

from datetime import date, datetime

from bot.types import Citation
from kb.errors import BadQuestion
from kb.records import CHINA_TIME
from kb.types import FrontMatter


def chinese_day(day: date) -> str:
    """`2025年1月1日`."""
    return f"{day.year}年{day.month}月{day.day}日"


def chinese_moment(moment: datetime) -> str:
    """`2025年1月1日 09:05`, in the time of the county."""
    local = moment.astimezone(CHINA_TIME)
    return f"{chinese_day(local.date())} {local:%H:%M}"


def exact_moment(moment: datetime) -> str:
    """`2025-01-01 09:05:30`, in the time of the county."""
    return f"{moment.astimezone(CHINA_TIME):%Y-%m-%d %H:%M:%S}"


def day_of(modified_ns: int) -> date:
    """The day of a file time in nanoseconds."""
    return datetime.fromtimestamp(modified_ns / 1e9, CHINA_TIME).date()


def parse_day(text: str) -> date | None:
    """The day that a form gives; None when it is empty. Raises BadQuestion when it is no day."""
    if not text.strip():
        return None
    try:
        return date.fromisoformat(text.strip())
    except ValueError:
        raise BadQuestion(f"“{text[:20]}”不是日期", "请写成 2025-01-01 的样子") from None


def standing(head: FrontMatter, day: date) -> str:
    """Whether an article is in force on a day: 草稿, 已废止, 未生效 or 现行."""
    if head.status == "draft":
        return "草稿"
    if head.status == "retired" or (head.effective_to is not None and head.effective_to < day):
        return "已废止"
    if head.effective_from is not None and head.effective_from > day:
        return "未生效"
    return "现行"


def in_force(head: FrontMatter | Citation) -> str:
    """The days between which an article is in force, as one phrase; empty when it names none."""
    first, last = head.effective_from, head.effective_to
    if first and last:
        return f"{chinese_day(first)}至{chinese_day(last)}施行"
    if first:
        return f"{chinese_day(first)}起施行"
    return f"施行至{chinese_day(last)}" if last else ""
