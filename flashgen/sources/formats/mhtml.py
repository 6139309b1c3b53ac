"""MHTML: a page as browsers save it in one file, an e-mail message with the HTML as its first part."""

from __future__ import annotations

import email
import email.policy
from email.message import Message

from flashgen.sources.content import Content, Unreadable
from flashgen.types import Page


def read(page: Page) -> Content:
    """The saved page as a web page is read."""
    from flashgen.sources.formats.html import read as read_html

    return read_html(unpacked(page))


def unpacked(page: Page) -> Page:
    """The HTML inside, with the address that it was saved from. Raises Unreadable where there is none."""
    message = email.message_from_bytes(page.body, policy=email.policy.compat32)
    part = next((part for part in message.walk() if part.get_content_type() == "text/html"), None)
    body = part.get_payload(decode=True) if part is not None else None
    if part is None or not isinstance(body, bytes):
        raise Unreadable("the saved page holds no HTML; save it again as a web page in one file")
    charset = part.get_content_charset() or "utf-8"
    return Page(page.url, saved_from(message) or page.final_url, body, f"text/html; charset={charset}", page.validators)


def saved_from(message: Message) -> str:
    """The address that the page was saved from, '' if the file doesn't say."""
    parts = [part for part in message.walk() if part.get_content_type() == "text/html"]
    names = [message.get("Snapshot-Content-Location"), message.get("Content-Location")]
    names += [part.get("Content-Location") for part in parts[:1]]
    return next((str(name).strip() for name in names if name and str(name).strip().startswith("http")), "")
