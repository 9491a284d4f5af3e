"""What only looks personal, as people type it at a counter: it must stay. Each function draws one piece."""

from __future__ import annotations

from collections.abc import Callable
from random import Random
from uuid import UUID

from kb.masking_evaluation.facts import (
    REGIONS,
    bank_card,
    credit_code,
    digits,
    mobile,
    organisation_code,
    wrong_id_18,
)
from kb.masking_evaluation.pieces import Piece

_NO_NAMES = (
    "姓名不一致怎么办|姓名是否一致|姓名和证件号对不上|姓名改了|姓名变更|姓名：|姓名是什么|姓名有生僻字|姓名 性别 年龄|"
    "参保人员增加|参保人员减少|参保人员信息|参保人应当什么时候认证|参保人单位欠费|参保人和单位|参保人时间怎么算|"
    "参保人死亡|参保人查询|参保人方可办理|参保人平均缴费工资|参保人关系转移|参保人成功登记|参保人连续缴费|参保人于次月领取|"
    "参保人周岁|参保人金额不对|参保人任何时候可以查|参保人包括哪些|参保人全部账户|参保人权益|参保人向谁申请|参保人居住地|"
    "申请人条件|申请人应填写|申请人：单位或职工本人|申请人为近亲属|申请人是谁|申请人高龄|申请人相关材料|申请人须到场|"
    "户主变更|户主是谁|户主和家属|户主关系|户主：本人|户主名下|户主单独立户|收款人户名不符|收款人账号|联系人是谁|"
    "联系人方式|本人叫不应|名字打错一个字|名字改过|名字对不上|我叫单位补缴|他叫公司开证明|持卡人挂失|持卡人本人|"
    "领取人常住外地|领取人江苏户口|退休人员安置|退休人员平时体检|退休人员连续工龄|退休人员温州居住|死者家属|"
    "职工姓名：某某|姓名：张某|姓名：___|姓名：王某某|姓名：×××|姓名：李女士|参保人张某某|申请人王先生|被保险人：谁|"
    "户名和证件号不符|户名：嵊州市人力资源和社会保障局|代办人何时到场|参保人明明交了钱|申请人同时参加|参保人计算|"
    "退休人员高温补贴|参保人常见问题|申请人房产证|参保人何处领卡|申请人时限|退休人员金卡|参保人支付方式|户主石材厂上班"
).split("|")
_NO_ADDRESS = (
    "住址变更去哪个街道|家庭住址要不要填到门牌号|地址：___|地址栏左侧图标|住址怎么改|地址解析失败|"
    "户籍地址和居住地不一致|家住农村能参保吗|现住在外省怎么认证|地址：http://10.33.1.8/sb/login"
).split("|")
_HOSTS = "10.33.{}.{}|172.16.{}.{}|192.168.{}.{}".split("|")


def _document_number(chance: Random) -> Piece:
    year = chance.randint(1998, 2026)
    organ = chance.choice(
        "人社部发 浙人社发 国发 绍市人社发 嵊人社 人社厅函 浙政办发 财税 浙人社规".split()
    )
    left, right = chance.choice((("〔", "〕"), ("[", "]"), ("【", "】"), ("(", ")"), ("（", "）")))
    return Piece("文号", f"{organ}{left}{year}{right}{chance.randint(1, 210)}号")


def _error_code(chance: Random) -> Piece:
    form = chance.choice(
        "ORA-{:05d}|E-{:04d}|0x8007{:04d}|0x8010{:04d}|ERR{:06d}|TNS-{:05d}|HTTP {:03d}|错误码{:08d}|"
        "SQLCODE=-{:05d}|返回码{:09d}|错误代码：{:012d}|-{:010d}".split("|")
    )
    return Piece("错误码", form.format(chance.randrange(99_999)))


def _amount(chance: Random) -> Piece:
    grouped = f"{chance.randrange(10**6, 10**10):,}.{digits(chance, 2)}"
    long = f"{mobile(chance)}.{digits(chance, 2)}"
    round_ = f"{chance.randint(130, 199)}00000000"
    choices = (
        f"{long}元",
        f"{grouped}元",
        f"{round_}元",
        f"{chance.randrange(10**4)}.{digits(chance, 2)}元",
        f"￥{mobile(chance)}",
        f"¥{long}",
        f"{mobile(chance)} 元",
        f"金额{long}",
        f"合计：{round_}",
        f"{chance.randint(1, 9999)}万元",
        f"RMB {grouped}",
        f"{grouped}",
        f"{mobile(chance)}元整",
        f"余额{mobile(chance)}分",
    )
    return Piece("金额", chance.choice(choices))


def _moment(chance: Random) -> Piece:
    year, month, day = chance.randint(1950, 2026), chance.randint(1, 12), chance.randint(1, 28)
    clock = f"{chance.randrange(24):02}:{chance.randrange(60):02}:{chance.randrange(60):02}"
    choices = (
        f"{year}{month:02}{day:02}",
        f"{year}-{month:02}-{day:02} {clock}",
        f"{year}{month:02}",
        f"{year}年{month}月{day}日",
        f"{year}{month:02}{day:02}{clock.replace(':', '')}",
        f"{year}{month:02}-{year + 1}{month:02}",
        f"{year}.{month:02}.{day:02}-{year + 9}.{month:02}.{day:02}",
        f"{year}/{month}/{day}",
        f"{year}{month:02}{day:02}-{year + 1}{month:02}{day:02}",
        f"{year} {year + 1} {year + 2} {year + 3}",
        f"{year}-{month:02}-{day:02}T{clock}.{digits(chance, 6)}",
        f"17{digits(chance, 8)}",
    )
    return Piece("日期时间", chance.choice(choices))


def _credit_code(chance: Random) -> Piece:
    label = chance.choice(("", "信用代码", "统一社会信用代码：", "单位", "税号 "))
    return Piece("统一社会信用代码", credit_code(chance, chance.random() < 0.4), label)


def _organisation_code(chance: Random) -> Piece:
    code = organisation_code(chance, chance.random() < 0.6)
    return Piece(
        "组织机构代码", f"{code[:8]}-{code[8]}", chance.choice(("", "组织机构代码", "机构代码："))
    )


def _serial(chance: Random) -> Piece:
    labels = (
        "流水号 业务号 单号 批次号 受理号 业务流水号 交易流水号 工单号 订单号 办件编号 缴款书号 电子税票号 "
        "业务编号 凭证号 申报号 回单编号 单位编号 序列号"
    ).split()
    label = chance.choice(labels) + chance.choice(("", "：", ":", " ", "是", "为"))
    number = chance.choice(
        (
            mobile(chance),
            bank_card(chance),
            f"{chance.choice(REGIONS)}{chance.randint(2022, 2025)}{chance.randint(1, 12):02}"
            f"{chance.randint(1, 28):02}{digits(chance, 4)}",
            f"20{chance.randint(22, 26)}{digits(chance, 14)}",
            f"{chance.choice(REGIONS[:-3])}{chance.randint(22, 25)}{chance.randint(1, 12):02}"
            f"{chance.randint(1, 28):02}{digits(chance, 3)}",
            digits(chance, chance.choice((9, 11, 12, 15, 16, 19, 20, 24))),
            f"LS{digits(chance, 12)}",
        )
    )
    return Piece("流水号和单号", number, label)


def _file_name(chance: Random) -> Piece:
    day = f"2026{chance.randint(1, 12):02}{chance.randint(1, 28):02}"
    choices = (
        f"YLJ_{day}_{digits(chance, 3)}.txt",
        f"AC{digits(chance, 2)}_BAK_{day}",
        f"养老发放{day}.xls",
        f"IC02.AAC{digits(chance, 3)}",
        f"330683_{day}_{digits(chance, 6)}.zip",
        f"/opt/app/logs/{day}.log",
        f"SB{day}{digits(chance, 6)}.dat",
        f"TMP_{mobile(chance)[:9]}",
    )
    return Piece("文件名与表名", chance.choice(choices))


def _host(chance: Random) -> Piece:
    address = chance.choice(_HOSTS).format(chance.randint(0, 254), chance.randint(1, 254))
    choices = (
        address,
        f"{address}:{chance.randint(1024, 65535)}",
        f"端口{chance.randint(1024, 65535)}",
        f"scott@orcl{chance.randint(1, 9)}",
        f"root@{address}",
        f"http://{address}:8080/sb/{digits(chance, 6)}",
        "MAC 00-1B-44-11-3A-B7",
    )
    return Piece("地址和端口", chance.choice(choices))


def _hotline(chance: Random) -> Piece:
    number = f"0575-83{digits(chance, 6)}"
    choices = (
        "12333",
        "12393",
        "12366",
        "12345",
        f"咨询电话{number}",
        number,
        f"人社局电话{number}",
        f"窗口联系电话：{number}",
        f"医保局联系电话 {number}",
        f"服务热线400-{digits(chance, 3)}-{digits(chance, 4)}",
        f"打{number}没人接",
        f"投诉电话：{number}",
        "银行客服95588",
        f"值班电话83{digits(chance, 6)}",
        "联系电话12333",
    )
    return Piece("热线与办公电话", chance.choice(choices))


def _version(chance: Random) -> Piece:
    choices = (
        f"V{chance.randint(1, 9)}.{chance.randint(0, 20)}.{digits(chance, 8)}",
        f"{chance.randint(1, 20)}.{chance.randint(0, 9)}.{chance.randint(0, 9)}.{digits(chance, 4)}",
        f"版本20{digits(chance, 6)}.{chance.randint(1, 9)}",
        f"Oracle 19.{chance.randint(3, 25)}.0.0.0",
    )
    return Piece("版本号", chance.choice(choices))


def _isbn(chance: Random) -> Piece:
    first = "9787" + digits(chance, 8)
    check = -sum(int(digit) * (1, 3)[at % 2] for at, digit in enumerate(first)) % 10
    number = f"{first}{check}"
    written = f"{number[:3]}-{number[3]}-{number[4:8]}-{number[8:12]}-{number[12]}"
    return Piece("ISBN", chance.choice((number, written)), chance.choice(("ISBN ", "ISBN", "书号")))


def _wrong_id(chance: Random) -> Piece:
    before = chance.choice(("", "这串数字", "返回"))
    return Piece("校验位不对的18位数", wrong_id_18(chance), before)


def _place(chance: Random) -> Piece:
    east, north = f"120.{digits(chance, chance.choice((6, 13)))}", f"29.{digits(chance, 6)}"
    return Piece("坐标", f"{east},{north}", chance.choice(("", "坐标", "经纬度：")))


def _hash(chance: Random) -> Piece:
    number = chance.getrandbits(128)
    choices = (f"{number:032x}", str(UUID(int=number)), f"{number:032X}", f"{number >> 64:016x}")
    return Piece(
        "哈希值", chance.choice(choices), chance.choice(("", "traceId=", "MD5 ", "日志ID："))
    )


def _anchor(chance: Random) -> Piece:
    choices = (
        "policy/unemployment#lead",
        f"howto/card-lost#s{digits(chance, 2)}",
        f"reconciliation/bank-vs-ledger#第{chance.randint(1, 9)}步",
        f"policy/retirement-2025#表{chance.randint(1, 9)}",
    )
    return Piece("段落锚点", chance.choice(choices))


def _no_name(chance: Random) -> Piece:
    return Piece("不是姓名的话", chance.choice(_NO_NAMES))


def _no_address(chance: Random) -> Piece:
    return Piece("不是住址的话", chance.choice(_NO_ADDRESS))


HARMLESS: tuple[tuple[int, Callable[[Random], Piece]], ...] = (
    (5, _document_number),
    (5, _error_code),
    (6, _amount),
    (6, _moment),
    (4, _credit_code),
    (2, _organisation_code),
    (6, _serial),
    (3, _file_name),
    (3, _host),
    (3, _hotline),
    (2, _version),
    (1, _isbn),
    (3, _wrong_id),
    (2, _place),
    (3, _hash),
    (1, _anchor),
    (7, _no_name),
    (2, _no_address),
)
"""How often each is drawn, and by what."""
