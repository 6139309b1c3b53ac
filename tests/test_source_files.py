"""Files beside the reading list, and pages that were saved by hand."""

from __future__ import annotations

import asyncio
import os
from pathlib import Path

import papers
import pytest
from fake_web import PROSE, FakeWeb, article

from flashgen import sources
from flashgen.errors import Failed, LinkError, Refused, Skipped
from flashgen.sources.local_get import LocalFiles
from flashgen.sources.reading import standing_in
from flashgen.sources.saved import find_saved
from flashgen.types import Article, Page


def read(base: Path, link: str) -> Article:
    return asyncio.run(sources.read(link, LocalFiles(base)))


def test_a_file_beside_the_list_is_read(tmp_path: Path) -> None:
    """Whatever its format; without a title, its name is one."""
    (tmp_path / "a.md").write_text(f"# On queues\n\n{PROSE}", encoding="utf-8")
    (tmp_path / "b.txt").write_text(PROSE, encoding="utf-8")
    (tmp_path / "c.html").write_text(article(), encoding="utf-8")
    (tmp_path / "paper one.pdf").write_bytes(papers.two_columns())
    (tmp_path / "sub").mkdir()
    (tmp_path / "sub" / "глава.md").write_text(PROSE, encoding="utf-8")
    assert read(tmp_path, "a.md").title == "On queues"
    assert read(tmp_path, "./a.md#part").kind == "file"
    assert "bounded queue" in read(tmp_path, "b.txt").markdown
    assert "bounded queue" in read(tmp_path, "c.html").markdown
    assert read(tmp_path, "paper%20one.pdf").title == "On Bounded Queues"
    assert read(tmp_path, "paper one.pdf").title == "On Bounded Queues"
    assert read(tmp_path, "sub/глава.md").title == "глава"
    assert read(tmp_path, "sub/%D0%B3%D0%BB%D0%B0%D0%B2%D0%B0.md").url.startswith("sub/%D0")


def test_a_file_named_in_full_may_stand_anywhere(tmp_path: Path) -> None:
    """A person who writes the whole path means it."""
    (tmp_path / "list").mkdir()
    (tmp_path / "a b.md").write_text(f"# A\n\n{PROSE}", encoding="utf-8")
    for link in (
        str(tmp_path / "a b.md"),
        (tmp_path / "a b.md").as_uri(),
        f"file://localhost{(tmp_path / 'a b.md').as_uri()[7:]}",
    ):
        assert read(tmp_path / "list", link).title == "A"


def test_nothing_leads_out_of_the_folder(tmp_path: Path) -> None:
    """Neither dots, escaped ones too, nor a link in the file system."""
    (tmp_path / "list").mkdir()
    (tmp_path / "secret.md").write_text(PROSE, encoding="utf-8")
    (tmp_path / "list" / "link.md").symlink_to(tmp_path / "secret.md")
    (tmp_path / "list" / "folder").symlink_to(tmp_path)
    for link in ("../secret.md", "%2e%2e/secret.md", "x/../../secret.md", "link.md", "folder/secret.md"):
        with pytest.raises(Refused, match="leads out of"):
            read(tmp_path / "list", link)


def test_a_link_inside_the_folder_may_be_followed(tmp_path: Path) -> None:
    """Only where it ends counts."""
    (tmp_path / "a.md").write_text(PROSE, encoding="utf-8")
    (tmp_path / "b.md").symlink_to(tmp_path / "a.md")
    assert "bounded queue" in read(tmp_path, "b.md").markdown


def test_what_is_no_file_says_so(tmp_path: Path) -> None:
    """A missing file may come; a folder, a pipe and another machine's file are told as such."""
    os.mkfifo(tmp_path / "pipe.md")
    (tmp_path / "folder").mkdir()
    cases: list[tuple[str, type[LinkError], str]] = [
        ("missing.md", Failed, "no file"),
        ("folder", Skipped, "folder"),
        ("pipe.md", Refused, "regular"),
        ("file://server/share/a.md", Refused, "another machine"),
        ("a\0b.md", Refused, "no path"),
        ("x" * 5000 + ".md", LinkError, "."),
    ]
    for link, error, reason in cases:
        with pytest.raises(error, match=reason):
            read(tmp_path, link)


def test_a_file_that_is_too_large_is_not_read(tmp_path: Path) -> None:
    """The size is looked at before the file is opened."""
    (tmp_path / "a.md").write_text(PROSE, encoding="utf-8")
    with pytest.raises(Skipped, match="larger than"):
        asyncio.run(LocalFiles(tmp_path, max_bytes=10)("a.md"))


def test_a_changed_file_has_another_validator(tmp_path: Path) -> None:
    """What a refresh asks: has it changed?"""
    path = tmp_path / "a.md"
    path.write_text(PROSE, encoding="utf-8")
    first = asyncio.run(LocalFiles(tmp_path)("a.md")).validators
    assert asyncio.run(LocalFiles(tmp_path)("a.md")).validators == first
    path.write_text(PROSE + " And more.", encoding="utf-8")
    assert asyncio.run(LocalFiles(tmp_path)("a.md")).validators != first


# --- saved pages ---------------------------------------------------------------------------------

LINK = "https://walled.example/posts/on-queues?utm_source=x"
SINGLE_FILE = (
    "<!DOCTYPE html> <html><!--\n Page saved with SingleFile \n url: "
    "https://walled.example/posts/on-queues \n saved date: Mon\n-->"
)
MHTML = (
    "From: <Saved by Blink>\r\nSnapshot-Content-Location: "
    "https://walled.example/posts/on-queues\r\nMIME-Version: 1.0\r\n"
    'Content-Type: multipart/related; boundary="b"\r\n\r\n--b\r\nContent-Type: text/html; '
    "charset=utf-8\r\n\r\n{}\r\n--b--\r\n"
)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("single.html", SINGLE_FILE + article()),
        ("old.htm", "<!-- saved from url=(0041)https://walled.example/posts/on-queues -->" + article()),
        ("canonical.html", article(head='<link rel="canonical" href="https://walled.example/posts/on-queues">')),
        ("turned.html", article(head="<link href='https://walled.example/posts/on-queues' rel=canonical>")),
        ("og.html", article(head='<meta property="og:url" content="http://www.walled.example/posts/on-queues/">')),
        ("page.mhtml", MHTML.format(article())),
    ],
)
def test_a_saved_page_is_known_by_the_address_inside(tmp_path: Path, name: str, text: str) -> None:
    """SingleFile, Save As, MHTML; http or https, www. or not, with tracking parameters or without."""
    (tmp_path / name).write_text(text, encoding="utf-8")
    page = find_saved(tmp_path, LINK)
    assert page is not None
    found = asyncio.run(sources.read(LINK, standing_in(LINK, page)))
    assert (found.url, "bounded queue" in found.markdown) == (LINK, True)
    assert find_saved(tmp_path, "https://walled.example/posts/another") is None


def test_the_newest_of_several_is_taken(tmp_path: Path) -> None:
    """A page that was saved again is the page."""
    for name, time, title in (("a.html", 2_000, "New"), ("b.html", 1_000, "Old")):
        (tmp_path / name).write_text(SINGLE_FILE + article(title), encoding="utf-8")
        os.utime(tmp_path / name, (time, time))
    page = find_saved(tmp_path, LINK)
    assert page is not None
    assert b"New" in page.body


def test_a_named_file_stands_in_whatever_it_says(tmp_path: Path) -> None:
    """A PDF has no address inside: the person names it."""
    (tmp_path / "paper.pdf").write_bytes(papers.two_columns())
    assert find_saved(tmp_path, LINK) is None
    page = find_saved(tmp_path, LINK, "paper.pdf")
    assert page is not None
    assert asyncio.run(sources.read(LINK, standing_in(LINK, page))).title == "On Bounded Queues"


@pytest.mark.parametrize("named", ["missing.html", "../outside.html", "/etc/passwd"])
def test_a_named_file_that_isnt_there_is_told(tmp_path: Path, named: str) -> None:
    """A slip in the option is the person's to mend; the folder is not left."""
    (tmp_path / "saved").mkdir()
    (tmp_path / "outside.html").write_text(article(), encoding="utf-8")
    with pytest.raises(Failed, match="no file"):
        find_saved(tmp_path / "saved", LINK, named)


def test_no_folder_is_no_fault(tmp_path: Path) -> None:
    """Most lists have none."""
    assert find_saved(tmp_path / "saved", LINK) is None


def test_a_saved_thread_is_read_as_a_thread() -> None:
    """The source of the link reads the saved page: only the link itself is known to it."""
    link = "https://news.ycombinator.com/item?id=100"
    page = (
        '<table class="fatitem"><tr><td><span class="titleline"><a href="https://x.example">T</a></span></td>'
        "</tr></table>"
        f'<table><tr class="comtr" id="1"><td class="ind" indent="0"></td><td><a class="hnuser">ann</a><div '
        f'class="commtext c00">{PROSE}</div></td></tr></table>'
    )
    get = standing_in(link, Page(link, link, page.encode(), "text/html"))
    assert "**ann:**" in asyncio.run(sources.read(link, get)).markdown


# --- web pages -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "page",
    [
        '<html><head><meta http-equiv="Refresh" content="0;URL=\'https://new.example/post\'"></head></html>',
        '<html><head><META HTTP-EQUIV="refresh" CONTENT="3; https://new.example/post"></head><body>'
        "Moved.</body></html>",
        '<html><script>window.location.replace("https://new.example/post");</script></html>',
        "<html><script>location.href = 'https://new.example/post'</script></html>",
        '<html><frameset rows="100%"><frame src="https://new.example/post"><noframes>No.</noframes></frameset></html>',
        '<html><frameset cols="20%,80%"><frame name="menu" src="/menu"><frame name="main" '
        'src="https://new.example/post"></frameset></html>',
        '<html><body><iframe src="https://new.example/post" width="100%" height="100%"></iframe></body></html>',
    ],
)
def test_a_page_without_text_sends_us_on(page: str) -> None:
    """By meta refresh, by a script of one line, by its frames."""
    web = FakeWeb({"https://old.example/post": page, "https://new.example/post": article()})
    assert asyncio.run(sources.read("https://old.example/post", web)).final_url == "https://new.example/post"


@pytest.mark.parametrize(
    "head",
    [
        '<meta http-equiv="refresh" content="1800">',
        '<meta http-equiv="refresh" content="600; url=https://new.example/">',
        '<noscript><meta http-equiv="refresh" content="0; url=https://new.example/noscript"></noscript>',
        "<script>if (old) { window.location.href = 'https://new.example/'; }</script>",
        '<meta http-equiv="refresh" content="0; url=javascript:alert(1)">',
        '<meta http-equiv="refresh" content="0; url=https://old.example/post#x">',
    ],
)
def test_a_page_with_text_is_read_where_it_is(head: str) -> None:
    """A page that reloads itself, or has a script that may redirect, is that page."""
    found = asyncio.run(
        sources.read("https://old.example/post", FakeWeb({"https://old.example/post": article(head=head)}))
    )
    assert found.final_url == "https://old.example/post"


def test_a_page_may_be_anything() -> None:
    """PDF and text behind web addresses are read as what they are."""
    web = FakeWeb(
        {"https://x.example/download?id=7": papers.two_columns(), "https://x.example/notes": PROSE}, content_type=""
    )
    found = asyncio.run(sources.read("https://x.example/download?id=7", web))
    assert (found.kind, found.title) == ("pdf", "On Bounded Queues")
    assert "bounded queue" in asyncio.run(sources.read("https://x.example/notes", web)).markdown


def test_what_is_no_article_is_told_by_its_bytes() -> None:
    """A picture behind a link to an article is skipped as a picture."""
    with pytest.raises(Skipped, match="picture"):
        asyncio.run(sources.read("https://x.example/a", FakeWeb({"https://x.example/a": b"\x89PNG\r\n\x1a\n"})))
