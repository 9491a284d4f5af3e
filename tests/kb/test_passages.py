"""An article cut into passages: nothing is lost, nothing is too long, tables stay readable."""

from __future__ import annotations

import re
from itertools import pairwise
from pathlib import Path, PurePosixPath

import lxml.html
import pytest

from kb.article import parse_article, read_article
from kb.passages import PASSAGE_CHARACTERS, row_text
from kb.types import Passage

LIBRARY = Path(__file__).resolve().parents[2] / "articles"


def passages_of(body: str, head: str = "title: 缴费基数") -> tuple[Passage, ...]:
    parsed = parse_article(f"---\n{head}\n---\n{body}", PurePosixPath("policy/base.md"), "r1")
    assert parsed.article is not None
    return parsed.article.passages


def texts_of(body: str, form: str = "text") -> list[str]:
    return [passage.text for passage in passages_of(body) if passage.form == form]


def lines_of(body: str) -> list[str]:
    return "\n".join(texts_of(body)).split("\n")


# Nothing is lost


@pytest.mark.parametrize(
    "path", sorted(path.relative_to(LIBRARY).as_posix() for path in LIBRARY.rglob("*.md"))
)
def test_every_text_of_the_library_stands_in_a_passage(path: str) -> None:
    article = read_article(LIBRARY, PurePosixPath(path), 2_000_000).article
    assert article is not None
    indexed = "".join(passage.text for passage in article.passages if passage.form == "text")
    indexed = re.sub(r"\s", "", indexed + "".join(section.text for section in article.sections))
    tree = lxml.html.fragment_fromstring(article.html, create_parent="div")
    lost = [text for text in map(str, tree.itertext()) if re.sub(r"\s", "", text) not in indexed]
    assert lost == []


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("```bash\nlsnrctl   status\n  缩进\n\n尾\n```", ["lsnrctl   status", "  缩进", "尾"]),
        ("- 甲\n    - 乙\n        - 丙\n- 丁", ["· 甲", "  · 乙", "    · 丙", "· 丁"]),
        ("3. 甲\n4. 乙\n\n    续段", ["3. 甲", "4. 乙 续段"]),
        (
            "1. 甲\n\n    ```\n    x = 1\n      y\n    ```\n\n2. 乙",
            ["1. 甲", "x = 1", "  y", "2. 乙"],
        ),
        ("- 甲\n\n    | 列 | 值 |\n    |---|---|\n    | a | b |", ["· 甲", "列 | 值", "a | b"]),
        (
            '- 甲\n\n    > 引文\n\n    !!! note "注意"\n        别急\n',
            ["· 甲", "引文", "注意", "别急"],
        ),
        ("- 用 `ls -l` 看 **Smart Card** now", ["· 用 ls -l 看 Smart Card now"]),
        (
            '!!! warning "注意"\n    第一句。\n\n    - 条\n\n    ```\n    a\n    b\n    ```',
            ["注意", "第一句。", "· 条", "a", "b"],
        ),
        (
            '!!! note ""\n    术语\n    :   解释\n\n    ## 小标题\n\n    尾',
            ["术语", "解释", "小标题", "尾"],
        ),
        ("> ## 引文标题\n> 一\n>\n> > 二", ["引文标题", "一", "二"]),
        ("术语\n:   解释一\n:   解释二\n\n    续段", ["术语", "解释一", "解释二 续段"]),
        ("<details>\n<summary>点开</summary>\n里面 4986 元\n</details>", ["点开", "里面 4986 元"]),
        ("<div>前<p>段</p>后</div>", ["前", "段", "后"]),
        ("第一行\n第二行  \n第三行", ["第一行 第二行 第三行"]),
        ("![流程图](https://x.example/a.png)", ["［外部图片：流程图］"]),
        ("甲\n\n---\n\n乙", ["甲", "乙"]),
    ],
)
def test_what_stands_on_the_page_stands_in_the_text(body: str, expected: list[str]) -> None:
    assert lines_of(body) == expected


def test_the_mark_of_a_footnote_does_not_become_a_digit_of_the_figure_before_it() -> None:
    lines = lines_of(
        "下限4986[^1]元，上限25299[^b]元。\n\n[^1]: 浙人社发〔2025〕52号\n[^b]: 税务问答"
    )
    assert lines == ["下限4986元，上限25299元。", "1. 浙人社发〔2025〕52号", "2. 税务问答"]


def test_a_line_break_in_a_cell_keeps_two_figures_apart() -> None:
    body = "| 年度 | 基数 |\n|---|---|\n| 2025 | 4986<br>25299 |"
    assert texts_of(body, "row") == ["年度=2025；基数=4986 25299"]


def test_a_long_section_is_cut_at_sentence_ends_and_every_sentence_is_kept_once() -> None:
    sentences = [f"第{number}条规定了一件事情，要按规定办理。" for number in range(200)]
    texts = texts_of("## 规定\n\n" + "".join(sentences))
    assert len(texts) > 5
    assert all(len(text) <= PASSAGE_CHARACTERS for text in texts)
    assert all(text.endswith("。") for text in texts)
    assert "".join(texts) == "".join(sentences)


def test_parts_of_a_section_share_its_anchor_and_are_numbered() -> None:
    passages = passages_of("## 规定\n\n" + "按规定办理这件事情。" * 100)
    assert [passage.id for passage in passages] == [
        "policy/base#规定",
        "policy/base#规定~2",
        "policy/base#规定~3",
    ]
    assert {passage.anchor for passage in passages} == {"规定"}


def test_every_passage_is_embedded_with_the_path_of_headings_above_it() -> None:
    passages = passages_of(
        "# 总\n\n## 规定\n\n" + "按条文办理。" * 100 + "\n\n### 细则\n\n一\n\n## 别的\n\n二"
    )
    paths = [passage.embedding_text.split("\n")[0] for passage in passages]
    assert paths == [
        "缴费基数 > 总 > 规定",
        "缴费基数 > 总 > 规定",
        "缴费基数 > 总 > 规定 > 细则",
        "缴费基数 > 总 > 别的",
    ]
    assert not any(passage.section in passage.text for passage in passages)


def test_the_summary_and_the_questions_belong_to_the_lead() -> None:
    head = "title: 基数\nsummary: 下限4986元。\nquestions: [基数多少, 最低多少]\ncodes: [浙人社发(2025)52号]"
    lead, *questions = passages_of("正文。", head)
    assert (lead.text, lead.codes) == ("下限4986元。\n正文。", ("浙人社发〔2025〕52号",))
    assert [(item.id, item.form, item.embedding_text) for item in questions] == [
        ("policy/base#lead~q1", "question", "基数多少"),
        ("policy/base#lead~q2", "question", "最低多少"),
    ]
    assert questions[0].codes == lead.codes


def test_codes_are_found_in_title_headings_and_text() -> None:
    passages = passages_of("## ORA-12541 无监听\n\n报 TNS-00511。", "title: 数据库")
    assert passages[0].codes == ("ora-12541", "tns-00511")


# Tables


TABLE = "| 年度 | 下限 | 上限 |\n| --- | --- | --- |\n"


def test_every_row_is_also_a_passage_of_its_own() -> None:
    rows = [
        item
        for item in passages_of(
            f"## 基数\n\n{TABLE}| 2024 | 4812 | 24930 |\n| 2025 | 4986 | 25299 |"
        )
        if item.form == "row"
    ]
    assert [(item.id, item.headings, item.text) for item in rows] == [
        ("policy/base#基数~r1", ("基数",), "年度=2024；下限=4812；上限=24930"),
        ("policy/base#基数~r2", ("基数",), "年度=2025；下限=4986；上限=25299"),
    ]


def test_a_table_is_cut_between_rows_and_goes_on_under_its_header() -> None:
    rows = [
        f"| {year}年度 | {year + 2000}元，按月 | {year * 3}元。一句；两句 |"
        for year in range(1960, 2030)
    ]
    texts = texts_of(f"## 基数\n\n{TABLE}" + "\n".join(rows))
    assert len(texts) > 3
    assert all(len(text) <= PASSAGE_CHARACTERS for text in texts)
    assert all(text.startswith("年度 | 下限 | 上限\n") for text in texts)
    lines = [line for text in texts for line in text.split("\n")[1:]]
    assert lines == [row.strip("| ") for row in rows]


def test_a_header_that_leaves_no_room_is_not_repeated() -> None:
    names = " | ".join(f"一个很长很长很长的列名{number}" for number in range(20))
    rows = "\n".join(
        "| " + " | ".join(f"值{number * row}" for number in range(20)) + " |" for row in range(9)
    )
    texts = texts_of(f"| {names} |\n|{'---|' * 20}\n{rows}")
    assert all(len(text) <= PASSAGE_CHARACTERS for text in texts)
    assert "\n".join(texts).count("值152") == 1


def test_cells_hold_escaped_pipes_code_and_nothing() -> None:
    body = f"{TABLE}| a \\| b | `c|d` | |\n| 只有一格 |\n| | 空首格 | |"
    assert texts_of(body, "row") == ["年度=a | b；下限=c|d", "年度=只有一格", "下限=空首格"]


def test_a_table_without_a_header_does_not_take_its_first_row_for_one() -> None:
    body = "| | |\n|---|---|\n| 下限 | 4986 |\n| 上限 | 25299 |"
    assert texts_of(body, "row") == ["下限；4986", "上限；25299"]


def test_a_row_with_more_cells_than_the_header_keeps_them() -> None:
    assert row_text(["年度"], ["2025", "4986"]) == "年度=2025；4986"


def test_a_cell_over_several_rows_or_columns_counts_for_each_of_them() -> None:
    table = (
        "<table><tr><th rowspan=2>年度</th><th colspan=2>基数</th></tr>"
        "<tr><th>下限</th><th>上限</th></tr>"
        "<tr><td rowspan=2>2025</td><td>4986</td><td>25299</td></tr>"
        "<tr><td>997.2</td><td>5059.8</td></tr>"
        "<tr><td>2026</td><td colspan=2>未公布</td></tr></table>"
    )
    assert texts_of(table, "row") == [
        "年度=2025；基数 下限=4986；基数 上限=25299",
        "年度=2025；基数 下限=997.2；基数 上限=5059.8",
        "年度=2026；基数 下限=未公布；基数 上限=未公布",
    ]


@pytest.mark.parametrize("span", ["999999999", "-3", "x", "", "²"])
def test_a_senseless_span_does_no_harm(span: str) -> None:
    table = f"<table><tr><th>甲</th><th>乙</th></tr><tr><td colspan='{span}' rowspan='{span}'>1</td><td>2</td></tr></table>"
    assert texts_of(table, "row")[0].startswith("甲=1")


def test_tables_inside_lists_and_admonitions_have_rows_too() -> None:
    inside = "\n".join(f"    {line}" for line in f"{TABLE}| 2025 | 4986 | 25299 |".split("\n"))
    assert texts_of(f"- 见表\n\n{inside}", "row") == ["年度=2025；下限=4986；上限=25299"]
    assert texts_of(f"!!! note\n{inside}", "row") == ["年度=2025；下限=4986；上限=25299"]


def test_a_row_longer_than_a_passage_is_cut_at_sentence_ends() -> None:
    cell = "这是一句说明。" * 100
    rows = texts_of(f"{TABLE}| 2025 | 4986 | {cell} |", "row")
    assert len(rows) > 1
    assert all(len(row) <= PASSAGE_CHARACTERS for row in rows)
    assert "".join(rows) == f"年度=2025；下限=4986；上限={cell}"


def test_no_two_passages_of_the_library_overlap_in_their_ids() -> None:
    for path in LIBRARY.rglob("*.md"):
        article = read_article(LIBRARY, PurePosixPath(path.relative_to(LIBRARY)), 2_000_000).article
        assert article is not None
        ids = sorted(passage.id for passage in article.passages)
        assert all(first != second for first, second in pairwise(ids))
        assert all(len(passage.text) <= PASSAGE_CHARACTERS for passage in article.passages)
