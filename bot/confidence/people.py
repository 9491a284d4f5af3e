"""Tells when the rules of one group of people would be told to another."""

from __future__ import annotations

import re

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


def speaks_of_others(question: str, text: str) -> bool:
    """Whether a question names a group that a normalised text does not."""
    if _MOVING.search(question):
        return False
    return any(
        any(word in question for word in group) and not any(word in text for word in group)
        for group in _PEOPLE
    )
