"""Readers with a real browser ask, follow citations and hand in problems, with and without JavaScript."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import (
    Browser,
    BrowserContext,
    Page,
    Route,
    ViewportSize,
    expect,
    sync_playwright,
)

QUESTION = "失业金能领几个月"
UNANSWERED = "紫外线消毒柜几点关门"
ARTICLE = "/wiki/policy/unemployment"
BROWSERS = ("chromium", "chromium-browser", "google-chrome")
FLAGS = (
    "--headless --no-sandbox --disable-gpu --disable-quic --no-first-run "
    "--disable-background-networking --disable-component-update --disable-sync"
).split()
COUNTER: ViewportSize = {"width": 1366, "height": 768}
PHONE: ViewportSize = {"width": 390, "height": 844}
PATIENCE_MS = 15_000
PAGES = (
    "/",
    "/wiki/",
    ARTICLE,
    f"/search?q={QUESTION}",
    f"/ask?q={QUESTION}",
    f"/ask?q={UNANSWERED}",
    "/problems",
    "/findings",
    "/debug/retrieval",
    f"/debug/retrieval?q={QUESTION}&expect=policy/unemployment",
)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    path = next((found for name in BROWSERS if (found := shutil.which(name))), None)
    if path is None:
        pytest.skip("no Chromium on this machine")
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=path, args=FLAGS)
        yield launched
        launched.close()


@pytest.fixture
def faults() -> list[str]:
    """What a browser complained of; a test that expects something empties it."""
    return []


def watch(context: BrowserContext, address: str, faults: list[str]) -> Page:
    """A tab whose complaints and requests to other hosts are noted."""
    host = urlsplit(address).netloc
    context.set_default_timeout(PATIENCE_MS)
    tab = context.new_page()
    tab.on("console", lambda said: faults.append(said.text) if said.type == "error" else None)
    tab.on("pageerror", lambda error: faults.append(str(error)))
    tab.on(
        "request",
        lambda sent: faults.append(sent.url) if urlsplit(sent.url).netloc != host else None,
    )
    return tab


@pytest.fixture
def tab(browser: Browser, address: str, faults: list[str]) -> Iterator[Page]:
    """A tab at the counter; at the end the browser must have had nothing to complain of."""
    context = browser.new_context(base_url=address, viewport=COUNTER)
    yield watch(context, address, faults)
    context.close()
    assert faults == []


@pytest.fixture
def plain(browser: Browser, address: str, faults: list[str]) -> Iterator[Page]:
    """A tab without JavaScript."""
    context = browser.new_context(base_url=address, viewport=COUNTER, java_script_enabled=False)
    yield watch(context, address, faults)
    context.close()
    assert faults == []


def ask(tab: Page, question: str) -> None:
    box = tab.get_by_label(re.compile("要问什么|继续提问"))
    box.fill(question)
    box.press("Enter")


def test_an_answer_is_streamed_into_the_conversation(tab: Page) -> None:
    tab.goto("/ask")
    with tab.expect_response("**/api/v1/ask") as streamed:
        ask(tab, QUESTION)
    expect(tab.locator(".outcome-answer .line").first).to_contain_text("缴费满一年领三个月失业金")
    assert streamed.value.headers["content-type"].startswith("text/event-stream")
    expect(tab.locator(".turn-question")).to_contain_text(QUESTION)
    expect(tab.locator(".confidence")).to_have_text(re.compile("^把握：(高|较高|一般)$"))
    expect(tab.locator(".sources")).to_contain_text("① 失业保险金领取期限（")
    expect(tab.locator(".waiting")).to_have_count(0)
    expect(tab.get_by_label("继续提问").or_(tab.get_by_label("要问什么"))).to_have_value("")
    assert tab.get_by_role("log").get_attribute("aria-live") == "polite"


def test_the_streamed_answer_looks_the_same_as_the_loaded_one(tab: Page) -> None:
    for question in (QUESTION, UNANSWERED, "养老金领取条件", "累计缴费满5年领取月数是多少"):
        tab.goto("/ask")
        ask(tab, question)
        expect(tab.locator(".outcome-actions, .choices")).to_have_count(1)
        streamed, keys = tab.locator(".turn").inner_text(), marked(tab)
        tab.reload()
        assert tab.locator(".turn").inner_text().split() == streamed.split()
        assert marked(tab) == keys


def marked(tab: Page) -> list[str]:
    """The lines that are marked as the key of their evidence."""
    return tab.locator(".line mark, .fields.key div").all_inner_texts()


def test_the_key_line_of_a_streamed_answer_is_marked(tab: Page) -> None:
    tab.goto("/ask")
    ask(tab, QUESTION)
    expect(tab.locator(".outcome-actions")).to_have_count(1)
    assert marked(tab) == ["缴费满一年领三个月失业金，最长领取二十四个月。"]
    expect(tab.locator(".line").first.locator("mark")).to_have_count(1)
    ask(tab, "累计缴费满5年领取月数是多少")
    expect(tab.locator(".turn").nth(1).locator(".fields.key")).to_have_count(1)
    expect(tab.locator(".fields.key .chip")).to_have_count(1)


def test_a_conversation_goes_on_below_the_first_answer(tab: Page) -> None:
    tab.goto(f"/ask?q={QUESTION}")
    with tab.expect_request("**/api/v1/ask") as second:
        ask(tab, "ORA-12541 怎么办")
    expect(tab.locator(".turn")).to_have_count(2)
    expect(tab.locator(".turn").nth(1).locator(".notice")).to_contain_text("待核实")
    given = tab.get_by_role("log").get_attribute("data-conversation")
    assert given
    assert second.value.post_data_json["conversation_id"] == given


def test_the_way_to_an_answer_is_shown_with_the_question_before(tab: Page) -> None:
    tab.goto("/ask")
    for number, question in enumerate((QUESTION, "那最长呢"), 1):
        ask(tab, question)
        expect(tab.locator(".turn .why")).to_have_count(number)
    tab.locator(".why").last.click()
    expect(tab.locator("#wording")).to_contain_text("是，合起来检索")
    expect(tab.get_by_label("上一个问题")).to_have_value(QUESTION)


def test_the_newest_answer_stands_whole_above_the_question_box(tab: Page) -> None:
    tab.goto("/ask")
    for number in range(1, 6):
        ask(tab, QUESTION)
        expect(tab.locator(".turn .outcome-actions")).to_have_count(number)
        turn = tab.locator(".turn").last.bounding_box()
        form = tab.locator("#ask-form").bounding_box()
        assert turn
        assert form
        assert turn["y"] >= 0
        assert turn["y"] + turn["height"] <= form["y"]
        assert form["y"] + form["height"] <= COUNTER["height"]


def test_a_citation_opens_the_article_at_the_marked_evidence(tab: Page) -> None:
    tab.goto("/ask")
    ask(tab, "缴费档次第75档月缴费多少")
    tab.locator(".chip").first.click()
    marks = tab.locator("mark.evidence")
    expect(marks).to_have_text(["第75档", "7500元"])
    expect(marks.first).to_be_in_viewport()
    expect(tab.locator("h2:target")).not_to_be_in_viewport()


def test_going_back_from_the_evidence_shows_the_answer_again(tab: Page) -> None:
    tab.goto("/ask")
    ask(tab, QUESTION)
    tab.locator(".chip").first.click()
    expect(tab.locator("mark.evidence").first).to_be_visible()
    tab.go_back()
    expect(tab.locator(".outcome-answer")).to_have_count(1)


def test_a_choice_of_a_clarification_is_asked_with_one_click(tab: Page) -> None:
    tab.goto("/ask")
    ask(tab, "养老金领取条件")
    tab.get_by_role("link", name="城乡居民养老保险：养老金领取条件").click()
    expect(tab.locator(".turn")).to_have_count(2)
    expect(tab.locator(".turn").nth(1)).to_contain_text("城乡居民养老金领取条件")


def test_a_bad_question_is_explained_in_the_conversation(tab: Page, faults: list[str]) -> None:
    tab.goto("/ask")
    ask(tab, "😀😀")
    expect(tab.get_by_role("alert")).to_contain_text("问题里没有可以检索的文字")
    ask(tab, QUESTION)
    expect(tab.locator(".outcome-answer")).to_have_count(1)
    assert all("400" in fault for fault in faults)  # the browser's own note of the answer's status
    faults.clear()


@pytest.mark.parametrize("failure", ["abort", "cut", "garbled"])
def test_when_the_stream_fails_the_whole_page_is_loaded(
    tab: Page, faults: list[str], failure: str
) -> None:
    bodies = {
        "cut": 'event: evidence\ndata: {"citations": []}\n\n',
        "garbled": "event: answer\ndata: {\n\n",
    }

    def fail(route: Route) -> None:
        if failure == "abort":
            route.abort()
        else:
            route.fulfill(content_type="text/event-stream", body=bodies[failure])

    tab.route("**/api/v1/ask", fail)
    tab.goto("/ask")
    ask(tab, QUESTION)
    expect(tab.locator(".outcome-answer .line").first).to_contain_text("缴费满一年领三个月失业金")
    assert "q=" in tab.url
    faults.clear()


def test_markup_in_a_streamed_answer_is_text(tab: Page) -> None:
    tab.goto("/ask")
    ask(tab, "<img src=x onerror=alert(1)> 斑马线怎么画")
    expect(tab.locator(".outcome-actions")).to_have_count(1)
    expect(tab.locator(".turn-question")).to_contain_text("<img src=x")
    expect(tab.locator(".turn script, .turn-question img, .line img")).to_have_count(0)


def test_an_answer_is_copied_with_its_sources(browser: Browser, address: str) -> None:
    context = browser.new_context(
        base_url=address, permissions=["clipboard-read", "clipboard-write"]
    )
    tab = watch(context, address, [])
    tab.goto("/ask")
    ask(tab, QUESTION)
    tab.get_by_role("button", name="复制").click()
    expect(tab.get_by_role("button", name="已复制")).to_be_visible()
    copied = str(tab.evaluate("navigator.clipboard.readText()"))
    context.close()
    assert copied.split("\n")[0] == "缴费满一年领三个月失业金，最长领取二十四个月。"
    assert "来源：\n① 失业保险金领取期限（2022年8月1日起施行）" in copied


def test_feedback_is_given_without_leaving_the_page(tab: Page) -> None:
    tab.goto(f"/ask?q={QUESTION}")
    with tab.expect_response("**/feedback") as sent:
        tab.get_by_role("button", name="没用").click()
    assert sent.value.status == 201
    expect(tab.locator(".outcome")).to_contain_text("谢谢，已记录：没用")
    assert urlsplit(tab.url).path == "/ask"


def test_a_question_without_an_answer_becomes_a_problem(tab: Page) -> None:
    tab.goto("/ask")
    ask(tab, UNANSWERED)
    expect(tab.locator(".nearest a").first).to_be_visible()
    tab.get_by_role("button", name="提交到问题库").click()
    reported = tab.locator(".reported")
    expect(reported).to_have_text(re.compile(r"编号 20\d\d-0001$"))
    tab.get_by_role("link", name="问题库").click()
    expect(tab.locator("tbody")).to_contain_text(UNANSWERED)


def test_small_talk_has_no_button_for_the_problem_library(tab: Page) -> None:
    tab.goto("/ask")
    ask(tab, "你好")
    expect(tab.locator(".outcome-abstention")).to_contain_text("您好")
    expect(tab.locator(".outcome .why")).to_be_visible()
    expect(tab.get_by_role("button", name="提交到问题库")).to_have_count(0)


def test_everything_works_without_javascript(plain: Page) -> None:
    plain.goto("/")
    ask(plain, QUESTION)
    expect(plain.locator(".outcome-answer .line").first).to_contain_text("缴费满一年领三个月失业金")
    expect(plain.get_by_role("button", name="复制")).to_have_count(0)
    plain.locator(".chip").first.click()
    expect(plain.locator("mark.evidence").first).to_be_visible()
    plain.go_back()
    plain.get_by_role("button", name="有用").click()
    expect(plain.locator("h1")).to_have_text("谢谢反馈")
    plain.get_by_role("link", name="继续提问").click()
    ask(plain, UNANSWERED)
    plain.get_by_role("button", name="提交到问题库").click()
    expect(plain.locator("main")).to_contain_text(re.compile(r"编号 20\d\d-0001"))
    plain.get_by_label("搜索知识库").fill("失业金")
    plain.get_by_label("搜索知识库").press("Enter")
    expect(plain.locator(".find").first).to_be_visible()


def test_a_citation_without_javascript_opens_at_its_section(plain: Page) -> None:
    plain.goto("/ask?q=累计缴费满5年领取月数是多少")
    plain.locator(".chip").first.click()
    expect(plain.locator("h2:target")).to_have_text("领取月数")
    expect(plain.locator("mark.evidence").first).to_be_in_viewport()


def test_the_keyboard_alone_is_enough(tab: Page) -> None:
    tab.goto("/wiki/")
    tab.keyboard.press("Tab")
    expect(tab.get_by_role("link", name="跳到正文")).to_be_focused()
    expect(tab.get_by_role("link", name="跳到正文")).to_be_in_viewport()
    tab.keyboard.press("Enter")
    tab.keyboard.press("Tab")
    expect(tab.get_by_role("link", name=re.compile("^全部"))).to_be_focused()
    outline = tab.evaluate("getComputedStyle(document.activeElement).outlineStyle")
    assert outline == "solid"


@pytest.mark.parametrize("size", [COUNTER, PHONE], ids=["counter", "phone"])
def test_no_page_is_wider_than_the_screen(tab: Page, size: ViewportSize) -> None:
    tab.set_viewport_size(size)
    for address in PAGES:
        tab.goto(address)
        width = tab.evaluate("document.documentElement.scrollWidth")
        assert width <= size["width"], address


def test_on_a_phone_the_contents_fold_and_wide_tables_scroll(
    browser: Browser, address: str
) -> None:
    context = browser.new_context(base_url=address, viewport={"width": 200, "height": 500})
    tab = watch(context, address, [])
    tab.goto(ARTICLE)
    contents = tab.locator(".toc-phone")
    expect(contents.get_by_role("link", name="领取月数")).to_be_hidden()
    contents.locator("summary").click()
    contents.get_by_role("link", name="领取月数").click()
    expect(tab.locator("h2:target")).to_have_text("领取月数")
    assert tab.locator(".toc-desk").is_hidden()
    assert (
        tab.locator(".prose table").evaluate("table => getComputedStyle(table).overflowX") == "auto"
    )
    context.close()
