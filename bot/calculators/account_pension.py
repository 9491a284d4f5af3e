"""The pension from the personal account: the balance divided by the number that belongs to the age."""

from __future__ import annotations

import re
from decimal import ROUND_HALF_UP, Decimal

from bot.calculators.months import age_words
from bot.calculators.slots import ages, amounts, odd_months, yuan_words
from bot.calculators.tables import Row, in_force, read_rows, section_cites, warnings_of
from bot.calculators.types import Calculation, MissingSlot, Question, Refusal, Reply
from kb.knowledge import Knowledge
from kb.types import FrontMatter

_SLUG = "policy/account-divisor"
_AGE, _DIVISOR = "退休年龄", "计发月数"
_ACCOUNT = re.compile("账户|帐户|个账|个帐|储存额")
_DIVIDED = re.compile("计发[月约]数|[计记]发月|除数|[除出]以?(?:多少|几)")
_HOW_MUCH = re.compile("多少|几块|几钱|几钿|几元|怎么分|每月分|以几|[除出]几|是几")
_ANOTHER_QUESTION = re.compile(
    "居民|居保|农保|失业|工伤|利息|利率|记账|计息|[交缴]|取出来|能取|支取|继承|人没了|去世|死|转|查|到账|发放|为什么|为啥|凭啥|是不是|对[吗不伐]|依据|文件"
    "|领完|发完|材料|手续|找谁|哪里|档|还是|差|计发基数|一样|各|一起|出处|表里|咋没|怎么讲|咋讲|解释|说明|嫌|啥叫|什么叫|什么是|[0-9]和[0-9]|[0-9]到[0-9]|[吗伐]$|没列|不带|怎么推|怎么算|小数|个人养老金|银行|社保卡|年金|到银行|金融|密码|激活"
)
_PERSON = re.compile("他|她|我|客户|老公|老婆|爸|妈|阿姨|师傅|这人|这个人")
_PER_MONTH = re.compile("每月|每个月|一个月|月月|多少|几")
_MOST_BALANCE = 10_000_000
_CHOICES = ("50岁", "55岁", "60岁", "63岁")
_TENTH, _CENT = Decimal("0.1"), Decimal("0.01")


def divisor_between(years: Decimal, next_years: Decimal, months: int) -> Decimal:
    """The divisor `months` after a full year of age: the months between two full years in equal steps, to one
    decimal; policy/account-divisor (an interpolation that fits the published samples)."""
    exact = years - (years - next_years) * months / 12
    return exact.quantize(_TENTH, ROUND_HALF_UP)


def account_pension_of(balance: Decimal, divisor: Decimal) -> Decimal:
    """The monthly pension from the account: article 32 of the 浙江省职工基本养老保险条例; policy/account-divisor."""
    return (balance / divisor).quantize(_CENT, ROUND_HALF_UP)


def account_pension(knowledge: Knowledge, question: Question) -> Reply | None:
    """Answer the pension from an account, or the divisor of an age; None when neither is asked."""
    text = question.text
    balances, named = amounts(text), ages(text)
    for_divisor = bool(_DIVIDED.search(text)) and not balances
    for_pension = _ACCOUNT.search(text) and balances and _PER_MONTH.search(text)
    if not (for_divisor or (for_pension and _HOW_MUCH.search(text))):
        return None
    head = in_force(knowledge, question, _SLUG)
    if _ANOTHER_QUESTION.search(text) or len(balances) > 1 or len(named) > 1 or head is None:
        return None
    if odd := odd_months(text):
        return Refusal(f"“{odd}”满12个月就是一岁，请按几岁几个月重新输入，例如：60岁5个月计发月数")
    if balances and not 0 < balances[0] <= _MOST_BALANCE:
        return Refusal(
            f"账户储存额“{yuan_words(balances[0])}元”不合常理，请核对后重新输入，例如：账户8万60岁退休每月多少"
        )
    balance = balances[0] if balances else None
    if not named and not _HOW_MUCH.search(text):
        return None
    if not named:
        return _ask_age(text, balance)
    return _calculation(knowledge, named[0], balance, head)


def _ask_age(text: str, balance: Decimal | None) -> MissingSlot | None:
    """Somebody's own divisor depends on his age; 计发月数是多少 in general the article answers."""
    if balance is None and not _PERSON.search(text):
        return None
    rest = f"个人账户{yuan_words(balance)}元每月多少" if balance else "个人账户计发月数多少"
    return MissingSlot(
        "职工养老的计发月数看退休时几岁零几个月（城乡居民另有规定），请选一个，或写明年龄再问（例如60岁5个月）：",
        tuple(f"{age}退休{rest}" for age in _CHOICES),
    )


def _calculation(
    knowledge: Knowledge, age: int, balance: Decimal | None, head: FrontMatter
) -> Calculation | Refusal:
    rows = {
        row.cell(_AGE).replace("零", ""): row for row in read_rows(knowledge, _SLUG, _AGE, _DIVISOR)
    }
    own, full = rows.get(age_words(age)), rows.get(age_words(age - age % 12))
    after = rows.get(age_words(age - age % 12 + 12))
    used = [own] if own else [row for row in (full, after) if row]
    numbers = [number for row in used if (number := row.number(_DIVISOR)) is not None]
    if not own and len(numbers) < 2:
        return Refusal(
            f"计发月数表里没有{age_words(age)}，不能推算，一律看系统内置表。请核对退休年龄，例如：60岁5个月计发月数"
        )
    divisor = numbers[0] if own else divisor_between(numbers[0], numbers[1], age % 12)
    return _say(knowledge, age, balance, divisor, used, head)


def _say(
    knowledge: Knowledge,
    age: int,
    balance: Decimal | None,
    divisor: Decimal,
    used: list[Row],
    head: FrontMatter,
) -> Calculation:
    monthly = account_pension_of(balance, divisor) if balance else None
    between = (
        f"，夹在{'和'.join(row.cell(_DIVISOR) for row in used)}之间按月递减"
        if len(used) > 1
        else ""
    )
    steps = _steps(age, divisor, used)
    if balance and monthly:
        result = f"每月{yuan_words(monthly)}元：{yuan_words(balance)}元除以{age_words(age)}的计发月数{divisor}。"
        formula = f"{steps}{yuan_words(balance)}÷{divisor}＝{yuan_words(monthly)}元"
    else:
        result = f"{divisor}：{age_words(age)}退休的计发月数{between}。"
        formula = steps.rstrip("；") or f"{age_words(age)}：{divisor}"
    asked = (
        ("退休年龄", age_words(age)),
        *((("储存额", f"{yuan_words(balance)}元"),) if balance else ()),
    )
    return Calculation(
        title="个人账户养老金" if balance else "个人账户养老金计发月数",
        result=result,
        formula=formula,
        inputs=asked,
        cites=(*(row.id for row in used), *section_cites(knowledge, f"{_SLUG}#几岁零几个月怎么取")),
        warnings=(*_doubts(age, used, bool(balance)), *warnings_of(head)),
    )


def _steps(age: int, divisor: Decimal, used: list[Row]) -> str:
    """How the divisor between two full years was found; empty where the table has it."""
    if len(used) == 1:
        return ""
    first, second = (row.cell(_DIVISOR) for row in used)
    return f"{first}－（{first}－{second}）×{age % 12}÷12＝{divisor}；"


def _doubts(age: int, used: list[Row], pension: bool) -> tuple[str, ...]:
    said = []
    if age % 12 and (len(used) > 1 or used[0].unverified(_DIVISOR)):
        said.append("几岁零几个月的计发月数浙江是否逐月这样取待核实，以系统核定表印的数为准")
    if pension:
        said.append("按职工养老算，城乡居民养老另有规定")
        said.append("这只是个人账户这一块，基础养老金不除计发月数")
    return tuple(said)
