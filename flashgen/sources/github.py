"""GitHub: README, files, wikis and gists as they are kept in git, from the raw host.

The API is left alone: it allows 60 requests an hour. Issues and discussions are read as web pages.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from urllib.parse import quote, unquote, urlsplit

from flashgen.errors import Failed, Gone, LinkError, NotStored, Skipped
from flashgen.sources import formats
from flashgen.sources.content import Content, Unreadable
from flashgen.sources.reading import article, beside
from flashgen.types import Article, Get, Page

KIND = "github"
RAW = "https://raw.githubusercontent.com"
GISTS = "https://gist.githubusercontent.com"

_HOSTS = ("github.com", "www.github.com", "gist.github.com", "raw.githubusercontent.com", "gist.githubusercontent.com")
_READMES = (
    "README.md",
    "README.rst",
    "readme.md",
    "README.txt",
    "README",
    "README.org",
    "Readme.md",
    "README.markdown",
)
_SERVICES = r"[^)]*(?:badge|shields\.io|travis-ci|codecov|coveralls|appveyor|circleci|goreportcard)[^)]*"
_BADGE = re.compile(
    rf"\[!\[[^\]]*\]\((?:{_SERVICES}\)\]\([^)]*|[^)]*\)\]\({_SERVICES})\)[ \t]*|!\[[^\]]*\]\({_SERVICES}\)[ \t]*", re.I
)
_OF_THE_SITE = re.compile(
    r"about|apps|collections|contact|customer-stories|enterprise|events|explore|features|issues|join|login|marketplace|"
    r"new|notifications|organizations|orgs|pricing|pulls|readme|search|security|settings|signup|site|sponsors|stars|"
    r"team|topics|trending|users",
    re.I,
)
_CONVERSATION = re.compile(r"issues|pull|discussions|releases")
_LIST = re.compile(
    r"actions|activity|blame|branches|commits?|compare|contributors|deployments|discussions|forks|graphs|issues|labels|"
    r"milestones|network|packages|projects|pull|pulls|pulse|security|settings|stargazers|tags|watchers"
)


def claims(link: str) -> bool:
    """Every page of github.com, gist.github.com and the hosts of raw files."""
    return (urlsplit(link).hostname or "") in _HOSTS


async def read(link: str, get: Get) -> Article:
    """The text behind any address of GitHub. Raises Skipped for lists, profiles and the site's own pages."""
    url = urlsplit(link)
    parts = [unquote(part) for part in url.path.split("/") if part]
    if url.hostname in ("raw.githubusercontent.com", "gist.githubusercontent.com"):
        return await _file(link, link, get)
    if url.hostname == "gist.github.com":
        return await _gist(link, parts, get)
    if len(parts) < 2 or _OF_THE_SITE.fullmatch(parts[0]):
        raise Skipped(link, "a profile or a page of GitHub itself, not a repository or a file")
    owner, name, *rest = parts
    name = name.removesuffix(".git")
    what, where = (rest[0], rest[1:]) if rest else ("", [])
    if where[:2] in (["refs", "heads"], ["refs", "tags"]):
        where = where[2:]
    if what in ("blob", "raw") and len(where) > 1:
        return await _file(link, _raw(owner, name, *where), get)
    if what == "wiki":
        return await _wiki(link, owner, name, where, get)
    if _CONVERSATION.fullmatch(what) and (where or what == "releases"):
        return await _conversation(link, get)
    if _LIST.fullmatch(what):
        raise Skipped(link, f"the {what} of a repository: a list, not an article")
    branch, folder = (where[0], where[1:]) if what == "tree" and where else ("HEAD", [])
    return await _readme(link, [owner, name, branch, *folder], get)


def _raw(*parts: str) -> str:
    return "/".join([RAW, *(quote(part) for part in parts)])


async def _readme(link: str, place: Sequence[str], get: Get) -> Article:
    """The README under any of its usual names, else as the repository's page shows it."""
    for name in _READMES:
        try:
            page = await get(_raw(*place, name))
        except (Failed, Gone) as error:
            if not _is_missing(error):
                raise
            continue
        if target := _symlink(page):
            page = await get(_raw(*place, target))
        content = await beside(link, _readme_text, page)
        return article(link, page, KIND, replace(content, title=_titled(content, place)))
    page = await get(link)
    return article(link, page, KIND, await beside(link, _shown, page))


def _readme_text(page: Page) -> Content:
    """A README without its badges: pictures that tell of builds, versions and coverage."""
    content = formats.read(page)
    return replace(content, markdown=_BADGE.sub("", content.markdown))


def _is_missing(error: LinkError) -> bool:
    """Whether the file isn't there: the raw host answers, and knows no such name. Names that were tried in vain are in
    no cache: offline, one that is not there either may be one of them."""
    return isinstance(error, Gone | NotStored) or (isinstance(error, Failed) and error.dead and "404" in error.reason)


def _symlink(page: Page) -> str:
    """The file that a README in git is only a symbolic link to: git gives its name as the text."""
    text = page.body[:200].decode("utf-8", "replace").strip()
    return text.removeprefix("./") if re.fullmatch(r"(?:\.?/?[\w-]+/)*[\w-]+\.(?:md|rst|txt|org)", text) else ""


def _titled(content: Content, place: Sequence[str]) -> str:
    """The first heading, or owner and name where there is none that tells anything."""
    plain = content.title if not re.fullmatch(r"(?i)read ?me(?:\.\w+)?|\W*", content.title) else ""
    return plain or "/".join([*place[:2], *place[3:]])


async def _file(link: str, raw: str, get: Get) -> Article:
    page = await get(raw)
    content = await beside(link, formats.read, page)
    return article(link, page, KIND, replace(content, title=content.title or formats.file_name(raw)))


async def _wiki(link: str, owner: str, name: str, where: Sequence[str], get: Get) -> Article:
    """A wiki page from its raw Markdown, else from the page itself. An empty wiki sends us to the repository."""
    try:
        page = await get(
            "/".join([RAW, "wiki", quote(owner), quote(name), f"{quote(where[0] if where else 'Home')}.md"])
        )
        content = await beside(link, formats.read, page)
        title = content.title or (where[0].replace("-", " ") if where else f"{owner}/{name} wiki")
        return article(link, page, KIND, replace(content, title=title))
    except (Failed, Gone) as error:
        if not _is_missing(error):
            raise
    page = await get(link)
    if "/wiki" not in urlsplit(page.final_url).path:
        raise Skipped(link, "the repository has no wiki: its address leads to the repository itself")
    return article(link, page, KIND, await beside(link, _shown, page))


async def _gist(link: str, parts: Sequence[str], get: Get) -> Article:
    if len(parts) < 2 or not re.fullmatch(r"[0-9a-f]{6,40}", parts[1]):
        raise Skipped(link, "a profile or a list of gists, not a gist")
    try:
        return await _file(link, "/".join([GISTS, quote(parts[0]), parts[1], "raw"]), get)
    except (Failed, Gone) as error:
        if not _is_missing(error):
            raise
    page = await get(link)
    return article(link, page, KIND, await beside(link, _shown, page))


async def _conversation(link: str, get: Get) -> Article:
    """An issue, a pull request, a discussion or release notes, from the page."""
    page = await get(link)
    return article(link, page, KIND, await beside(link, formats.read, page))


def _shown(page: Page) -> Content:
    """What a page of GitHub shows as rendered text: README, wiki page or gist. Raises Unreadable without one."""
    from bs4 import BeautifulSoup

    from flashgen.extract import decode, to_markdown

    soup = BeautifulSoup(decode(page.body, page.content_type), "lxml")
    shown = soup.select("article.markdown-body, #wiki-body .markdown-body, .gist .markdown-body, .Box .markdown-body")
    if not shown:
        raise Unreadable("there is no README and no text on the page", skipped=True)
    for permalink in shown[0].select("a.anchor, .zeroclipboard-container, clipboard-copy"):
        permalink.decompose()
    text = to_markdown(str(shown[0]), base_url=page.final_url)
    title = soup.select_one("meta[property='og:title']")
    name = re.sub(r"^GitHub - |: .*$| · .*$", "", str(title.get("content", ""))) if title else ""
    return Content(text.strip() + "\n", title=name)
