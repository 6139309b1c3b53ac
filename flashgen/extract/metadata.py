"""What a page says of itself: title, author, date, site, canonical address, declared language."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urljoin, urlsplit

from flashgen.extract import json_ld
from flashgen.extract.dates import as_date, in_address
from flashgen.extract.tree import Element, names, text_of, words

_ARTICLE_TYPES = words(
    "Article NewsArticle BlogPosting TechArticle ScholarlyArticle Report WebPage QAPage Question "
    "DiscussionForumPosting HowTo Book Chapter LearningResource AnalysisNewsArticle OpinionNewsArticle Posting "
    "SocialMediaPosting"
)
_TITLES = ("og:title", "twitter:title", "citation_title", "dc.title", "dcterms.title")
_AUTHORS = (
    "author",
    "article:author",
    "citation_author",
    "dc.creator",
    "dcterms.creator",
    "parsely-author",
    "twitter:creator:name",
    "byl",
)
_DATES = (
    "article:published_time", "og:published_time", "datepublished", "citation_publication_date", "citation_date",
    "dc.date.issued",
    "dcterms.created", "dc.date", "date", "pubdate", "publishdate", "publish-date", "parsely-pub-date",
    "sailthru.date", "article.published",
    "publication_date", "cxenseparse:recs:publishtime", "last-modified-date",
)  # fmt: skip
_SEPARATOR = re.compile(r"\s+[|\u2022\u00b7\u2013\u2014/:»\u203a-]+\s+")
_NO_AUTHOR = re.compile(
    r"^https?:|@\w+\.\w|^(?:admin|administrator|editor|author|unknown|guest|none|staff|root)$", re.I
)
_BY = re.compile(r"^\s*(?:by|written by|posted by|автор:?|von|par|por|autor:?)\s+", re.I)


@dataclass(frozen=True, slots=True)
class Metadata:
    """As the page gives it; every field may be ''. `date` is ISO 8601, `locale` a language tag (`en-US`)."""

    title: str = ""
    author: str = ""
    date: str = ""
    site: str = ""
    canonical_url: str = ""
    locale: str = ""


def metadata(root: Element, url: str, tags: Mapping[str, str], linked: Sequence[Mapping[str, Any]]) -> Metadata:
    """Read the metadata of a page; `tags` are its meta tags (`meta_tags`), `linked` its JSON-LD objects."""
    articles = [item for item in linked if json_ld.types(item) & _ARTICLE_TYPES]
    site = _site(tags, articles, linked, url)
    return Metadata(
        title=_title(root, tags, articles, site),
        author=_author(root, tags, articles),
        date=_date(root, tags, articles, url),
        site=site,
        canonical_url=_canonical(root, url),
        locale=_locale(root, tags),
    )


def meta_tags(root: Element) -> dict[str, str]:
    """The `<meta>` tags by their name, property or http-equiv in lower case; the first of each name counts."""
    found: dict[str, str] = {}
    for tag in root.iter("meta"):
        called = tag.get("property") or tag.get("name") or tag.get("http-equiv") or tag.get("itemprop") or ""
        content = " ".join((tag.get("content") or "").split())
        if called and content:
            found.setdefault(called.lower(), content)
    return found


def _title(root: Element, tags: Mapping[str, str], articles: Sequence[Mapping[str, Any]], site: str) -> str:
    element = root.find(".//title")
    whole = " ".join(text_of(element).split()) if element is not None else ""
    headings = [" ".join(text_of(h).split()) for h in root.iter("h1")]
    headings = [heading.strip("¶# ") for heading in headings if heading]
    for given in (*(tags.get(name, "") for name in _TITLES), *(str(item.get("headline") or "") for item in articles)):
        given = _without_site(given, site)
        if given and given.lower() != site.lower():
            return given
    if len(headings) == 1 and (not whole or _alike(headings[0], whole)):
        return headings[0]
    return _without_site(whole, site) or (headings[0] if headings else "")


def _alike(heading: str, title: str) -> bool:
    """Whether a heading and the page's title say the same, one perhaps with more around it."""
    short, long = sorted((re.sub(r"\W+", "", heading).lower(), re.sub(r"\W+", "", title).lower()), key=len)
    return bool(short) and short in long


def _without_site(title: str, site: str) -> str:
    """`title` without the site's name at its end or beginning."""
    title = " ".join(title.split())
    pieces = _SEPARATOR.split(title)
    if len(pieces) < 2:
        return title
    plain = re.sub(r"\W+", "", site).lower()
    ends = [re.sub(r"\W+", "", piece).lower() for piece in (pieces[0], pieces[-1])]
    if plain and (ends[1] == plain or (len(ends[1]) > 3 and ends[1] in plain)):
        return title[: title.rindex(pieces[-1])].rstrip(" |•·–—/:»›-")
    if plain and ends[0] == plain:
        return title[len(pieces[0]) :].lstrip(" |•·–—/:»›-")
    return title


def _author(root: Element, tags: Mapping[str, str], articles: Sequence[Mapping[str, Any]]) -> str:
    given = [tags.get(name, "") for name in _AUTHORS]
    given += [json_ld.name(item.get("author")) for item in articles]
    for element in root.iter("a", "span", "address", "p", "div"):
        if element.get("rel") == "author" or element.get("itemprop") == "author" or _is_byline(element):
            given.append(" ".join(text_of(element).split()))
            if len(given) > 40:
                break
    for author in given:
        author = _BY.sub("", author).strip(" ,·|")
        if 2 <= len(author) <= 100 and not _NO_AUTHOR.search(author):
            return author
    return ""


def _is_byline(element: Element) -> bool:
    called = names(element)
    return bool(called) and bool(
        re.search(
            r"(?<![a-z])(?:author-?name|byline-?name|p-author|post-?author|entry-author|user-info-username)(?![a-z])",
            called,
        )
    )


def _date(root: Element, tags: Mapping[str, str], articles: Sequence[Mapping[str, Any]], url: str) -> str:
    given = [tags.get(name, "") for name in _DATES]
    given += [str(item.get(key) or "") for item in articles for key in ("datePublished", "dateCreated", "uploadDate")]
    for element in root.iter("time", "abbr", "span", "meta"):
        stamp = (
            element.get("datetime")
            or element.get("content")
            or (element.get("title") if element.tag == "abbr" else "")
            or ""
        )
        if element.tag == "time" or "datePublished" in (element.get("itemprop") or ""):
            given.append(stamp or text_of(element))
    for text in given:
        if text and (found := as_date(text)):
            return found
    return in_address(url)


def _site(
    tags: Mapping[str, str], articles: Sequence[Mapping[str, Any]], linked: Sequence[Mapping[str, Any]], url: str
) -> str:
    for given in (
        tags.get("og:site_name", ""),
        tags.get("application-name", ""),
        tags.get("apple-mobile-web-app-title", ""),
    ):
        if given:
            return given
    for item in linked:
        if "WebSite" in json_ld.types(item) and json_ld.name(item):
            return json_ld.name(item)
    published = next((found for item in articles if (found := json_ld.name(item.get("publisher")))), "")
    return published or (urlsplit(url).hostname or "").removeprefix("www.")


def _canonical(root: Element, url: str) -> str:
    """The page's own word on its address, if that is of the same site and not the front page for all."""
    given = [
        link.get("href") or "" for link in root.iter("link") if "canonical" in (link.get("rel") or "").lower().split()
    ]
    given += [tag.get("content") or "" for tag in root.iter("meta") if tag.get("property") == "og:url"]
    for href in filter(None, map(str.strip, given)):
        try:
            full = urljoin(url, href)
            ours, theirs = urlsplit(url), urlsplit(full)
        except ValueError:
            continue
        if theirs.scheme not in ("http", "https") or not _same_site(ours.hostname or "", theirs.hostname or ""):
            continue
        if theirs.path.strip("/") or theirs.query or not ours.path.strip("/"):
            return full.partition("#")[0]
    return ""


def _same_site(one: str, other: str) -> bool:
    def bare(host: str) -> str:
        return re.sub(r"^(?:www\d?|m|mobile|amp)\.", "", host.lower())

    return bare(one) == bare(other) or bare(one).endswith("." + bare(other)) or bare(other).endswith("." + bare(one))


def _locale(root: Element, tags: Mapping[str, str]) -> str:
    top = next(iter(root.iter("html")), root)
    lang = top.get("lang") or top.get("{http://www.w3.org/XML/1998/namespace}lang") or top.get("xml:lang") or ""
    return lang or tags.get("og:locale", "") or tags.get("content-language", "") or tags.get("language", "")
