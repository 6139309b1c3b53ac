"""Which source reads a link, and how a link is handed from one to another."""

from __future__ import annotations

import asyncio
from importlib.metadata import EntryPoint
from pathlib import Path

import pytest
import yaml
from fake_web import FakeWeb, article

from flashgen import sources
from flashgen.errors import Failed, FlashgenError, Skipped
from flashgen.types import Article, Get, Page

CASES = yaml.safe_load((Path(__file__).parent / "cases" / "kinds.yaml").read_text(encoding="utf-8"))
WORDS = (
    "twenty plain words are needed here so that this text counts as one that a reader could learn something from today"
)


class Echo:
    """A source that another package brings."""

    KIND = "echo"

    @staticmethod
    def claims(link: str) -> bool:
        return "echo.example" in link

    @staticmethod
    async def read(link: str, get: Get) -> Article:
        return Article(link, link, "echo", WORDS)


class Greedy(Echo):
    """One that claims what is GitHub's."""

    KIND = "greedy"

    @staticmethod
    def claims(link: str) -> bool:
        return "github.com" in link


@pytest.mark.parametrize(("kind", "url"), [(kind, url) for kind, urls in CASES.items() for url in urls])
def test_the_address_tells_the_kind(kind: str, url: str) -> None:
    """Every address has one kind, and no address of another host is taken for a known one."""
    assert sources.kind_of(url) == kind


@pytest.mark.parametrize("url", [url for urls in CASES.values() for url in urls])
def test_at_most_one_source_claims_an_address(url: str) -> None:
    """Order never decides, because there is nothing to decide."""
    assert sum(source.claims(url) for source in sources.known()) <= 1


def test_a_package_brings_a_source() -> None:
    """What is found under the entry point is a source like our own."""
    entry = EntryPoint("echo", f"{__name__}:Echo", sources.GROUP)
    known = sources.load([entry])
    assert sources.source_of("https://echo.example/a", known).KIND == "echo"
    assert sources.source_of("https://other.example/a", known).KIND == "web"


def test_two_that_claim_the_same_are_named() -> None:
    """A link that two sources claim is an error that names both."""
    known = sources.load([EntryPoint("greedy", f"{__name__}:Greedy", sources.GROUP)])
    with pytest.raises(FlashgenError, match=r"flashgen\.sources\.github.*Greedy|Greedy.*flashgen\.sources\.github"):
        sources.source_of("https://github.com/a/b", known)


@pytest.mark.parametrize("target", ["no_such_module:Thing", f"{__name__}:WORDS"])
def test_a_broken_package_is_named(target: str) -> None:
    """A source that can't be loaded, or is none, is named with what to do."""
    with pytest.raises(FlashgenError, match=r"broken.*uninstall"):
        sources.load([EntryPoint("broken", target, sources.GROUP)])


def test_the_link_keeps_its_address() -> None:
    """However often a link was sent on, the article's `url` is the one that was asked for."""
    web = FakeWeb(
        {
            "https://short.example/x": '<meta http-equiv="refresh" content="0; url=https://blog.example/post">',
            "https://blog.example/post": article(),
        }
    )
    found = asyncio.run(sources.read("https://short.example/x", web))
    assert (found.url, found.final_url) == ("https://short.example/x", "https://blog.example/post")


def test_pages_that_send_each_other_on_end() -> None:
    """A circle of meta refreshes is a fault of the link."""
    to = '<meta http-equiv="refresh" content="0; url={}">'
    web = FakeWeb(
        {"https://a.example/": to.format("https://b.example/"), "https://b.example/": to.format("https://a.example/")}
    )
    with pytest.raises(Failed, match="circle"):
        asyncio.run(sources.read("https://a.example/", web))


def test_a_chain_that_never_ends_is_cut() -> None:
    """A page is followed five times, not for ever."""
    pages = {f"https://a.example/{n}": f'<meta http-equiv="refresh" content="0; url=/{n + 1}">' for n in range(20)}
    web = FakeWeb(pages)
    with pytest.raises(Failed, match="more than 5 times"):
        asyncio.run(sources.read("https://a.example/0", web))
    assert len(web.asked) == 5


def test_a_redirect_to_another_kind_is_read_as_that() -> None:
    """A shortened link that ends at a repository is read as a repository."""
    at = Page("https://short.example/r", "https://github.com/octo-org/octo-repo", b"<html>", "text/html")
    raw = "https://raw.githubusercontent.com/octo-org/octo-repo/HEAD/README.md"
    web = FakeWeb({"https://short.example/r": at, raw: f"# Octo\n\n{WORDS}"}, content_type="text/plain")
    found = asyncio.run(sources.read("https://short.example/r", web))
    assert (found.kind, found.url, found.title) == ("github", "https://short.example/r", "Octo")


def test_a_page_that_needs_scripts_is_rendered_if_it_can_be() -> None:
    """Without a browser it is skipped with the word that there is one; with one its text is read."""
    shell = '<html><title>App</title><script src="/a.js"></script><body><div id="root"></div></body></html>'
    web = FakeWeb({"https://app.example/doc": shell})

    async def render(url: str) -> Page:
        return Page(url, url, article().encode(), "text/html")

    with pytest.raises(Skipped, match="extra browser"):
        asyncio.run(sources.read("https://app.example/doc", web))
    found = asyncio.run(sources.read("https://app.example/doc", web, render=render))
    assert "bounded queue" in found.markdown


def test_a_text_without_words_is_skipped() -> None:
    """Next to nothing is not an article, whatever kind it is."""
    raw = "https://raw.githubusercontent.com/octo-org/octo-repo/HEAD/README.md"
    web = FakeWeb({raw: "# Octo\n\nSoon."}, content_type="text/plain")
    with pytest.raises(Skipped, match="next to no text"):
        asyncio.run(sources.read("https://github.com/octo-org/octo-repo", web))


def test_a_text_without_end_is_cut_and_says_so() -> None:
    """What is longer than several thick books is cut at a paragraph."""
    raw = "https://raw.githubusercontent.com/octo-org/octo-repo/HEAD/README.md"
    web = FakeWeb({raw: f"{WORDS}\n\n" * 45_000}, content_type="text/plain")
    found = asyncio.run(sources.read("https://github.com/octo-org/octo-repo", web))
    assert 3_900_000 < len(found.markdown) <= 4_000_000
    assert found.markdown.endswith("today\n")
    assert "only the first" in found.notice


def test_a_page_that_shows_nothing_in_a_browser_either_says_so() -> None:
    """Where scripts were run in vain, nobody is told to install what runs scripts."""
    shell = '<title>App</title><div id="root"></div><noscript>You need to enable JavaScript to run this app.</noscript>'
    web = FakeWeb({"https://app.example/x": shell + "<script src='/a.js'></script>"})
    with pytest.raises(Skipped, match="in Chromium either") as caught:
        asyncio.run(sources.read("https://app.example/x", web, render=web))
    assert "install" not in caught.value.reason
