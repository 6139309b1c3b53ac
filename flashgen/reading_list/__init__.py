"""Reading lists: Markdown in, topics, links and notes out.

What counts as what:

- A heading is a topic, nested by its level. One that skips a level stands under the nearest above it.
- A link is `[text](address)`, `[text][reference]`, `<address>`, a bare `http://…`, `https://…` or `ftp://…`,
  or `<a href="address">`. Images, `mailto:`, `#anchors` and words without a scheme (`drive.io`) are none;
  nor is what stands in code and in comments.
- A note is what else the person wrote under a heading: code blocks and paragraphs, lists and tables without a link.
  Words beside a link, and a line that titles the link right below it, describe that link and are no note. A
  paragraph of 25 words or more with a link inside its sentences is both: the link counts, and the words are a note.
- A comment `<!-- flashgen: … -->` sets options for the link it follows (`options`).
"""

from __future__ import annotations

from dataclasses import replace

from flashgen import identity
from flashgen.reading_list.reader import parse
from flashgen.types import Link, LinkOptions, ReadingList

__all__ = ["home_links", "parse"]


def home_links(reading_list: ReadingList) -> dict[str, Link]:
    """Each link once, by its canonical address, where it first stands: that topic is its home.

    A title or an option that the first occurrence lacks is taken from a later one.
    """
    homes: dict[str, Link] = {}
    for link in reading_list.links:
        address = identity.canonical(link.url)
        homes[address] = _merged(homes[address], link) if address in homes else link
    return homes


def _merged(first: Link, later: Link) -> Link:
    given, other = first.options, later.options
    options = LinkOptions(
        skip=given.skip or other.skip,
        focus=given.focus or other.focus,
        cards=other.cards if given.cards is None else given.cards,
        saved=given.saved or other.saved,
    )
    return replace(first, title=first.title or later.title, options=options)
