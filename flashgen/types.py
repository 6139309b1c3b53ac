"""The values that flow through flashgen. All are frozen; none knows the outside world."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Protocol

Topic = tuple[str, ...]
"""The headings above a link, outermost first; empty before the first heading."""


# --- the reading list ---------------------------------------------------------------------------


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


# --- the web ------------------------------------------------------------------------------------


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
    there (`page=N` of a PDF, `t=SECONDS` of a video, or an address of its own).
    """

    path: tuple[str, ...]
    text: str
    fingerprint: str = ""


# --- cards --------------------------------------------------------------------------------------


class Kind(StrEnum):
    """What sort of card: question and answer, or a sentence with `{{c1::…}}` to fill in."""

    BASIC = "basic"
    CLOZE = "cloze"


class Status(StrEnum):
    """Where a card stands. Only ACTIVE and RETIRED cards are in the deck."""

    DRAFT = "draft"
    ACTIVE = "active"
    REJECTED = "rejected"
    RETIRED = "retired"


class Verdict(StrEnum):
    """What a gate says of a draft, mildest first."""

    PASS = "pass"
    WARN = "warn"
    REJECT = "reject"


@dataclass(frozen=True, slots=True)
class Finding:
    """One gate's objection to one draft."""

    gate: str
    verdict: Verdict
    reason: str


@dataclass(frozen=True, slots=True)
class Draft:
    """A card as the model wrote it: not judged yet, without identity. `importance` runs from 1 to 5."""

    question: str
    answer: str
    quote: str = ""
    kind: Kind = Kind.BASIC
    importance: int = 3


@dataclass(frozen=True, slots=True)
class Passage:
    """What a draft is made from and judged against.

    `text` is the section's Markdown, '' where it is not known (then gates that need it stay silent);
    `language` is the cards' language, `source_language` the text's; `focus` is what the person wants to learn from
    this source in particular.
    """

    text: str = ""
    path: tuple[str, ...] = ()
    topic: Topic = ()
    title: str = ""
    url: str = ""
    language: str = ""
    source_language: str = ""
    focus: str = ""


@dataclass(frozen=True, slots=True)
class Judged:
    """A draft after the gates: `draft` is the cleaned one (its quote in the passage's own words)."""

    draft: Draft
    findings: tuple[Finding, ...] = ()

    @property
    def verdict(self) -> Verdict:
        """The worst of the findings."""
        found = {finding.verdict for finding in self.findings}
        return next((v for v in (Verdict.REJECT, Verdict.WARN) if v in found), Verdict.PASS)


@dataclass(frozen=True, slots=True)
class Proposal:
    """A rewording that waits for the person's yes."""

    question: str
    answer: str
    quote: str
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Card:
    """One question and its answer, with the sentence that proves it.

    `id` is random, given once, and the Anki GUID. `created` and `changed` are seconds since 1970;
    `changed` is when the content last changed and becomes the note's modification time. `made` maps
    a field to the fingerprint of the text we generated for it: a field that no longer matches was
    edited by a person and is theirs. `anchor` is where in the source the quote stands (see Section);
    `findings` are the gates' words, kept with the card.
    """

    id: str
    question: str
    answer: str
    quote: str
    source: str
    section: tuple[str, ...] = ()
    anchor: str = ""
    kind: Kind = Kind.BASIC
    status: Status = Status.ACTIVE
    tags: tuple[str, ...] = ()
    importance: int = 3
    created: int = 0
    changed: int = 0
    made: Mapping[str, str] = field(default_factory=dict)
    proposal: Proposal | None = None
    findings: tuple[Finding, ...] = ()


# --- the model ----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Message:
    """One turn of a conversation with the model."""

    role: str
    content: str


@dataclass(frozen=True, slots=True)
class Prompt:
    """A question to the model, and the JSON schema that its answer must fit."""

    messages: tuple[Message, ...]
    schema: Mapping[str, Any] = field(default_factory=dict)
    schema_name: str = "reply"
    max_tokens: int = 2048
    temperature: float = 0.0


@dataclass(frozen=True, slots=True)
class Usage:
    """What calls cost. `cost_usd` is None where a price is not known."""

    calls: int = 0
    cached: int = 0
    prompt_tokens: int = 0
    completion_tokens: int = 0
    cost_usd: float | None = 0.0

    def __add__(self, other: Usage) -> Usage:
        known = self.cost_usd is not None and other.cost_usd is not None
        return Usage(
            self.calls + other.calls,
            self.cached + other.cached,
            self.prompt_tokens + other.prompt_tokens,
            self.completion_tokens + other.completion_tokens,
            (self.cost_usd or 0.0) + (other.cost_usd or 0.0) if known else None,
        )

    def __sub__(self, other: Usage) -> Usage:
        """What came after `other`, an earlier sum of the same meter."""
        known = self.cost_usd is not None and other.cost_usd is not None
        return Usage(
            self.calls - other.calls,
            self.cached - other.cached,
            self.prompt_tokens - other.prompt_tokens,
            self.completion_tokens - other.completion_tokens,
            (self.cost_usd or 0.0) - (other.cost_usd or 0.0) if known else None,
        )


@dataclass(frozen=True, slots=True)
class Reply:
    """What the model answered, as it came. `finish` is the server's finish_reason."""

    text: str
    finish: str = "stop"
    refusal: str = ""
    usage: Usage = Usage()


Complete = Callable[[Prompt], Awaitable[Reply]]
"""Ask the model. Raises ModelError or OverBudget; a refusal or a cut reply comes back as a Reply."""
