"""Markdown as people write it becomes a page that shows everything and runs nothing."""

from __future__ import annotations

from urllib.parse import urlsplit

import lxml.html
import pytest

from kb.markup import localise, render, to_html

RUNNING = frozenset(
    "script iframe object embed form input button style link svg meta base math".split()
)


def html_of(body: str, slug: str = "policy/a") -> str:
    tree = render(body)
    localise(tree, slug)
    return to_html(tree)


def flat(html: str) -> str:
    return "".join(line.strip() for line in html.splitlines())


# What may not reach a reader's browser


@pytest.mark.parametrize(
    "body",
    [
        "<script>alert(1)</script>",
        "<ScRiPt src=//x></sCrIpT>",
        "<img src=x onerror=alert(1)>",
        "<svg onload=alert(1)><script>alert(1)</script></svg>",
        "<a href='javascript:alert(1)' onclick='alert(1)'>点</a>",
        "[点](javascript:alert(1))",
        "[点](JaVaScRiPt&#58;alert(1))",
        "[点](data:text/html;base64,PHNjcmlwdD4=)",
        "[点](vbscript:x)",
        "![图](javascript:alert(1))",
        "<iframe src='//x'></iframe><object data=x></object><embed src=x>",
        "<form action=//x><input name=p><button>交</button></form>",
        "<style>body{display:none}</style><link rel=stylesheet href=//x>",
        "<div style='position:fixed' onmouseover=alert(1)>盖住</div>",
        "<meta http-equiv=refresh content='0;url=//x'><base href=//x>",
        "文字{: onclick=alert(1) style=x }",
        "## 标题 {: #a onclick=alert(1) style=x }",
        "<math><mtext><img src=x onerror=alert(1)></mtext></math>",
        "`<script>`和\n\n```html\n<script>alert(1)</script>\n```",
        "<p title='</p><script>alert(1)</script>'>x</p>",
        '<https://a.b/"onmouseover=alert(1)>',
    ],
)
def test_nothing_that_runs_survives(body: str) -> None:
    tree = lxml.html.fragment_fromstring(html_of(body), create_parent="div")
    for element in tree.iter():
        assert element.tag not in RUNNING
        assert not [name for name in element.attrib if name == "style" or name.startswith("on")]
        for name in ("href", "src"):
            assert urlsplit(element.get(name) or "").scheme in (
                "",
                "http",
                "https",
                "mailto",
                "tel",
            )


def test_what_is_written_in_code_is_shown_as_written() -> None:
    assert "<code>&lt;script&gt;</code>" in html_of("`<script>`")


def test_only_headings_keep_an_id() -> None:
    html = html_of("## 标题 {#a}\n\n<p id='lead'>段</p>\n\n段{: #b }")
    assert 'id="a"' in html
    assert 'id="lead"' not in html
    assert 'id="b"' not in html


# Pictures and links


def test_pictures_beside_the_article_become_attachments() -> None:
    assert '<img alt="图" src="/attachments/policy/img/a.png" loading="lazy">' in html_of(
        "![图](img/a.png)"
    )


@pytest.mark.parametrize("address", ["https://x.example/a.png", "//x.example/a.png"])
def test_pictures_from_another_host_become_links(address: str) -> None:
    html = html_of(f"![流程图]({address})")
    assert "<img" not in html
    assert f'href="{address}"' in html
    assert "［外部图片：流程图］" in html
    assert 'rel="noopener noreferrer nofollow"' in html


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("b.md", "/wiki/policy/b"),
        ("../faq/b.md#怎么办", "/wiki/faq/b#%E6%80%8E%E4%B9%88%E5%8A%9E"),
        ("/faq/b.md", "/wiki/faq/b"),
        ("b%2Emd", "/wiki/policy/b"),
        ("form.pdf", "/attachments/policy/form.pdf"),
        ("#这里", "#%E8%BF%99%E9%87%8C"),
        ("mailto:a@b.cn", "mailto:a@b.cn"),
        ("tel:12333", "tel:12333"),
    ],
)
def test_links_lead_to_the_wiki_to_attachments_or_stay(written: str, expected: str) -> None:
    html = html_of(f"[见]({written})")
    assert f'href="{expected}"' in html or f'href="{written}"' in html


def test_links_to_other_hosts_tell_them_nothing() -> None:
    assert 'rel="noopener noreferrer nofollow"' in html_of("[外](https://a.b/c)")


# What people write that Python-Markdown alone would not read


def test_a_list_right_under_a_paragraph_is_a_list() -> None:
    assert flat(html_of("说明：\n- 甲\n- 乙")) == "<p>说明：</p><ul><li>甲</li><li>乙</li></ul>"
    assert flat(html_of("说明：\n1. 甲\n2. 乙")) == "<p>说明：</p><ol><li>甲</li><li>乙</li></ol>"


def test_numbers_with_a_parenthesis_are_a_list() -> None:
    assert flat(html_of("1) 甲\n2) 乙")) == "<ol><li>甲</li><li>乙</li></ol>"


def test_a_table_right_under_a_paragraph_is_a_table() -> None:
    assert "<table>" in html_of("说明：\n| 列 | 值 |\n|---|---|\n| a | b |")


@pytest.mark.parametrize(
    "body",
    [
        "- 甲\n    - 乙\n        - 丙\n- 丁",
        "- 甲\n  - 乙\n    - 丙\n- 丁",
        "- 甲\n   - 乙\n      - 丙\n- 丁",
        "* 甲\n\t* 乙\n\t\t* 丙\n* 丁",
    ],
)
def test_lists_nest_by_two_three_or_four_blanks_or_tabs(body: str) -> None:
    nested = "<ul><li>甲<ul><li>乙<ul><li>丙</li></ul></li></ul></li><li>丁</li></ul>"
    assert flat(html_of(body)) == nested


def test_what_belongs_to_a_step_stays_in_the_step() -> None:
    html = flat(
        html_of("1. 第一步\n\n   ```bash\n   ls -l\n   ```\n\n   说明\n\n2. 第二步\n   - 子项")
    )
    assert html.count("<ol>") == 1
    assert '<code class="language-bash">ls -l</code>' in html
    assert html.endswith("<p>第二步</p><ul><li>子项</li></ul></li></ol>")


def test_a_paragraph_after_a_list_is_outside_of_it() -> None:
    assert flat(html_of("- 甲\n\n段落\n\n    代码")) == (
        "<ul><li>甲</li></ul><p>段落</p><pre><code>代码</code></pre>"
    )


def test_lines_in_a_code_block_stay_as_they_are() -> None:
    body = "```\n说明\n- 甲\n  - 乙\n| a | b |\n<Tabs>\n1) x\n```"
    assert "说明\n- 甲\n  - 乙\n| a | b |\n&lt;Tabs&gt;\n1) x" in html_of(body)


def test_tags_that_only_group_markdown_disappear_and_their_text_stays() -> None:
    html = flat(
        html_of(
            '<div class="x">\n\n## 里面\n\n文字\n\n</div>\n\n<CustomContent platform="a">\n- 条\n</CustomContent>'
        )
    )
    assert html == "<h2>里面</h2><p>文字</p><ul><li>条</li></ul>"


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (
            "<details>\n<summary>点开</summary>\n里面 <b>4986</b> 元\n</details>",
            "<details><summary>点开</summary><p>里面 <b>4986</b> 元</p></details>",
        ),
        (
            "<div>开头 <b>粗</b> 后文<p>段</p>尾</div>",
            "<div><p>开头 <b>粗</b> 后文</p><p>段</p><p>尾</p></div>",
        ),
        ("<main>没有这个标签\n\n也要留字</main>", "没有这个标签"),
    ],
)
def test_text_beside_blocks_becomes_a_paragraph(body: str, expected: str) -> None:
    assert expected in flat(html_of(body))


def test_admonitions_definitions_footnotes_and_tables_are_rendered() -> None:
    html = html_of(
        '!!! warning "注意"\n    别急。\n\n术语\n:   解释\n\n正文[^1]。\n\n[^1]: 脚注。\n\n| a \\| b | `c|d` |\n|---|---|\n| 1 | 2 |'
    )
    assert '<div class="admonition warning">' in html
    assert "<dt>术语</dt>" in html
    assert "脚注。" in html
    assert "<th>a | b</th>" in html
    assert "<code>c|d</code>" in html
