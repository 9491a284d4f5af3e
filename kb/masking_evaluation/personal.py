"""What identifies a person, as people type it at a counter; each function draws one piece."""

from __future__ import annotations

from collections.abc import Callable
from random import Random

from kb.masking_evaluation.facts import (
    bank_card,
    digits,
    id_15,
    id_18,
    mobile,
    name,
    wrong_id_18,
)
from kb.masking_evaluation.pieces import Piece, labelled, maybe_bracketed, typed

_ID_LABELS = "身份证 身份证号 身份证号码 公民身份号码 证件号 证件号码 社会保障号 社会保障号码 身份证件号码".split()
_NAME_LABELS = (
    "姓名：|姓名:|姓名: |姓名 |姓名是|姓名为|姓名|名字叫|名字是|名字：|参保人|参保人：|参保人员：|参保人姓名：|申请人：|申请人|"
    "申请人是|户主|户主：|户主是|本人叫|我叫|他叫|她叫|持卡人：|收款人：|收款人|退休人员|联系人：|死者|被保险人：|"
    "职工姓名：|领取人：|退休人员：|代办人：|户名："
).split("|")
_NAME_ENDS = (
    "|，|。|,|；|、| |（|）| 男|，女|的养老金|的社保卡|能退休吗|怎么补缴|今年60岁|身份证|在哪里领|要转移|已经退休|"
    "电话|要不要认证|想办退休|交了15年|1965年出生|没有参保|没领到钱|重复参保了|是不是可以退|因病去世|说没收到|"
    "和单位有争议|查不到记录|去世了|社保断了"
).split("|")
_PLACES = (
    "浙江省嵊州市剡湖街道东南路{0}号{1}幢{2}室|嵊州市甘霖镇东王村{0}号|嵊州市三江街道官河南路{0}号|"
    "杭州市西湖区文三路{0}号{1}单元{2}室|崇仁镇廿八都村{1}组{0}号|鹿山街道越秀小区{1}幢{2}|"
    "绍兴市嵊州市长乐镇开元村|黄泽镇白泥墩村"
).split("|")


def _id_18(chance: Random) -> Piece:
    number = typed(chance, id_18(chance), (6, 8, 4), (6, 4, 4, 4), (4, 4, 4, 4, 2), (3, 3, 4, 4, 4))
    around = labelled(chance, _ID_LABELS) if chance.random() < 0.5 else maybe_bracketed(chance)
    return Piece("身份证号（18位）", number, *around)


def _id_15(chance: Random) -> Piece:
    number = typed(chance, id_15(chance), (6, 6, 3))
    around = labelled(chance, _ID_LABELS) if chance.random() < 0.5 else maybe_bracketed(chance)
    return Piece("身份证号（15位）", number, *around)


def _mistyped_id(chance: Random) -> Piece:
    number = wrong_id_18(chance)
    number = number[:-1] if chance.random() < 0.2 else typed(chance, number, (6, 8, 4))
    return Piece("写错的身份证号（有标签）", number, *labelled(chance, _ID_LABELS))


def _mobile(chance: Random) -> Piece:
    prefix = chance.choice(("", "", "", "", "+86", "+86 ", "86", "86-", "0086", "0086 ", "(+86)"))
    number = prefix + typed(chance, mobile(chance), (3, 4, 4), (3, 4, 4), (3, 4, 4), (4, 4, 3))
    if chance.random() < 0.5:
        labels = "手机 手机号 手机号码 电话 联系电话 联系方式 微信同号 TEL 打我电话".split()
        return Piece("手机号", number, *labelled(chance, labels))
    return Piece("手机号", number, *maybe_bracketed(chance))


def _landline(chance: Random) -> Piece:
    number = chance.choice("8765432") + digits(chance, chance.choice((6, 7)))
    area = chance.choice(("0575-", "0575", "0571-", "(0575)", "0575 ", "", "010-", "（0575）"))
    labels = "家里电话 家庭电话 联系电话 家里的电话 家里座机 本人联系电话 联系方式 我家电话".split()
    return Piece("固定电话（有标签）", area + number, *labelled(chance, labels))


def _bank_card(chance: Random) -> Piece:
    number = typed(chance, bank_card(chance), (4, 4, 4, 4), (4, 4, 4, 4), (6, 13))
    if chance.random() < 0.5:
        labels = "银行卡 银行卡号 卡号 银行账号 工资卡 收款账号 养老金发放账号 新卡号".split()
        return Piece("银行卡号", number, *labelled(chance, labels))
    return Piece("银行卡号", number, *maybe_bracketed(chance))


def _passbook(chance: Random) -> Piece:
    number = chance.choice("123456789") + digits(chance, chance.choice((14, 16, 18)))
    labels = "存折账号 银行账号 收款账号 存折号 个人账号 银行卡号".split()
    return Piece("银行账号（有标签）", number, *labelled(chance, labels))


def _social_card(chance: Random) -> Piece:
    number = chance.choice(("", *"ACDG")) + digits(chance, 8)
    number = number if len(number) == 9 else digits(chance, 9)
    labels = "社保卡 社保卡号 社会保障卡号 社会保障卡号码 市民卡号 社保卡卡号 社保卡号码".split()
    return Piece("社保卡号（有标签）", typed(chance, number), *labelled(chance, labels))


def _personal_number(chance: Random) -> Piece:
    number = "1" + digits(chance, chance.choice((8, 9, 10)))
    labels = "个人编号 个人社保编号 社保编号 个人社保号".split()
    return Piece("个人编号（有标签）", typed(chance, number), *labelled(chance, labels))


def _travel_document(chance: Random) -> Piece:
    passport = chance.choice(("E", "G", "EA", "EB", "EJ"))
    permit = chance.choice("HM") + digits(chance, chance.choice((8, 10)))
    number, labels = chance.choice(
        (
            (passport + digits(chance, 9 - len(passport)), "护照 护照号 护照号码"),
            (permit, "港澳通行证 回乡证号 港澳居民来往内地通行证 通行证号码"),
            (digits(chance, 8), "台胞证 台胞证号 台湾居民来往大陆通行证号"),
            (
                chance.choice(("USA", "JPN", "KOR")) + digits(chance, 12),
                "外国人永久居留证 永久居留身份证号 永居证号",
            ),
        )
    )
    return Piece("护照和通行证号（有标签）", number, *labelled(chance, labels.split()))


def _disability_card(chance: Random) -> Piece:
    number = id_18(chance) + chance.choice("1234567") + chance.choice("1234")
    around = labelled(chance, ("残疾证", "残疾证号", "残疾人证号", "残疾人证"))
    return Piece("残疾人证号", number, *(around if chance.random() < 0.7 else ("", "")))


def _email(chance: Random) -> Piece:
    user = chance.choice(
        (digits(chance, 9), "zhangwei" + digits(chance, 4), "li.na_88", "wang-fang")
    )
    host = chance.choice(
        ("qq.com", "163.com", "126.com", "139.com", "gmail.com", "vip.sina.com.cn")
    )
    before = chance.choice(("邮箱", "邮箱：", "发到", "email:", "E-mail ", "", "电子邮箱是"))
    return Piece("邮箱", f"{user}@{host}", before)


def _name(chance: Random) -> Piece:
    written = name(chance)
    if "·" in written:
        written = written.replace("·", chance.choice("··•・．"))
    return Piece("姓名（有标签）", written, chance.choice(_NAME_LABELS), chance.choice(_NAME_ENDS))


def _address(chance: Random) -> Piece:
    numbers = chance.randint(1, 300), chance.randint(1, 30), chance.randint(101, 2202)
    labels = "住址：|家庭住址：|现住址：|户籍地址：|家住|地址：|家庭地址：|住址是|现住在|通讯地址 ".split(
        "|"
    )
    ends = ("", "，", "。", " ", "；", "的老人")
    place = chance.choice(_PLACES).format(*numbers)
    return Piece("住址（有标签）", place, chance.choice(labels), chance.choice(ends))


PERSONAL: tuple[tuple[int, Callable[[Random], Piece]], ...] = (
    (8, _id_18),
    (4, _id_15),
    (3, _mistyped_id),
    (7, _mobile),
    (3, _landline),
    (5, _bank_card),
    (2, _passbook),
    (3, _social_card),
    (3, _personal_number),
    (3, _travel_document),
    (2, _disability_card),
    (2, _email),
    (9, _name),
    (3, _address),
)
"""How often each is drawn, and by what."""
