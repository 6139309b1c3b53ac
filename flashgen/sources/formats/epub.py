"""EPUB: the chapters of a book in the order of its spine.

The file is a zip archive of a stranger's making: sizes are bounded before anything is unpacked, names are looked up
inside the archive only, and XML is read without entities, external or other.
"""

from __future__ import annotations

import io
import posixpath
import zipfile
from typing import Any
from urllib.parse import unquote

from flashgen.sources.content import Content, Unreadable
from flashgen.types import Page

_MEMBERS = 10_000
_MEMBER_BYTES = 20_000_000
_TEXT_BYTES = 60_000_000
_FONT_SCRAMBLING = ("http://www.idpf.org/2008/embedding", "http://ns.adobe.com/pdf/enc#RC")
_TEXT_TYPES = ("application/xhtml+xml", "text/html", "application/x-dtbook+xml")


def read(page: Page) -> Content:
    """The book as Markdown, a heading a chapter. Raises Unreadable."""
    try:
        with zipfile.ZipFile(io.BytesIO(page.body)) as archive:
            return _book(_Archive(archive))
    except (zipfile.BadZipFile, KeyError, NotImplementedError, EOFError, ValueError, SyntaxError) as error:
        raise Unreadable(f"the book is damaged: {error}") from None
    except RuntimeError:
        raise Unreadable("the book is locked with a password") from None


class _Archive:
    """The members of a zip file, each read within bounds."""

    def __init__(self, archive: zipfile.ZipFile) -> None:
        self._archive = archive
        self._members = {info.filename: info for info in archive.infolist()[:_MEMBERS]}
        self._left = _TEXT_BYTES

    def __contains__(self, name: str) -> bool:
        return name in self._members

    def read(self, name: str) -> bytes:
        """One member's bytes, whatever its header says of their number. Raises KeyError and Unreadable."""
        with self._archive.open(self._members[name]) as file:
            body = file.read(min(_MEMBER_BYTES, self._left) + 1)
        self._left -= len(body)
        if len(body) > _MEMBER_BYTES or self._left < 0:
            raise Unreadable("the book is too large once it is unpacked")
        return body

    def xml(self, name: str) -> Any:
        """A member as a tree."""
        from lxml import etree

        parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, recover=True)
        root = etree.fromstring(self.read(name), parser)
        if root is None:
            raise ValueError(f"{name} is empty")
        return root


def _book(archive: _Archive) -> Content:
    _refuse_locked(archive)
    container = archive.xml("META-INF/container.xml")
    package_name = next((str(path) for path in container.xpath("//@full-path")), "")
    package = archive.xml(package_name)
    base = posixpath.dirname(package_name)
    chapters = [text for name in _spine(package, base) if name in archive and (text := _chapter(archive, name))]
    title = _meta(package, "title")
    head = [f"# {title}"] if title else []
    return Content(
        markdown="\n\n".join([*head, *chapters]) + "\n",
        title=title,
        author=_meta(package, "creator"),
        date=_meta(package, "date")[:10],
        language=_meta(package, "language")[:2].lower(),
    )


def _refuse_locked(archive: _Archive) -> None:
    """Scrambled fonts are no harm; anything else that is encrypted is the text."""
    if "META-INF/encryption.xml" not in archive:
        return
    ways = archive.xml("META-INF/encryption.xml").xpath("//*[local-name()='EncryptionMethod']/@Algorithm")
    if any(str(way) not in _FONT_SCRAMBLING for way in ways):
        raise Unreadable("the book is copy-protected (DRM): its text can't be read")


def _spine(package: Any, base: str) -> list[str]:
    """The names of the text files, in reading order; what is not linear (notes, covers) is left out."""
    files = {
        str(item.get("id")): posixpath.normpath(posixpath.join(base, unquote(str(item.get("href", "")))))
        for item in package.xpath("//*[local-name()='manifest']/*[local-name()='item']")
        if item.get("media-type") in _TEXT_TYPES and "nav" not in str(item.get("properties", "")).split()
    }
    order = package.xpath("//*[local-name()='spine']/*[local-name()='itemref'][not(@linear='no')]/@idref")
    return [files[str(name)] for name in order if str(name) in files]


def _meta(package: Any, name: str) -> str:
    found = package.xpath(f"//*[local-name()='metadata']/*[local-name()='{name}']")
    return " ".join("".join(found[0].itertext()).split()) if found else ""


def _chapter(archive: _Archive, name: str) -> str:
    """One file of the spine; its headings one level down, under the title of the book."""
    from flashgen.extract import decode, to_markdown
    from flashgen.sources.formats.plain import lowered

    text = to_markdown(decode(archive.read(name), "application/xhtml+xml"), base_url="").strip()
    return lowered(text)
