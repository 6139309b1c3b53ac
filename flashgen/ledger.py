"""What is known of every link, and of what was shipped: the values that `sources.json` holds.

The reading list says what should be there, the card files what is there; the ledger remembers what was seen
and done, so that a refresh on another machine needs nothing else.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from flashgen.types import Card, Idea, Topic, Validators

VERSION = 1


class LinkState(StrEnum):
    """The one state that a link is in."""

    PENDING = "pending"
    CARDED = "carded"
    EMPTY = "empty"
    SKIPPED = "skipped"
    REFUSED = "refused"
    FAILED = "failed"
    GONE = "gone"


@dataclass(frozen=True, slots=True)
class SectionRecord:
    """One section as last read. `drafted` is false while the model still owes an answer for it.

    `sentences` is how many it has (0: not counted, or a table), `touched` the numbers of those that a card's quote
    stands in ("3 4", from 0), by the card's id: what coverage is told from while the text is not at hand. `parts` has
    the fingerprints of the short sections that it was joined from.
    """

    path: tuple[str, ...]
    fingerprint: str
    drafted: bool = True
    sentences: int = 0
    touched: Mapping[str, str] = field(default_factory=dict)
    parts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class LinkRecord:
    """One link. Times are seconds since 1970, 0 for never.

    `url` is canonical and the key; `validators` are per address asked; `made` holds the id and quote of
    every card ever made from the link (an id that is missing in the card file was deleted by the person, and
    `deleted` holds those that are known and agreed to be);
    `failing_since`, `failures` and `retry_at` tell of attempts that gave no article; `suspect_since` is
    when most of its quotes were first missed; `retiring` are the ids of cards that are to be retired and wait for
    the end of the run, or for a person's yes; `removed` is when the link was first missed in the reading list; `ideas`
    are what selection named in it, the most important first. `dead` says that the page or its whole host is no more,
    `archived` is the address of the copy that stands in for it.
    """

    url: str
    topic: Topic = ()
    state: LinkState = LinkState.PENDING
    reason: str = ""
    kind: str = "web"
    title: str = ""
    author: str = ""
    date: str = ""
    language: str = ""
    final_url: str = ""
    canonical_url: str = ""
    sections: tuple[SectionRecord, ...] = ()
    validators: Mapping[str, Validators] = field(default_factory=dict)
    reader: int = 0
    made: Mapping[str, str] = field(default_factory=dict)
    checked: int = 0
    changed: int = 0
    failing_since: int = 0
    failures: int = 0
    retry_at: int = 0
    suspect_since: int = 0
    deleted: tuple[str, ...] = ()
    retiring: tuple[str, ...] = ()
    removed: int = 0
    ideas: tuple[Idea, ...] = ()
    dead: bool = False
    archived: str = ""


@dataclass(frozen=True, slots=True)
class ShippedRecord:
    """What Anki was given of one card, and what was last seen of it there.

    `content` is the card's content hash as last shipped, '' where Anki is known to hold something else than it should;
    `released` is when it was first shipped (seconds since 1970, 0 where that is not known);
    `changed` is the time its note has, `around` a hash of what stands on it beside the card, `before` every content
    hash shipped before.

    What Anki and the card file last agreed on is the base of the next merge: `texts` has a hash of the card's text by
    field of the card, `html` one of what Anki held by name of the note's field, `tags` those of our tags that the note
    had, `modified` the note's time then. `known` are hashes of all that was ever shipped or taken over, so that a text
    of ours is never taken for an edit; `pending` those of what was shipped since and has not been seen in Anki.

    `answered` is when a finding of each kind in its reviews was last answered with a proposal, `second` the id of the
    draft that goes with a proposal to split the card. `deck` is the deck that its cards were last put into.

    `seen` is when the note was first seen in Anki (seconds since 1970, 0 for never). `kept_tags`, `kept_notes` and
    `kept_html` are the person's own in it: tags, the Notes field, and fields whose HTML is kept to the letter.
    """

    content: str = ""
    changed: int = 0
    released: int = 0
    before: tuple[str, ...] = ()
    around: str = ""
    texts: Mapping[str, str] = field(default_factory=dict)
    html: Mapping[str, str] = field(default_factory=dict)
    tags: tuple[str, ...] = ()
    known: tuple[str, ...] = ()
    pending: tuple[str, ...] = ()
    modified: int = 0
    seen: int = 0
    kept_tags: tuple[str, ...] = ()
    kept_notes: str = ""
    kept_html: Mapping[str, str] = field(default_factory=dict)
    answered: Mapping[str, int] = field(default_factory=dict)
    second: str = ""
    deck: str = ""


@dataclass(frozen=True, slots=True)
class Spend:
    """What a month cost with one model. `usd` is None where the price is not known."""

    usd: float | None = 0.0
    prompt_tokens: int = 0
    completion_tokens: int = 0


@dataclass(frozen=True, slots=True)
class Ledger:
    """Everything remembered of one list. `spend` is keyed "2026-11 model-name"."""

    links: Mapping[str, LinkRecord] = field(default_factory=dict)
    shipped: Mapping[str, ShippedRecord] = field(default_factory=dict)
    spend: Mapping[str, Spend] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the journal: what became of one link, with the cards it made or changed, whole."""

    record: LinkRecord
    cards: tuple[Card, ...] = ()
    spend: Mapping[str, Spend] = field(default_factory=dict)
