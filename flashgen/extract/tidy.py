"""The kept part of a page to plain, well-formed HTML that has a Markdown spelling for all it holds.

Formulas and code are done by their own modules before this one.
"""

from __future__ import annotations

import re
from urllib.parse import quote, urljoin, urlsplit

from flashgen.extract.images import normalise as tidy_images
from flashgen.extract.tables import normalise as tidy_tables
from flashgen.extract.tree import (
    BLOCKS,
    HEADINGS,
    Element,
    ancestors,
    drop,
    letters,
    make,
    names,
    replace,
    text_of,
    unwrap,
)

_ANCHOR_SIGNS = frozenset("¶ # § 🔗 ⚓ ∞ ## ### link permalink anchor ↩ ↩︎ ⏎ ↑ ^".split())
_ADMONITION = re.compile(
    r"(?<![a-z])(?:admonition|callout|markdown-alert|custom-block|theme-admonition|alert|infobox-note|notice|md-alert|hint|aside-note)(?![a-z-])"
)
_ADMONITION_TITLE = re.compile(
    r"(?<![a-z])(?:admonition-?(?:title|heading)|markdown-alert-title|custom-block-title|callout-title|alert-heading|hint-title)"
)
_PLAIN_URL = re.compile(r"https?://[\w./?=&%#:~+,;!*@-]+$", re.A)
_SAFE = "/:?#[]@!$&'*+,;=%~()"


def tidy(top: Element, base: str) -> None:
    """Bring everything below `top` into the forms that Markdown can hold; addresses become absolute."""
    _addresses(top)
    _headings(top)
    _footnotes(top)
    tidy_images(top, base)
    _links(top, base)
    _marks(top)
    _definitions(top)
    _boxes(top)
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
            if letters(text_of(element)) < 120:
                element.tag = f"h{level}" if level in "123456" else "h2"
    for heading in list(top.iter(*HEADINGS)):
        for link in list(heading.iter("a")):
            href = link.get("href") or ""
            own = (
                href.startswith("#")
                or not href
                or "#" in href
                and href.rpartition("#")[2] == (heading.get("id") or link.get("id") or "\0")
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
    _drop_last_headings(top)


def _drop_last_headings(top: Element) -> None:
    """A heading with nothing under it, at the very end, belonged to what was left out."""
    last = top
    while len(last):
        last = last[-1]
        if last.tail and letters(last.tail):
            return
        if last.tag in HEADINGS:
            above = last.getparent()
            drop(last)
            last = above if above is not None else top


def _footnotes(top: Element) -> None:
    """`<sup><a href="#fn1">1</a></sup>` becomes `[^1]`, and the note it leads to begins with `[^1]:`."""
    for back in [a for a in top.iter("a") if _is_back_link(a)]:
        drop(back)
    targets = {
        element.get("id"): element
        for element in top.iter("li", "p", "div", "aside", "dt", "dd", "td")
        if element.get("id")
    }
    for link in list(top.iter("a")):
        href = link.get("href") or ""
        label = text_of(link).strip().strip("[]()")
        target = targets.get(href.rpartition("#")[2]) if "#" in href else None
        if target is None or not re.fullmatch(r"\d{1,3}|[*†‡a-z]", label) or target in ancestors(link):
            continue
        outer = link
        while (
            (up := outer.getparent()) is not None
            and up.tag in ("sup", "span", "sub")
            and text_of(up).strip().strip("[]()") == label
        ):
            outer = up
        if outer.tag != "sup" and not re.search(r"fn|foot|note|cite|ref", f"{href} {names(link)}"):
            continue
        replace(outer, make("span", f"[^{label}]"))
        if target.get("data-note") is None:
            target.set("data-note", label)
            _begin_note(target, label)


def _begin_note(target: Element, label: str) -> None:
    holder = next((e for e in target.iter("p") if letters(text_of(e))), target)
    first = (holder.text or "").lstrip()
    if first.startswith((f"{label}.", f"[{label}]", f"({label})")):
        first = first[len(label) + 1 :].lstrip(".]) ")
    holder.text = f"[^{label}]: {first}"


def _is_back_link(link: Element) -> bool:
    if link.get("role") == "doc-backlink" or link.get("rev") == "footnote":
        return True
    named = re.search(
        r"footnote-?back|reversefootnote|data-footnote-backref|backref|fn-backref|back-?link", names(link)
    )
    return bool(named or link.get("data-footnote-backref") is not None) and letters(text_of(link)) <= 3


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
    for element in list(top.iter("q")):
        element.text = f"“{element.text or ''}"
        if len(element):
            element[-1].tail = f"{element[-1].tail or ''}”"
        else:
            element.text += "”"
        unwrap(element)
    for element in list(top.iter("sup")):
        _raise(element)
    for element in list(top.iter("mark", "font", "u", "ins", "center", "abbr", "small", "big", "wbr", "nobr")):
        if element is not top and element.tag != "wbr":
            unwrap(element)
        elif element is not top:
            drop(element)


def _raise(sup: Element) -> None:
    """`10<sup>9</sup>` says 10^9, not 109. Ordinals and marks (`1st`, `™`) stay as they read."""
    text = text_of(sup).strip()
    before = sup.getprevious()
    left = (sup.getparent().text if before is None else before.tail or text_of(before)) or ""
    power = re.fullmatch(r"[-−+]?\d+|[-−+]?[a-zA-Z]|[\w+−*/.-]{1,12}", text)
    ordinal = re.fullmatch(r"st|nd|rd|th|er|e|o|a|TM|SM|®|™|\[\^\w+\]", text)
    if power and not ordinal and re.search(r"[\w)\]]$", left) and sup.find(".//a") is None:
        sup.text = f"^{text}" if len(text) == 1 or text.isdigit() else f"^({text})"
        for child in list(sup):
            sup.remove(child)
    unwrap(sup)


def _definitions(top: Element) -> None:
    """A definition list of short terms becomes a list, one with more in it bold terms over their text."""
    for dl in reversed(list(top.iter("dl"))):
        details = [dd for dd in dl.iter("dd")]
        short = all(
            not any(e.tag in BLOCKS and e.tag != "p" for e in dd.iterdescendants()) and len(list(dd.iter("p"))) < 2
            for dd in details
        )
        pairs = [child for child in dl.iter("dt", "dd")]
        alternate = [e.tag for e in pairs] == ["dt", "dd"] * (len(pairs) // 2) and len(pairs) % 2 == 0
        if short and alternate and pairs and all(len(text_of(e)) < 80 for e in pairs if e.tag == "dt"):
            _to_list(dl, pairs)
        else:
            for dt in [e for e in pairs if e.tag == "dt"]:
                dt.tag = "p"
                _embolden(dt)
            for element in [dl, *[e for e in pairs if e.tag == "dd"]]:
                if element is not top:
                    element.tag = "div"


def _to_list(dl: Element, pairs: list[Element]) -> None:
    items = []
    for dt, dd in zip(pairs[::2], pairs[1::2], strict=True):
        for paragraph in list(dd.iter("p")):
            unwrap(paragraph)
        item = make("li")
        dt.tag, dt.tail, dd.tag, dd.tail = "span", None, "span", None
        _embolden(dt)
        dt.tail = ": " if not text_of(dt).rstrip().endswith((":", "?", "—", "-")) else " "
        dd.text = (dd.text or "").lstrip()
        item.append(dt)
        item.append(dd)
        items.append(item)
    dl.clear(keep_tail=True)
    dl.tag = "ul"
    dl.extend(items)


def _embolden(element: Element) -> None:
    """Make what `element` says bold, unless it is code or bold already."""
    if not letters(text_of(element)) or element.find(".//strong") is not None or element.find(".//b") is not None:
        return
    strong = make("strong", element.text or "")
    strong.extend(list(element))
    element.text = None
    element.append(strong)


def _boxes(top: Element) -> None:
    """Admonitions become block quotes under a bold title; `<details>` opens; a bare `<summary>` is bold."""
    for summary in list(top.iter("summary")):
        summary.tag = "p"
        if summary.find(".//h2") is None and summary.find(".//h3") is None:
            _embolden(summary)
    for element in list(top.iter("details")):
        if element is not top:
            element.tag = "div"
    for box in list(top.iter("div", "aside", "section")):
        called = names(box)
        if (
            box is top
            or not called
            or not (
                _ADMONITION.search(called)
                or (box.tag == "aside" and re.search(r"(?<![a-z])(?:note|tip|warning)(?![a-z])", called))
            )
        ):
            continue
        if any(up.tag == "blockquote" for up in ancestors(box)) or not letters(text_of(box)):
            continue
        for title in [
            e for e in box.iter("p", "div", "span", "h2", "h3", "h4", "h5", "h6") if _ADMONITION_TITLE.search(names(e))
        ][:1]:
            title.tag = "p"
            _embolden(title)
        box.tag = "blockquote"
