"""GitHub: README, files, wikis, gists; from git, without the API."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping

import papers
import pytest
from fake_web import PROSE, Answer, FakeWeb

from flashgen import sources
from flashgen.errors import Failed, LinkError, NotStored, Skipped
from flashgen.types import Article, Page

RAW = "https://raw.githubusercontent.com/octo-org/octo"
REPOSITORY = "https://github.com/octo-org/octo"


def read(link: str, pages: Mapping[str, Answer]) -> tuple[Article, FakeWeb]:
    web = FakeWeb(pages, content_type="text/plain; charset=utf-8")
    return asyncio.run(sources.read(link, web)), web


@pytest.mark.parametrize(
    "link", [REPOSITORY, f"{REPOSITORY}/", f"{REPOSITORY}.git", f"{REPOSITORY}#usage", f"{REPOSITORY}?tab=readme"]
)
def test_a_repository_is_its_readme(link: str) -> None:
    """One request to the raw host; the API is never asked."""
    found, web = read(link, {f"{RAW}/HEAD/README.md": f"# Octo\n\n{PROSE}\n\n[guide](docs/guide.md)"})
    assert (found.kind, found.title, found.url) == ("github", "Octo", link)
    assert f"[guide]({RAW}/HEAD/docs/guide.md)" in found.markdown
    assert web.asked == [f"{RAW}/HEAD/README.md"]


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("README.rst", f"Octo\n====\n\n{PROSE}"),
        ("readme.md", f"# Octo\n\n{PROSE}"),
        ("README.txt", f"Octo\n\n{PROSE}"),
        ("README", f"Octo\n\n{PROSE}"),
        ("README.org", f"* Octo\n\n{PROSE}"),
    ],
)
def test_a_readme_has_other_names_too(name: str, text: str) -> None:
    """The usual names are tried in turn."""
    found, _ = read(REPOSITORY, {f"{RAW}/HEAD/{name}": text})
    assert "bounded queue" in found.markdown
    assert found.title == "Octo"


def test_offline_a_readme_is_found_under_whatever_name_it_was_stored() -> None:
    """Names that were tried in vain are in no cache, and are no reason to give up before the name that is."""
    text = f"Octo\n====\n\n{PROSE}"

    async def stored(url: str, *, accept: str = "") -> Page:
        if url != f"{RAW}/HEAD/README.rst":
            raise NotStored(url)
        return Page(url, url, text.encode(), "text/plain; charset=utf-8")

    assert "bounded queue" in asyncio.run(sources.read(REPOSITORY, stored)).markdown
    with pytest.raises(NotStored, match="run without --offline"):
        asyncio.run(sources.read("https://github.com/octo-org/other", stored))


def test_a_readme_under_no_usual_name_is_taken_from_the_page() -> None:
    """The repository's page shows what it calls its README."""
    page = (
        '<html><head><meta property="og:title" content="GitHub - octo-org/octo: things"></head><body><nav>Sign in</nav>'
        f'<article class="markdown-body"><h1>Octo<a class="anchor" href="#octo">#</a></h1><p>{PROSE}</p>'
        f"</article></body></html>"
    )
    found, web = read(REPOSITORY, {REPOSITORY: page})
    assert "bounded queue" in found.markdown
    assert "Sign in" not in found.markdown
    assert found.title == "octo-org/octo"
    assert web.asked[-1] == REPOSITORY


def test_a_repository_without_a_readme_says_so() -> None:
    """Skipped: asking again won't make one."""
    with pytest.raises(Skipped, match="no README"):
        read(REPOSITORY, {REPOSITORY: "<html><body>files</body></html>"})


def test_trouble_is_not_taken_for_a_missing_name() -> None:
    """A server that is down isn't asked for eight more names."""
    web = FakeWeb({f"{RAW}/HEAD/README.md": Failed("u", "the server is overloaded (503)")})
    with pytest.raises(Failed, match="503"):
        asyncio.run(sources.read(REPOSITORY, web))
    assert len(web.asked) == 1


def test_a_missing_repository_is_dead() -> None:
    """The page's own 404 is what the link comes to."""
    with pytest.raises(Failed) as error:
        read(REPOSITORY, {})
    assert error.value.dead


def test_a_readme_that_is_a_symbolic_link_is_followed() -> None:
    """Git gives the name of the file that is meant."""
    found, _ = read(
        REPOSITORY, {f"{RAW}/HEAD/README.md": "docs/README.md", f"{RAW}/HEAD/docs/README.md": f"# Octo\n\n{PROSE}"}
    )
    assert "bounded queue" in found.markdown


def test_a_folder_is_its_readme() -> None:
    """A branch and a folder are kept."""
    found, _ = read(f"{REPOSITORY}/tree/v2/lib/core", {f"{RAW}/v2/lib/core/README.md": f"# Core\n\n{PROSE}"})
    assert found.title == "Core"


@pytest.mark.parametrize(
    "link",
    [
        f"{REPOSITORY}/blob/main/docs/a%20b.md",
        f"{REPOSITORY}/raw/main/docs/a%20b.md",
        f"{REPOSITORY}/blob/refs/heads/main/docs/a%20b.md",
        f"{REPOSITORY}/blob/main/docs/a%20b.md#part",
        f"{RAW}/main/docs/a%20b.md",
    ],
)
def test_a_file_is_read_from_the_raw_host(link: str) -> None:
    """However a file is addressed, it is one file."""
    found, _ = read(link, {f"{RAW}/main/docs/a%20b.md": f"# A file\n\n{PROSE}"})
    assert found.title == "A file"


def test_files_are_read_by_their_format() -> None:
    """Program text, notebooks and PDF too."""
    code = "def put(item):\n" + "    # a bounded queue refuses what it has no room for and says so at once\n" * 4
    found, _ = read(f"{REPOSITORY}/blob/main/queue.py", {f"{RAW}/main/queue.py": code})
    assert found.markdown.startswith("# queue.py\n\n```python\n")
    notebook = json.dumps({"nbformat": 4, "cells": [{"cell_type": "markdown", "source": f"# N\n\n{PROSE}"}]})
    found, _ = read(f"{REPOSITORY}/blob/main/n.ipynb", {f"{RAW}/main/n.ipynb": notebook})
    assert found.title == "N"
    found, _ = read(f"{REPOSITORY}/blob/main/paper.pdf", {f"{RAW}/main/paper.pdf": papers.two_columns()})
    assert found.title == "On Bounded Queues"
    assert "<!-- at: page=1 -->" in found.markdown


def test_a_wiki_page_is_read_from_git_else_from_the_page() -> None:
    """The raw Markdown of a wiki has an address of its own."""
    raw = "https://raw.githubusercontent.com/wiki/octo-org/octo/The-Design.md"
    found, _ = read(f"{REPOSITORY}/wiki/The-Design", {raw: PROSE})
    assert found.title == "The Design"
    page = f'<html><body><div id="wiki-body"><div class="markdown-body"><p>{PROSE}</p></div></div></body></html>'
    found, _ = read(f"{REPOSITORY}/wiki/The-Design", {f"{REPOSITORY}/wiki/The-Design": page})
    assert "bounded queue" in found.markdown


def test_an_empty_wiki_leads_to_the_repository_and_is_skipped() -> None:
    """GitHub redirects; that page is not the wiki."""
    link = f"{REPOSITORY}/wiki"
    with pytest.raises(Skipped, match="no wiki"):
        read(link, {link: Page(link, REPOSITORY, b"<html>", "text/html")})


def test_a_gist_is_its_file() -> None:
    """The raw file of a gist."""
    raw = "https://gist.githubusercontent.com/octocat/0123456789abcdef/raw"
    found, _ = read("https://gist.github.com/octocat/0123456789abcdef", {raw: PROSE})
    assert "bounded queue" in found.markdown


def test_an_issue_is_a_web_page() -> None:
    """Conversations are read from the page."""
    page = (
        f"<html><head><title>A fault · Issue #7</title></head><body><main><h1>A fault</h1><p>{PROSE * 2}</p>"
        f"</main></body></html>"
    )
    found, _ = read(f"{REPOSITORY}/issues/7", {f"{REPOSITORY}/issues/7": page})
    assert (found.kind, "bounded queue" in found.markdown) == ("github", True)


@pytest.mark.parametrize(
    "path",
    ["", "octo-org", "trending", "trending/python", "topics/queue", "orgs/octo-org/people", "octo-org/octo/issues",
     "octo-org/octo/pulls", "octo-org/octo/actions", "octo-org/octo/commits/main", "octo-org/octo/stargazers",
     "settings/profile", "marketplace/x", "octo-org/octo/compare/a...b"],
)  # fmt: skip
def test_lists_and_profiles_are_skipped_unasked(path: str) -> None:
    """What is no text is told by its address; nobody is asked for it."""
    web = FakeWeb({})
    with pytest.raises(Skipped):
        asyncio.run(sources.read(f"https://github.com/{path}", web))
    assert not web.asked


def test_faults_are_link_errors() -> None:
    """Whatever comes back, it is one link's fault."""
    with pytest.raises(LinkError):
        read(f"{REPOSITORY}/blob/main/a.png", {f"{RAW}/main/a.png": b"\x89PNG\r\n"})
