"""Take out of a page what is never part of its text: scripts, controls, navigation, hidden copies, share buttons.

What only might be such stays for `region` to judge. Names are judged as written in class and id, whole words only
(`share` matches `post-share`, not `shared`), never on headings, code and table cells.
"""

from __future__ import annotations

import re
from functools import lru_cache

from flashgen.extract.tree import Element, ancestors, drop, letters, names, text_of, unwrap, words

_SCRIPTS = (
    "script", "style", "template", "svg", "canvas", "iframe", "object", "embed", "applet", "map", "link", "meta",
    "title", "base",
    "frameset", "noframes", "audio", "progress", "meter",
)  # fmt: skip
_CONTROLS = ("input", "select", "option", "textarea", "datalist")

_EXEMPT = words(
    "html body main article h1 h2 h3 h4 h5 h6 pre code td th tr tbody thead table img picture figure math em "
    "strong b i tt kbd samp var sup sub"
)

_WORDS = r"(?<![a-z])(?:{})(?![a-z])"
_ALWAYS = re.compile(
    _WORDS.format(
        "shar(?:e|ing)(?:-?(?:bar|box|buttons?|links?|tools?|icons?|widget|this))?|share(?:daddy|this)|addtoany|addthis|"
        "socials?(?:-?(?:media|links?|icons?|bar|share|buttons?|sharing))?|"
        "bread-?crumbs?|pagination|paginator|(?:\\w+-)?nav(?:bar|igation|links|menu|header|footer|box|list|panel)?|"
        "main-menu|menu-(?:container|wrapper|item)|dropdown-menu|side-?nav|off-?canvas|sphinxsidebar\\w*|"
        "cookies?(?:-?(?:banner|bar|consent|notice|law|popup))?|consent|gdpr|onetrust|truste|"
        "newsletter(?:-?(?:form|signup|box))?|subscri(?:be|ption)(?:-?(?:form|box|widget|cta|footer))?|sign-?up-?(?:form|box|widget)|"
        "related(?:-?(?:posts?|articles?|stories|content|links|items|entries|news|reading|topics|questions))?|recommend(?:ed|ations?)(?:-?\\w+)?|"
        "read-?next|more-?(?:posts|articles|stories|news|from|on)|you-?may(?:-?\\w+)*|also-?like|jp-?relatedposts|yarpp|outbrain|taboola|"
        "skip-?(?:link|nav|to)(?:-?\\w+)?|sr-only|visually-?hidden|screen-reader(?:-?\\w+)?|assistive-text|"
        "edit-?(?:link|page|this(?:-?page)?|section|on-?github)|mw-editsection|print-?(?:button|link|only)|noprint|"
        "ad(?:s|vert|verts|vertisement|vertising|-?slot|-?unit|-?container|-?wrapper|-?banner|-?block|-?placement)|adsbygoogle|sponsor(?:ed|ship)?|promo(?:ted|tion)?|"
        "popup|pop-up|modal|overlay|lightbox|tooltip|paywall|"
        "permalink|clippy|copy(?:-?(?:button|btn|code|link))|clipboard-copy|btn-copy|toolbar|"
        "navbox|catlinks|mw-jump-link|mw-indicators|site-?sub|jump-?to-?nav|"
        "user-?(?:info|card|details|signature|badges)|post-?(?:signature|menu)|badge-?count|"
        "author-?(?:bio|box|info|card|profile)|about-?(?:the-?)?author|post-?author-?box|bio|"
        "post-?(?:tags|footer|share|ratings?|actions)|entry-?(?:tags|footer)|article-?(?:tags|footer|share|actions)|tag-?(?:list|cloud)|tags(?:-?links)?|cat-links|"
        "feedback|was-this-helpful|helpful|rating(?:s|-?stars)?|vot(?:e|es|ing)(?:-?\\w+)?|likes?|claps?|reactions?|"
        "table-?of-?contents|toc(?:-?(?:container|wrapper|list|box|title|nav|sidebar))?|on-this-page|page-toc|local-?toc|contents-?box|"
        "prev-?next|prevnext|next-?prev|rst-footer-buttons|footer-?nav|docs-?nav|page-?turner|related-pages|"
        "site-?(?:header|footer|banner)|page-?footer|global-?(?:header|footer|nav)|masthead|colophon|announcement(?:-?bar)?|login(?:-?form)?"
    )
)
_ANCHOR = re.compile(
    _WORDS.format(
        "skip-?(?:link|nav|to)(?:-?\\w+)?|edit-?(?:link|page)|copy|share|sr-only|visually-?hidden|"
        "screen-reader(?:-?\\w+)?|viewcode-link|source-link|back-?to-?top"
    )
)
_UNSEEN = re.compile(_WORDS.format("sr-only|visually-?hidden|screen-reader(?:-?\\w+)?"))
_PERMALINK = re.compile(
    _WORDS.format("header-?link|permalink|heading-?anchor|anchor(?:js-link)?|hash-?link|headline-anchor")
)
_IDS = words(
    "sidebar footer header nav navigation navbar menu toc breadcrumbs share related "
    "cookie-banner mw-navigation p-search searchbox catlinks siteSub jump-to-nav top-nav secondary"
)
_COMMENT_IDS = words("comments disqus_thread respond")
_COMMENTS = re.compile(
    _WORDS.format(
        "comments?(?:-?(?:area|section|list|thread|wrapper|container|block|form|respond|box|feed|tree|link|count|s))?|"
        "disqus(?:-?thread)?|respond|reply(?:-?\\w+)?|fb-comments|user-?comments|reader-?comments|discussion"
    )
)
_MAYBE = re.compile(
    _WORDS.format(
        "aside|sidebar\\w*|side-?bar|widgets?|meta(?:data|-?info)?|post-?(?:meta|info|header|date)|entry-?meta|article-?(?:meta|info)|by-?line|authors?|"
        "publish(?:ed)?|date|posted-?on|time-?stamp|categor(?:y|ies)|tags?|topics|keywords|caption-?credit|credits?|footer|header|banner|hero|"
        "teaser|cards?|trending|popular|latest|recent|featured|carousel|slider|gallery-?nav|cta|call-?to-?action|box-?promo|"
        "follow|contact|copyright|disclaimer|legal|license|login|sign-?in|register|search|menu|links|breadcrumb|button|btn|label|badge"
    )
)
_ROLES_ALWAYS = frozenset({"navigation", "search", "dialog", "alertdialog", "menu", "menubar", "tablist", "toolbar"})
_ROLES = frozenset(
    {
        "navigation",
        "banner",
        "contentinfo",
        "search",
        "dialog",
        "alertdialog",
        "menu",
        "menubar",
        "toolbar",
        "tablist",
        "complementary",
    }
)
_NOTE = re.compile(
    _WORDS.format("admonition|note|warning|tip|callout|hint|info|danger|important|caution|footnotes?|endnotes?")
)
_BODY = re.compile(
    r"(?<![a-z])(?:article-?body|post-?body|entry-?content|post-?content|article-?content|markdown-body|theme-doc-markdown|mw-parser-output|"
    r"devsite-article-body|rst-content|available-content|gh-content|article-formatted-body|tm-article-body|blog-?post-?content|post-?text|"
    r"md-content--?inner|td-content|vp-doc|story-?body|body-?copy)(?![a-z])"
)
_BODY_IDS = frozenset({"post-content-body", "mw-content-text", "article-body", "articleBody", "article-content"})
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


def is_body(element: Element) -> bool:
    """Whether the page itself calls `element` the body of its article."""
    if not element.attrib:
        return False
    if element.get("itemprop") == "articleBody" or element.get("id") in _BODY_IDS:
        return True
    return bool(_BODY.search(names(element)))


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
        if element.tag not in _EXEMPT and verdict(names(element)) == "comments":
            commented += letters(text_of(element))
        else:
            told += letters(text_of(element)) if element.tag in ("p", "pre", "blockquote") else 0
            waiting.extend(element)
    return commented > 1500 and told < 1500 and commented > 2 * told


def _most_of(element: Element, posts: bool) -> float:
    """How much of the page's text `element` may be, from 0 to 1, and still be dropped for what it is called."""
    if not element.attrib:
        return 0.0
    if _is_chrome(element):
        return _BIG_SHARE
    named = element.get("id") in _COMMENT_IDS or (element.tag not in _EXEMPT and verdict(names(element)) == "comments")
    return _BIGGER_SHARE if named and not posts and element.tag not in ("a", "section") else 0.0


def _is_chrome(element: Element) -> bool:
    """Whether `element` is hidden, or named as navigation, share buttons and the like."""
    tag = str(element.tag)
    if _is_hidden(element) or _UNSEEN.search(names(element)):
        return True
    if tag in _EXEMPT:
        return False
    if tag == "a":
        size, called = letters(text_of(element)), names(element)
        return bool(size <= 40 and _ANCHOR.search(called)) or bool(size <= 1 and _PERMALINK.search(called))
    if element.get("role") in _ROLES_ALWAYS or element.get("id") in _IDS:
        return tag != "section"
    return verdict(names(element)) == "always" and next(element.iter("pre"), None) is None


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


@lru_cache(maxsize=16384)
def verdict(called: str) -> str:
    """What a class and id say: "always" chrome, "comments", "maybe" chrome, or ''."""
    if not called.strip():
        return ""
    if _ALWAYS.search(called):
        return "" if _NOTE.search(called) else "always"
    if _COMMENTS.search(called):
        return "comments"
    return "maybe" if _MAYBE.search(called) and not _NOTE.search(called) else ""


def is_doubtful(element: Element) -> bool:
    """Whether `element` is of a kind that is chrome more often than text, so that the mask has to vouch for it."""
    if element.tag in ("aside", "footer", "header", "form", "menu", "address"):
        return not _NOTE.search(names(element))
    if element.get("role") in _ROLES:
        return True
    return element.tag not in _EXEMPT and bool(element.attrib) and verdict(names(element)) == "maybe"


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
