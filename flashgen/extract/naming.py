"""What the names of elements say: chrome, perhaps chrome, comments, or the article's body.

Names are judged as written in class, role and a few ids, whole words only (`share` matches `post-share`, not
`shared`), never on headings, code and table cells.
"""

from __future__ import annotations

import re
from functools import lru_cache

from flashgen.extract.tree import Element, letters, names, text_of, words

EXEMPT = words(
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
        "popup|pop-up|modal|overlay|lightbox|tooltip(?!-trigger)|paywall|"
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
COMMENT_IDS = words("comments disqus_thread respond")
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


def is_body(element: Element) -> bool:
    """Whether the page itself calls `element` the body of its article."""
    if not element.attrib:
        return False
    if element.get("itemprop") == "articleBody" or element.get("id") in _BODY_IDS:
        return True
    return bool(_BODY.search(names(element)))


def is_chrome(element: Element) -> bool:
    """Whether `element` is named as navigation, share buttons and the like, or as hidden from sight."""
    tag = str(element.tag)
    if _UNSEEN.search(names(element)):
        return True
    if tag in EXEMPT:
        return False
    if tag == "a":
        size, called = letters(text_of(element)), names(element)
        return bool(size <= 40 and _ANCHOR.search(called)) or bool(size <= 1 and _PERMALINK.search(called))
    if element.get("role") in _ROLES_ALWAYS or element.get("id") in _IDS:
        return tag != "section"
    return verdict(names(element)) == "always" and next(element.iter("pre"), None) is None


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
    return element.tag not in EXEMPT and bool(element.attrib) and verdict(names(element)) == "maybe"
