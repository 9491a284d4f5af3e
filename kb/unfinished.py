"""Recognises questions that by their form go on with the one before: comparisons, and what was tried in vain."""

from __future__ import annotations

import re

_COMPARES = re.compile(
    r"^(?:那么?|它|这个|这|两个)?(?:跟|和|同|与|比起?)\S{1,14}?"
    r"(?:比|相比|差在?|差别|区别|分别|不同|不一样|一样|两样|哪个|哪种|谁)"
)
"""跟八级比差多少, 和居保有什么区别: what is compared with it stands in the question before."""

_DIFFERENCE = re.compile(r"区别|差别|差在|不同|不一样|两样|[跟和与比].{1,8}[比差]")

_DONE = r"(?:换|试|重启|重装|卸载|清|拔|插|改|关|装|更新|升级|删|刷新|杀毒|重做|照做|按.{1,6}做)"
_IN_VAIN = (
    r"(?:还是|仍然?|照样|依旧|也是?|都)(?:老样子|一样|这样|那样|[没不连读打登白黑卡报坏]|出不来)"
)
_TRIED = re.compile(rf"{_DONE}[^,，。]{{0,10}}?[了过好遍下][^。]{{0,10}}?{_IN_VAIN}|没用$|不管用")
_BEGINS_TRIED = re.compile(rf"^(?:我们?|已经|刚才?|都|又|也|全)*{_DONE}")

_NEXT = re.compile(
    r"下一步|接下来|(?:还|再)(?:要|得|需要|应该)[^。]{0,6}?(?:动|改|做|弄|查|看|试)|然后呢"
)


def compares(text: str) -> bool:
    """Whether a question compares something with what it does not name."""
    return bool(_COMPARES.search(text))


def asks_difference(text: str) -> bool:
    """Whether a question asks in what two things differ: each of them belongs into the answer."""
    return bool(_DIFFERENCE.search(text))


def tried_in_vain(text: str) -> bool:
    """Whether somebody says that what he did has not helped: the next thing to do is wanted."""
    return bool(_TRIED.search(text))


def says_only_what_was_tried(text: str) -> bool:
    """Whether that is all: a question that begins with what was done does not name the thing that fails."""
    return tried_in_vain(text) and bool(_BEGINS_TRIED.search(text))


def wants_next_step(text: str) -> bool:
    """Whether a question asks what is to be done next."""
    return bool(_NEXT.search(text))
