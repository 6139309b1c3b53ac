"""What bytes are, and how files that are no web pages become Markdown."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Mapping
from typing import Any

import pytest
from fake_web import PROSE

from flashgen.sources import formats
from flashgen.sources.content import Content, Unreadable
from flashgen.sources.formats import format_of, mhtml, plain
from flashgen.sources.formats.markup import from_org, from_rst
from flashgen.types import Page


def page(body: str | bytes, name: str = "a", content_type: str = "") -> Page:
    url = f"https://example.org/{name}"
    return Page(url, url, body.encode() if isinstance(body, str) else body, content_type)


def read(body: str | bytes, name: str = "a", content_type: str = "") -> Content:
    return formats.read(page(body, name, content_type))


@pytest.mark.parametrize(
    ("body", "name", "content_type", "wanted"),
    [
        ("<!doctype html><p>x", "a", "text/plain", "html"),
        ("<html><p>x", "a", "application/octet-stream", "html"),
        ("\ufeff<!-- c --><!DOCTYPE HTML><p>x", "a", "", "html"),
        ("<?xml version='1.0'?>\n<html xmlns='x'><p>x", "a.xhtml", "application/xml", "html"),
        ("<p>Part of a page</p>", "a", "", "html"),
        ("<p>Part of a page</p>", "a", "text/html", "html"),
        ("just words", "a", "text/html", "html"),
        ("%PDF-1.4 ...", "a", "text/html", "pdf"),
        ("junk first\n%PDF-1.4 ...", "a", "", "pdf"),
        ("# Title\n\nText with <b>tags</b>", "a.md", "text/plain", "markdown"),
        ("# Title", "a", "text/markdown; charset=utf-8", "markdown"),
        ("Title\n=====\n", "README.rst", "text/plain", "rst"),
        ("* Title", "a.org", "text/plain", "org"),
        ("def f(): pass", "a.py", "text/plain", "code"),
        ("FROM x", "Dockerfile", "text/plain", "code"),
        ('{"a": 1}', "a.json", "application/json", "code"),
        ('{"nbformat": 4, "cells": []}', "a", "application/json", "notebook"),
        ("words", "a.txt", "text/plain", "text"),
        ("words", "a", "text/plain", "text"),
        ("words", "a", "", "text"),
        ("words\xe9".encode("utf-16"), "a", "text/plain", "text"),
        ("From: x\nMIME-Version: 1.0\nContent-Type: multipart/related; boundary=b\n\n--b", "a", "", "mhtml"),
    ],
)
def test_bytes_tell_the_format(body: str | bytes, name: str, content_type: str, wanted: str) -> None:
    """The bytes come before the name, the name before the header."""
    assert format_of(page(body, name, content_type)) == wanted


@pytest.mark.parametrize(
    ("body", "name", "content_type", "reason", "skipped"),
    [
        (b"", "a", "text/html", "empty", False),
        (b"  \n ", "a", "text/html", "empty", False),
        (b"\x89PNG\r\n\x1a\n", "a.png", "image/png", "picture", True),
        (b"\xff\xd8\xff\xe0", "a", "text/html", "picture", True),
        (b"PK\x03\x04" + b"x" * 100, "a.zip", "application/zip", "archive", True),
        (b"PK\x03\x04....[Content_Types].xml...", "a.docx", "", "Office", True),
        (b"\x1f\x8b\x08", "a.gz", "", "archive", True),
        (b"<?xml version='1.0'?><rss version='2.0'>", "feed", "application/rss+xml", "feed", True),
        (b"<feed xmlns='http://www.w3.org/2005/Atom'>", "feed", "", "feed", True),
        (b"<urlset xmlns='x'>", "sitemap.xml", "text/xml", "site map", True),
        (b'{"a": 1}', "api", "application/json", "JSON", True),
        (b"\x00\x01\x02\x03", "a", "application/octet-stream", "not a text", True),
        (b"%!PS-Adobe-3.0", "a.ps", "", "PostScript", True),
    ],
)
def test_what_is_no_text_says_so(body: bytes, name: str, content_type: str, reason: str, skipped: bool) -> None:
    """Everything that can't be read has a reason."""
    with pytest.raises(Unreadable, match=reason) as error:
        format_of(page(body, name, content_type))
    assert error.value.skipped is skipped


def test_markdown_stays_as_it_is() -> None:
    """Markdown without HTML and relative links is not touched, but for its front matter."""
    text = (
        "---\ntitle: 'A title'\nauthor: Me\ndate: 2024-05-06T07:08\nlang: ru\n---\n# Head\n\nText *with* `<b>` marks.\n"
    )
    content = plain.markdown(text, "https://example.org/a.md")
    assert content.markdown == "# Head\n\nText *with* `<b>` marks.\n"
    assert (content.title, content.author, content.date, content.language) == ("A title", "Me", "2024-05-06", "ru")


def test_a_rule_is_no_front_matter() -> None:
    """A text may begin with a rule."""
    assert plain.markdown("---\n\nText\n").markdown == "---\n\nText\n"


def test_html_and_relative_links_in_markdown_are_made_plain() -> None:
    """HTML becomes Markdown, links and images whole, code stays word for word."""
    text = (
        '<p align="center"><img src="img/a.png" alt="A plan"></p>\n\n# Head\n\n'
        "See [the guide](docs/guide.md#x) and [home][1].\n\n```html\n<b>not touched</b>\n```\n\n| a | b "
        "|\n|---|---|\n| 1 | 2 |\n\n"
        "[1]: https://home.example/\n"
    )
    found = plain.markdown(text, "https://raw.example.org/o/r/HEAD/README.md").markdown
    assert "![A plan](https://raw.example.org/o/r/HEAD/img/a.png)" in found
    assert "[the guide](https://raw.example.org/o/r/HEAD/docs/guide.md#x)" in found
    assert "[home](https://home.example/)" in found
    assert "```html\n<b>not touched</b>\n```" in found
    assert "<p" not in found
    assert "| 1" in found


def test_local_markdown_keeps_relative_links() -> None:
    """A file of the person's own has no web address to make its links whole with."""
    assert "[x](b.md)" in plain.markdown("See [x](b.md).", "file:///home/me/a.md").markdown


def test_rst_is_read_without_touching_files() -> None:
    """Headings, code with its language and links; include and raw do nothing."""
    text = (
        "Title\n=====\n\nText with ``code`` and `a link <https://x.example/>`_.\n\nSection\n-------\n\n"
        ".. code-block:: python\n\n    def f():\n        return 1\n\n.. include:: /etc/passwd\n\n"
        ".. raw:: html\n\n   <script>alert(1)</script>\n\n.. unknown-thing:: x\n\nEnd.\n"
    )
    html = from_rst(text)
    assert "root:" not in html
    assert "<script" not in html
    found = read(text, "README.rst").markdown
    assert "def f():\n    return 1" in found
    assert "```python" in found
    assert "[a link](https://x.example/)" in found
    assert found.count("#") >= 2
    assert "End." in found


def test_org_becomes_markdown() -> None:
    """Headings, code blocks, links, verbatim words; drawers and keywords go."""
    text = (
        "#+TITLE: Notes\n#+AUTHOR: Me\n* TODO First :tag:\n:PROPERTIES:\n:ID: 1\n:END:\nSee "
        "[[https://x.example][there]] and =f(x)=.\n"
        "** Second\n#+BEGIN_SRC python\n* not = a heading =\n#+END_SRC\n#+begin_quote\nSaid.\n#+end_quote\n"
    )
    found = from_org(text)
    assert "# Notes\n" in found
    assert "## First\n" in found
    assert "[there](https://x.example)" in found
    assert "`f(x)`" in found
    assert "```python\n* not = a heading =\n```" in found
    assert "> Said." in found
    assert "PROPERTIES" not in found


def test_program_text_is_a_code_block() -> None:
    """A file of code is fenced, with its language, whatever fences it holds."""
    found = read("def f():\n    '''```'''\n", "lib/f.py")
    assert found.title == "f.py"
    assert found.markdown == "# f.py\n\n````python\ndef f():\n    '''```'''\n````\n"


def notebook(**more: Any) -> str:
    cells = [
        {"cell_type": "markdown", "source": ["# Queues\n", "\n", "A text. ![p](attachment:p.png)"]},
        {
            "cell_type": "code",
            "source": "print(1 + 1)",
            "outputs": [
                {"output_type": "stream", "text": ["2\n"]},
                {"output_type": "error", "traceback": ["boom"]},
                {"output_type": "execute_result", "data": {"text/plain": ["<Figure size 1>"]}},
                {"output_type": "execute_result", "data": {"text/html": "<table>", "text/plain": "a table"}},
                {"output_type": "stream", "text": ["long\n"] * 60},
            ],
        },
        {"cell_type": "raw", "source": "left out"},
        {"cell_type": "code", "source": "", "outputs": []},
    ]
    return json.dumps({"nbformat": 4, "cells": cells, "metadata": {"language_info": {"name": "python"}}, **more})


def test_notebooks_keep_text_code_and_short_results() -> None:
    """Cells in order; pictures, errors, tables and long output are left out."""
    found = read(notebook(), "a.ipynb")
    assert found.title == "Queues"
    assert found.markdown == "# Queues\n\nA text. \n\n```python\nprint(1 + 1)\n```\n\n```text\n2\n```\n"


@pytest.mark.parametrize(
    "body", ["{", '{"nbformat": 4, "cells": 7}', '{"nbformat": 4}', '{"nbformat": 4, "cells": [1]}']
)
def test_a_damaged_notebook_says_so(body: str) -> None:
    """Whatever JSON it is, it is one sentence and no traceback."""
    with pytest.raises(Unreadable, match="damaged"):
        read(body, "a.ipynb")


def book(files: Mapping[str, str | bytes] | None = None, *, spine: str = "") -> bytes:
    items = (
        '<item id="n" href="nav.xhtml" properties="nav" media-type="application/xhtml+xml"/>'
        '<item id="c1" href="text/one%20a.xhtml" media-type="application/xhtml+xml"/>'
        '<item id="c2" href="text/two.xhtml" media-type="application/xhtml+xml"/>'
    )
    package = (
        '<package xmlns="http://www.idpf.org/2007/opf"><metadata xmlns:dc="http://purl.org/dc/elements/1.1/">'
        "<dc:title>On Queues</dc:title><dc:creator>A. Writer</dc:creator><dc:date>2020-02-03T00:00:00Z</dc:date>"
        f"<dc:language>en-GB</dc:language></metadata><manifest>{items}</manifest>"
        f"<spine>{spine or ''.join(map(_ref, ('n', 'c2', 'c1')))}</spine></package>"
    )
    everything: dict[str, str | bytes] = {
        "mimetype": "application/epub+zip",
        "META-INF/container.xml": '<container><rootfiles><rootfile full-path="OEBPS/book.opf"/></rootfiles>'
        "</container>",
        "OEBPS/book.opf": package,
        "OEBPS/nav.xhtml": "<html><body><nav>Contents</nav></body></html>",
        "OEBPS/text/one a.xhtml": f"<html><body><h1>First written</h1><p>{PROSE}</p></body></html>",
        "OEBPS/text/two.xhtml": f"<html><body><h1>Second written</h1><h2>Inner</h2><p>{PROSE}</p></body></html>",
        **(files or {}),
    }
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, body in everything.items():
            archive.writestr(name, body)
    return out.getvalue()


def _ref(name: str) -> str:
    return f'<itemref idref="{name}"/>'


def test_a_book_is_read_in_the_order_of_its_spine() -> None:
    """Chapters as headings under the title; the navigation is not a chapter."""
    found = read(book())
    assert (found.title, found.author, found.date, found.language) == ("On Queues", "A. Writer", "2020-02-03", "en")
    heads = [line for line in found.markdown.splitlines() if line.startswith("#")]
    assert heads == ["# On Queues", "## Second written", "### Inner", "## First written"]
    assert "Contents" not in found.markdown


def test_entities_of_a_book_are_not_resolved() -> None:
    """No file of the machine and no bomb of entities gets into the text."""
    evil = (
        '<!DOCTYPE package [<!ENTITY x SYSTEM "file:///etc/passwd"><!ENTITY a "ha"><!ENTITY b "&a;&a;&a;">]>'
        '<package><metadata><title>T &x; &b;</title></metadata><manifest><item id="c" href="c.xhtml" '
        'media-type="application/xhtml+xml"/></manifest><spine><itemref idref="c"/></spine></package>'
    )
    found = read(book({"OEBPS/book.opf": evil, "OEBPS/c.xhtml": f"<html><body><p>{PROSE}</p></body></html>"}))
    assert "root:" not in found.markdown
    assert "haha" not in found.markdown
    assert "bounded queue" in found.markdown


def test_a_bomb_is_not_unpacked() -> None:
    """A chapter that unpacks to more than any chapter needs is refused before it fills the memory."""
    with pytest.raises(Unreadable, match="too large"):
        read(book({"OEBPS/text/two.xhtml": b"<p>" + b"a" * 30_000_000}))


@pytest.mark.parametrize(
    ("files", "reason"),
    [
        ({"META-INF/encryption.xml": '<e><EncryptionMethod Algorithm="http://x.example/drm"/></e>'}, "copy-protected"),
        ({"META-INF/container.xml": "<container/>"}, "damaged"),
        ({"OEBPS/book.opf": ""}, "damaged"),
    ],
)
def test_a_book_that_cant_be_read_says_why(files: dict[str, str], reason: str) -> None:
    """Protected and damaged books are one sentence each."""
    with pytest.raises(Unreadable, match=reason):
        read(book(files))


def test_scrambled_fonts_are_no_protection() -> None:
    """Many free books scramble their fonts only."""
    method = '<e><EncryptionMethod Algorithm="http://www.idpf.org/2008/embedding"/></e>'
    assert "bounded" in read(book({"META-INF/encryption.xml": method})).markdown


def test_names_that_lead_out_of_a_book_lead_nowhere() -> None:
    """A chapter is looked up in the archive and nowhere else."""
    package = (
        '<package><manifest><item id="c" href="../../../../etc/passwd" media-type="text/html"/>'
        '<item id="d" href="text/two.xhtml" media-type="text/html"/></manifest>'
        '<spine><itemref idref="c"/><itemref idref="d"/></spine></package>'
    )
    found = read(book({"OEBPS/book.opf": package}))
    assert "root:" not in found.markdown
    assert "Second written" in found.markdown


MHTML = (
    "From: <Saved by Blink>\r\nSnapshot-Content-Location: https://walled.example/post\r\nSubject: On queues\r\n"
    'MIME-Version: 1.0\r\nContent-Type: multipart/related; type="text/html"; boundary="--b"\r\n\r\n'
    "----b\r\nContent-Type: text/html; charset=windows-1251\r\nContent-Transfer-Encoding: 8bit\r\n"
    "Content-Location: https://walled.example/post\r\n\r\n{}\r\n----b\r\nContent-Type: "
    "image/png\r\n\r\nxx\r\n----b--\r\n"
)


def test_mhtml_is_the_page_that_was_saved() -> None:
    """The HTML part in its charset, under the address that it was saved from."""
    text = "<html><body><article><h1>Очереди</h1><p>" + "Очередь сглаживает всплески, но не добавляет мощности. " * 8
    saved = page(MHTML.format(text).encode("cp1251"), "a.mhtml", "multipart/related")
    inside = mhtml.unpacked(saved)
    assert inside.final_url == "https://walled.example/post"
    assert "Очередь сглаживает" in formats.read(saved).markdown


def test_mhtml_without_a_page_says_so() -> None:
    """A message with pictures only is no page."""
    with pytest.raises(Unreadable, match="no HTML"):
        read(
            "MIME-Version: 1.0\nContent-Type: multipart/related; boundary=b\n\n--b\nContent-Type: "
            "image/png\n\nx\n--b--",
            "a.mht",
        )
