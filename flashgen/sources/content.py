"""What comes of reading a document: its content, or why it has none."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from flashgen.errors import Failed, FlashgenError, LinkError, Skipped

if TYPE_CHECKING:
    from flashgen.sources.nature.survey import Survey

SAVE_IT = "open it in a browser and save the page in the folder saved/ beside the reading list"


class Unreadable(FlashgenError):
    """A document that gives no text; `skipped` where another try won't change that."""

    def __init__(self, reason: str, skipped: bool = False) -> None:
        self.reason = reason
        self.skipped = skipped
        super().__init__(reason, skipped)  # what pickling needs to make it anew

    def __str__(self) -> str:
        return self.reason


class NeedsScripts(Skipped):
    """A page whose text is made by scripts."""


@dataclass(frozen=True, slots=True)
class Nature:
    """What a page is if it is no article, and why that is said, in words for a person."""

    name: str
    reason: str
    dead: bool = False
    passing: bool = False


@dataclass(frozen=True, slots=True)
class Content:
    """What a document says. `date` is ISO 8601, `language` ISO 639-1; either may be ''.

    `notice` tells what of the document is missing. Of a web page: `survey` is what was seen of it as a whole,
    `nature` what it was taken for if it is no article, `forward` the address that it sends its reader to, `kind` the
    platform that it was recognised as.
    """

    markdown: str
    title: str = ""
    author: str = ""
    date: str = ""
    language: str = ""
    canonical_url: str = ""
    notice: str = ""
    survey: Survey | None = None
    nature: Nature | None = None
    forward: str = ""
    kind: str = ""


def trouble(nature: Nature, link: str) -> LinkError:
    """The nature of a page as the end of its link."""
    if nature.name == "scripts only":
        return NeedsScripts(link, nature.reason)
    if nature.dead or nature.passing:
        return Failed(link, nature.reason, dead=nature.dead)
    return Skipped(link, nature.reason)
