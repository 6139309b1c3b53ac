"""The kept part of a page to plain, well-formed HTML that has a Markdown spelling for all it holds.

Formulas and code are done by their own modules before this one.
"""

from __future__ import annotations

import re
from urllib.parse import quote, urljoin, urlsplit

from flashgen.extract.blocks import admonitions, definitions
from flashgen.extract.footnotes import footnotes
from flashgen.extract.images import normalise as tidy_images
from flashgen.extract.tables import normalise as tidy_tables
from flashgen.extract.tree import (
    BLOCKS,
    HEADINGS,
    Element,
    drop,
    letters,
    make,
    text_of,
    unwrap,
    words,
)

_ANCHOR_SIGNS = words("¶ # § 🔗 ⚓ ∞ ## ### link permalink anchor ↩ ↩︎ ⏎ ↑ ^")
_PLAIN_URL = re.compile(r"https?://[\w./?=&%#:~+,;!*@-]+$", re.A)
_SAFE = "/:?#[]@!$&'*+,;=%~()"


def tidy(top: Element, base: str) -> None:
    """Bring everything below `top` into the forms that Markdown can hold; addresses become absolute."""
    _addresses(top)
    _headings(top)
    footnotes(top)
    tidy_images(top, base)
    _links(top, base)
    _marks(top)
    definitions(top)
    admonitions(top)
    tidy_tables(top)


def absolute(url: str, base: str) -> str:
    """`url` in full, fit to stand in Markdown; '' for what leads nowhere (`javascript:`, `data:`, malformed)."""
    if _PLAIN_URL.match(url):
        return url
    url = "".join(url.split("\n")).strip()
    try:
        full = urljoin(base, url)
        if urlsplit(full).scheme not in ("http", "https", "mailto", "ftp"):
            return ""
    except ValueError:
        return ""
    full = quote(full, safe=_SAFE)
    return full if full.count("(") == full.count(")") else full.replace("(", "%28").replace(")", "%29")


def _addresses(top: Element) -> None:
    """Mail addresses that Cloudflare hid: the first byte is the key of the others."""
    for element in list(top.iter("a", "span")):
        hidden = element.get("data-cfemail") or ""
        if re.fullmatch(r"(?:[0-9a-fA-F]{2}){2,}", hidden):
            key, *rest = bytes.fromhex(hidden)
            element.text = bytes(byte ^ key for byte in rest).decode("utf-8", "replace")
            for child in list(element):
                element.remove(child)
            unwrap(element)


def _headings(top: Element) -> None:
    for element in list(top.iter()):
        if element.get("role") == "heading" and element.tag in ("div", "span", "p") and element is not top:
            level = element.get("aria-level") or "2"
            if letters(text_of(element)) < 120 and element.find(".//p") is None:
                element.tag = f"h{level}" if level in "123456" else "h2"
    for heading in list(top.iter(*HEADINGS)):
        for link in list(heading.iter("a")):
            href = link.get("href") or ""
            own = (
                href.startswith("#")
                or not href
                or ("#" in href and href.rpartition("#")[2] == (heading.get("id") or link.get("id") or "\0"))
            )
            if own and (letters(text_of(link)) == 0 or text_of(link).strip().lower() in _ANCHOR_SIGNS):
                drop(link)
            elif own:
                unwrap(link)
        for inner in list(heading.iter("p", "div", "strong", "b")):
            unwrap(inner)
        if not letters(text_of(heading)):
            if heading.find(".//img") is None:
                drop(heading)
            else:
                heading.tag = "p"


def _only_links_behind(rule: Element) -> bool:
    """Whether the last rule of its box has nothing behind it but a few words of links ("Back to the index")."""
    behind = list(rule.itersiblings())
    if not behind or any(e.tag in ("hr", "img") or letters(e.tail or "") for e in behind) or letters(rule.tail or ""):
        return False
    linked = sum(letters(text_of(link)) for e in behind for link in e.iter("a"))
    return 0 < linked <= 60 and linked >= 0.8 * sum(letters(text_of(e)) for e in behind)


def trim(top: Element) -> None:
    """Drop what at the very end belonged to something left out: a heading, a rule with links behind it."""
    for rule in [hr for hr in top.iter("hr") if _only_links_behind(hr)]:
        for behind in list(rule.itersiblings()):
            behind.getparent().remove(behind)
        rule.tail = None
    last = top
    while len(last):
        last = last[-1]
        if last.tail and letters(last.tail):
            return
        if last.tag in HEADINGS:
            above = last.getparent()
            drop(last)
            last = above if above is not None else top


def _links(top: Element, base: str) -> None:
    for link in list(top.iter("a")):
        href = link.get("href")
        shown = letters(text_of(link))
        if not shown and link.find(".//img") is None and link.find(".//*[@data-tex]") is None:
            drop(link)
            continue
        for attribute in ("title", "aria-label"):
            link.attrib.pop(attribute, None)
        full = absolute(href, base) if href else ""
        if not full or link.find(".//pre") is not None or link.find(".//table") is not None:
            unwrap(link)
            continue
        link.set("href", full)
        blocks = [e for e in link.iter() if e is not link and e.tag in BLOCKS]
        if blocks:
            _push_inward(link, blocks, full)


def _push_inward(link: Element, blocks: list[Element], href: str) -> None:
    """A link around blocks becomes a link within its first heading or block of text (a card that is one big link)."""
    best = next((e for e in blocks if e.tag in HEADINGS), None)
    if best is None:
        best = next((e for e in blocks if letters(e.text or "")), None)
    if best is not None and letters(text_of(best)):
        inner = make("a", best.text or "")
        inner.set("href", href)
        for child in list(best):
            if child.tag in BLOCKS:
                break
            inner.append(child)
        best.text = None
        best.insert(0, inner)
    link.tag = "div"
    link.attrib.pop("href", None)


def _marks(top: Element) -> None:
    for element in list(top.iter("rt", "rp")):
        drop(element)
    for element in list(top.iterdescendants("q")):
        element.text = f"“{element.text or ''}"
        if len(element):
            element[-1].tail = f"{element[-1].tail or ''}”"
        else:
            element.text += "”"
        unwrap(element)
    for element in list(top.iterdescendants("sup")):
        _raise(element)
    for element in list(top.iter("mark", "font", "u", "ins", "center", "abbr", "small", "big", "wbr", "nobr")):
        if element is not top:
            unwrap(element)


def _raise(sup: Element) -> None:
    """`10<sup>9</sup>` says 10^9, not 109. Ordinals and marks (`1st`, `™`) stay as they read."""
    text = text_of(sup).strip()
    before, parent = sup.getprevious(), sup.getparent()
    if parent is None:  # it stood in another one, which is text by now
        return
    left = (parent.text if before is None else before.tail or text_of(before)) or ""
    power = re.fullmatch(r"[-−+]?\d+|[-−+]?[a-zA-Z]|[\w+−*/.-]{1,12}", text)
    ordinal = re.fullmatch(r"st|nd|rd|th|er|e|o|a|TM|SM|®|™|\[\^\w+\]", text)
    if power and not ordinal and re.search(r"[\w)\]]$", left) and sup.find(".//a") is None:
        sup.text = f"^{text}" if re.fullmatch(r"[-−+]?\w+", text) else f"^({text})"
        for child in list(sup):
            sup.remove(child)
    unwrap(sup)
