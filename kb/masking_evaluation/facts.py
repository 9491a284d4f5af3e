"""How numbers and names of persons are formed: check digits, regions, prefixes, surnames. No number is anyone's.

ID numbers: GB 11643-1999 (check digit ISO 7064 MOD 11-2); bank cards: ISO/IEC 7812 (Luhn); unified social
credit codes: GB 32100-2015 (modulo 31); organisation codes: GB 11714-1997 (modulo 11).
"""

from __future__ import annotations

from datetime import date, timedelta
from random import Random

REGIONS = (
    "330683 330682 330681 330624 330602 330106 330782 331082 310115 320583 341225 360281 370683 "
    "410105 420683 430121 440306 450981 500112 511381 522121 532128 610113 620102 640104 650102 "
    "110105 120101 130102 140702 152101 210203 220802 230103 460105 540102 810000 820000 830000"
).split()
"""Administrative divisions as in ID numbers; the last three stand in residence permits (港澳台居民居住证)."""

MOBILE_PREFIXES = (
    "130 131 132 133 134 135 136 137 138 139 145 147 149 150 151 152 153 155 156 157 158 159 162 165 "
    "166 167 171 172 173 175 176 177 178 180 181 182 183 184 185 186 187 188 189 190 191 192 193 195 "
    "196 197 198 199"
).split()
CARD_PREFIXES = (
    ("622202", 19),
    ("621226", 19),
    ("622848", 19),
    ("621700", 19),
    ("623059", 19),
    ("621799", 19),
    ("622858", 19),
    ("955880", 19),
    ("625912", 16),
    ("622575", 16),
    ("436742", 16),
    ("520169", 16),
    ("621081", 17),
    ("621483", 16),
)
"""Issuers' prefixes and how many digits their cards have."""

SURNAMES = (
    "王 李 张 刘 陈 杨 黄 赵 周 吴 徐 孙 朱 马 胡 郭 林 何 高 罗 郑 梁 谢 宋 唐 许 邓 冯 韩 曹 曾 彭 萧 蔡 潘 田 "
    "董 袁 于 余 叶 蒋 杜 苏 魏 程 吕 丁 沈 任 姚 卢 傅 钟 姜 崔 谭 廖 范 汪 陆 金 石 戴 贾 韦 夏 邱 方 侯 邹 熊 孟 "
    "秦 白 江 阎 薛 尹 段 雷 黎 史 龙 陶 贺 顾 毛 郝 龚 邵 万 钱 严 覃 武 戚 莫 孔 向 汤 裘 竺 商 史 童 俞 施 邢 屠 "
    "过 楼 应 章 支 单 喻 尉 祝 茹 骆 赖 翁 柴 竹 鲍 车"
).split()
COMPOUND_SURNAMES = "欧阳 上官 司马 诸葛 皇甫 尉迟 司徒 夏侯 令狐 慕容 东方 公孙 端木 宇文".split()
GIVEN = (
    "伟 芳 娜 敏 静 丽 强 磊 军 洋 勇 艳 杰 娟 涛 超 霞 平 刚 英 华 玲 建国 建华 国强 国庆 秀英 桂英 秀兰 玉兰 "
    "桂兰 小红 志强 志明 海燕 春梅 水根 阿毛 金花 荣根 来福 和平 为民 有才 柏林 土根 伯祥 岳泉 樟林 苗娟 亚萍 "
    "利民 银花 关根 生财 长青 高峰 明 亮 鑫 浩 宇轩 子涵 梓萱 雨欣 一诺 家豪 思远 晓东 文斌 永康 春生 新昌 "
    "立群 成钢 正义 爱珍 月仙 菊芬 彩娣 招娣 根土 苗土 尧根 仁法 式金 红卫 卫东 援朝 跃进 国土 信用 满堂 全福 "
    "可欣 若曦 乐怡 能武 会军 要武 在田 时光 方圆 安 宁 欢 乐 凯 琪 瑶 昊"
).split()
MINORITY_NAMES = (
    "买买提·吐尔逊 阿依古丽·买买提 迪丽热巴·迪力木拉提 古力娜扎·拜合提亚尔 艾尼瓦尔·阿不都热依木 "
    "努尔·白克力 扎西·多吉 阿布都拉·艾则孜 尼格买提·热合曼 吾买尔江·阿不力孜·艾山"
).split()

_ID_CHECKS = "10X98765432"
_CREDIT_CHARACTERS = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_CREDIT_KINDS = ("91", "92", "93", "11", "12", "13", "51", "52", "53")


def digits(chance: Random, count: int) -> str:
    """So many digits."""
    return "".join(chance.choices("0123456789", k=count))


def birthday(chance: Random) -> date:
    """The day of birth of someone whom a social-security counter serves."""
    return date(1932, 1, 1) + timedelta(days=chance.randrange(80 * 365))


def id_check(first_17: str) -> str:
    """The check character of an 18-character ID number."""
    return _ID_CHECKS[sum(int(digit) * 2 ** (17 - at) for at, digit in enumerate(first_17)) % 11]


def id_18(chance: Random) -> str:
    """An ID number whose check character is right."""
    first = f"{chance.choice(REGIONS)}{birthday(chance):%Y%m%d}{digits(chance, 3)}"
    return first + id_check(first)


def wrong_id_18(chance: Random) -> str:
    """An ID number with one digit of its serial part mistyped: its check character is wrong."""
    right = id_18(chance)
    at = chance.randrange(14, 17)
    return right[:at] + str((int(right[at]) + chance.randint(1, 9)) % 10) + right[at + 1 :]


def id_15(chance: Random) -> str:
    """An ID number of before 1999: no century, no check digit."""
    born = date(1930, 1, 1) + timedelta(days=chance.randrange(60 * 365))
    return f"{chance.choice(REGIONS[:-3])}{born:%y%m%d}{digits(chance, 3)}"


def luhn_check(first: str) -> str:
    """The check digit of a bank card."""
    doubled = (str(int(digit) * (2 - at % 2)) for at, digit in enumerate(reversed(first)))
    return str(-sum(int(digit) for two in doubled for digit in two) % 10)


def bank_card(chance: Random) -> str:
    """A debit or credit card's number."""
    prefix, length = chance.choice(CARD_PREFIXES)
    first = prefix + digits(chance, length - 1 - len(prefix))
    return first + luhn_check(first)


def mobile(chance: Random) -> str:
    """A mobile number of eleven digits."""
    return chance.choice(MOBILE_PREFIXES) + digits(chance, 8)


def credit_code(chance: Random, figures_only: bool) -> str:
    """A unified social credit code whose check characters are right; `figures_only`: without letters."""
    while True:
        kind, region = chance.choice(_CREDIT_KINDS), chance.choice(REGIONS[:-3])
        first = kind + region + organisation_code(chance, figures_only)
        total = sum(
            _CREDIT_CHARACTERS.index(character) * pow(3, at, 31)
            for at, character in enumerate(first)
        )
        code = first + _CREDIT_CHARACTERS[-total % 31]
        if not figures_only or code.isdecimal():
            return code


def organisation_code(chance: Random, figures_only: bool) -> str:
    """An organisation code: eight characters and a check digit, without the hyphen."""
    first = ("" if figures_only else "MA") + digits(chance, 8 if figures_only else 6)
    weights = (3, 7, 9, 10, 5, 8, 4, 2)
    values = (int(character, 36) for character in first)
    return (
        first
        + "0123456789X0"[
            11 - sum(value * weight for value, weight in zip(values, weights, strict=True)) % 11
        ]
    )


def name(chance: Random) -> str:
    """A name in Chinese characters: mostly two or three, seldom a compound surname or a minority's name."""
    draw = chance.random()
    if draw < 0.08:
        return chance.choice(MINORITY_NAMES)
    if draw < 0.16:
        return chance.choice(COMPOUND_SURNAMES) + chance.choice(GIVEN)
    return chance.choice(SURNAMES) + chance.choice(GIVEN)
