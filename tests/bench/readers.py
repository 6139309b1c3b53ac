"""The readers that the benchmark compares: flashgen's own and the libraries a person could use instead.

Each takes decoded HTML and the page's address and gives Markdown (plain text where a library has no Markdown).
A library that isn't installed is left out by name.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

Read = Callable[[str, str], str]


@dataclass(frozen=True)
class Reader:
    """One way to read a page: its name in the table, and the modules it needs."""

    name: str
    make: Callable[[], Read]
    needs: tuple[str, ...] = ()


def installed(readers: list[Reader]) -> tuple[dict[str, Read], list[str]]:
    """The readers whose modules are here, ready to use, and a note for each of the others."""
    ready: dict[str, Read] = {}
    notes = []
    for reader in readers:
        try:
            for module in reader.needs:
                importlib.import_module(module)
        except ImportError as error:
            notes.append(f"{reader.name}: left out, {error}")
        else:
            ready[reader.name] = reader.make()
    return ready, notes


def _module(name: str) -> Any:
    return importlib.import_module(name)


def _flashgen(mask: str) -> Callable[[], Read]:
    def make() -> Read:
        extract = _module("flashgen.extract").extract
        chosen = getattr(_module("flashgen.extract.mask"), mask)
        return lambda html, url: str(
            extract(
                html.encode("utf-8", "replace"), url=url, content_type="text/html; charset=utf-8", mask=chosen
            ).markdown
        )

    return make


def _trafilatura(**options: Any) -> Callable[[], Read]:
    def make() -> Read:
        extract = _module("trafilatura").extract
        return lambda html, url: extract(html, url=url, **options) or ""

    return make


def _rs_trafilatura(field: str) -> Callable[[], Read]:
    def make() -> Read:
        rs = _module("rs_trafilatura")
        convert = _module("html_to_markdown")

        def read(html: str, url: str) -> str:
            if field == "markdown":
                found = rs.extract(html, url=url, output_markdown=True, include_links=True, include_images=True)
                return found.content_markdown or ""
            found = rs.extract(html, url=url)
            if field == "text":
                return found.main_content or ""
            return convert.convert(found.content_html or "").content or ""

        return read

    return make


def _readability() -> Read:
    document = _module("readability").Document
    convert = _module("html_to_markdown").convert
    return lambda html, url: convert(document(html, url=url).summary(html_partial=True)).content or ""


def _beautiful_soup() -> Read:
    soup_of = _module("bs4").BeautifulSoup
    converter = _module("markdownify").MarkdownConverter(heading_style="ATX")

    def read(html: str, url: str) -> str:
        soup = soup_of(html, "lxml")
        main = soup.find("article") or soup.find("main") or soup.body or soup
        for junk in main.find_all(["script", "style", "nav", "aside", "footer", "form", "noscript"]):
            junk.decompose()
        return str(converter.convert_soup(main))

    return read


def _article_extractor() -> Read:
    module = _module("article_extractor")
    return lambda html, url: module.extract_article(html, url=url).markdown or ""


def _newspaper() -> Read:
    module = _module("newspaper")

    def read(html: str, url: str) -> str:
        article = module.Article(url, fetch_images=False)
        article.download(input_html=html)
        article.parse()
        return str(article.text)

    return read


def _resiliparse() -> Read:
    extract = _module("resiliparse.extract.html2text").extract_plain_text
    return lambda html, url: str(extract(html, main_content=True, preserve_formatting=True, links=False))


RICH = {"output_format": "markdown", "include_links": True, "include_images": True, "include_formatting": True}

READERS = [
    Reader("flashgen", _flashgen("by_trafilatura"), ("flashgen.extract", "trafilatura")),
    Reader("flashgen, rs mask", _flashgen("by_rs_trafilatura"), ("flashgen.extract", "rs_trafilatura")),
    Reader("trafilatura Markdown", _trafilatura(**RICH), ("trafilatura",)),
    Reader("trafilatura", _trafilatura(), ("trafilatura",)),
    Reader("rs-trafilatura", _rs_trafilatura("text"), ("rs_trafilatura", "html_to_markdown")),
    Reader("rs-trafilatura Markdown", _rs_trafilatura("markdown"), ("rs_trafilatura", "html_to_markdown")),
    Reader("rs-trafilatura HTML → html-to-markdown", _rs_trafilatura("html"), ("rs_trafilatura", "html_to_markdown")),
    Reader("readability-lxml → html-to-markdown", lambda: _readability(), ("readability", "html_to_markdown")),
    Reader("BeautifulSoup main → markdownify", lambda: _beautiful_soup(), ("bs4", "markdownify")),
    Reader("article-extractor", lambda: _article_extractor(), ("article_extractor",)),
    Reader("newspaper4k", lambda: _newspaper(), ("newspaper",)),
    Reader("resiliparse", lambda: _resiliparse(), ("resiliparse",)),
]
