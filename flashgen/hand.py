"""The person's hand: what they edited, deleted and must be shown again. Decisions over values.

`made` of a card holds, per field, the fingerprint of the text that flashgen wrote there. A field that no longer
matches is the person's, and so is one that was never made: a card without `made` was written by hand.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace

from flashgen.identity import digest, field_fingerprint
from flashgen.ledger import LinkRecord, ShippedRecord
from flashgen.types import Card, Status, Topic

GENERATED = ("question", "answer", "quote", "status", "tags", "extra")
"""The fields that `made` may hold a fingerprint of."""

MANY = 3
"""So many cards missing from a file, and more than half of it, are no deletion but a question."""


def field_text(card: Card, name: str) -> str:
    """A field of GENERATED as the text that is fingerprinted."""
    return " ".join(card.tags) if name == "tags" else str(getattr(card, name))


def made_of(card: Card, names: Iterable[str] = GENERATED) -> dict[str, str]:
    """Fingerprints of the named fields as they are, for `made`."""
    return {name: field_fingerprint(field_text(card, name)) for name in names}


def edited_fields(card: Card) -> set[str]:
    """The fields of GENERATED that are the person's.

    A status without a fingerprint is theirs only if the whole card is.
    """
    return {name for name in GENERATED if _is_theirs(card, name)}


def _is_theirs(card: Card, name: str) -> bool:
    if name in card.made:
        return card.made[name] != field_fingerprint(field_text(card, name))
    return not card.made if name == "status" else bool(field_text(card, name))


def wording(card: Card) -> str:
    """A fingerprint of what a person says yes to: question, answer and quote."""
    return field_fingerprint("\x1f".join((card.question, card.answer, card.quote)))


def is_reviewed(card: Card) -> bool:
    """Whether a person said yes to the card as it is worded now."""
    return card.reviewed == wording(card)


# --- what Anki was given ------------------------------------------------------------------------


def content_hash(card: Card) -> str:
    """A hash of all of a card that its note in Anki shows: fields, tags, retirement. Times don't count."""
    proposal = card.proposal
    parts = [
        card.kind,
        card.question,
        card.answer,
        card.quote,
        card.source,
        card.anchor,
        "\x1e".join(card.section),
        "\x1e".join(sorted(card.tags)),
        Status.RETIRED if card.status is Status.RETIRED else "",
        "\x1e".join((proposal.question, proposal.answer, proposal.quote, proposal.reason)) if proposal else "",
    ]
    parts += [card.extra] if card.extra else []
    return digest(unicodedata.normalize("NFC", part) for part in parts)


def touch(card: Card, now: int, shipped: ShippedRecord | None, around: str = "") -> Card:
    """`card` with the `changed` that its note must have: later than as last shipped if the note differs.

    `around` is a hash of what stands on the note beside the card: title and address of the source, context. A note as
    last shipped has the time of then, so that Anki leaves it alone. Otherwise `changed` moves to max(now, changed + 1),
    unless it is later than the shipped one already. A card never shipped keeps its own time.
    """
    if shipped is None:
        changed = card.changed or now
    elif content_hash(card) == shipped.content and around in ("", shipped.around):
        changed = shipped.changed
    elif card.changed > shipped.changed:
        changed = card.changed
    else:
        changed = max(now, shipped.changed + 1)
    return card if changed == card.changed else replace(card, changed=changed)


def ship(card: Card, shipped: ShippedRecord | None, around: str = "") -> ShippedRecord:
    """What is to be remembered once `card` is shipped: its content, what stands around it, every content before."""
    content = content_hash(card)
    if shipped is None:
        return ShippedRecord(content, card.changed, around=around)
    if shipped.content == content:
        return replace(shipped, changed=card.changed, around=around or shipped.around)
    before = dict.fromkeys((*shipped.before, shipped.content))
    known = tuple(text for text in before if text and text != content)
    return replace(shipped, content=content, changed=card.changed, around=around or shipped.around, before=known)


# --- what the person deleted --------------------------------------------------------------------


def tombstones(record: LinkRecord, present: Collection[str]) -> dict[str, str]:
    """Id and quote of the cards of a link that the person deleted: once made, and not `present` any more."""
    return {card_id: quote for card_id, quote in record.made.items() if card_id not in present}


def newly_missing(records: Iterable[LinkRecord], present: Collection[str]) -> dict[str, str]:
    """Id and quote of the cards of some links that are missing and were not known as deleted before."""
    return {
        card_id: quote
        for record in records
        for card_id, quote in tombstones(record, present).items()
        if card_id not in record.deleted
    }


def obeyed(missing: Mapping[str, str], present: Collection[str]) -> bool:
    """Whether cards newly missing from one file count as deleted. Most of a file at once is asked about first."""
    return len(missing) < MANY or len(missing) <= len(present)


def with_deletions(record: LinkRecord, present: Collection[str]) -> LinkRecord:
    """`record` with what is missing today known as deleted; a card that the person put back no longer is."""
    deleted = tuple(sorted(tombstones(record, present)))
    return record if deleted == record.deleted else replace(record, deleted=deleted)


# --- what moved ---------------------------------------------------------------------------------


def brought(record: LinkRecord, known: LinkRecord | None, url: str, topic: Topic) -> LinkRecord:
    """`record` as it goes on under another address or in another list. What is `known` there already is joined to it,
    and counts for more where it has cards of this record: then the move was done before, and broken off."""
    moved = replace(record, url=url, topic=topic)
    if known is None:
        return moved
    newer = known if known.made.keys() & record.made.keys() else moved
    made = {**known.made, **record.made}
    return replace(newer, topic=topic, made=made, deleted=tuple(sorted({*known.deleted, *record.deleted})))
