"""What must not be in a page, found with a real parser: scripts, handlers, addresses that run, broken-out attributes."""

from __future__ import annotations

import re
from collections.abc import Iterator

import lxml.html
from lxml.html import HtmlElement

_ATTRIBUTES = frozenset(
    "abbr action align alt autocapitalize autocomplete autofocus charset checked class colspan content "
    "crossorigin data-confidence data-conversation data-lead datetime defer dir disabled enctype for headers "
    "height hidden href hreflang id integrity lang loading max maxlength method min minlength name novalidate "
    "open placeholder rel required role rowspan scope selected size src start step summary tabindex target title "
    "type value width char charoff valign span".split()
)
_ELEMENTS = frozenset(
    "iframe object embed applet base frame frameset portal svg math style noscript xmp plaintext listing noembed "
    "noframes marquee video audio source canvas area map keygen bgsound layer isindex image slot foreignobject".split()
)
_SCRIPTS = re.compile(r"/static/[\w.-]+\.js(\?\S*)?|/bootstrap/static/\S+\.js")
_ADDRESSES = frozenset(
    "href src action formaction cite data poster background longdesc xlink:href".split()
)
_HARMLESS = re.compile(r"(?:https?|mailto|tel):|(?:/(?!/)|[#?.]|[\w%-]+(?:[/.#?]|$))|$")
_RUNS = re.compile(
    r"(?:javascript|vbscript|livescript|mocha|data|feed|view-source|jar|blob|file):", re.I
)


def faults_of(html: str) -> list[str]:
    """What is wrong with a page, or a part of one."""
    tree = lxml.html.document_fromstring(html or "<p></p>")
    return [fault for element in tree.iter() for fault in _faults(element)]


def _faults(element: HtmlElement) -> Iterator[str]:
    if not isinstance(element.tag, str):
        if element.tag is not lxml.etree.Comment:
            yield f"instruction {element!r}"
        return
    if element.tag == "script" and not _is_own(element):
        yield f"script {lxml.html.tostring(element)[:80]!r}"
    if element.tag in _ELEMENTS or ":" in element.tag:
        yield f"element {element.tag}"
    if element.tag == "meta" and "http-equiv" in element.attrib:
        yield "meta that acts"
    for name, value in element.attrib.items():
        if not (name in _ATTRIBUTES or name.startswith("aria-")):
            yield f"attribute {name}={value[:40]!r} of {element.tag}"
        if name in _ADDRESSES and not _is_harmless(element, value):
            yield f"address {value[:60]!r} of {element.tag}"


def _is_own(script: HtmlElement) -> bool:
    text = (script.text or "").strip()
    return _SCRIPTS.fullmatch(script.get("src") or "") is not None and not text


def _is_harmless(element: HtmlElement, value: str) -> bool:
    plain = re.sub(r"[\x00-\x20\x7f-\xa0]", "", value)
    if (
        element.tag == "img"
        and plain.startswith("data:image/svg+xml")
        and element.get("class") == "qr"
    ):
        return True  # the code that the service itself draws; a picture runs no script
    if element.tag == "a" and plain.startswith("//") and "noopener" in (element.get("rel") or ""):
        return True  # another site, which may be linked to
    return _RUNS.match(plain) is None and _HARMLESS.match(plain) is not None
