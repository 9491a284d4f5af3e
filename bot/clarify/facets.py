"""The facets that change an answer: when a question is about one, and how its readings are named and found."""

from __future__ import annotations

import re
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Reading:
    """One value of a facet. `wording` begins a choice, `words` name it in a question, `place` in the title,
    headings or first words of a passage."""

    wording: str
    words: re.Pattern[str]
    place: re.Pattern[str]


@dataclass(frozen=True, slots=True)
class Facet:
    """Something that changes the answer to a question that is `about` it; `prompt` asks for the reading."""

    prompt: str
    about: re.Pattern[str]
    readings: tuple[Reading, ...]


def _reading(wording: str, words: str, place: str) -> Reading:
    return Reading(wording, re.compile(words), re.compile(place))


def _all(*patterns: str, but: str = "") -> re.Pattern[str]:
    """Matches a text that holds each of the patterns, and not `but`."""
    without = f"(?!.*(?:{but}))" if but else ""
    return re.compile("^" + without + "".join(f"(?=.*(?:{pattern}))" for pattern in patterns))


_WOMAN = "女|老婆|媳妇|妻|妈|娘|阿姨|婆|奶奶|姐|妹|嫂|婶"
_MAN = "男|老公|丈夫|爸|爹|爷|叔|伯|舅|丈人|公公|儿子|哥|弟"
_PERSON = "他|她|我|客户|人家|这人|此人|师傅"
_WHEN = "几岁|多大|年龄|几时|啥时|什么时候|何时|哪年|哪一年|哪个月|哪月|[有要]几年|几年[好能才]"
_RETIRES = "退休|能退|好退|可以退|时退|年退|月退|岁退|候退"
_NOT_BY_AGE = (
    r"\d年退|病退|工种|特岗|提前|延迟|弹性|早退|晚退|退费|退钱|退票|退回|机关|事业|居保|失业|缴|交"
    "|以前|过去|先[看查]|看哪|查哪"
)
_WORKER = r"(?<!\d)50(?!\d)|五十(?!五)|(?<!职)工(?![作资龄伤])|保洁|操作|一线|生产岗|灵活就业"
_CADRE = r"(?<!\d)55(?!\d)|五十五|干部|管理|技术|科室|科员|职员|经理|主管|会计"

_FIFTY = _reading("原50周岁退休的女职工", _WORKER, "原50周岁女职工|延迟法定退休年龄")
_FIFTY_FIVE = _reading("原55周岁退休的女职工", _CADRE, "原55周岁女职工|延迟法定退休年龄")
_MEN = _reading("男职工", f"{_MAN}|{_WOMAN}", "男职工|延迟法定退休年龄")

_OF_EMPLOYEES = "职工|职保|单位|企业|公司|厂|工资|退休|到龄|按月领"
_FLEXIBLE = _reading("灵活就业人员", "灵活|个体|自由职业|自己[交缴]", "灵活就业")
_RESIDENT = _reading("城乡居民养老保险", "居保|居民|农保|农村|务农|种.{0,3}地", "城乡居民|居保")
_PENSION = "养老|[交缴]满"
_NOT_BY_SCHEME = "比例|百分|基数|个人账户|个人养老金|涨|利率|失业|工伤|机关|事业|年金|补缴|断|转|军|病|灵活|多领|重复|外地|延缴|为止"
_NOT_OF_DEATH = (
    "多领|多发|多拿|退回|还给你|追|扣|停|账户|继承|该发没发|罚|瞒|冒|骗|照领|津贴|涨|认定|失能"
    "|办结|时限|几天|工作日|依据|第几条|区别|区分|同一|一样|叠|两份|收入|最低工资|哪个科|归哪|告诉"
    "|两边|三边|三份|三种|三头|只能|超过|资格|规定|按什么|用处"
)
_BY_SCHEME = "职工养老保险和城乡居民养老保险规定不同，请选一种："

FACETS: tuple[Facet, ...] = (
    Facet(
        "女职工的退休时间要看原来按 50 周岁还是 55 周岁退休，请选一种：",
        _all(_WOMAN, _RETIRES, _WHEN, but=f"{_NOT_BY_AGE}|男"),
        (_FIFTY, _FIFTY_FIVE),
    ),
    Facet(
        "男职工和两类女职工的退休时间不同，请选一种：",
        _all(_PERSON, _RETIRES, _WHEN, but=_NOT_BY_AGE),
        (_MEN, _FIFTY, _FIFTY_FIVE),
    ),
    Facet(
        "个人账户除以几个月要看几岁退休，请选一种：",
        _all(_PERSON, "除以?(?:几|多少|啥|什么)|计发月数.*(?:几|多少)"),
        tuple(
            _reading(f"{age}岁退休", r"\d|十|整岁|提前|延迟|弹性", "计发月数")
            for age in (50, 55, 60, 63)
        ),
    ),
    Facet(
        "死亡待遇要看怎么死亡、参加哪种保险，请选一种：",
        _all(
            "丧葬|抚恤|(?:死(?!活)|没了|(?<!迁)走了|去世|过世|身故).*(?:领|拿|给)",
            "多少|几个月|几样|几钱|啥|什么|怎么|能|吗|伐|不",
            but=_NOT_OF_DEATH,
        ),
        (
            _reading(
                "职工养老参保人因病死亡",
                "病|非因工|退休|灵活|爸|妈|爷|奶|爹|娘|老母|老人|老头|老太|养老|职保|抚恤.*个月|[交缴]",
                "^丧葬补助金和抚恤金",
            ),
            _reading(
                "因工死亡（工亡）",
                "工亡|因工|工伤|工地|干活|厂|上班|单位|员工|供养|每月|每个月|按月|每年|劳动能力|伤残|级",
                "^因工死亡",
            ),
            _reading("领失业金期间死亡", "失业|领金", "失业金.*死亡"),
            _reading("城乡居民养老保险参保人死亡", "居保|居民|农保|农村", "居民养老.*去世"),
        ),
    ),
    Facet(
        "养老保险关系和失业保险关系的转移办法不同，请选一种：",
        _all("(?:关系|保险).*转|转.*关系|年限转", but="劳动关系|结转|转账|转正|账户|户口转"),
        (
            _reading(
                "养老保险关系转移",
                "养老|退休|居保|职保|农保|社保|军|部队|入伍",
                "养老保险关系转移",
            ),
            _reading("失业保险关系转移", "失业|工伤", "失业保险关系转移"),
        ),
    ),
    Facet(
        _BY_SCHEME,
        _all(_PENSION, "领.*条件|条件.*领", but=_NOT_BY_SCHEME),
        (
            _reading("职工养老金申领", _OF_EMPLOYEES, "职工养老金领取|养老金申领"),
            _RESIDENT,
        ),
    ),
    Facet(
        _BY_SCHEME,
        _all(_PENSION, "几岁|岁.*领", but=_NOT_BY_SCHEME),
        (_reading("职工延迟法定退休年龄", _OF_EMPLOYEES, "退休年龄"), _RESIDENT),
    ),
    Facet(
        _BY_SCHEME,
        _all(_PENSION, "[交缴]满?(?:几|多少)个?年|[交缴]满?多久", but=_NOT_BY_SCHEME),
        (_reading("职工最低缴费年限", _OF_EMPLOYEES, "最低缴费年限"), _RESIDENT),
    ),
    Facet(
        _BY_SCHEME,
        _all(_PENSION, "[拿领](?:到手)?(?:多少|几)", but=_NOT_BY_SCHEME),
        (_reading("职工养老金三块怎么算", _OF_EMPLOYEES, "职工养老金怎么算|计发月数"), _RESIDENT),
    ),
    Facet(
        _BY_SCHEME,
        _all(_PENSION, "[交缴](?:多少|几)|最低.*多少|一档", but=_NOT_BY_SCHEME),
        (
            _reading("职工缴费基数和比例", _OF_EMPLOYEES, "缴费基数|缴费比例"),
            _FLEXIBLE,
            _RESIDENT,
        ),
    ),
)
"""In the order in which they are asked: the facet of some people comes before that of all."""
