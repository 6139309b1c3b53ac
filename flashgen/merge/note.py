"""One card and its note: three versions into one, field by field.

The base is what both sides last agreed on. Where only Anki departs from it, the person edited there: their text comes
into the card and is theirs. Where only the card does, the note is written with the next import. Where both do, the
person's stays, and ours waits as a proposal.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from flashgen.hand import content_hash, field_text
from flashgen.identity import field_fingerprint
from flashgen.ledger import ShippedRecord
from flashgen.merge.records import html_hash, kind_hash, text_hashes
from flashgen.merge.sides import Sides
from flashgen.merge.values import TEXTS, Conflict, Reading, Taken, Wording
from flashgen.seen import SeenNote
from flashgen.types import Card, Finding, Proposal, Status, Verdict

BOTH = "changed here and in Anki; the wording from Anki was kept, this is the other one"


@dataclass(frozen=True, slots=True)
class Outcome:
    """A card and its record after the merge, and what was done to get there."""

    card: Card
    record: ShippedRecord
    taken: tuple[Taken, ...] = ()
    conflicts: tuple[Conflict, ...] = ()


def at_rest(card: Card, record: ShippedRecord, note: SeenNote) -> bool:
    """Whether neither side has changed since they were last merged. That is so of most notes, and known without
    rendering the card."""
    if not record.seen or record.pending or note.modified != record.modified or note.kind is not card.kind:
        return False
    if record.content != content_hash(card) or record.texts != text_hashes(card):
        return False
    proposed = ["Proposed"] if note.fields.get("Proposed", "").strip() else []
    shown = [*TEXTS.values(), *proposed]
    return (
        {name: html_hash(name, note.fields.get(name, "")) for name in shown} == record.html
        and all(note.fields.get(name) == value for name, value in record.kept_html.items())
        and note.fields.get("Notes", "") == record.kept_notes
        and _has_our_back(record, note.fields.get("Extra", ""))
        and {*note.tags} == {*record.tags, *record.kept_tags}
    )


def _has_our_back(record: ShippedRecord, extra: str) -> bool:
    """Whether what stands on the card's back is what we put there, or known as the person's."""
    return not extra or extra == record.kept_html.get("Extra") or html_hash("Extra", extra) in record.known


def merge_note(card: Card, record: ShippedRecord, note: SeenNote, wording: Wording, now: int) -> Outcome:
    """The card with the person's edits in the note, and the record of what Anki holds now."""
    sides = Sides(card, record, note, wording)
    edits = {name: sides.reading(name) for name in TEXTS if sides.is_edited(name)}
    # A text that the card has already is no conflict, be it that a run was killed once it had taken it over.
    lost = [name for name in edits if sides.ours_changed(name) and edits[name].text != field_text(card, name)]
    merged = _with_edits(sides, edits)
    if lost:
        merged = replace(merged, proposal=_proposal(card, merged, lost))
    conflicts = tuple(Conflict(merged, name, field_text(card, name), edits[name].text) for name in lost)
    after = replace(sides.remembered(merged, edits), seen=record.seen or now)
    after = _settled(sides, merged, after, now, conflict=bool(lost))
    return Outcome(merged, after, _taken(card, merged, edits), conflicts)


def _settled(sides: Sides, merged: Card, after: ShippedRecord, now: int, *, conflict: bool) -> ShippedRecord:
    """The record with which the note is written if it has to be, and only then.

    An import updates a note only if its time is later than the one in Anki, and any edit moved that. So a note that
    has to be written takes its time from Anki's; and one that shows what the card says counts as shipped, with the time
    that it has there. Where clocks differ (a phone's, a day's), Anki's is followed.
    """
    content, modified = content_hash(merged), sides.note.modified
    before = tuple(dict.fromkeys(filter(None, (*after.before, after.content))))
    if sides.unchanged and not conflict and sides.in_sync(merged, after):
        stays = content == after.content and after.changed <= modified < now
        changed = after.changed if stays else modified
        earlier = tuple(known for known in before if known != content)
        return replace(after, content=content, changed=changed, before=earlier, pending=())
    if modified > after.changed or (modified == after.changed and not sides.landed):
        # What is on its way is no newer than the note, and can't arrive any more.
        return replace(after, content="", changed=modified, before=before)
    return after


def _with_edits(sides: Sides, edits: Mapping[str, Reading]) -> Card:
    """The card with the person's texts, tags and refusals, each marked as theirs."""
    card = sides.card
    if sides.kind is not card.kind and ("question" in edits or kind_hash(sides.kind) not in sides.known):
        card = replace(card, kind=sides.kind)
    if removed := sides.removed_tags():
        card = _theirs(replace(card, tags=tuple(tag for tag in card.tags if tag not in removed)), "tags")
    for name, reading in edits.items():
        card = _theirs(replace(card, **{name: reading.text}), name)  # type: ignore[arg-type]
    return replace(card, proposal=None) if sides.refuses_proposal() else card


def _theirs(card: Card, name: str) -> Card:
    """The card with its field marked as the person's, also where the fingerprint can't tell (an edit of letter case).

    A card without fingerprints is theirs as a whole.
    """
    made = card.made.get(name)
    if not card.made or (made is not None and made != field_fingerprint(field_text(card, name))):
        return card
    return replace(card, made={**card.made, name: ""})


def _taken(before: Card, after: Card, edits: Mapping[str, Reading]) -> tuple[Taken, ...]:
    exact = {name: reading.exact for name, reading in edits.items()}
    others = [name for name in ("kind", "tags") if getattr(before, name) != getattr(after, name)]
    taken = [
        Taken(after, name, field_text(before, name), field_text(after, name), exact.get(name, True))
        for name in (*edits, *others)
    ]
    if before.proposal and not after.proposal:
        taken.append(Taken(after, "proposal", before.proposal.question, ""))
    return tuple(taken)


def _proposal(ours: Card, merged: Card, lost: list[str]) -> Proposal:
    """Our wording of what the person changed in Anki, beside what else waits. What it pushes out is told in the reason:
    it may be the person's own, from the card file."""
    waiting = ours.proposal or Proposal(merged.question, merged.answer, merged.quote)
    texts = {name: field_text(ours, name) for name in lost}
    here = {*texts.values(), *(field_text(merged, name) for name in lost), ""}
    pushed = [getattr(waiting, name) for name in lost if ours.proposal and getattr(waiting, name) not in here]
    told = [f"before that: {' / '.join(pushed)}"] if pushed else []
    earlier = waiting.reason.removeprefix(BOTH).removeprefix("; ")
    return replace(waiting, **texts, reason="; ".join((BOTH, *told, *filter(None, [earlier]))))


def rejected(card: Card, reason: str) -> Card:
    """The card as the person's no: rejected, and theirs, so that nothing brings it back."""
    made = card.made and {"status": field_fingerprint(card.status), **card.made}
    finding = Finding("anki", Verdict.REJECT, reason)
    return replace(card, status=Status.REJECTED, made=made, findings=(*card.findings, finding))
