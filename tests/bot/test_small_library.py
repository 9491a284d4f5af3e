"""A library of three short articles: what it holds is answered, whatever else people say; nothing else is."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.ask import ask
from kb.knowledge import Knowledge, open_indexer, open_knowledge
from kb.settings import load_settings
from kb.types import Scope

ARTICLES = {
    "canteen.md": """\
---
title: 食堂开放时间
---
早餐7:00到8:30，午餐11:30到13:00，晚餐17:30到18:30；周末不开。

## 饭卡

饭卡在后勤办公室充值，丢了先挂失再补，补卡收10元。
""",
    "meeting.md": """\
---
title: 会议室怎么借
---
会议室在办公系统里预约，最多提前七天，一次不超过四小时。

## 投影仪

投影仪没有信号时先按一下切换键，再检查线有没有插紧。
""",
    "late-fee.md": """\
---
title: 断缴与补缴
---
单位漏缴的由单位补缴；灵活就业断缴的月份不能事后补缴。

## 滞纳金怎么算

滞纳金从欠缴之日起按日加收万分之五，由单位出。
""",
}


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory, bundled_model: Path) -> Iterator[Knowledge]:
    folder = tmp_path_factory.mktemp("small")
    (folder / "articles").mkdir()
    for name, text in ARTICLES.items():
        (folder / "articles" / name).write_text(text, encoding="utf-8")
    knowledge = open_knowledge(load_settings(folder, {}, model=str(bundled_model)))
    open_indexer(knowledge).update()
    yield knowledge
    knowledge.close()


@pytest.mark.parametrize(
    "question",
    [
        "食堂几点开饭",
        "饭卡丢了怎么办",
        "补一张饭卡多少钱",
        "会议室最多能借多久",
        "提前几天可以订会议室",
        "投影仪没反应怎么办",
        "滞纳金一天多少",
        "灵活就业断了几个月能不能补交",
    ],
)
def test_what_it_holds_is_answered_though_it_knows_few_words(
    small: Knowledge, question: str
) -> None:
    assert ask(small, question, Scope()).outcome == "answer"


@pytest.mark.parametrize(
    "question",
    [
        "公司团建去哪里",
        "二手车过户要多少钱",
        "孩子发烧怎么办",
        "年假有几天",
        "银行卡丢了怎么挂失",
        "社保卡丢了怎么办",
        "请假要谁批",
        "退休年龄是几岁",
    ],
)
def test_what_it_does_not_hold_is_declined(small: Knowledge, question: str) -> None:
    assert ask(small, question, Scope()).outcome == "abstention"
