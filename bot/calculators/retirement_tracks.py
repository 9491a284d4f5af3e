"""Whom a question about retirement means: men, or women who retired at 50 or at 55 before the delay."""

from __future__ import annotations

import re

from bot.calculators.retirement_rules import MEN, WOMEN_50, WOMEN_55, Track

MALE = re.compile(
    "男|老公|丈夫|爸|父亲|爷|叔|伯(?!母)|哥|弟弟|儿子|先生|丈人|岳父|公公|外公|舅(?!妈|母)|老头|姐夫|妹夫|姑[父丈夫]|姨[父丈夫]|女婿"
)
FEMALE = re.compile(
    "女(?!婿)|老婆|妻|妈|母亲|姐(?!夫)|妹(?!夫)|姑(?![父丈夫])|姨(?![父丈夫])|婶|伯母|舅母|奶奶|外婆|太太|嫂|丈母娘|岳母|媳妇|她"
)
_OLD_AGE = re.compile(
    r"(?:原来?|按照?|以前|该|法定|认定?了?|本来)(?:是|应?该|的|算|要)*(50|55|60)(?!年|后|多|[\d.])"
    r"|(?<!\d)(50|55|60)(?:周?岁)?(?:类|档|那[类档张]|女职工|退的)"
)
WORKER = re.compile("女工(?![程会作])|工人|车间|普工|一线|操作工|生产岗|操作岗|挡车工|流水线")
CADRE = re.compile("干部|管理|技术(?!工)|工程师|主管|经理|科长|科员|技术员|(?<!车间)主任|白领")
_NOT_THE_POST = re.compile("(?:不是|不算|非|没当过?|没做过?)(?:什么)?(?:干部|管理|技术|工人|女工)")


def tracks_of(text: str) -> tuple[Track, ...]:
    """The tracks that a question may mean: one, or those to choose from.

    A woman's track follows from her post or the age it had (原50, 按55), never from her own wish.
    """
    male, female = bool(MALE.search(text)), bool(FEMALE.search(text))
    named = old_ages(text)
    told = not _NOT_THE_POST.search(text)
    posts = {50: told and WORKER.search(text), 55: told and CADRE.search(text)}
    if male and not female:
        return (MEN,)
    of_age = [track for track in (WOMEN_50, WOMEN_55) if track.old_age in named]
    if not male and of_age:
        return tuple(of_age)
    of_post = [track for track in (WOMEN_50, WOMEN_55) if posts[track.old_age]]
    if female and not male:
        return tuple(of_post) if len(of_post) == 1 else (WOMEN_50, WOMEN_55)
    return (MEN,) if named == {60} and not female else (MEN, WOMEN_50, WOMEN_55)


def old_ages(text: str) -> set[int]:
    """The ages before the delay that a text names: 原50, 按55."""
    return {int(match[1] or match[2]) for match in _OLD_AGE.finditer(text)}
