"""Footnotes as Markdown writes them: `[^1]` in the text, `[^1]: …` before the note."""

from __future__ import annotations

import re

from flashgen.extract.tree import Element, ancestors, drop, letters, make, names, replace, text_of


def footnotes(top: Element) -> None:
    """`<sup><a href="#fn1">1</a></sup>` becomes `[^1]`, and the note it leads to begins with `[^1]:`."""
    for back in [a for a in top.iter("a") if _is_back_link(a)]:
        holder = back.getparent()
        drop(back)
        while holder is not None and holder.tag in ("span", "sup") and not text_of(holder).strip(" []()"):
            emptied, holder = holder, holder.getparent()
            drop(emptied)
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
    if target.tag == "li" and (notes := target.getparent()) is not None:
        target.tag = "div"
        if next(notes.iter("li"), None) is None:
            notes.tag = "div"


def _is_back_link(link: Element) -> bool:
    if link.get("role") == "doc-backlink" or link.get("rev") == "footnote":
        return True
    named = re.search(
        r"footnote-?back|reversefootnote|data-footnote-backref|backref|fn-backref|back-?link", names(link)
    )
    return bool(named or link.get("data-footnote-backref") is not None) and letters(text_of(link)) <= 3
