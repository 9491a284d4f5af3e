"""Leaves out of a question what colleagues and customers are called: 小李, 老张, 张三. No article knows a person."""

from __future__ import annotations

from collections.abc import Iterator

from kb.tokenizer import Tokenizer

_BEFORE = frozenset("小老")
_SURNAMES = frozenset(
    "王李张刘陈杨黄赵吴周徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎余潘杜戴夏钟汪"
    "田姜范石姚谭廖邹熊金陆郝孔崔邱秦江史顾侯邵孟龙万雷汤尹黎易武贺赖龚裘竺俞童楼屠尉"
)
"""The usual ones, and those of the county; left out are those that make a word with 小 or 老: 小于, 老钱, 小章."""
_ANYBODY = frozenset(("张三", "李四", "王五"))


def without_nicknames(tokenizer: Tokenizer, text: str) -> str:
    """A text without the names that only tell whose case it is; unchanged where nothing else would be left.

    Only whole words count: 小程序 and 老余额 name nobody.
    """
    rest = "".join(_others(tokenizer.words(text)))
    return rest if any(map(str.isalnum, rest)) else text


def _others(words: list[str]) -> Iterator[str]:
    """The words that are nobody's name; 小李 is one word of the dictionary or two of one character."""
    place = 0
    while place < len(words):
        pair = "".join(words[place : place + 2])
        if _is_name(words[place]):
            place += 1
        elif len(words[place]) == 1 and _is_name(pair):
            place += 2
        else:
            yield words[place]
            place += 1


def _is_name(word: str) -> bool:
    return word in _ANYBODY or (len(word) == 2 and word[0] in _BEFORE and word[1] in _SURNAMES)
