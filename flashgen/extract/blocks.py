"""Blocks that Markdown has no sign for: definition lists, admonitions, details."""

from __future__ import annotations

import re

from flashgen.extract.tree import BLOCKS, Element, ancestors, letters, make, names, text_of, unwrap

_ADMONITION = re.compile(
    r"(?<![a-z])(?:admonition|callout|markdown-alert|custom-block|theme-admonition|alert|infobox-note|notice|md-alert|hint|aside-note)(?![a-z-])"
)
_ADMONITION_TITLE = re.compile(
    r"(?<![a-z])(?:admonition-?(?:title|heading)|markdown-alert-title|custom-block-title|callout-title|alert-heading|hint-title)"
)


def definitions(top: Element) -> None:
    """A definition list of short terms becomes a list, one with more in it bold terms over their text."""
    for dl in reversed(list(top.iter("dl"))):
        details = list(dl.iter("dd"))
        short = all(
            not any(e.tag in BLOCKS and e.tag != "p" for e in dd.iterdescendants()) and len(list(dd.iter("p"))) < 2
            for dd in details
        )
        pairs = list(dl.iter("dt", "dd"))
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


def admonitions(top: Element) -> None:
    """Admonitions become block quotes under a bold title; `<details>` opens; a bare `<summary>` is bold."""
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
    for summary in list(top.iter("summary")):
        summary.tag = "p"
        if summary.find(".//h2") is None and summary.find(".//h3") is None:
            _embolden(summary)
    for element in list(top.iter("details")):
        if element is not top:
            element.tag = "div"
