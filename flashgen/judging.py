"""What a person decides on a card: accept, edit, reject, split, merge, and yes or no to a proposal. Values only.

An edit leaves `made` as it is, so that the field no longer matches it and is the person's. A yes is remembered in
`reviewed`, for the wording that it was said to; it leaves the status ours, so that a card whose passage vanishes can
still be retired. A no is the person's: nothing brings the card back.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import IntEnum

from flashgen.hand import edited_fields, field_text, made_of, wording
from flashgen.identity import field_fingerprint
from flashgen.proposals import retires
from flashgen.types import Card, Finding, Kind, Status, Verdict

TEXTS = ("question", "answer", "quote")
PERSON = "person"
"""Stands for the gate in a finding that a person gave."""

_CLOZE = re.compile(r"\{\{c\d+::")


class Rank(IntEnum):
    """Why a card waits for a person, the most urgent first."""

    WARNED = 0
    PROPOSED = 1
    DRAFT = 2
    UNREVIEWED = 3
    DONE = 9


@dataclass(frozen=True, slots=True)
class Wording:
    """The texts of a card as a person wrote them."""

    question: str
    answer: str
    quote: str


@dataclass(frozen=True, slots=True)
class Step:
    """One card before and after a decision; `before` is None for a card that it made, `after` for one that goes."""

    before: Card | None
    after: Card | None


def rank(card: Card) -> Rank:
    """Where in the queue a card stands. One that a person wrote, or has said yes or no to, is done."""
    if card.status in (Status.REJECTED, Status.RETIRED):
        return Rank.PROPOSED if card.proposal and card.status is Status.RETIRED else Rank.DONE
    judged = card.reviewed == wording(card) or (not card.made and card.status is Status.ACTIVE)
    if not judged and any(finding.verdict is not Verdict.PASS for finding in card.findings):
        return Rank.WARNED
    if card.proposal:
        return Rank.PROPOSED
    if card.status is Status.DRAFT:
        return Rank.DRAFT
    return Rank.DONE if judged else Rank.UNREVIEWED


# --- decisions ----------------------------------------------------------------------------------


def accept(card: Card, now: int) -> Card:
    """`card` with a person's yes to its wording: it goes into the deck."""
    moved = replace(card, status=Status.ACTIVE, reviewed=wording(card))
    if card.made:
        moved = replace(moved, made={**card.made, **made_of(moved, ("status",))})
    return moved if card.status is Status.ACTIVE else _changed(moved, now)


def edit(card: Card, texts: Wording, findings: Sequence[Finding], anchor: str, now: int) -> Card:
    """`card` as the person words it, and accepted. `findings` are the gates' word on it, `anchor` where it stands."""
    kind = Kind.CLOZE if _CLOZE.search(texts.question) else Kind.BASIC
    worded = replace(card, kind=kind, question=texts.question, answer=texts.answer, quote=texts.quote)
    if worded == card:
        return accept(card, now)
    return accept(_changed(replace(worded, findings=tuple(findings), anchor=anchor), now), now)


def reject(card: Card, reason: str, now: int, *, in_anki: bool) -> Card:
    """`card` with a person's no, for good. One that Anki has is retired: an import can't take it away there."""
    status = Status.RETIRED if in_anki else Status.REJECTED
    made = dict(card.made)
    if made and made.get("status") in (None, field_fingerprint(status)):
        made["status"] = ""
    why = Finding(PERSON, Verdict.REJECT, reason or "not wanted")
    return _changed(replace(card, status=status, made=made, findings=(*card.findings, why), proposal=None), now)


def split(card: Card, parts: Sequence[Wording], ids: Sequence[str], now: int) -> tuple[Card, ...]:
    """One card for each of `parts`: the first keeps the id and its reviews, the others are new and the person's."""
    bare = replace(card, made={}, proposal=None, created=now)
    fresh = [
        replace(edit(replace(bare, id=card_id), part, (), card.anchor, now), changed=now)
        for part, card_id in zip(parts[1:], ids, strict=True)
    ]
    return (edit(card, parts[0], (), card.anchor, now), *fresh)


def merge(kept: Card, other: Card, texts: Wording, now: int, *, in_anki: bool) -> tuple[Card, Card]:
    """Two cards that say the same made one: `kept` in the words of `texts`, and `other` rejected.

    `in_anki` says whether Anki has `other`.
    """
    one = edit(kept, texts, kept.findings, kept.anchor, now)
    tags = tuple(dict.fromkeys((*kept.tags, *other.tags)))
    gone = reject(other, f"merged into {kept.id}: {texts.question}", now, in_anki=in_anki)
    return (one if tags == kept.tags else _changed(replace(one, tags=tags), now)), gone


def take_proposal(card: Card, now: int) -> Card:
    """`card` in the words that were proposed, or retired for good where that was. The words are ours, and a yes was
    said to them."""
    proposal = card.proposal
    if proposal is None:
        return accept(card, now)
    if retires(proposal):
        return reject(card, proposal.reason, now, in_anki=True)
    texts = {name: getattr(proposal, name) or getattr(card, name) for name in TEXTS}
    worded = replace(card, **texts, proposal=None)
    worded = replace(worded, made={**card.made, **made_of(worded, TEXTS)})
    return accept(_changed(worded, now), now)


def leave_proposal(card: Card, now: int) -> Card:
    """`card` as it is, without what was proposed."""
    return accept(_changed(replace(card, proposal=None), now), now)


def oldest_first(one: Card, other: Card, in_anki: Sequence[str]) -> tuple[Card, Card]:
    """Which of two cards is to be kept: the one that Anki has, else the older one."""
    first = sorted((one, other), key=lambda card: (card.id not in in_anki, card.created, card.id))
    return first[0], first[1]


def _changed(card: Card, now: int) -> Card:
    return replace(card, changed=max(now, card.changed + 1))


# --- what others did meanwhile ------------------------------------------------------------------


def may_follow(step: Step, there: Card) -> bool:
    """Whether a decision on the card as it was shown may be written over the card as it stands in its file now.

    A decision that words the card anew goes together with changes of other fields. Any other decision was on the words
    that were shown: where these changed meanwhile, it was on something else.
    """
    before, after = step.before, step.after
    if before is None or there == before:
        return True
    if after is None:
        return False
    fields = ("kind", *TEXTS, "status", "proposal", "tags")
    mine = {name for name in fields if getattr(after, name) != getattr(before, name)}
    theirs = {name for name in fields if getattr(there, name) != getattr(before, name)}
    if not theirs or all(getattr(there, name) == getattr(after, name) for name in mine | theirs):
        return True
    shown = {*TEXTS, "proposal", "status"}
    return not mine & theirs and (bool(mine & set(TEXTS)) or not theirs & shown)


def is_theirs(card: Card) -> tuple[str, ...]:
    """The texts of a card that the person wrote or changed."""
    return tuple(name for name in TEXTS if name in edited_fields(card) and field_text(card, name))
