"""HTML to a tree that is safe to walk, and the few looks at it that all of this package shares."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Any
from urllib.parse import urljoin, urlsplit

Element = Any
"""An element of lxml, which comes without types."""


def words(text: str) -> frozenset[str]:
    """The words of `text` as a set: for the many lists of names in this package."""
    return frozenset(text.split())


BLOCKS = words(
    "address article aside blockquote body center dd details div dl dt fieldset figcaption figure footer form "
    "h1 h2 h3 h4 h5 h6 header hr li main nav ol p pre section summary table tbody td tfoot th thead tr ul "
    "caption"
)
HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")

_MAX_TAG = 20_000
_MAX_ATTRIBUTES = 256
_LONG_TAG = re.compile(rf"<([a-zA-Z][\w:-]*)([^<>]{{{_MAX_TAG},}})>")
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufffe\uffff]")
_CONTROL_REFERENCE = re.compile(
    r"&#0*(?:[0-8]|1[124-9]|2\d|3[01]|127|5529[6-9]|55[3-9]\d\d|56\d{3}|57[0-2]\d\d|573[0-3]\d|5734[0-3]|6553[45])(?!\d);?|"
    r"&#x0*(?:[0-8bcef]|1[0-9a-f]|7f|d[89a-f][0-9a-f]{2}|fff[ef])(?![0-9a-f]);?",
    re.I,
)
"""What lxml would read, and then refuse to write."""
_HUMP = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")


def parse(html: str) -> Element | None:
    """The tree of a page or a fragment, without comments; None where there is nothing to read.

    Tags with hundreds of attributes lose them (reading them takes time that grows with their square), and what is
    nested deeper than some 2,000 levels is lost.
    """
    from lxml import etree

    html = _CONTROL.sub("", html)
    if "&#" in html:
        html = _CONTROL_REFERENCE.sub("", html)
    if len(html) > _MAX_TAG:
        html = _LONG_TAG.sub(_bounded, html)
    if not html.strip():
        return None
    parser = etree.HTMLParser(
        encoding="utf-8",
        remove_comments=True,
        remove_pis=True,
        huge_tree=True,
        collect_ids=False,
        default_doctype=False,
    )
    try:
        return etree.fromstring(html.encode("utf-8", "replace"), parser=parser)
    except (etree.LxmlError, ValueError):
        return None


def base_of(root: Element, url: str) -> str:
    """The address that relative links start from: `<base href>` where there is one, else `url`."""
    for element in root.iter("base"):
        try:
            return str(urljoin(url, (element.get("href") or "").strip()))
        except ValueError:
            break
    return url


def sound(url: str) -> str:
    """`url`, or '' where it can't be taken apart."""
    try:
        urlsplit(url)
    except ValueError:
        return ""
    return url


def _bounded(tag: re.Match[str]) -> str:
    return tag.group(0) if tag.group(2).count("=") < _MAX_ATTRIBUTES else f"<{tag.group(1)}>"


def text_of(element: Element) -> str:
    """All text within `element`, as it stands."""
    return "".join(element.itertext())


def letters(text: str) -> int:
    """How much there is to read: the length of `text` without white space."""
    return sum(map(len, text.split()))


def names(element: Element) -> str:
    """The classes in lower case, words parted by hyphens: `postMeta` and `post_meta` give `post-meta`.

    Ids are left out: sections of documentation have the words of their heading for an id.
    """
    return _named(element.get("class") or "")


@lru_cache(maxsize=16384)
def _named(classes: str) -> str:
    return _HUMP.sub("-", classes[:500]).replace("_", "-").lower()


def drop(element: Element) -> None:
    """Take `element` out of its tree; the text behind it stays."""
    parent = element.getparent()
    if parent is None:
        return
    _append_text(parent, element.getprevious(), element.tail)
    element.tail = None
    parent.remove(element)


def unwrap(element: Element) -> None:
    """Put the content of `element` in its place."""
    parent = element.getparent()
    if parent is None:
        return
    at, before = parent.index(element), element.getprevious()
    _append_text(parent, before, element.text)
    children = list(element)
    if children:
        children[-1].tail = (children[-1].tail or "") + (element.tail or "")
    else:
        _append_text(parent, before, element.tail)
    element.tail = None
    parent[at : at + 1] = children


def _append_text(parent: Element, before: Element | None, text: str | None) -> None:
    """Add `text` behind `before`, a child of `parent`, or at the beginning of `parent`."""
    if text and before is None:
        parent.text = (parent.text or "") + text
    elif text and before is not None:
        before.tail = (before.tail or "") + text


def ancestors(element: Element) -> Iterator[Element]:
    """The elements around `element`, innermost first."""
    yield from element.iterancestors()


def make(tag: str, text: str = "") -> Element:
    """A new element with `text`."""
    from lxml import etree

    element = etree.Element(tag)
    element.text = text
    return element


def replace(element: Element, other: Element) -> None:
    """Put `other` in the place of `element`."""
    other.tail, element.tail = element.tail, None
    element.getparent().replace(element, other)
