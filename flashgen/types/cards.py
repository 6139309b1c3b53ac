"""Values of cards, from a draft to what the card files hold."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from flashgen.types.reading import Topic


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
class Example:
    """A card as an example for the model: one to follow (`good`) or to avoid, and why.

    The package's own stand in the prompt templates; these are what a person kept, edited or threw out.
    """

    question: str
    answer: str
    good: bool
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Idea:
    """One thing that an article says and that deserves a card, as selection named it.

    `importance` runs from 1 to 5; `section` is the heading path of its section, `at` that section's fingerprint.
    """

    text: str
    importance: int = 3
    section: tuple[str, ...] = ()
    at: str = ""


@dataclass(frozen=True, slots=True)
class Passage:
    """What a draft is made from and judged against.

    `text` is the section's Markdown, '' where it is not known (then gates that need it stay silent);
    `language` is the cards' language, `source_language` the text's; `focus` is what the person wants to learn from
    this source in particular; `kind` is the kind of source. `outline` are the headings of the whole article, `ideas`
    what selection named in it and `here` what of that belongs to this passage; all empty without a selection.
    """

    text: str = ""
    path: tuple[str, ...] = ()
    topic: Topic = ()
    title: str = ""
    url: str = ""
    language: str = ""
    source_language: str = ""
    focus: str = ""
    kind: str = ""
    outline: tuple[str, ...] = ()
    ideas: tuple[str, ...] = ()
    here: tuple[str, ...] = ()


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
    `findings` are the gates' words, kept with the card. `reviewed` is the fingerprint of the wording that a person
    said yes to, '' before. `extra` is what the card's back shows beside the answer (Markdown): a table or a picture of
    the article.
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
    reviewed: str = ""
    extra: str = ""
