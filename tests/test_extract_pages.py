"""Whole pages of many makes, each beside the Markdown that a careful person would write down (tests/pages/)."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from flashgen.extract import Extracted, extract

PAGES = Path(__file__).parent / "pages"
SAID = yaml.safe_load((Path(__file__).parent / "cases" / "extract_pages.yaml").read_text("utf-8"))


def read(name: str) -> Extracted:
    address = f"https://{name}.example/articles/{name}"
    return extract((PAGES / f"{name}.html").read_bytes(), url=address, content_type="text/html")


def test_every_page_has_its_case() -> None:
    """No page lies in the folder unread."""
    assert {path.stem for path in PAGES.glob("*.html")} == set(SAID)


@pytest.mark.parametrize("name", SAID)
def test_a_page_gives_its_markdown(name: str) -> None:
    """The Markdown of a page is the one beside it, to the letter."""
    assert read(name).markdown == (PAGES / f"{name}.md").read_text("utf-8")


@pytest.mark.parametrize("name", SAID)
def test_nothing_of_the_chrome_is_left(name: str) -> None:
    """Navigation, banners, bylines, share buttons, related links and comments stay out, and stand in the facts."""
    found = read(name)
    for words in SAID[name]["gone"]:
        assert words not in found.markdown


@pytest.mark.parametrize("name", SAID)
def test_a_page_says_what_it_is(name: str) -> None:
    """Title, author, date, site, language and canonical address are the page's own; what it doesn't say is ''."""
    said: dict[str, Any] = {"author": "", "date": "", "canonical_url": "", "site": f"{name}.example", **SAID[name]}
    said.pop("gone")
    found = read(name)
    assert {key: getattr(found, key) for key in said} == said


def test_reading_is_a_function_of_the_page() -> None:
    """The same bytes give the same Markdown, however often they are read."""
    assert read("news-lazy") == read("news-lazy")
