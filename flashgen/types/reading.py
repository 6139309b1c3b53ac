"""Values of a reading list."""

from __future__ import annotations

from dataclasses import dataclass

Topic = tuple[str, ...]
"""The headings above a link, outermost first; empty before the first heading."""


@dataclass(frozen=True, slots=True)
class LinkOptions:
    """What the person said of one link in a comment behind it: `<!-- flashgen: skip cards=5 -->`."""

    skip: bool = False
    focus: str = ""
    cards: int | None = None
    saved: str = ""


@dataclass(frozen=True, slots=True)
class Link:
    """One occurrence of a link in a reading list. `url` is as written, `line` counts from 1."""

    url: str
    topic: Topic
    line: int
    title: str = ""
    kind: str = "web"
    options: LinkOptions = LinkOptions()


@dataclass(frozen=True, slots=True)
class Note:
    """The person's own lines under one heading: prose or code without links."""

    topic: Topic
    line: int
    text: str


@dataclass(frozen=True, slots=True)
class ReadingList:
    """A reading list as read: everything in the order of the file. `problems` are slips, each with its line."""

    name: str
    topics: tuple[Topic, ...] = ()
    links: tuple[Link, ...] = ()
    notes: tuple[Note, ...] = ()
    problems: tuple[str, ...] = ()
