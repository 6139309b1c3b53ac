"""Values of the web: pages, articles and their sections."""

from __future__ import annotations

from collections.abc import Awaitable
from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Validators:
    """What a server gave to ask "has it changed?" with (RFC 9110, section 8.8)."""

    etag: str = ""
    last_modified: str = ""

    def __bool__(self) -> bool:
        return bool(self.etag or self.last_modified)


@dataclass(frozen=True, slots=True)
class Page:
    """The answer to one GET. `body` is decompressed; `content_type` is the header as sent.

    `unchanged` says that the server answered 304 and the body is the one stored before.
    """

    url: str
    final_url: str
    body: bytes
    content_type: str = ""
    validators: Validators = Validators()
    unchanged: bool = False


class Get(Protocol):
    """Fetch one address. Raises LinkError; whatever comes back is a page with status 200."""

    def __call__(self, url: str, *, accept: str = "") -> Awaitable[Page]: ...


@dataclass(frozen=True, slots=True)
class Article:
    """The main text of one source as Markdown. `date` is ISO 8601, `language` an ISO 639-1 code; either may be ''.

    `notice` tells what of the source is missing, in words for a person.
    """

    url: str
    final_url: str
    kind: str
    markdown: str
    title: str = ""
    author: str = ""
    date: str = ""
    language: str = ""
    canonical_url: str = ""
    notice: str = ""


@dataclass(frozen=True, slots=True)
class Section:
    """A stretch of an article under one heading path; `text` is Markdown without the heading itself.

    A source may leave comments of the form `<!-- at: page=3 -->` in its Markdown: what follows stands
    there (`page=N` of a PDF, `t=SECONDS` of a video, or an address of its own). `parts` has the fingerprints of the
    sections that it was joined from.
    """

    path: tuple[str, ...]
    text: str
    fingerprint: str = ""
    parts: tuple[str, ...] = ()
