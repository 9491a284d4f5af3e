"""Sets orders to the system aside, so that they change nothing in what is found and said."""

from __future__ import annotations

import re
import unicodedata

from bot.elsewhere import TEXTS

_BEFORE = "(?:以上|上面|上述|之前|前面|先前|此前|原来|原先|一切|所有|全部)"
_SUBJECT = "(?:指令|指示|提示|设置|约定|要求|设定|规则|提示词?|限制|约束|命令|说明|内容|对话|的?话)"
_NUMBER = "(?:大概的?|个)?(?:数字?|金额|文号|文件号?|依据|政策)"
_DONE = "(?:就行|就好|就可以|即可|也行|都行|给我|出来)*"
_BEGIN = r"(?:(?<=[\s，,。；;！!：:])|^)"
"""An order begins a clause; 客户说你随便说个数怎么回 is a question."""

_ORDERS: tuple[re.Pattern[str], ...] = (
    re.compile(
        rf"{_BEGIN}(?:请|麻烦|现在|你|立刻)*(?:忽略|无视|忘记|忘掉|忘了|抛开|不要管|别管)掉?[你您我]?们?的?"
        rf"{_BEFORE}+[^\s，。；：,;:!！?？]{{0,8}}?{_SUBJECT}"
    ),
    re.compile(
        r"(?:ignore|disregard|forget)\s+(?:all\s+|any\s+|the\s+|your\s+)*(?:previous|above|prior|earlier)\s+"
        r"(?:instructions?|prompts?|rules?|messages?)(?:\s+and)?",
        re.IGNORECASE,
    ),
    re.compile(
        rf"{_BEGIN}(?:也|都|就|你|请)*(?:不用|不要|不需要|无需|别)再?(?:给|管|写|看|附上?|列|引用|讲|说)?(?:任何)?"
        r"(?:依据|出处|来源|引用)(?=$|[\s，。,直只])"
    ),
    re.compile(
        rf"{_BEGIN}(?:你|请|就|给我|帮我)*(?:随便|大概|大致|凭感觉|凭经验|瞎|胡乱)(?:给我|帮我)?(?:估计?|猜|编|说|报|讲|写)"
        rf"(?:一?下)?一?个(?:{_NUMBER})?{_DONE}"
    ),
    re.compile(
        rf"{_BEGIN}(?:你|请|就|给我|帮我|替我)*(?:编造?|捏造|虚构|杜撰)(?:一个|一条|个(?={_NUMBER}))(?!.{{0,6}}(?:{TEXTS}|笑话|段子))"
        rf"(?:{_NUMBER})?{_DONE}"
    ),
    re.compile(
        rf"{_BEGIN}(?:请|你|先)*(?:不要|不用|不必|无需|别|不)(?:再|去)*(?:查|看|翻|用|管|按)(?:你的?)?(?:资料库|知识库|资料|文章|库)"
    ),
    re.compile(
        rf"{_BEGIN}(?:请|你|就)*(?:用|凭|按|靠)着?你?(?:自己)?的?(?:常识|经验|感觉|记忆|理解|印象)(?:来)?"
        r"(?:直接)?(?:回答|告诉我|跟我说|说|讲)(?:一?下)?"
    ),
    re.compile(
        rf"{_BEGIN}(?:就算|即使|哪怕|如果|要是|万一)?(?:资料库|知识库|库里|里面)?(?:里|也)?(?:没有?|查不到|找不到)(?:任何)?"
        r"(?:依据|出处|来源|记录|答案|的话)*(?:也|就)(?:请|要|得|你|给我|自己)*(?:给|说|报|推测|猜|编造?|估计?|推算)"
        rf"(?:出|我)?(?:一?个)?(?:大概|大致)?的?{_NUMBER}?"
    ),
    re.compile(
        rf"{_BEGIN}(?:从现在(?:起|开始)|现在|你|已经)*(?:不受|没有|解除|取消|去掉)(?:了|任何|一切|所有)*(?:的)?(?:限制|约束)(?:了)?"
    ),
)
"""Orders to the system that come with a question; nothing of an answer depends on them."""

_JOINT = re.compile(r"^[\s，。；：、,;:.!！]+|[\s，；：、,;:]+$")
_AFTER_ORDER = re.compile(r"^(?:请|就|那就?)?直接(?:跟我说|告诉我|回答我?|说|讲|给我)?[\s，：,:]*")


def without_orders(question: str) -> str:
    """Return a question without orders such as 忽略之前的要求 and 随便估一个数; empty when it was nothing else.

    A question without orders comes back as it is.
    """
    folded = unicodedata.normalize("NFKC", question)
    text = folded
    for pattern in _ORDERS:
        text = pattern.sub(" ", text)
    if text == folded:
        return question
    rest = _AFTER_ORDER.sub("", _JOINT.sub("", text))
    return rest if any(character.isalnum() for character in rest) else ""
