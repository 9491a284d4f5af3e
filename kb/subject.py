"""Tells whether a question names a subject, or only what any business has: money, forms, deadlines, failures."""

from __future__ import annotations

import re

from kb.tokenizer import normalise

_MATTERS = (
    # asking for something
    "申请 申领 申报 办理 办结 办好 办完 领取 能领 领到 报销 上报 报上 受理 审核 审批 批下 签字 盖章 代办 代领 补办 登记 登错 "
    "查询 核对 更正 恢复 停发 停领 多领 多发 少发 少了 重发 补发 重复 转移 转入 转出 转走 转过 转进 "
    "办 领 交 缴 报 退 查 改 转 带 拿 发 给 提 批 审 返 告 "
    # what any business has
    "材料 资料 证明 证件 东西 手续 流程 条件 情况 标准 期限 时限 时候 进度 状态 结果 决定 回音 记录 信息 数据 文件 表格 单子 "
    "待遇 补贴 补助金 补助 津贴 费率 关系 通知 钱 笔 金额 到账 打款 入账 部门 科室 "
    # what happens to any device or system
    "打不开 开不了 连不上 连不牢 登不上 登不进 登不了 进不去 上不去 没反应 不动 起不来 启动不了 用不了 坏了 断了 掉线 "
    "超时 失败 报错 出错 错误 错了 异常 查不到 找不到 对不上 对不拢 不一致 不对 没过来 没同步 同步失败 没更新 没到 退回 打回 驳回 不通过 没通过 提示 "
    "证书 账号 过期 被锁 锁了 锁住 不服 不肯"
)
_FILLERS = (
    # who asks, and for whom
    "客户 群众 人家 别人 对方 本人 家属 家里 单位 公司 老板 窗口 同事 我们 你们 他们 他 她 它 我 你 您 "
    # asking
    "请问 想问 来问 问 想 知道 晓得 怎么样 怎么办 怎么 怎样 如何 什么 多少 多久 多长 多大 哪里 哪儿 哪个 哪些 哪几 "
    "为什么 为啥 是不是 能不能 要不要 可不可以 可以 能否 应该 需要 几时 几天 几号 几个 几样 几次 天 日 月 年 号 样 种 次 趟 跑 "
    "咋弄 咋办 咋整 咋 啥 哪 谁 几 弄 做 处理 解决 找 看 说 讲 "
    # when, and how much
    "一个月 最晚 最迟 最多 最少 最快 现在 今天 今年 一直 总是 老是 又 已经 以前 以后 之内 以内 之前 之后 接下来 "
    "超了 过了 一次性 一共 全部 不全 不齐 超过 "
    # particles
    "的 地 得 了 着 过 吗 呢 吧 啊 呀 啦 么 嘛 伐 不 没 有 无 是 要 会 能 好 去 来 到 在 把 被 跟 和 与 还 就 都 也 再 先 "
    "后 这 那 个 里 下 上 内 点 些 一 出 回 让 用 边 请"
)
_ASKED_FOR = frozenset(_MATTERS.split())
_SHARED = _ASKED_FOR | frozenset(_FILLERS.split())
_LONGEST = max(map(len, _SHARED))
_WORD = re.compile("|".join(sorted(_SHARED, key=len, reverse=True)))


def names_no_subject(question: str) -> bool:
    """Whether a question asks for a matter that many businesses share, and names none of them.

    It must consist of shared words alone: what a question holds beyond them is its subject, known to the
    library or not (红烧肉怎么烧). Who only greets asks for no matter.
    """
    text = "".join(filter(str.isalnum, normalise(question)))
    asks = any(word in _ASKED_FOR for word in _WORD.findall(text))
    return asks and _consists_of_shared_words(text)


def _consists_of_shared_words(text: str) -> bool:
    """Whether a text can be cut into shared words without a rest, wherever the cuts are."""
    ends = {0}
    for start in range(len(text)):
        if start in ends:
            pieces = (text[start : start + length] for length in range(1, _LONGEST + 1))
            ends.update(start + len(piece) for piece in pieces if piece in _SHARED)
    return len(text) in ends
