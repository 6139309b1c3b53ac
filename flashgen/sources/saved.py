"""Pages that the person saved by hand, standing in for links that can't be fetched.

A file stands in for a link if the link's option names it (`saved="file.html"`), or if the address inside the file is
the link's: where it was saved from, its canonical link, its og:url. Where several do, the newest.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from html import unescape
from pathlib import Path

from flashgen.errors import Failed
from flashgen.sources.reading import loose
from flashgen.types import Page, Validators

MAX_BYTES = 100_000_000
"""A page saved with all its pictures may be large; what is larger is left alone."""
_HEAD_BYTES = 300_000
_TYPES = {
    ".html": "text/html", ".htm": "text/html", ".xhtml": "text/html", ".mhtml": "multipart/related",
    ".mht": "multipart/related", ".pdf": "application/pdf", ".md": "text/markdown", ".txt": "text/plain",
}  # fmt: skip

_SAVED_FROM = (
    re.compile(r"<!--\s*Page saved with SingleFile\s+url:\s*(\S+)"),
    re.compile(r"<!--\s*saved from url=\(\d+\)\s*(\S+)"),
    re.compile(r"^(?:Snapshot-)?Content-Location:\s*(https?://\S+)", re.M | re.I),
)
_TAG = re.compile(r"<(?:link|meta)\b[^>]{0,3000}>", re.I)
_CALLED = re.compile(r"""(?:rel\s*=\s*["']?canonical|property\s*=\s*["']?og:url)""", re.I)
_VALUE = re.compile(r"""(?:href|content)\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s>]+))""", re.I)


def find_saved(folder: Path, link: str, named: str = "") -> Page | None:
    """The page in `folder` (which need not exist) that is saved for `link`, None if there is none.

    Raises Failed where the file that is `named` is missing.
    """
    if named:
        return _page(link, _named(folder, link, named))
    wanted = loose(link)
    found = [path for path in _files(folder) if wanted in _known_addresses(path)]
    return _page(link, max(found, key=lambda path: path.stat().st_mtime_ns)) if found else None


def _named(folder: Path, link: str, named: str) -> Path:
    path = (folder / named).resolve()
    if not path.is_relative_to(folder.resolve()) or not path.is_file():
        raise Failed(link, f"there is no file {named} in {folder}")
    return path


def _files(folder: Path) -> Iterator[Path]:
    try:
        paths = sorted(folder.rglob("*"))
    except OSError:
        return
    yield from (path for path in paths if path.suffix.lower() in _TYPES and path.is_file() and not path.is_symlink())


def _known_addresses(path: Path) -> frozenset[str]:
    about = path.stat()
    return _looked_up(path, about.st_mtime_ns, about.st_size)


@lru_cache(maxsize=10_000)
def _looked_up(path: Path, changed: int, size: int) -> frozenset[str]:
    """Each file is looked into once for as long as it doesn't change."""
    return addresses(path) if size <= MAX_BYTES else frozenset()


def _page(link: str, path: Path) -> Page:
    about = path.stat()
    if about.st_size > MAX_BYTES:
        raise Failed(link, f"{path.name} is larger than {MAX_BYTES // 1_000_000} MB")
    etag = f'"saved-{about.st_mtime_ns:x}-{about.st_size:x}"'
    return Page(link, link, path.read_bytes(), _TYPES.get(path.suffix.lower(), ""), Validators(etag=etag))


def addresses(path: Path) -> frozenset[str]:
    """The addresses that a saved page says it has, in the form in which they are compared."""
    with path.open("rb") as file:
        text = file.read(_HEAD_BYTES).decode("utf-8", "replace")
    if path.suffix.lower() in (".md", ".txt", ".pdf"):
        return frozenset()
    found = [match.group(1) for pattern in _SAVED_FROM for match in pattern.finditer(text[:20_000])]
    for tag in _TAG.findall(text):
        value = _VALUE.search(tag)
        if _CALLED.search(tag) and value:
            found.append(next(part for part in value.groups() if part is not None))
    return frozenset(loose(unescape(address)) for address in found if address.startswith("http"))
