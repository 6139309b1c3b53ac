"""Threads of comments, on whatever site: which comments are worth keeping, and how a thread is written down."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass

from flashgen.sources.content import Content
from flashgen.text import words

_KEPT_WORDS = 9_000
_SHORT = 30
"""Words under which a comment is left out where there are longer ones."""
_LEAST = 12


@dataclass(slots=True)
class Comment:
    """One comment: its own address, `html` as written, how deep it stands, how many answers stand below it.

    `standing` is 1.0 for a normal comment, less for one that was voted down, more for one that was well received.
    """

    url: str
    author: str
    html: str
    depth: int
    answers: int = 0
    standing: float = 1.0


@dataclass(frozen=True, slots=True)
class Thread:
    """A story and its comments in the order of the tree."""

    title: str
    url: str
    html: str
    author: str
    date: str
    comments: tuple[Comment, ...]


def content(thread: Thread) -> Content:
    """The thread as Markdown, each comment behind a comment that tells its address."""
    from flashgen.extract import to_markdown

    parts = [f"# {thread.title}"] if thread.title else []
    if thread.url:
        parts.append(f"Discussed: [{thread.title or thread.url}]({thread.url})")
    if thread.html:
        parts.append(to_markdown(thread.html, base_url=thread.url).strip())
    kept = worth_keeping(thread.comments)
    for comment in kept:
        parts.append(f"<!-- at: {comment.url} -->")
        parts.append(f"**{comment.author}:** {to_markdown(comment.html, base_url=comment.url).strip()}")
    left = len(thread.comments) - len(kept)
    notice = f"{left} short or little noticed comments were left out" if left else ""
    return Content("\n\n".join(parts) + "\n", thread.title, thread.author, thread.date, notice=notice)


def worth_keeping(comments: Sequence[Comment]) -> list[Comment]:
    """The long comments that were answered much and stood well, in the order of the tree, within a bound of words."""
    lengths = {comment.url: len(words(re.sub(r"<[^>]+>", " ", comment.html))) for comment in comments}
    long_ones = [comment for comment in comments if lengths[comment.url] >= _SHORT]
    chosen = long_ones if len(long_ones) >= 5 else [one for one in comments if lengths[one.url] >= _LEAST]

    def worth(comment: Comment) -> float:
        return math.sqrt(lengths[comment.url]) * comment.standing * (1 + math.log1p(comment.answers))

    left = _KEPT_WORDS
    kept: set[str] = set()
    for comment in sorted(chosen, key=worth, reverse=True):
        left -= lengths[comment.url]
        if left < 0 and kept:
            break
        kept.add(comment.url)
    return [comment for comment in comments if comment.url in kept]
