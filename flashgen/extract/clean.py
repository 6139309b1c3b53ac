"""Take out of a page what is never part of its text: scripts, controls, navigation, hidden copies, share buttons.

What only might be such stays for `region` to judge.
"""

from __future__ import annotations

import re

from flashgen.extract.naming import COMMENT_IDS, EXEMPT, is_body, is_chrome, verdict
from flashgen.extract.tree import Element, ancestors, drop, letters, names, text_of, unwrap

_SCRIPTS = (
    "script", "style", "template", "svg", "canvas", "iframe", "object", "embed", "applet", "map", "link", "meta",
    "title", "base",
    "frameset", "noframes", "audio", "progress", "meter",
)  # fmt: skip
_CONTROLS = ("input", "select", "option", "textarea", "datalist")

_DISCUSSION = re.compile(r'"@type"\s*:\s*\[?[^\]}:]{0,40}"(?:DiscussionForumPosting|QAPage)"')
_HIDDEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.I)
_BIG_SHARE, _BIGGER_SHARE = 0.3, 0.9
_FALLBACK = 20


def strip(root: Element) -> None:
    """Take out what is never shown: scripts, styles, metadata. What React streamed goes to its place."""
    _place_streamed(root)
    for element in list(root.iter("noscript")):
        _promote_images(element)
        drop(element)
    for element in list(root.iter(*_SCRIPTS)):
        drop(element)


def drop_controls(root: Element) -> None:
    """Take out form fields and buttons (not whole cards that are one); the boxes of task lists stay."""
    for element in list(root.iter("button", *_CONTROLS)):
        if not _is_task(element) and (element.tag != "button" or letters(text_of(element)) < 200):
            drop(element)


def clean(root: Element, *, posts: bool = False) -> None:
    """Prune a stripped tree in place. `posts`: readers' posts are the text (a forum), so comments stay."""
    for element in list(root.iter("nav", "dialog")):
        drop(element)
    drop_controls(root)
    size = max(letters(text_of(root)), 1)
    holders = {
        up
        for body in root.iter("div", "article", "section", "main")
        if is_body(body)
        for up in [body, *ancestors(body)]
    }
    waiting = list(root)
    while waiting:
        element = waiting.pop()
        if not isinstance(element.tag, str):
            continue
        most = _most_of(element, posts) if element not in holders else 0.0
        if most and letters(text_of(element)) < most * size:
            drop(element)
        elif element.tag not in ("pre", "code"):
            waiting.extend(element)


def is_discussion(root: Element) -> bool:
    """Whether readers' posts are the page's text: it says so in its metadata, or has hardly anything else."""
    for script in root.iter("script"):
        if script.get("type") == "application/ld+json" and _DISCUSSION.search(script.text or ""):
            return True
    if root.xpath("boolean(//*[contains(@itemtype, 'schema.org/QAPage')])"):
        return True
    if not root.xpath("boolean(.//@class[contains(., 'omment') or contains(., 'epl') or contains(., 'iscuss')])"):
        return False
    bodies = [
        letters(text_of(element)) for element in root.iter("div", "article", "section", "main") if is_body(element)
    ]
    if any(size > 300 for size in bodies):
        return False
    commented = told = 0
    waiting = list(root)
    while waiting:
        element = waiting.pop()
        if not isinstance(element.tag, str) or element.tag in ("nav", "dialog", *_CONTROLS, *_SCRIPTS):
            continue
        if element.tag not in EXEMPT and verdict(names(element)) == "comments":
            commented += letters(text_of(element))
        else:
            told += letters(text_of(element)) if element.tag in ("p", "pre", "blockquote") else 0
            waiting.extend(element)
    return commented > 1500 and told < 1500 and commented > 2 * told


def _most_of(element: Element, posts: bool) -> float:
    """How much of the page's text `element` may be, from 0 to 1, and still be dropped for what it is called."""
    if not element.attrib:
        return 0.0
    if _is_hidden(element) or is_chrome(element):
        return _BIG_SHARE
    named = element.get("id") in COMMENT_IDS or (element.tag not in EXEMPT and verdict(names(element)) == "comments")
    return _BIGGER_SHARE if named and not posts and element.tag not in ("a", "section") else 0.0


def _is_task(element: Element) -> bool:
    """Whether `element` is the box before an item of a task list."""
    parent = element.getparent()
    if element.tag != "input" or element.get("type") != "checkbox" or parent is None:
        return False
    if element.get("disabled") is None and "task" not in names(element):
        return False  # a box that can be ticked is a control, and folds a thread of comments
    return parent.tag == "li" or (
        parent.tag in ("p", "label") and parent.getparent() is not None and parent.getparent().tag == "li"
    )


def _is_hidden(element: Element) -> bool:
    if element.get("role") == "tabpanel":
        return False
    if element.get("hidden") is not None and element.get("hidden") != "until-found":
        return True
    style = element.get("style")
    if style and _HIDDEN.search(style):
        return True
    return element.get("aria-hidden") == "true" and element.tag not in ("img", "pre", "code", "table", "p")


def _place_streamed(root: Element) -> None:
    """Put what React streamed as `<div hidden id="S:1">` in the place of `<template id="B:1">` and its "Loading…"."""
    for element in root.xpath(".//div[@hidden][starts-with(@id, 'S:')]"):
        del element.attrib["hidden"]
        waiting = root.xpath(".//template[@id=$name]", name=f"B:{element.get('id')[2:]}")
        if waiting and waiting[0] not in list(element.iter()):
            fallback = waiting[0].getnext()
            if fallback is not None and letters(text_of(fallback)) <= _FALLBACK:
                drop(fallback)
            drop(element)
            waiting[0].addprevious(element)
            unwrap(element)


def _promote_images(noscript: Element) -> None:
    """Put the images of `noscript` before it where a script would have shown them."""
    for image in list(noscript.iter("img")):
        before = noscript.getprevious()
        if before is not None and before.tag == "img":
            before.set("src", image.get("src") or before.get("src") or "")
        else:
            image.tail = None
            noscript.addprevious(image)
