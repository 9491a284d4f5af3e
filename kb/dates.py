"""Writes out the years and months that people shorten or speak when they ask: 24年, 67年3月, 1967.3, 二零二四年, 今年."""

from __future__ import annotations

import re
from datetime import date

_NUMERALS = {character: str(digit) for digit, character in enumerate("零一二三四五六七八九")} | {
    "〇": "0"
}
_SPOKEN_YEAR = re.compile(
    r"(?:[一二][零〇九][零〇一二三四五六七八九]{2}|[四五六七八九零〇][零〇一二三四五六七八九](?=年[一二三四五六七八九十]{1,2}月))年"
)
_SPOKEN_MONTH = re.compile(r"(?<=年)(十[一二]|[一二三四五六七八九十])月")
_YEAR_AND_MONTH = re.compile(
    r"(?<![\d./-])((?:19|20)\d\d)[-./](0?[1-9]|1[0-2])(?![\d年])(?:[-./]([12]\d|3[01]|0?[1-9]))?"
    r"(?![\d./-]|\s*[元块万%])"
)
DURATION = "缴交满费了龄作领干差补够到过有共"
"""After these a number of years says how long, not when."""
_SHORT_MONTH = re.compile(r"(?<![\d.年])(\d\d)年(?=(?:0?[1-9]|1[0-2])月)")
_SHORT_BIRTH = re.compile(rf"(?<![\d.{DURATION}])(\d\d)年(?=份?出?生|的?[男女])")
_FIGURE = (
    r"[^，。；？！,;?!]{0,12}?"
    "(?:基数|利率|标准|比例|涨|上调|调整|上限|下限|最低工资|小时工|工亡|计发|失业金|可支配收入|基础养老金|最低.{0,4}[交缴])"
)
"""What is set anew every year: only before it a shortened or relative year is sure to be one."""
_JOINED = "[和跟与及或到至、]"
_SHORT_YEAR = re.compile(
    rf"(?<![\d.{DURATION}])(?<!年{_JOINED})([12]\d)年(?=度|(?!工龄|以|内|前|后|多|来|了){_FIGURE})"
)
_NEXT_SHORT_YEAR = re.compile(rf"(?<=\d{{4}}年{_JOINED})([12]\d)年(?!\d?\d月)")
"""What is joined to a year is one (22年和23年的上限), and what is joined to a number of years another number."""
_YEAR_OF_FIGURE = re.compile(
    r"(?<=基数|利率|标准|工资)(\d\d)年(?!以|内|前|后|多|来)"
    rf"|(?<![\d.{DURATION}])(\d\d)年(?=那[年时会次]|的?呢)"
)
"""What is set anew every year stands before the year (缴费基数24年下限), or the year is pointed at (18年那年)."""
_RELATIVE_YEAR = re.compile(
    r"(今年|去年|前年|明年)(?:(?=(?:1[0-2]|[1-9])月)"
    rf"|(?!才)(?=(?![\s已才刚]*[\d一二三四五六七八九十]){_FIGURE}))"
)
_NOW = re.compile(rf"(?:现在|眼下|目前|当前|眼前)(?={_FIGURE})")
"""Of what is set anew every year, the present one is asked for."""
_BARE_YEAR = re.compile(
    r"(?<![A-Za-z0-9.〔（(\[/-])(?<![A-Za-z] )(19[4-9]\d|20[0-3]\d)"
    r"(?=$|[^\dA-Za-z年.〕）)\]/~-])(?!\s*[年元块万份个人号至到])"
)
_OFFSETS = {"今年": 0, "去年": -1, "前年": -2, "明年": 1}
_YOUNGEST = 14
_AHEAD = 5


def write_out_dates(text: str, today: date) -> str:
    """Return a question with its years in four digits and its months as `1967年3月`.

    A number of years that says how long (缴费24年) stays as it is, as does every year that is not sure.
    """
    text = _SPOKEN_YEAR.sub(lambda match: _digits(match[0]), text)
    text = _SPOKEN_MONTH.sub(_month, text)
    text = _YEAR_AND_MONTH.sub(_year_and_month, text)
    text = _BARE_YEAR.sub(r"\1年", text)
    text = _SHORT_MONTH.sub(lambda match: _year(match[1], today.year + _AHEAD), text)
    text = _SHORT_BIRTH.sub(lambda match: _year(match[1], today.year - _YOUNGEST), text)
    text = _SHORT_YEAR.sub(lambda match: _year(match[1], today.year + _AHEAD), text)
    text = _NEXT_SHORT_YEAR.sub(lambda match: _year(match[1], today.year + _AHEAD), text)
    text = _YEAR_OF_FIGURE.sub(lambda match: _year(match[1] or match[2], today.year + _AHEAD), text)
    text = _NOW.sub(f"{today.year}年", text) if not re.search(r"\d{4}年", text) else text
    return _RELATIVE_YEAR.sub(lambda match: f"{today.year + _OFFSETS[match[1]]}年", text)


def _digits(spoken: str) -> str:
    return "".join(_NUMERALS.get(character, character) for character in spoken)


def _month(match: re.Match[str]) -> str:
    tens, ones = ("1", match[1][1:] or "0") if match[1].startswith("十") else ("", match[1])
    return f"{tens}{_digits(ones)}月"


def _year_and_month(match: re.Match[str]) -> str:
    day = f"{int(match[3])}日" if match[3] else ""
    return f"{match[1]}年{int(match[2])}月{day}"


def _year(digits: str, latest: int) -> str:
    """A year of two digits in the hundred years up to `latest`."""
    return f"{latest - (latest - int(digits)) % 100}年"
