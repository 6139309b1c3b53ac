"""Lines within a text that lead away from it: "Related: …", "Share this article", a list of more stories at its end.

They are known by what they say and by being links only, never by where a site puts them: what sites name in their
markup `clean` has taken out before. A list of references, of further reading or "See also" is the author's own and
stays. So does every caption; only who took the picture goes.
"""

from __future__ import annotations

import re

from flashgen.extract.tree import BLOCKS, HEADINGS, Element, ancestors, drop, letters, names, text_of, unwrap

_MOST = 400
_LONGEST_LABEL = 80
_SHORT_CALL = 140
_LONGEST_BUTTON = 40
_ALL_LINKS, _MOSTLY_LINKS = 0.85, 0.4

_LABEL = re.compile(
    r"(?:"
    r"related(?:\s+(?:coverage|stor(?:y|ies)|articles?|posts?|reading|content|links|news|videos?)\b.*)?|"
    r"more\s+(?:(?:great|top)\s+)?(?:\S+\s+)?(?:stories|articles|news|posts|coverage)\b.*|more\s+(?:on|from)\s+.*|"
    r"read\s+(?:also|next|more)|also\s+read|explore\s+further|keep\s+reading|up\s+next|what\s+to\s+read\s+next|"
    r"you\s+(?:may|might)\s+(?:also\s+)?(?:like|enjoy|be\s+interested\s+in).*|recommended(?:\s+for\s+you)?|don['’]t\s+miss|"
    r"editor['’]?s['’]?\s+picks|most\s+(?:read|popular|viewed|recent)|latest\s+(?:news|posts|articles|stories)|trending(?:\s+now)?|"
    r"(?:читайте|читать|прочтите)\s+(?:также|ещ[её])|ещ[её]\s+по\s+теме|материалы\s+по\s+теме|по\s+теме|смотрите\s+также|"
    r"похожие\s+(?:статьи|записи|материалы|новости)|вам\s+(?:может\s+быть|будет)\s+интересно|самое\s+читаемое|"
    r"lesen\s+sie\s+auch|mehr\s+zum\s+thema|auch\s+interessant|das\s+könnte\s+(?:sie|dich)\s+auch\s+interessieren|weitere\s+artikel|"
    r"lea\s+también|te\s+puede\s+interesar|(?:artículos|notas|noticias)\s+relacionad[oa]s|"
    r"leia\s+(?:também|mais)|veja\s+também|(?:artigos|notícias)\s+relacionad[oa]s|"
    r"(?:à\s+)?lire\s+aussi|sur\s+le\s+même\s+sujet|articles\s+(?:similaires|liés)|leggi\s+anche|ti\s+potrebbe\s+interessare|"
    r"相关阅读|相关文章|推荐阅读|相關文章|関連記事|あわせて読みたい|관련\s?기사"
    r")\s*[:：]?\s*",
    re.I,
)
_CALL = re.compile(
    r"(?:share|tweet|pin)\s+(?:this|on|the)\b.*|share|(?:print|email)\s+this\b.*|"
    r"(?:please\s+)?(?:subscribe|sign\s+up)\s+(?:to|for|now|today)\b.*|follow\s+(?:us|me|him|her|@?\w+)\s+on\s+.*|"
    r"like\s+us\s+on\s+.*|join\s+(?:our|us\s+on)\s+(?:newsletter|telegram|discord|slack|facebook|mailing)\b.*|"
    r"(?:most\s+recent\s+|our\s+)?newsletter|"
    r"поделиться\b.*|поделитесь\b.*|подписывайтесь\b.*|подпишитесь\b.*|"
    r"(?:artikel\s+)?teilen|folgen\s+sie\s+uns\b.*|compartir\b.*|síguenos\b.*|compartilhe\b.*|siga-nos\b.*|partager\b.*|suivez-nous\b.*",
    re.I,
)
_SHARES = re.compile(
    r"^(?:whatsapp:|tg:|fb-messenger:|viber:|https?://(?:[\w-]+\.)*(?:facebook\.com/(?:sharer|share\.php|dialog/(?:share|feed|send))|"
    r"(?:twitter|x)\.com/(?:intent/|share\b|home\?status)|linkedin\.com/(?:shareArticle|sharing/|cws/share)|t\.me/share|telegram\.me/share|"
    r"vk\.com/share|reddit\.com/submit|pinterest\.[a-z.]+/pin/create|news\.ycombinator\.com/submitlink|getpocket\.com/(?:save|edit)|"
    r"wa\.me/\?text|api\.whatsapp\.com/send|connect\.ok\.ru/offer|tumblr\.com/(?:widgets/)?share|flipboard\.com/share))",
    re.I,
)
_CREDIT = re.compile(
    r"(?<![a-z])(?:(?:image-?|photo-?|caption-?|picture-?|media-?)?(?:credits?|attribution|copyright|source)|photographer)(?![a-z])"
)
_CREDITED = re.compile(
    r"\s*[(\[|·–—]?\s*(?:(?:image|photo|picture)\s+)?(?:credits?\s*:|courtesy(?:\s+of)?\b|photo(?:graph)?\s+by\b|фото\s*:|foto\s*:).{1,60}\s*$",
    re.I | re.S,
)
_TAG = re.compile(r"/tags?/[^/?#]+/?$")
_LISTING = re.compile(r"/(?:tags?|topics?|categor(?:y|ies)|sections?|labels?)/[^/?#]+/?$")
_RIGHTS = re.compile(
    r"(?:©|\(c\)\s|copyright\b|all rights reserved|this document is subject to copyright|все права защищены)", re.I
)


def drop_leads(top: Element) -> None:
    """Drop below `top` the lines that lead away from the text, and who took the pictures."""
    for box in {
        link.getparent() for link in top.iter("a") if link.get("rel") == "tag" or _TAG.search(link.get("href") or "")
    }:
        if box is not top and box.tag in ("div", "p", "span", "section", "ul") and _is_tags(box):
            drop(box)
    for link in [a for a in top.iter("a") if _SHARES.match((a.get("href") or "").strip())]:
        _unshare(link, top)
    for figure in list(top.iter("figure", "figcaption")):
        _uncredit(figure)
    for element in list(top.iter()):
        said = (element.text or "").strip() if isinstance(element.tag, str) else ""
        if not said or len(said) > _SHORT_CALL or _holder(element, top) is None:
            continue
        if _LABEL.fullmatch(said) and len(said) <= _LONGEST_LABEL:
            _labelled(element, top)
        elif _CALL.match(said):
            _called(element, top)
    _closing(top)


def _unshare(link: Element, top: Element) -> None:
    """Drop a link that shares the page, and the boxes that held nothing else. A picture in it or a sentence stays."""
    if next(link.iter("img"), None) is not None or letters(text_of(link)) > _LONGEST_BUTTON:
        unwrap(link)
        return
    box = link.getparent()
    drop(link)
    while (
        box is not None and box is not top and not letters(text_of(box)) and next(box.iter("img", "pre"), None) is None
    ):
        link, box = box, box.getparent()
        drop(link)


def _is_tags(box: Element) -> bool:
    """Whether `box` has nothing in it but links to pages that list what has a tag, two at least."""
    links = list(box.iter("a"))
    leading = all(a.get("rel") == "tag" or _LISTING.search(a.get("href") or "") for a in links)
    return len(links) > 1 and leading and _linked(box) == letters(text_of(box))


def _uncredit(figure: Element) -> None:
    """Take out of `figure` who made its picture; what the picture shows stays."""
    for element in [e for e in figure.iter("span", "div", "p", "cite", "small", "em", "i", "a") if e is not figure]:
        named = element.tag == "cite" or element.get("itemprop") in ("copyrightHolder", "author", "creditText")
        if (
            (named or _CREDIT.search(names(element)))
            and letters(text_of(element)) <= _SHORT_CALL
            and _inside(element, figure)
        ):
            drop(element)
    if figure.tag == "figcaption" and (credit := _CREDITED.search(text_of(figure))):
        _cut(figure, credit.start())


def _cut(element: Element, left: int) -> None:
    """Leave only the first `left` characters of what `element` says."""
    for piece in element.xpath(".//text()"):
        kept, left = piece[:left], max(0, left - len(piece))
        if piece.is_tail:
            piece.getparent().tail = kept
        else:
            piece.getparent().text = kept


def _inside(element: Element, outer: Element) -> bool:
    return any(up is outer for up in ancestors(element))


def _holder(element: Element, top: Element) -> Element | None:
    """`element` itself if it is still below `top`."""
    return element if element is not top and _inside(element, top) else None


def _linked(element: Element) -> int:
    return sum(letters(text_of(link)) for link in element.iter("a"))


def _first_in(element: Element, top: Element) -> Element:
    """The widest element below `top` that begins with the text of `element` and is still no more than a few lines."""
    widest = element
    for up in ancestors(element):
        before = widest.getprevious()
        if up is top or before is not None or letters(up.text or "") or letters(text_of(up)) > _MOST:
            break
        widest = up
    return widest


def _block(element: Element) -> Element:
    """The block that `element` stands in."""
    return next((e for e in [element, *ancestors(element)] if e.tag in BLOCKS), element)


def _labelled(label: Element, top: Element) -> None:
    """Drop a label with the links that follow it: in its own box, or in the list behind it."""
    box = _first_in(label, top)
    named = _LABEL.fullmatch(" ".join(text_of(box).split()))  # "Related coverage from <a>Money</a>:"
    rest = 0 if named and box.tag in HEADINGS else letters(text_of(box)) - letters(label.text or "")
    if rest > 0:
        if _linked(box) >= _ALL_LINKS * rest and box.tag not in ("li", "td", "th"):
            drop(box)
        return
    behind = box.getnext()
    if behind is None or letters(box.tail or "") or behind.tag not in ("ul", "ol", "div", "p", "section"):
        return
    size = letters(text_of(behind))
    share = _linked(behind) / size if size else 0.0
    last = not letters(behind.tail or "") and _ends(behind, top)
    if share >= _ALL_LINKS or (last and behind.tag in ("ul", "ol") and share >= _MOSTLY_LINKS):
        drop(behind)
        drop(box)


def _ends(element: Element, top: Element) -> bool:
    """Whether no more text follows `element` below `top`."""
    for up in [element, *ancestors(element)]:
        if up is top:
            return True
        if letters(up.tail or "") or any(letters(text_of(e)) + letters(e.tail or "") for e in up.itersiblings()):
            return False
    return True


def _called(element: Element, top: Element) -> None:
    """Drop a short block that does nothing but ask to be shared or subscribed to."""
    block = _block(element)
    said = " ".join(text_of(block).split())
    if block is top or block.tag in ("li", "td", "th", "pre") or len(said) > _SHORT_CALL or not _CALL.fullmatch(said):
        return
    if block.tag in HEADINGS or _linked(block) or len(said) < 30:
        drop(block)


def _closing(top: Element) -> None:
    """Drop whose rights are reserved from the end of a text."""
    last = top
    while len(last) and not letters(last[-1].tail or ""):
        last = last[-1]
        if (
            last.tag in ("p", "div", "footer", "section")
            and len(said := text_of(last).strip()) <= _MOST
            and _RIGHTS.match(said)
        ):
            drop(last)
            return
