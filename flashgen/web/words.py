"""Small words of the pages."""

from __future__ import annotations

import re
import time
from urllib.parse import urlsplit

from markupsafe import Markup

from flashgen.anki import html
from flashgen.deep_link import place
from flashgen.types import Card, Kind, Topic

REASONS = (
    "not what the source says",
    "trivial: not worth years of review",
    "unclear without the text beside it",
    "more than one idea",
    "another card says it",
    "not what I want to learn",
)
"""Why a card is rejected, by the key that stands for it (1 to 6)."""


def topic(levels: Topic) -> str:
    """A heading path in words."""
    return " › ".join(levels) or "No topic"


def heading(text: str) -> str:
    """A word as it begins a line."""
    return text[:1].upper() + text[1:]


def asked(card: Card) -> Markup:
    """The question of a card in short, its clozes in the open; a link in it is its words."""
    text = html.sides(card.question)[1] if card.kind is Kind.CLOZE else html.page(card.question)
    return Markup(re.sub(r"</?a\b[^>]*>", "", text))


def written(text: str) -> Markup:
    """A text of a card as HTML."""
    return Markup(html.page(text))


def host(url: str) -> str:
    """Where a source is, in short."""
    parts = urlsplit(url)
    return (parts.hostname or "").removeprefix("www.") or place(url)


def ago(seconds: int, now: float | None = None) -> str:
    """How long ago a time was."""
    passed = (now or time.time()) - seconds
    return "just now" if passed < 60 else f"{_length(passed)} ago"


def soon(seconds: int, now: float | None = None) -> str:
    """How far ahead a time is."""
    left = seconds - (now or time.time())
    return "at the next build" if left < 60 else f"in {_length(left)}"


def _length(seconds: float) -> str:
    for name, length in (("year", 31_557_600), ("month", 2_629_800), ("day", 86_400), ("hour", 3600), ("minute", 60)):
        if seconds >= length:
            count = int(seconds // length)
            return f"{count} {name}{'s' if count > 1 else ''}"
    return "a moment"
