"""The kinds of things that questions ask for, and what holds such a thing: figures, days, telephone numbers, banks."""

from __future__ import annotations

import re
from dataclasses import dataclass

from kb.tokenizer import normalise

_NOTHING = "(?!)"
_NUMERAL = r"[一二三四五六七八九十百千万亿]+[个人年月日岁次种座公米元%]"
KINDS: tuple[tuple[re.Pattern[str], re.Pattern[str]], ...] = tuple(
    (re.compile(asked), re.compile(held))
    for asked, held in (
        (r"多少|几|多[大高长远久]|比[例率]|人口|面积|金额|标准|利率", rf"\d|{_NUMERAL}"),
        (
            r"何时|什么时[候间]|啥时候|哪一?年|时间|几[月日]|年份|日期|时候",
            r"\d年|\d月|世纪|年代|时期|朝",
        ),
        (r"谁|哪位|什么人|人物|作者|名字|哪个人", r"[由被]|创|者|先生|·"),
        (
            r"哪[里儿]|何处|地[方点区]|位于|哪个[国城省]|哪些地方|在哪",
            r"位于|[省市县区州国]|地处|坐落|[东南西北]",
        ),
        (r"为什么|为何|原因|因何|怎么来的|为啥", r"因|由于|所以|为了|故|导致"),
        (r"哪些|哪几|特点|包括|有什么|分为|种类", r"、|包括|分为|以及|等"),
        (r"怎么|如何|怎样|方式|方法|咋", r"以|通过|采用|用|把"),
        (
            r"是什么|什么是|指的是|指什么|定义|意思|称为|叫什么|又称|别名|[全简]称",
            r"是|指|称|名|为|叫",
        ),
    )
)
"""What a question asks for, and what an answer to it holds. The first is a figure, the second a time."""


@dataclass(frozen=True, slots=True)
class Particular:
    """A thing that is either written or not: no other words of an article can stand in for it.

    `asked` is found in a question for it, `held` in what gives it, `spoken_of` in what speaks of it. All are
    for normalised text.
    """

    name: str
    asked: re.Pattern[str]
    held: re.Pattern[str]
    spoken_of: re.Pattern[str]


_GIVE = "(?:给|发|报|告诉|提供)(?:给|一?下|一?个|过来)*(?:我(?![了看用打])|$)|(?:发|报)(?:一?下|过来)|有没有|有[吗伐么]"
_WHICH = "(?:到底|究竟|应该|现在)?(?:是|填|写|设)?(?:成)?(?:多少|几)(?![个次天年种样台位人])"
_TO_ME = "(?:告诉我|(?:给|发|报|提供)(?:给我?|一?下|我)|显示|列出)"


def _named(noun: str, more: str = _WHICH) -> str:
    """A question for what a noun names: 网址发我, 手机号是多少, 告诉我你们的网址; not 网址打不开怎么办."""
    end = "(?:一?下|吧|呢|呗)?$"
    begin = r"(?:^|[\s,，。;；:：]|你|请|直接|可以|能|把)"
    return rf"(?:(?:{noun})(?:{_GIVE}|{more})|{begin}{_TO_ME}[^,，。;；]{{0,12}}(?:{noun}){end})"


def _particular(name: str, asked: str, held: str, spoken_of: str) -> Particular:
    return Particular(name, *map(re.compile, (asked, held, spoken_of)))


_PHONE = "(?:电话|座机|热线)(?:的?号码?)?|手机的?号码?|联系方式"
_HOW_MANY = "(?:是|打)?(?:多少|几号|几$|几[呀啊呢?])"
_FULL_NUMBER = r"\d{3,4}-\d{7,8}|(?<!\d)1[3-9]\d{9}(?!\d)"
"""Who is asked for by name is not reached under a hotline of another office."""
_IP, _PORT = "(?<![a-z])ip(?![a-z])(?:地址)?|(?<![a-z])dns(?![a-z])(?:地址)?|网关", "端口号?"
_BANKS = "农行|工行|建行|中行|交行|招行|邮储|农商行?|信用社|(?:农业|工商|建设|中国|交通|招商|邮政储蓄|商业)银行"
_OFFICERS = "局长|科长|主任|书记|院长|所长|厅长|部长|处长|工程师|科员|经办人|负责人"

_ASKS_ELSE = re.compile(
    "问谁|谁[算定付出]|怎么[回说答讲算解]|如何|(?:要不要|该不该|能不能|要).{0,6}[写记问]|能记|收不收"
)
"""Who asks so, asks what to do about such a thing, and not for the thing."""

PARTICULARS: tuple[Particular, ...] = (
    _particular(
        "这个电话号码",
        rf"(?:科|室|窗口|工程师|厂家|厂商|公司|医院|网点|支行|镇|街道|{_OFFICERS})的?"
        + _named(_PHONE, _HOW_MANY),
        _FULL_NUMBER,
        "电话|号码|联系",
    ),
    _particular(
        "电话号码",
        _named(_PHONE, _HOW_MANY),
        _FULL_NUMBER + r"|(?<!\d)(?:1[0-2]\d{3}|9[56]\d{3,4})(?!\d)",
        "电话|号码|热线|联系",
    ),
    _particular(
        "网址",
        _named(
            "网址|网站地址|(?:登录|访问|下载|网页|网站)的?(?:地址|链接)|链接|url",
            f"{_WHICH}|是?(?:什么|啥)",
        ),
        r"https?://|www\.|[a-z0-9-]+\.(?:com|cn|gov|net|org)(?![a-z])",
        "网址|地址|链接|入口",
    ),
    _particular(
        "地址（IP）",
        _named(f"(?:{_IP})(?:(?:和|跟|、|加)(?:{_PORT}))?", f"{_WHICH}|是?什么(?!意思)"),
        r"\d{1,3}(?:\.\d{1,3}){3}",
        "ip|dns|地址",
    ),
    _particular(
        "端口号",
        _named(_PORT),
        r"端口[^\d,;。]{0,8}\d{2,5}|(?<![\d.])\d{3,5}(?![\d.年])[^,;。]{0,12}端口",
        "端口",
    ),
    _particular(
        "密码和口令",
        _named("密码|口令", "(?:到底|究竟)?(?:是|为)?(?:多少|几)(?![个次套种位天])"),
        _NOTHING,
        _NOTHING,
    ),
    _particular(
        "个人的证件号和账号",
        rf"{_TO_ME}[^,，。;；]{{0,12}}(?:身份证号|证件号|社保号|银行卡号|银行账号)(?:码)?(?:一?下|吧|呢)?$",
        _NOTHING,
        _NOTHING,
    ),
    _particular(
        "人的姓名",
        rf"(?:{_OFFICERS})(?:现在|目前)?(?:是谁|是哪位|是哪个(?!部门|科)|叫(?:什么|啥)|姓(?:什么|啥)|贵姓)",
        _NOTHING,
        "姓名|联系表|公示",
    ),
    _particular(
        "哪家银行",
        rf"(?:{_BANKS})(?:支行)?(?:还是|或者?|,)(?:是|开在)?(?:{_BANKS})|(?:开|设|存)在?(?:哪家|哪个|什么|哪)银行|是哪家银行",
        _BANKS,
        "银行|开户",
    ),
    _particular(
        "地址和门牌",
        r"在哪条(?:路|街)|门牌|[坐乘]几路|几路(?:车|公交)|在几楼|(?:在|去|到)几号窗口"
        r"|(?:局|科|大厅|中心|网点|医院|银行|支行|委员会)的?(?:详细|具体)?地址(?:在哪|是|给|发)",
        r"\d+(?:号窗|楼|层)|[路街道]\d+号|[路街]\d",
        "地址|地点|楼",
    ),
    _particular(
        "菜单",
        r"(?:哪个|什么|哪一个)菜单|菜单(?:在哪|叫什么|叫啥|路径|是哪|名称?是)|点(?:哪个|什么)(?:按钮|菜单)",
        r"菜单[:=「“]|→|->|点击?[「“『]|[「“『][^」”』]{1,12}[」”』](?:菜单|按钮)",
        "菜单",
    ),
    _particular(
        "每月是几号",
        r"每个?月[^,，。]{0,8}(?:几号|哪一?天)|(?<![转问打])几号(?:到账|到卡|发(?!生)|打卡|打钱|打款|结账|截止|扣款|代发)",
        r"(?<![\d-])\d{1,2}[日号](?!内)|月[底末初]",
        "几号|日期|发放日|截止日|结账日|代发日|到账|公告",
    ),
    _particular(
        "几点",
        r"(?:\d{5}|热线|人工|局|大厅|窗口|你们|中心|网点|银行|医院|食堂)[^,，。]{0,8}几点(?:钟|上班|下班|开门|关门|开始|结束)",
        r"\d{1,2}(?:点|时(?!内|限)|:\d\d)|小时",
        "时间|几点|钟",
    ),
    _particular(
        "金额",
        r"(?<![多少拿])多少[钱元]|(?<![.\d有分备少差了])几(?:块钱?|元)(?:一?[个张台年月天次]|$|[?呢啊呀伐]|养老金|退休金)"
        r"|多少万|(?:贷|借)多少|(?:奖金|工本费|价格|单价|押金|保修费|手续费)[^,，。]{0,4}(?:多少|几)",
        r"\d(?:[\d,.]*)[万千亿]?(?:元|块)|\d%|百分之|万分之|[×*÷]|\d倍|=\d[\d,.]*(?:;|$)|=\d+个月|\d个月(?:的|本人|工资)"
        r"|免费|不收|不得收|收费|不要钱|元[^;]{0,6}=\d",
        "金额|标准|多少|元|钱|费|奖|数",
    ),
)
"""All that a question asks for of these must be written."""

DEFERRED = re.compile(
    r"待本地核实|(?:还|仍|尚)?(?:未|没有?)(?:公布|核[实到])|不(?:自己)?报(?![盘销账障备案])|不估|本文不[写给列]"
    r"|以[^,，。;；]{2,30}为准|(?:登记|联系|对照)表"
)
"""What an article says where it does not give a thing: who does, or that nobody has published it."""


def things_asked(question: str) -> list[Particular]:
    """The particular things that a question asks for."""
    text = normalise(question)
    if _ASKS_ELSE.search(text):
        return []
    return [thing for thing in PARTICULARS if thing.asked.search(text)]
