"""A web in a dict: what sources are handed instead of the real one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from flashgen.errors import Failed, LinkError
from flashgen.types import Page

Answer = str | bytes | Page | LinkError


@dataclass
class FakeWeb:
    """Answers from `pages`: a text or bytes is a page of `content_type`, a Page is given as it is, an error raised.

    `asked` tells what was asked for, in order. Everything else is not found.
    """

    pages: Mapping[str, Answer]
    content_type: str = "text/html; charset=utf-8"
    asked: list[str] = field(default_factory=list)

    async def __call__(self, url: str, *, accept: str = "") -> Page:
        self.asked.append(url)
        answer = self.pages.get(url)
        if answer is None:
            raise Failed(url, "not found (404)", dead=True)
        if isinstance(answer, LinkError):
            raise answer
        if isinstance(answer, Page):
            return answer
        return Page(url, url, answer.encode() if isinstance(answer, str) else answer, self.content_type)


PROSE = (
    "A queue in front of a slow service smooths short bursts, but it does not add capacity to it. "
    "When work arrives faster than it is done, the queue grows until memory or patience runs out. "
    "A bounded queue forces a decision while there is still time to make one: to wait, to drop, or to refuse. "
    "Refusing early is kind, for the caller can try another server or show its user an honest message. "
)
"""Some seventy words of our own that a reader could learn from."""


def article(title: str = "On queues", *, times: int = 3, head: str = "", body: str = "") -> str:
    """A web page with an article of `times` paragraphs."""
    text = "".join(f"<h2>Part {n}</h2><p>{PROSE}</p>" for n in range(1, times + 1))
    return (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{title}</title>{head}</head><body>'
        f"<main><article><h1>{title}</h1>{text}{body}</article></main></body></html>"
    )
