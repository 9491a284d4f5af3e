"""Years that people shorten are written out, and numbers of years are left alone."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kb.dates import write_out_dates

TODAY = date(2026, 11, 22)


@pytest.mark.parametrize(
    ("asked", "meant"),
    [
        ("24年社保基数下限多少", "2024年社保基数下限多少"),
        ("24年度利率", "2024年度利率"),
        ("23年工亡赔多少钱", "2023年工亡赔多少钱"),
        ("25年养老金涨了多少", "2025年养老金涨了多少"),
        ("2024缴费基数", "2024年缴费基数"),
        ("缴费基数2024", "缴费基数2024年"),
        ("今年缴费基数上限", "2026年缴费基数上限"),
        ("去年工亡补助金标准", "2025年工亡补助金标准"),
        ("前年记账利率", "2024年记账利率"),
        ("明年养老金涨多少", "2027年养老金涨多少"),
        ("67年3月男的什么时候退休", "1967年3月男的什么时候退休"),
        ("05年6月", "2005年6月"),
        ("66年6月6日", "1966年6月6日"),
        ("76年女的几时退", "1976年女的几时退"),
        ("64年出生", "1964年出生"),
        ("1967.3出生", "1967年3月出生"),
        ("1967-03-12生", "1967年3月12日生"),
        ("1967/03", "1967年3月"),
        ("二零二四年缴费基数", "2024年缴费基数"),
        ("二〇二四年三月", "2024年3月"),
        ("一九六七年十二月", "1967年12月"),
        ("六七年十月", "1967年10月"),
        ("25年国家定的居保基础养老金是多少", "2025年国家定的居保基础养老金是多少"),
        ("24年最低工资", "2024年最低工资"),
        ("26年小时工多少", "2026年小时工多少"),
        ("缴费基数24年下限", "缴费基数2024年下限"),
        ("记账利率23年是多少", "记账利率2023年是多少"),
        ("最低工资22年是多少", "最低工资2022年是多少"),
        ("18年那年出的事怎么赔", "2018年那年出的事怎么赔"),
        ("那26年的呢", "那2026年的呢"),
        ("22年和23年社保基数上限多少", "2022年和2023年社保基数上限多少"),
        ("缴费满10年和15年失业金领几个月", "缴费满10年和15年失业金领几个月"),
        ("25年呢", "2025年呢"),
        ("现在最低工资标准", "2026年最低工资标准"),
    ],
)
def test_a_shortened_year_is_written_out(asked: str, meant: str) -> None:
    assert write_out_dates(asked, TODAY) == meant


@pytest.mark.parametrize(
    "asked",
    [
        "缴费24年能领多少",
        "交了20年社保养老金标准",
        "满25年抚恤金标准",
        "25年工龄养老金调整",
        "交了25年基础养老金多少",
        "交了25年那时候的标准",
        "缴费基数24年以内",
        "利率20年后怎么变",
        "干满18年的呢",
        "工龄26年的呢",
        "2024年和现在的缴费基数",
        "缴费40年的男的",
        "15年6个月",
        "交了二十年",
        "三十年工龄",
        "五六年前",
        "五年三个月",
        "今年50岁女的什么时候退",
        "我妈妈今年五十了，养老金标准是多少",
        "今年刚退休为什么钱比别人少",
        "上年度全省平均工资",
        "95后女的几岁退休",
        "ORA-12541",
        "windows 2016 装不上",
        "浙人社发〔2025〕52号",
        "人社部发(2024)94号",
        "拿了2010块",
        "2024.5元",
        "4986.5",
        "0571-12345",
        "2024-2025年度",
        "2024年缴费基数",
        "2024 年缴费基数",
    ],
)
def test_what_is_no_shortened_year_stays(asked: str) -> None:
    assert write_out_dates(asked, TODAY) == asked


@given(
    st.integers(1940, 2026),
    st.integers(1, 12),
    st.sampled_from(["{}年{}月", "{}-{:02}", "{}.{}", "{}/{}"]),
)
def test_every_month_is_read_in_every_spelling(year: int, month: int, spelling: str) -> None:
    asked = f"男的{spelling.format(year, month)}出生"
    assert write_out_dates(asked, TODAY) == f"男的{year}年{month}月出生"


@given(st.text(st.sampled_from("今去年月日生男女的基数交满2024196735.-/ 度涨"), max_size=30))
def test_writing_out_twice_changes_nothing_more(text: str) -> None:
    once = write_out_dates(text, TODAY)
    assert write_out_dates(once, TODAY) == once
