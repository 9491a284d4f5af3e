"""Markdown to a clean HTML tree: rendered once, sanitised, links and images made local."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import SplitResult, quote, unquote, urlsplit

import lxml.html
import markdown
import nh3
from lxml.html import HtmlElement

from kb.loosen import Loosen

ARTICLE_URL = "/wiki/"
"""Where the web serves articles; links between articles are rewritten to it."""

ATTACHMENT_URL = "/attachments/"
"""Where the web serves the pictures and files that lie beside the articles."""

_EXTENSIONS = (
    "pymdownx.superfences",
    "pymdownx.highlight",
    "tables",
    "admonition",
    "attr_list",
    "def_list",
    "footnotes",
    "sane_lists",
)
_CONFIGURATION = {"pymdownx.highlight": {"use_pygments": False}}
_TAGS = (set(nh3.ALLOWED_TAGS) | {"mark", "section"}) - {"area", "map"}
_ATTRIBUTES = {
    **{name: set(values) - {"cite"} for name, values in nh3.ALLOWED_ATTRIBUTES.items()},
    **{f"h{level}": {"id"} for level in range(1, 7)},
    "div": {"class"},
    "p": {"class"},
    "code": {"class"},
    "ol": {"start"},
    "th": {"align", "colspan", "rowspan"},
    "td": {"align", "colspan", "rowspan"},
    "img": {"src", "alt", "title", "width", "height"},
}
_ATTRIBUTES["a"] = {"href", "title"}
"""`cite` is left out everywhere: it is an address whose scheme nh3 does not look at, and no browser shows it."""
_DEEPEST = 200
"""The HTML parser drops what is nested deeper than 255 elements without a word."""

_GROUPING = ("div", "section", "article", "details")
BLOCKS = frozenset(
    "p ul ol dl dt dd li div section article details summary pre table blockquote hr "
    "h1 h2 h3 h4 h5 h6 figure figcaption center header footer aside nav".split()
)
"""Elements that stand on lines of their own; all others are part of a line."""


@dataclass(frozen=True, slots=True)
class Link:
    """A link of an article to another: target slug, anchor (may be empty) and the text as written."""

    slug: str
    anchor: str
    written: str


def render(body: str) -> HtmlElement:
    """Return the sanitised HTML tree of a Markdown text, under one `div`.

    Scripts, styles, event handlers and unknown tags are gone; ids remain on headings only. Raises
    RecursionError for a text that is nested too deeply.
    """
    converter = markdown.Markdown(extensions=list(_EXTENSIONS), extension_configs=_CONFIGURATION)
    converter.preprocessors.register(Loosen(converter), "loosen", 24)
    clean = nh3.clean(
        converter.convert(body),
        tags=_TAGS,
        attributes=_ATTRIBUTES,
        link_rel=None,
        url_schemes={"http", "https", "mailto", "tel"},
    )
    tree = lxml.html.fragment_fromstring(clean, create_parent="div")
    if tree.xpath(f"boolean(//*[count(ancestor::*) > {_DEEPEST}])"):
        raise RecursionError(f"nested deeper than {_DEEPEST} elements")
    for group in [tree, *tree.iter(*_GROUPING)]:
        _wrap_loose_text(group)
    return tree


def _wrap_loose_text(group: HtmlElement) -> None:
    """Put text that stands beside the blocks of a group into paragraphs: every text belongs to a block."""
    children = list(group)
    if not any(text and text.strip() for text in [group.text, *(item.tail for item in children)]):
        return
    lines = [_paragraph(group.text)]
    group.text = None
    for child in children:
        tail, child.tail = child.tail, None
        if child.tag in BLOCKS:
            lines += [child, _paragraph(tail)]
        else:
            child.tail = tail
            lines[-1].append(child)
    group[:] = [line for line in lines if line.tag != "p" or len(line) or (line.text or "").strip()]


def _paragraph(text: str | None) -> HtmlElement:
    paragraph = lxml.html.Element("p")
    paragraph.text = text
    return paragraph


def localise(tree: HtmlElement, slug: str) -> tuple[list[Link], list[str]]:
    """Rewrite links and pictures of the article `slug` in place.

    Links to `.md` files become wiki addresses, pictures beside the article become attachment addresses;
    a picture from another host becomes a plain link, and a path that leaves the library is removed.
    Returns the links to other articles and the paths that were refused.
    """
    links: list[Link] = []
    refused: list[str] = []
    for element in list(tree.iter("a")):
        _localise_link(element, slug, links, refused)
    for element in list(tree.iter("img")):
        _localise_picture(element, slug, refused)
    return links, refused


def _localise_link(element: HtmlElement, slug: str, links: list[Link], refused: list[str]) -> None:
    written = element.get("href") or ""
    parts = _split(written)
    if parts is None:
        refused.append(written)
        del element.attrib["href"]
        return
    if parts.scheme or parts.netloc:
        element.set("rel", "noopener noreferrer nofollow")
        return
    if not parts.path:
        return
    target = _inside(slug, unquote(parts.path))
    if target is None:
        refused.append(written)
        del element.attrib["href"]
    elif target.endswith(".md"):
        anchor = unquote(parts.fragment)
        links.append(Link(target.removesuffix(".md"), anchor, written))
        suffix = f"#{quote(anchor)}" if anchor else ""
        element.set("href", ARTICLE_URL + quote(target.removesuffix(".md")) + suffix)
    else:
        element.set("href", ATTACHMENT_URL + quote(target))


def _localise_picture(element: HtmlElement, slug: str, refused: list[str]) -> None:
    written = element.get("src") or ""
    if not written:
        return  # its address was of a kind that is taken out
    parts = _split(written)
    if parts is None:
        refused.append(written)
        element.attrib.pop("src", None)
        return
    if parts.scheme or parts.netloc:
        element.tag = "a"
        element.attrib.pop("src", None)
        element.set("href", written)
        element.set("rel", "noopener noreferrer nofollow")
        element.text = f"［外部图片：{element.attrib.pop('alt', '') or written}］"
        return
    target = _inside(slug, unquote(parts.path))
    if target is None or not target:
        refused.append(written)
        element.attrib.pop("src", None)
    else:
        element.set("src", ATTACHMENT_URL + quote(target))
        element.set("loading", "lazy")


def attachments_of(tree: HtmlElement) -> tuple[str, ...]:
    """The paths of the pictures and files that a localised tree shows or links to, each once."""
    addresses = (item.get("href") or item.get("src") or "" for item in tree.iter("a", "img"))
    paths = (address for address in addresses if address.startswith(ATTACHMENT_URL))
    return tuple(dict.fromkeys(unquote(path.removeprefix(ATTACHMENT_URL)) for path in paths))


def _split(written: str) -> SplitResult | None:
    """The parts of an address; None for one that is malformed."""
    try:
        return urlsplit(written)
    except ValueError:
        return None


def _inside(slug: str, path: str) -> str | None:
    """Resolve a path written in the article `slug`; None when it leaves the library."""
    base = "" if path.startswith("/") else posixpath.dirname(slug)
    target = posixpath.normpath(posixpath.join(base, path.lstrip("/").replace("\\", "/")))
    return None if target.startswith("..") or "\x00" in target else target


def flow(tree: HtmlElement) -> Iterator[HtmlElement]:
    """Yield the blocks of a tree in reading order, going into containers that only group blocks."""
    for element in tree:
        if not isinstance(element.tag, str):
            continue
        if element.tag in _GROUPING and "admonition" not in (element.get("class") or ""):
            yield from flow(element)
        else:
            yield element


def to_html(tree: HtmlElement) -> str:
    """Serialise the children of the tree's root `div`."""
    inner = (tree.text or "") + "".join(
        lxml.html.tostring(child, encoding="unicode") for child in tree
    )
    return inner.strip()
