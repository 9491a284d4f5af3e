"""Texts that nobody thought of: anything Unicode holds, pieces of what a parser looks for, and pieces repeated."""

from __future__ import annotations

from datetime import timedelta

from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st

SECONDS = 5
"""What takes longer on a text of a few thousand characters counts as a hang."""

LONG = 2_000
"""Characters of a text that repeats a piece."""

MARKDOWN = (
    *(
        "# ",
        "## 标题\n",
        "- ",
        "  - ",
        "1. ",
        "> ",
        "| a | b |\n",
        "|---|---|\n",
        "||",
        "```\n",
        "~~~",
    ),
    *("**", "*", "_", "`", "[", "](", ")", "![", "<", ">", "<!--", "-->", "<div>", "</div>", "<p"),
    *("<script>alert(1)</script>", "javascript:", "&#x", "&lt;", "\\", "\n\n", "\n", "\t", "    "),
    *(
        "{#a}",
        "{: .b }",
        "[^1]",
        "[^1]: ",
        "***",
        "===\n",
        ": ",
        "!!! note\n",
        "??? ",
        "$$",
        "[TOC]",
    ),
)
HEAD = (
    *(
        "---\n",
        "title: ",
        "kind: policy\n",
        "access: admin\n",
        "sources:\n  - {title: ",
        "}",
        "{",
        "[",
        "]",
    ),
    *(
        "&a ",
        "*a",
        "!!python/object ",
        "? ",
        ": ",
        "- ",
        "|\n",
        ">\n",
        "'",
        '"',
        "#",
        "\n",
        "  ",
        "\t",
        "~",
    ),
    *(
        "effective_from: 2024-02-30\n",
        "0x90",
        "questions: [",
        "quiz:\n",
        "section_questions:\n",
        "%TAG",
        "...",
    ),
)
QUESTION = (
    *(
        "2024年",
        "2024年3月",
        "24年",
        "今年",
        "1990 年 3 月",
        "2020-2025年",
        "2023年到2025年",
        "以前",
        "第",
        "年",
    ),
    *(
        "一万二千",
        "三千五",
        "百",
        "零",
        "两",
        "8级和9级",
        "3000元",
        "8万左右",
        "缴费",
        "-5年",
        "1.5",
        ",",
        "，",
    ),
    *(
        "人社部发〔2024〕94号",
        "令55号",
        "ORA-12541",
        "E-1032",
        "〔",
        "〕",
        "号",
        "0x90",
        "Ｏ",
        "①",
        "½",
        "٣",
    ),
    *(
        "330682199001011233",
        "13800138000",
        "6222020200112233445",
        "身份证",
        "电话：",
        "张三",
        "姓名",
        "@",
        ".",
    ),
    *(
        "失业金",
        "养老金",
        "怎么算",
        "？",
        "呢",
        "那",
        "\u200b",
        "\ud800",
        "\0",
        "\r\n",
        " ",
        "\u3000",
        "𠮷",
        "🙂",
    ),
)


def made_of(pieces: tuple[str, ...]) -> st.SearchStrategy[str]:
    """Any text; pieces in any order; one piece, or two in turn, repeated until the text is long."""
    piece = st.sampled_from(pieces)
    repeated = st.builds(
        lambda before, one, two, after: f"{before}{(one + two) * (LONG // len(one + two))}{after}",
        piece,
        piece,
        st.one_of(st.just(""), piece),
        piece,
    )
    text = st.text(st.characters(exclude_categories=[]), max_size=80)
    return st.one_of(text, st.lists(st.one_of(piece, text), max_size=25).map("".join), repeated)


def bounded(examples: int) -> settings:
    """So many examples, the same every time; one that hangs fails."""
    return settings(
        max_examples=examples,
        phases=[Phase.explicit, Phase.generate],
        deadline=timedelta(seconds=SECONDS),
        suppress_health_check=list(HealthCheck),
    )
