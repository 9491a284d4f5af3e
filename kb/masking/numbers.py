"""Finds numbers and mail addresses of persons: alone when their form and check digit tell, else by a label."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from kb.masking.checks import (
    anything,
    is_bank_card,
    is_disability_card,
    is_grown_ups_id,
    is_id_15,
    is_id_18,
    is_mistyped_id,
    is_no_day,
)

Span = tuple[int, int, str]
"""Where something personal stands in a text (start, end), and the name of its kind."""

_NO_PERSONS = tuple(
    "流水号 流水号码 流水 业务号 业务编号 单号 单据号 批次号 批次 批号 受理号 受理编号 办件号 办件编号 申报号 "
    "凭证号 凭证编号 回单编号 回单号 票号 发票号码 书号 合同号 合同编号 单位编号 单位社保号 案号 档案号 序列号 "
    "日志号 日志ID 流水ID 业务ID 请求ID TRACEID ISBN 条码 条形码 代码 税号 文号 返回码 错误码 状态码 错误号 "
    "版本 版本号 端口 端口号 校验码 对公账号 对公账户 单位账号 单位账户 金额 合计 共计 总计 总额 余额 应缴 实缴 "
    "应发 实发 ¥ $ RMB".split()
)
"""Behind these words and marks no person's number stands."""
_OFFICES = re.compile(
    "(?:局|窗口|科室?|中心|单位|部门|大厅|银行|服务|咨询|投诉|举报|值班|公司|[^家]所|站|热线|办公|客服|街道)的?$"
)
_LINKS = " :=#是为([【“\"'"
_SEEN_BEFORE = 16
_DECIMAL = re.compile(r"(?<![0-9])[0-9]{2,3}\.$")
"""The whole part of a coordinate; after 1. an entry of a list may follow."""
_HASH = re.compile("[0-9A-F-]{16,}")


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of number: its form (group `number`), what else must hold, and, for a kind that is found without
    a label, what must hold behind a word such as 流水号 (None: nothing is enough)."""

    name: str
    form: re.Pattern[str]
    valid: Callable[[str], bool] = anything
    labelled: bool = True
    in_spite: Callable[[str], bool] | None = None


def number_spans(text: str) -> Iterator[Span]:
    """Numbers and mail addresses in a folded text; they may overlap, and what comes first is the better one."""
    for kind in _KINDS:
        for match in kind.form.finditer(text):
            start, end = match.span("number")
            compact = re.sub("[^0-9A-Z]", "", match["number"])
            if kind.valid(compact) and (kind.labelled or _may_be(kind, text, start, end, compact)):
                yield start, end, kind.name


def _may_be(kind: Kind, text: str, start: int, end: int, compact: str) -> bool:
    """Whether nothing around a number that has no label of its kind says that it is something else."""
    before = text[max(0, start - _SEEN_BEFORE) : start].rstrip(_LINKS)
    if before.endswith(_NO_PERSONS):
        return kind.in_spite is not None and kind.in_spite(compact)
    if kind.in_spite is not None:
        return True
    return not _DECIMAL.search(text[max(0, start - 5) : start]) and not _in_hash(text, start, end)


def _in_hash(text: str, start: int, end: int) -> bool:
    """Whether the number is a part of a longer run of hexadecimal digits with letters in it."""
    first = max(0, start - 40)
    around = _HASH.finditer(text, first, min(len(text), end + 40))
    return any(
        run.start() <= start and end <= run.end() and re.search("[A-F]", run[0]) for run in around
    )


def phone_spans(text: str) -> Iterator[Span]:
    """Landline numbers behind a label; those of offices stay."""
    for match in _PHONE.finditer(text):
        before = text[max(0, match.start() - 8) : match.start()]
        if not _OFFICES.search(before):
            yield *match.span("number"), "电话号码"


def _alone(form: str, after: str = "") -> re.Pattern[str]:
    """The form as a whole run of digits. The pattern has no width, so that every run is tried."""
    return re.compile(rf"(?<![0-9])(?=(?P<number>{form})(?![0-9]){after})")


def _behind(label: str, form: str) -> re.Pattern[str]:
    return re.compile(rf"(?:{label})[{re.escape(_LINKS)}]{{0,4}}(?P<number>{form})(?![0-9])")


_GAP = r"[ \-‐–—_.\u200b-\u200d\ufeff]{0,3}"
"""What people type between the groups of a number; full-width forms are folded before."""
_SOME_GAP = _GAP.replace("{0,3}", "{1,3}")
_ID_18 = rf"[0-9](?:{_GAP}[0-9]){{16}}{_GAP}[0-9X]"
_ID_15 = rf"[0-9]{{6}}{_GAP}[0-9]{{6}}{_GAP}[0-9]{{3}}"
_MISTYPED_ID = (
    rf"[0-9]{{13,18}}[0-9X]|[0-9]{{6}}{_GAP}[0-9]{{8}}{_GAP}[0-9]{{2,3}}[0-9X]|"
    rf"[0-9]{{4}}(?:{_GAP}[0-9]{{4}}){{3}}{_GAP}[0-9X]{{1,2}}"
)
_CARD = r"(?:6[0-9]|[89][0-9])[0-9]{14,17}|[345][0-9]{15}(?:[0-9]{3})?"
_CARD_IN_FOURS = rf"[3-689][0-9]{{3}}(?P<gap>{_GAP})[0-9]{{4}}(?:(?P=gap)[0-9]{{4}}){{2}}(?:(?P=gap)[0-9]{{1,3}})?"
_CARD_IN_TWO = rf"[3-689][0-9]{{5}}{_SOME_GAP}[0-9]{{10,13}}"
_ACCOUNT = rf"[0-9]{{12,21}}|{_CARD_IN_FOURS}|{_CARD_IN_TWO}"
_COUNTRY = rf"(?:(?:\(\+86\)|(?:\+|00)?86){_GAP})?"
_MOBILE = rf"{_COUNTRY}1[3-9][0-9](?P<gap>{_GAP})[0-9]{{4}}(?P=gap)[0-9]{{4}}"
_MOBILE_IN_443 = rf"{_COUNTRY}(?!19[0-9]{{2}}{_GAP}(?:19|20))1[3-9][0-9]{{2}}(?P<gap>{_SOME_GAP})[0-9]{{4}}(?P=gap)[0-9]{{3}}"
_MOBILE_SPELT = r"1(?P<gap>[ \-])[3-9](?:(?P=gap)[0-9]){9}"
_NO_AMOUNT = r"(?![ ]*(?:元|万|亿|块|分(?!别|机|管))|\.[0-9]{1,2}(?![0-9]))"
_ID_LABEL = "(?:身份证|居住证)件?号?码?|公民身份号码|社会?保障?号码?|证件号码?"
_ACCOUNT_LABEL = (
    "(?:银行卡|工资卡|养老卡|储蓄卡|借记卡|信用卡|存折)(?:[账帐]号|卡?号码?)?|卡号码?|"
    "(?<![公位统])[账帐]号|(?:收款|发放|个人)[账帐]户"
)
_SOCIAL_CARD_LABEL = "(?:社会?保障?卡|市民卡)(?:卡?号码?)?"
_PERMIT_LABEL = "(?:通行证|回乡证|台胞证)(?:号码?)?"
_PHONE_LABEL = "(?:家里(?:的)?|家庭|我家|我家的|他家|她家|本人|宅)(?:联系)?(?:电话|座机)(?:号码?)?|联系(?:电话|方式)"
_PHONE = re.compile(
    rf"(?:{_PHONE_LABEL})[{re.escape(_LINKS)}]{{0,4}}?"
    rf"(?P<number>(?:\(?0[1-9][0-9]{{1,2}}\)?{_GAP})?[2-8][0-9]{{2,3}}{_GAP}[0-9]{{4}})(?![0-9])"
)
_MAIL = re.compile(
    r"(?<![A-Z0-9._%+\-])(?!GIT@)(?P<number>[A-Z0-9._%+\-]++@(?![A-Z0-9.\-]*(?:GOV\.CN|EXAMPLE\.[A-Z]))(?:[A-Z0-9\-]{1,63}\.){1,4}[A-Z]{2,10})"
)
_KINDS = (
    Kind("残疾人证号", _alone("[0-9]{17}[0-9X][0-9]{2}"), is_disability_card, False),
    Kind("残疾人证号", _behind("残疾人?证(?:号码?)?", "[0-9]{17}[0-9X][0-9]{2}")),
    Kind("身份证号", _alone(_ID_18), is_id_18, False, is_grown_ups_id),
    Kind("身份证号", _alone(_ID_15, "(?!X)"), is_id_15, False),
    Kind("身份证号", _behind(_ID_LABEL, _MISTYPED_ID), is_mistyped_id),
    Kind("永久居留证号", _behind("(?:永久居留(?:身份)?|永居)证(?:号码?)?", "[A-Z]{3}[0-9]{12}")),
    Kind("银行卡号", _alone(f"(?:{_CARD})", "(?!X)"), is_bank_card, False),
    Kind("银行卡号", _alone(_CARD_IN_FOURS, "(?!X)"), is_bank_card, False),
    Kind("银行卡号", _alone(_CARD_IN_TWO, "(?!X)"), is_bank_card, False),
    Kind("社保卡号", _behind(_SOCIAL_CARD_LABEL, "[A-Z][0-9]{8}|[0-9]{9,12}")),
    Kind("银行卡号", _behind(_ACCOUNT_LABEL, _ACCOUNT), is_no_day),
    Kind("手机号", _alone(_MOBILE, _NO_AMOUNT), labelled=False),
    Kind("手机号", _alone(_MOBILE_IN_443, _NO_AMOUNT), labelled=False),
    Kind("手机号", _alone(_MOBILE_SPELT), labelled=False),
    Kind("社保卡号", _behind("卡号码?", "[A-Z][0-9]{8}")),
    Kind("个人编号", _behind("个人编号|社保编号|社保号|人员编号", "[0-9]{7,14}"), is_no_day),
    Kind("护照号", _behind("护照(?:号码?)?", "[A-Z]{1,2}[0-9]{7,8}|[0-9]{9}")),
    Kind("通行证号", _behind(_PERMIT_LABEL, "[A-Z]{0,2}[0-9]{8,10}"), is_no_day),
    Kind("通行证号", _behind("来往大陆通行证(?:号码?)?", "[0-9]{8}")),
    Kind("邮箱", _MAIL),
)
NAMES = tuple(dict.fromkeys([*(kind.name for kind in _KINDS), "电话号码"]))
"""Every kind's name."""
