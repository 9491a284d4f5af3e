"""In a real browser nothing of an attack runs: no dialog, no script that is not ours, no request elsewhere."""

from __future__ import annotations

import shutil
import threading
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote, urlsplit

import pytest
from playwright.sync_api import BrowserContext, Dialog, Page, sync_playwright
from waitress.server import create_server

from tests.security.payloads import PAYLOADS
from tests.security.test_xss_articles import written
from tests.web.conftest import close, open_and_index
from tests.web.test_browser import BROWSERS, FLAGS
from web.app import create_app

SAMPLE = range(0, len(PAYLOADS), 7)
LEAST = 20
WATCH = """
window.alert = window.confirm = window.prompt = window.print = () => { window.ran = (window.ran || 0) + 1; };
document.addEventListener('securitypolicyviolation', (event) => {
  if (event.effectiveDirective.startsWith('script')) window.ran = (window.ran || 0) + 1;
});
"""
"""Before anything else of a page: what a script would call, and what the policy had to stop."""
TOUCH = """
for (const item of document.querySelectorAll('main *')) {
  for (const name of ['mouseover', 'click', 'focus', 'pointerenter', 'toggle']) {
    if (name !== 'click' || item.tagName !== 'BUTTON') item.dispatchEvent(new Event(name, { cancelable: true }));
  }
}
"""


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory, bundled_model: Path) -> Iterator[str]:
    library = tmp_path_factory.mktemp("xss-browser") / "articles"
    (library / "a").mkdir(parents=True)
    for number in SAMPLE:
        (library / "a" / f"p{number}.md").write_text(written(number), encoding="utf-8")
    services = open_and_index(library, bundled_model)
    connections: dict[int, object] = {}
    server = create_server(
        create_app(services), map=connections, host="127.0.0.1", port=0, threads=4, ident=None
    )
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.effective_port}"
    server.close()
    thread.join(timeout=10)
    close(services)


@pytest.fixture(scope="module")
def context(served: str) -> Iterator[BrowserContext]:
    path = next((found for name in BROWSERS if (found := shutil.which(name))), None)
    if path is None:
        pytest.skip("no Chromium on this machine")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=FLAGS)
        made = browser.new_context(base_url=served)
        made.add_init_script(WATCH)
        yield made
        browser.close()


def faults_after(context: BrowserContext, served: str, addresses: list[str]) -> list[str]:
    """What went wrong while the pages were opened and touched."""
    faults: list[str] = []
    tab: Page = context.new_page()

    def dialog(said: Dialog) -> None:
        faults.append(f"dialog {said.message}")
        said.dismiss()

    tab.on("dialog", dialog)
    tab.on(
        "request",
        lambda sent: (
            faults.append(sent.url)
            if urlsplit(sent.url).netloc != urlsplit(served).netloc
            else None
        ),
    )
    for address in addresses:
        tab.goto(address)
        tab.evaluate(TOUCH)
        tab.wait_for_load_state()
        if tab.evaluate("window.ran || 0"):
            faults.append(f"ran: {address}")
    tab.close()
    return faults


def test_articles_run_nothing(context: BrowserContext, served: str) -> None:
    assert len(SAMPLE) >= LEAST
    assert faults_after(context, served, [f"/wiki/a/p{number}" for number in SAMPLE]) == []


def test_lists_and_findings_run_nothing(context: BrowserContext, served: str) -> None:
    assert faults_after(context, served, ["/", "/wiki/", "/findings", "/problems"]) == []


def test_questions_and_searches_run_nothing(context: BrowserContext, served: str) -> None:
    asked = [quote(f"斑马线 {PAYLOADS[number][:300]}", safe="") for number in SAMPLE]
    addresses = [f"/{door}?q={text}" for text in asked for door in ("ask", "search")]
    assert faults_after(context, served, addresses) == []


def test_streamed_answers_run_nothing(context: BrowserContext) -> None:
    """The page's script builds them; here it is given articles and questions that attack."""
    faults: list[str] = []
    tab = context.new_page()
    tab.on("dialog", lambda said: (faults.append(said.message), said.dismiss()))
    for number in list(SAMPLE)[::4]:
        tab.goto("/ask")
        box = tab.locator("#question")
        box.fill(f"斑马线第{number}条 {' '.join(PAYLOADS[number].split())[:200]}")
        box.press("Enter")
        tab.locator(".outcome-actions, .choices, .notice-error").first.wait_for()
        tab.evaluate(TOUCH)
        if tab.evaluate("window.ran || 0"):
            faults.append(PAYLOADS[number])
    tab.close()
    assert faults == []


def test_the_hook_sees_what_runs_and_what_the_policy_stops(context: BrowserContext) -> None:
    tab = context.new_page()
    tab.goto("/")
    tab.evaluate("document.body.insertAdjacentHTML('beforeend', '<img src=x onerror=alert(1)>')")
    tab.wait_for_function("window.ran > 0")
    tab.goto("/")
    tab.evaluate("alert(1)")
    assert tab.evaluate("window.ran") == 1
    tab.close()
