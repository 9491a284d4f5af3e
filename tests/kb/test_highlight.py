"""Every line of every passage is found on the page it was cut from, and nothing else is marked."""

from __future__ import annotations

from pathlib import PurePosixPath

import lxml.html
import pytest

from kb.article import parse_article
from kb.highlight import EVIDENCE_ID, evidence_anchor, mark_evidence
from kb.types import Article

TEXT = """\
开头一段 有 空格，
也有换行。

## 步骤

1. 核对**身份证**和`社保卡`。
2. 录入申请，见[复核](review.md)；
   再打印。
    - 打印两份
    - 盖章
3. 归档。

第二个列表从五开始：

5. 第五步。
6. 第六步。

## 对照表

| 原因 | 谁去办 | 备注 |
| --- | --- | --- |
| 账户**销户** | 本人；或家属 | |
| 账户冻结 | 本人 | a=1 |
| 账号录错 | 窗口 | 复核 |
|  | 窗口 | 缺原因 |

## 其他写法

!!! warning "注意"
    待确认不算失败。

    - 只能等结果

> 引用一句话。
>
> | 甲 | 乙 |
> | --- | --- |
> | 一 | 二 |

```sql
select *   from  t
where a < 1
```

术语
:   术语的解释。

一句 5 < 6 & 7 > 3 的话。

## 对照表二

账户冻结 本人 也写在这里。
"""


def article(text: str = TEXT, summary: str = "") -> Article:
    head = f"---\ntitle: 标题\nsummary: {summary}\n---\n" if summary else "---\ntitle: 标题\n---\n"
    parsed = parse_article(head + text, PurePosixPath("howto/a.md"), "r1").article
    assert parsed is not None
    return parsed


@pytest.fixture(scope="module")
def page() -> Article:
    return article()


def marked(html: str) -> list[str]:
    """The marked texts in reading order, white space squeezed."""
    tree = lxml.html.fragment_fromstring(html, create_parent="div")
    return [" ".join(mark.text_content().split()) for mark in tree.iter("mark")]


def text_of(html: str) -> str:
    return str(lxml.html.fragment_fromstring(html, create_parent="div").text_content())


def dense(text: str) -> str:
    return "".join(text.split())


def test_every_line_of_every_passage_is_found_in_its_section(page: Article) -> None:
    for passage in page.passages:
        for line in passage.text.split("\n"):
            html = mark_evidence(page.html, passage.anchor, [line])
            assert marked(html), (passage.id, line)
            assert (
                dense("".join(marked(html))) in dense(text_of(page.html)) or passage.form == "row"
            )


def test_marking_adds_marks_and_changes_no_word(page: Article) -> None:
    for passage in page.passages:
        html = mark_evidence(page.html, passage.anchor, [passage.text])
        assert text_of(html) == text_of(page.html)
        tree = lxml.html.fragment_fromstring(html, create_parent="div")
        for mark in list(tree.iter("mark")):
            mark.drop_tag()
        inner = "".join(lxml.html.tostring(child, encoding="unicode") for child in tree)
        assert inner.strip() == page.html


def test_a_sentence_is_marked_across_white_space_and_line_breaks(page: Article) -> None:
    assert marked(mark_evidence(page.html, "lead", ["开头一段有空格，也有换行。"])) == [
        "开头一段 有 空格， 也有换行。"
    ]


def test_a_numbered_step_is_marked_through_its_inline_markup(page: Article) -> None:
    html = mark_evidence(page.html, "步骤", ["1. 核对身份证和社保卡。"])
    assert marked(html) == ["核对", "身份证", "和", "社保卡", "。"]
    assert marked(mark_evidence(page.html, "步骤", ["核对身份证和社保卡。"])) == marked(html)


def test_a_step_is_marked_without_its_nested_list(page: Article) -> None:
    html = mark_evidence(page.html, "步骤", ["2. 录入申请，见复核；再打印。"])
    assert "".join(marked(html)) == "录入申请，见复核； 再打印。"
    assert marked(mark_evidence(page.html, "步骤", ["  · 打印两份"])) == ["打印两份"]


def test_the_number_of_a_step_counts(page: Article) -> None:
    assert marked(mark_evidence(page.html, "步骤", ["5. 第五步。"])) == ["第五步。"]
    assert marked(mark_evidence(page.html, "步骤", ["4. 第五步。"])) == []


def test_a_row_between_separators_is_marked_cell_by_cell(page: Article) -> None:
    html = mark_evidence(page.html, "对照表", ["账号录错 | 窗口 | 复核"])
    assert marked(html) == ["账号录错", "窗口", "复核"]


def test_a_row_text_is_marked_without_its_column_names(page: Article) -> None:
    html = mark_evidence(page.html, "对照表", ["原因=账户冻结；谁去办=本人；备注=a=1"])
    assert marked(html) == ["账户冻结", "本人", "a=1"]


def test_pieces_of_one_row_stay_in_that_row(page: Article) -> None:
    """「谁去办=窗口」 stands in two rows; the quote's other piece tells which one is meant."""
    html = mark_evidence(page.html, "对照表", ["谁去办=窗口；\n备注=缺原因"])
    rows = lxml.html.fragment_fromstring(html, create_parent="div").xpath("//tr[.//mark]")
    assert [dense(row.text_content()) for row in rows] == ["窗口缺原因"]


def test_a_row_text_fits_a_row_without_a_first_cell(page: Article) -> None:
    html = mark_evidence(page.html, "对照表", ["谁去办=窗口；备注=缺原因"])
    assert marked(html) == ["窗口", "缺原因"]


def test_only_the_section_of_the_anchor_is_marked(page: Article) -> None:
    html = mark_evidence(page.html, "对照表二", ["账户冻结 本人"])
    assert marked(html) == ["账户冻结 本人"]
    assert html.index("<mark") > html.index('id="对照表二"')
    assert mark_evidence(page.html, "步骤", ["账户冻结"]) == page.html


def test_the_lead_ends_at_the_first_heading(page: Article) -> None:
    assert mark_evidence(page.html, "lead", ["核对身份证和社保卡。"]) == page.html


def test_a_line_that_equals_the_quote_is_preferred_to_one_that_holds_it() -> None:
    page = article("- 先打印清单再盖章\n- 盖章\n")
    tree = lxml.html.fragment_fromstring(
        mark_evidence(page.html, "lead", ["盖章"]), create_parent="div"
    )
    assert [item.text_content() for item in tree.xpath("//li[mark]")] == ["盖章"]


def test_several_lines_are_marked_and_only_the_first_mark_is_named(page: Article) -> None:
    html = mark_evidence(page.html, "步骤", ["3. 归档。", "1. 核对身份证和社保卡。"])
    tree = lxml.html.fragment_fromstring(html, create_parent="div")
    marks = list(tree.iter("mark"))
    assert len(marks) == 6
    assert {mark.get("class") for mark in marks} == {"evidence"}
    assert [mark.text for mark in marks if mark.get("id") == EVIDENCE_ID] == ["核对"]


def test_overlapping_quotes_become_one_mark() -> None:
    page = article("满一年领三个月，最长二十四个月。\n")
    html = mark_evidence(page.html, "lead", ["满一年领三个月", "三个月，最长"])
    assert marked(html) == ["满一年领三个月，最长"]


def test_two_quotes_of_one_paragraph_become_two_marks() -> None:
    page = article("满一年领三个月，最长二十四个月。\n")
    html = mark_evidence(page.html, "lead", ["二十四个月", "满一年"])
    assert marked(html) == ["满一年", "二十四个月"]


def test_a_quote_that_is_cut_off_is_marked_as_far_as_it_goes(page: Article) -> None:
    html = mark_evidence(page.html, "步骤", ["3. 归档。\n5. 第五"])
    assert marked(html) == ["归档。", "第五"]


@pytest.mark.parametrize(
    "quote", ["", " \n ", "；。", "1.", "不在文章里的话", "<p>", "x" * 100_000]
)
def test_what_is_not_found_leaves_the_page_as_it_is(page: Article, quote: str) -> None:
    html = mark_evidence(page.html, "lead", [quote])
    assert html == page.html


def test_an_unknown_anchor_leaves_the_page_as_it_is(page: Article) -> None:
    assert mark_evidence(page.html, "没有这一节", ["归档"]) == page.html


def test_markup_in_a_quote_is_text() -> None:
    page = article("写成 `<script>alert(1)</script>` 不会运行。\n")
    html = mark_evidence(page.html, "lead", ["<script>alert(1)</script>"])
    assert marked(html) == ["<script>alert(1)</script>"]
    assert "<script" not in html


def test_a_heading_named_evidence_keeps_its_id() -> None:
    page = article("开头。\n\n## evidence\n\n正文。\n")
    html = mark_evidence(page.html, "lead", ["开头。"])
    tree = lxml.html.fragment_fromstring(html, create_parent="div")
    assert [element.tag for element in tree.xpath(f"//*[@id='{EVIDENCE_ID}']")] == ["h2"]


def test_a_mark_of_the_author_is_not_taken_for_evidence() -> None:
    page = article("<mark>重要</mark>：先核对。\n")
    html = mark_evidence(page.html, "lead", ["先核对"])
    assert 'id="evidence"' in html
    assert html.index("重要") < html.index('id="evidence"')


def test_an_empty_article_stays_empty() -> None:
    assert mark_evidence("", "lead", ["任何话"]) == ""


def test_the_section_of_a_quote_is_found_by_the_most_text(page: Article) -> None:
    assert evidence_anchor(page.html, ["5. 第五步。"]) == "步骤"
    assert evidence_anchor(page.html, ["账户冻结 本人 也写在这里。"]) == "对照表二"
    assert evidence_anchor(page.html, ["开头一段 有 空格"]) == "lead"
    assert evidence_anchor(page.html, ["不在文章里的话"]) == ""
    assert evidence_anchor(page.html, [""]) == ""
