"""What a body of bytes is, and how each format is turned into Markdown.

A format is a module with `read(page) -> Content`: a pure function that runs in a worker. What the bytes are is told
by the bytes first, then by the address, and last by the header: servers send HTML as text/plain and PDF as anything.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from importlib import import_module
from urllib.parse import unquote, urlsplit

from flashgen.sources.content import Content, Unreadable
from flashgen.types import Page

READERS = {
    "html": "flashgen.sources.formats.html",
    "pdf": "flashgen.sources.formats.pdf",
    "epub": "flashgen.sources.formats.epub",
    "mhtml": "flashgen.sources.formats.mhtml",
    "notebook": "flashgen.sources.formats.notebook",
    "markdown": "flashgen.sources.formats.plain",
    "rst": "flashgen.sources.formats.plain",
    "org": "flashgen.sources.formats.plain",
    "code": "flashgen.sources.formats.plain",
    "text": "flashgen.sources.formats.plain",
}
"""The module that reads each format."""

_SUFFIXES = {
    "md": "markdown", "markdown": "markdown", "mdown": "markdown", "mkd": "markdown", "mdx": "markdown", "rst": "rst",
    "org": "org", "txt": "text", "text": "text", "ipynb": "notebook", "pdf": "pdf", "epub": "epub", "html": "html",
    "htm": "html", "xhtml": "html", "mhtml": "mhtml", "mht": "mhtml", "adoc": "text", "asciidoc": "text",
}  # fmt: skip
LANGUAGES = {
    "py": "python", "js": "javascript", "mjs": "javascript", "ts": "typescript", "tsx": "tsx", "jsx": "jsx", "go": "go",
    "rs": "rust", "java": "java", "kt": "kotlin", "scala": "scala", "clj": "clojure", "c": "c", "h": "c", "cc": "cpp",
    "cpp": "cpp", "hpp": "cpp", "cs": "csharp", "rb": "ruby", "php": "php", "sh": "bash", "bash": "bash", "sql": "sql",
    "hs": "haskell", "ml": "ocaml", "ex": "elixir", "exs": "elixir", "erl": "erlang", "swift": "swift", "lua": "lua",
    "r": "r", "jl": "julia", "pl": "perl", "yaml": "yaml", "yml": "yaml", "toml": "toml", "json": "json", "xml": "xml",
    "ini": "ini", "css": "css", "proto": "protobuf", "tf": "hcl", "dockerfile": "dockerfile", "makefile": "makefile",
}  # fmt: skip
"""What a file of program text is written in, by the ending of its name."""

_MAGIC = (
    (b"\x89PNG", "a picture"), (b"\xff\xd8\xff", "a picture"), (b"GIF8", "a picture"), (b"RIFF", "a picture"),
    (b"OggS", "a sound or a video"), (b"ID3", "a sound"), (b"fLaC", "a sound"), (b"\x1a\x45\xdf\xa3", "a video"),
    (b"\x00\x00\x00\x18ftyp", "a video"), (b"\x00\x00\x00 ftyp", "a video"), (b"7z\xbc\xaf", "an archive"),
    (b"\x1f\x8b", "an archive"), (b"Rar!", "an archive"), (b"BZh", "an archive"), (b"\xfd7zXZ", "an archive"),
    (b"\x7fELF", "a program"), (b"MZ\x90", "a program"), (b"%!PS", "a PostScript file"), (b"wOFF", "a font"),
    (b"\xd0\xcf\x11\xe0", "an old Office document"), (b"SQLite format 3", "a database"),
)  # fmt: skip
_HTML = re.compile(
    rb"\s*(?:<\?xml[^>]*>\s*)?(?:<!--.*?-->\s*)*<(?:!doctype\s+html|html|head|body|title|meta|script|frameset|center)\b",
    re.I | re.S,
)
_FEED = re.compile(
    rb"\s*(?:<\?xml[^>]*>\s*)?(?:<!--.*?-->\s*)*<(?:rss|feed|rdf:rdf|urlset|sitemapindex)\b", re.I | re.S
)
_SOME_HTML = re.compile(rb"<(?:p|div|table|article|h[1-6]|ul|br)\b[^>]{0,200}>", re.I)


def format_of(page: Page) -> str:
    """A key of READERS. Raises Unreadable for what is not a text: pictures, archives, feeds and the like."""
    head = page.body[:4096].lstrip(b"\xef\xbb\xbf")
    if not page.body.strip():
        raise Unreadable("the answer is empty")
    if b"%PDF-" in head[:1024]:
        return "pdf"
    if head.startswith(b"PK\x03\x04"):
        return _in_zip(page)
    for magic, what in _MAGIC:
        if head.startswith(magic):
            raise Unreadable(f"this is {what}, not an article", skipped=True)
    if _FEED.match(head):
        raise Unreadable("this is a feed or a site map: a list of articles, not one of them", skipped=True)
    named = _named(page)
    if _HTML.match(head):
        return "html"
    if re.match(rb"(?:[\w-]+:[^\n]*\n[ \t]?)*?mime-version:", head, re.I) and b"multipart/related" in head.lower():
        return "mhtml"
    return _by_name(page, named, head)


def _in_zip(page: Page) -> str:
    head = page.body[:200]
    if b"application/epub+zip" in head or b"META-INF/container.xml" in page.body or _named(page) == "epub":
        return "epub"
    what = "an Office document" if b"[Content_Types].xml" in page.body[:4096] or b"word/" in page.body else "an archive"
    raise Unreadable(f"this is {what}, not an article; save it as PDF or Markdown", skipped=True)


def _by_name(page: Page, named: str, head: bytes) -> str:
    media = page.content_type.partition(";")[0].strip().lower()
    if b"\x00" in head and not head.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise Unreadable(f"this is not a text ({media or 'unknown format'})", skipped=True)
    if media in ("text/html", "application/xhtml+xml") and named in ("", "html", "text"):
        return "html"
    if named == "notebook" or (b'"nbformat"' in page.body and head.lstrip().startswith(b"{")):
        return "notebook"
    if named:
        return named if named in READERS and named not in ("pdf", "epub") else "text"
    if media in ("text/markdown", "text/x-markdown"):
        return "markdown"
    if media == "application/json" or head.lstrip()[:1] in (b"{", b"["):
        raise Unreadable("this is data (JSON), not an article", skipped=True)
    return "html" if media != "text/plain" and _SOME_HTML.search(head) else "text"


def _named(page: Page) -> str:
    """The format that the ending of the address names, '' for none."""
    name = file_name(page.final_url).casefold()
    ending = name.rpartition(".")[2] if "." in name else name
    return _SUFFIXES.get(ending) or ("code" if ending in LANGUAGES else "")


def file_name(url: str) -> str:
    """The last part of an address's path, unescaped."""
    return unquote(urlsplit(url).path.rstrip("/").rpartition("/")[2])


def reader(name: str) -> Callable[[Page], Content]:
    """The function that reads a format. Its module is imported now, not before."""
    found: Callable[[Page], Content] = import_module(READERS[name]).read
    return found


def read(page: Page) -> Content:
    """The page as Content, whatever it is. Pure: this is what a worker runs. Raises Unreadable."""
    return reader(format_of(page))(page)
