"""Two libraries with the real model in real indexes: a small one made for the rules, and the bureau's own."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from bot.ask import ask
from bot.types import Outcome
from kb.knowledge import Knowledge
from kb.types import Scope
from kb.vector_cache import VectorCache
from tests.libraries import open_articles, open_folder

REPOSITORY = Path(__file__).resolve().parents[2]
TODAY = date(2026, 6, 1)
Ask = Callable[..., Outcome]

ARTICLES = {
    "policy/base.md": """\
        ---
        title: 社保缴费基数
        kind: policy
        summary: 2025年度下限4986元、上限25299元。
        region: 浙江
        effective_from: 2023-01-01
        questions: [社保最低一个月交多少钱, 缴费基数上限是多少]
        codes: [浙人社发〔2025〕52号]
        ---
        2025年度缴费基数下限4986元、上限25299元。

        ## 各年度缴费基数

        | 年度 | 缴费基数下限 | 缴费基数上限 | 来源 |
        | --- | --- | --- | --- |
        | 2023年度 | 4462 | 24060 | 2024-12-20问答 |
        | 2024年度 | 4812 | 24930 | 2025-12-11问答 |
        | 2025年度 | 4986 | 25299 | 浙人社发〔2025〕52号 |
        """,
    "policy/table-50.md": """\
        ---
        title: 原50周岁女职工退休年龄对照表
        kind: policy
        effective_from: 2025-01-01
        questions: [女工人几岁退休]
        ---
        原法定退休年龄50周岁的女职工按出生年月查这张表。

        ## 1976年出生的原50周岁女职工

        | 人员 | 出生年月 | 法定退休年龄 | 法定退休年月 |
        | --- | --- | --- | --- |
        | 原50周岁女职工 | 1976年2月 | 50岁7个月 | 2026年9月 |
        | 原50周岁女职工 | 1976年3月 | 50岁8个月 | 2026年11月 |
        | 原50周岁女职工 | 1976年11月 | 51岁 | 2027年11月 |
        """,
    "policy/table-55.md": """\
        ---
        title: 原55周岁女职工退休年龄对照表
        kind: policy
        effective_from: 2025-01-01
        questions: [女干部几岁退休]
        ---
        原法定退休年龄55周岁的女职工按出生年月查这张表。

        ## 1976年出生的原55周岁女职工

        | 人员 | 出生年月 | 法定退休年龄 | 法定退休年月 |
        | --- | --- | --- | --- |
        | 原55周岁女职工 | 1976年2月 | 56岁7个月 | 2032年9月 |
        | 原55周岁女职工 | 1976年3月 | 56岁7个月 | 2032年10月 |
        | 原55周岁女职工 | 1976年11月 | 56岁9个月 | 2033年8月 |
        """,
    "policy/back-payment.md": """\
        ---
        title: 断缴与补缴
        kind: policy
        summary: 单位漏缴的由单位补缴；灵活就业断缴的月份不能事后补缴。
        verified: false
        review_by: 2020-01-01
        questions: [社保断了能补吗]
        ---
        先分清是谁断的。

        ## 滞纳金怎么算

        滞纳金从欠缴之日起按日加收万分之五，由单位出。
        """,
    "policy/appraisal-old.md": """\
        ---
        title: 劳动能力鉴定老办法（令第21号）
        kind: policy
        status: retired
        effective_from: 2014-04-01
        effective_to: 2025-06-30
        codes: [令第21号]
        questions: [老的劳动能力鉴定要多久]
        ---
        按令第21号，劳动能力鉴定在六十日内出结论。
        """,
    "policy/appraisal.md": """\
        ---
        title: 劳动能力鉴定管理办法（令第55号）
        kind: policy
        effective_from: 2025-07-01
        supersedes: [policy/appraisal-old]
        codes: [令第55号]
        questions: [劳动能力鉴定怎么申请]
        ---
        劳动能力鉴定向设区的市劳动能力鉴定委员会申请。

        ## 办理步骤

        1. 伤情稳定后填写鉴定申请表。
        2. 备齐诊断证明和病历。
        3. 向劳动能力鉴定委员会提交申请。
        """,
    "playbook/oracle.md": """\
        ---
        title: 数据库报错先查什么
        kind: playbook
        ---
        先抄下错误码和时间，再按码查下表。

        ## 错误码对照

        | 错误码 | 含义 | 先做什么 |
        | --- | --- | --- |
        | ORA-00060 | 死锁，库自动回滚一条语句 | 重试一次 |
        | ORA-12541 | 端口上没有监听 | 查端口通不通 |
        """,
    "howto/vault.md": """\
        ---
        title: 机房钥匙保管
        access: engineer
        questions: [机房钥匙在哪里]
        ---
        机房钥匙放在值班室的保险柜，借用要登记。
        """,
    "faq/medical.md": """\
        ---
        title: 医保业务找医保局
        kind: faq
        questions: [医保报销找谁]
        ---
        医保报销、生育津贴请找医保局，电话12393。
        """,
}


@pytest.fixture(scope="session")
def counter(tmp_path_factory: pytest.TempPathFactory, bundled_model: Path) -> Iterator[Knowledge]:
    """The articles above."""
    folder = tmp_path_factory.mktemp("counter")
    knowledge = open_articles(folder, ARTICLES, bundled_model)
    yield knowledge
    knowledge.close()


@pytest.fixture(scope="session")
def library(tmp_path_factory: pytest.TempPathFactory, bundled_model: Path) -> Iterator[Knowledge]:
    """The bureau's own articles.

    Their vectors are computed on the first run and kept for the next ones, as the model is.
    """
    folder = tmp_path_factory.mktemp("library")
    shutil.copytree(REPOSITORY / "articles", folder / "articles")
    cache = VectorCache(REPOSITORY / "var" / "test-vectors.sqlite")
    knowledge = open_folder(folder, bundled_model, cache)
    cache.close()
    yield knowledge
    knowledge.close()


@pytest.fixture(scope="session")
def asked(counter: Knowledge) -> Ask:
    """Ask the small library on TODAY; keywords make another scope."""

    def answer(question: str, **scope: object) -> Outcome:
        return ask(counter, question, replace(Scope(as_of=TODAY), **scope))  # type: ignore[arg-type]

    return answer
