"""A library of what answers are put together from: long texts, steps, and tables of years, grades and lists."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from kb.knowledge import Knowledge
from tests.libraries import open_articles

_GRADES = "一二三四五六七八九十"
_MONTHS = (27, 25, 23, 21, 18, 16, 13, 11, 9, 7)

ARTICLES = {
    "policy/wage.md": """\
        ---
        title: 最低月工资标准
        ---
        最低月工资标准每两年左右调整一次。

        ## 历次标准

        | 起始日期 | 最低月工资 | 来源 |
        | --- | --- | --- |
        | 2022-08-01 | 2070元 | 2022年通知 |
        | 2024-01-01 | 2260元 | 2023年通知 |
        | 2026-01-01 | 2490元 | 2025年通知 |
        | 2027-01-01 | 2600元 | 2026年通知 |
        """,
    "policy/base.md": """\
        ---
        title: 社保缴费基数
        ---
        缴费基数每年公布一次。

        ## 各年度缴费基数

        | 年度 | 缴费基数下限 | 缴费基数上限 |
        | --- | --- | --- |
        | 2023年度 | 4462 | 24060 |
        | 2024年度 | 4812 | 24930 |
        | 2025年度 | 4986 | 25299 |
        """,
    "policy/injury.md": """\
        ---
        title: 一次性伤残补助金
        ---
        一次性伤残补助金按等级发。

        ## 各等级几个月

        | 伤残等级 | 一次性伤残补助金 |
        | --- | --- |
        """
    + "".join(
        f"        | {grade}级 | {months}个月本人工资 |\n"
        for grade, months in zip(_GRADES, _MONTHS, strict=True)
    ),
    "policy/offices.md": """\
        ---
        title: 补贴种类
        ---
        补贴分好几种。

        ## 补贴一览

        | 补贴名称 | 谁能领 |
        | --- | --- |
        """
    + "".join(f"        | 第{number}种补贴 | 第{number}类单位 |\n" for number in range(1, 13)),
    "howto/apply.md": """\
        ---
        title: 工伤认定申请
        ---
        工伤认定由单位在30日内申请。

        ## 办理步骤

        窗口按下面的次序做。

        """
    + "".join(
        f"        {number}. 第{number}步{what}，核对以后再做下一步，有疑问的当场问清楚并登记在册。\n"
        for number, what in enumerate(
            "收申请表 查劳动关系 收诊断证明 登记受理 调查取证 拟写决定 复核 审批 送达 归档".split(),
            1,
        )
    ),
    "playbook/password.md": """\
        ---
        title: 数据库口令
        summary: 口令错多试会锁账户，先停程序，再请库侧解锁。
        ---
        口令错了多试会把账户锁掉，先停程序，再请库侧解锁（待核实）。菜单名称以省集中系统为准。

        ## 口令对照

        口令报错先对码，再动手。

        | 错误码 | 含义 |
        | --- | --- |
        | ORA-28000 | 账户锁了，过几天也不会开 |
        | ORA-28002 | 口令过几天到期 |

        默认取值见下表。

        | 策略项 | 取值 |
        | --- | --- |
        | 口令过几天到期 | 180天 |
        | 到期以后还能用几天 | 7天 |
        """,
    "howto/invoice.md": """\
        ---
        title: 手工报销
        ---
        手工报销20个工作日办完。

        ## 要带什么

        手工报销收四样，票据和清单要对得上。

        | 材料 | 要核什么 |
        | --- | --- |
        | 收费票据 | 发票没有在别处报过 |
        | 费用清单 | 项目与金额对得上 |
        | 诊断证明 | 部位与认定的相符 |
        | 病历资料 | 看得出治疗经过 |

        ## 多久办完

        手工报销20个工作日办完。

        · 从收到申请那天算起，补材料的日子不算在里面。

        ## 丢了怎么办

        票据丢了的不当场答能不能报，一律转科室。票据丢了的先收医院的说明，再收能找到的缴费记录，写清丢了哪一张、多少钱、哪一天开的。票据丢了的不能拿复印件直接报，也不能让职工自己写一张代替。票据丢了还要登报的说法没有依据。
        """,
    "policy/months.md": """\
        ---
        title: 失业金领几个月
        ---
        浙江按缴费月数算：缴费每满六个月领一个月，一次最长二十四个月。

        失业金能领几个月，先看缴费满不满一年的那篇。
        """,
    "policy/text.md": """\
        ---
        title: 滞纳金
        codes: [国办发〔2021〕7号]
        ---
        滞纳金按日加收。

        ## 滞纳金怎么算

        滞纳金从欠缴之日起按日加收万分之五，由用人单位自己承担，不得以任何形式转给职工个人。单位对滞纳金的数额有异议的，先缴清再向税务机关申请行政复议。滞纳金的起算日是应缴月份次月的第一天，算到实际入库的那一天为止，节假日也算在里面。因不可抗力没有按时缴的，由单位提出书面说明，税务机关核实以后可以不加收滞纳金。灵活就业人员自己断缴的月份不加收滞纳金，也不能事后补缴。

        ## 一句特别长的话

        单位漏缴或者少缴社会保险费的，由税务机关责令限期缴纳或者补足，并自欠缴之日起按日加收万分之五的滞纳金；逾期仍不缴纳的，处欠缴数额一倍以上三倍以下的罚款，同时可以向银行查询其存款账户并申请划拨，账户余额少于应当缴纳数额的可以要求提供担保并签订延期缴费协议，未足额缴纳又未提供担保的可以申请人民法院扣押、查封、拍卖其价值相当的财产以抵缴社会保险费。罚款由有关行政部门决定，不由经办窗口决定，窗口只负责告知单位去哪里办理和需要准备哪些材料才能受理。

        ## 依据

        - 社会保险法第八十六条，滞纳金怎么加收。
        - 国办发〔2021〕7号，减轻单位负担的几条意见。
        """,
}


@pytest.fixture(scope="session")
def tables(tmp_path_factory: pytest.TempPathFactory, bundled_model: Path) -> Iterator[Knowledge]:
    """The articles above."""
    folder = tmp_path_factory.mktemp("tables")
    knowledge = open_articles(folder, ARTICLES, bundled_model)
    yield knowledge
    knowledge.close()
