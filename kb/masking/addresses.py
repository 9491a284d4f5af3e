"""Finds where a person lives, behind a label and down to the house or the village."""

from __future__ import annotations

import re
from collections.abc import Iterator

from kb.masking.numbers import Span

ADDRESS = "住址"
_LABEL = re.compile(
    "(?:(?:家庭|现|户籍)?住址|(?:家庭|户籍|居住|联系|通讯|现住|收件)?地址|现?家?住在|现?家住|现住)[ :=是为在]{0,3}"
)
_OFFICES = re.compile(
    "(?:咨询|机关|邮寄|受理|办理|单位|公司|办公|经办|网点|大厅|中心|窗口|注册|局|服务器|网络|IP)的?$"
)
_PLACE = re.compile(r"[\u4e00-\u9fff0-9A-Z\-#]{1,60}")
_DOOR = re.compile(
    r"(?:[\u4e00-\u9fff]{1,8}?(?:路|街|巷|弄|道|区|苑|园))?"
    r"(?:(?:[0-9A-Z\-#]{1,6}|[一二三四五六七八九十]{1,4})(?:号楼|号院|号|幢|栋|单元|室|组|弄|楼|层|座)|[0-9\-]{1,6}(?![0-9元年月日]))"
)
_VILLAGE = re.compile(
    "(?:镇|乡|街道|市|县).{1,8}?(?:村|社区|小区|新村|花园|公寓)|(?<!农)(?:村|小区)(?=[0-9])"
)
_NUMBERED = re.compile("(?:[0-9A-Z]{1,6}|[一二三四五六七八九十]{1,4})(?:号|幢|栋|单元|室|组|弄)")
_ASKED = re.compile("哪|什么|怎|几|是否")


def address_spans(text: str) -> Iterator[Span]:
    """Addresses in a folded text, up to the last part that belongs to them."""
    for label in _LABEL.finditer(text):
        place = _PLACE.match(text, label.end())
        if place is None or _OFFICES.search(text[max(0, label.start() - 6) : label.start()]):
            continue
        end = _end(place[0])
        if end and not _ASKED.search(place[0], 0, end):
            yield place.start(), place.start() + end, ADDRESS


def _end(place: str) -> int:
    """How long the address at the beginning of these words is; 0 where there is none."""
    found = [match.end() for match in (_VILLAGE.search(place), _NUMBERED.search(place)) if match]
    end = min(found, default=0)
    while end and (more := _DOOR.match(place, end)):
        end = more.end()
    return end
