"""A card as a person sees it: how Anki will show it, what stands around it, what a proposal would change."""

from __future__ import annotations

from dataclasses import dataclass, replace

from flashgen import judging
from flashgen.anki.preview import previews
from flashgen.decks import Note, decks
from flashgen.desk.difference import Run, difference
from flashgen.desk.index import Found, body
from flashgen.identity import digest
from flashgen.ledger import LinkRecord
from flashgen.types import Card, ReadingList, Status

Change = tuple[str, tuple[Run, ...], tuple[Run, ...]]
"""A field that a proposal would change: its name, the old words and the new."""


@dataclass(frozen=True, slots=True)
class Shown:
    """A card as a person sees it: `previews` has the HTML of each card that Anki will make of it. `version` names its
    content; a decision comes back with it."""

    found: Found
    version: str
    previews: tuple[str, ...]
    record: LinkRecord
    link: str
    context: str
    in_anki: bool
    theirs: tuple[str, ...]
    changes: tuple[Change, ...] = ()

    @property
    def card(self) -> Card:
        """The card itself."""
        return self.found.card


def shown(found: Found, record: LinkRecord, *, in_anki: bool) -> Shown:
    """A card with what stands around it."""
    card = found.card
    note = note_of(found, card, record)
    theirs = judging.is_theirs(card) if card.made else ()
    version = digest([found.list_name, body(card)])
    return Shown(found, version, previews(note), record, note.link, note.context, in_anki, theirs, changes_of(card))


def note_of(found: Found, card: Card, record: LinkRecord) -> Note:
    """The card with what will stand around it in Anki."""
    standing = replace(card, status=Status.RETIRED if card.status is Status.RETIRED else Status.ACTIVE, proposal=None)
    alone = ReadingList(found.list_name, (found.topic,) if found.topic else ())
    made = decks(alone, {found.topic: [standing]}, {card.source: record})
    return made[0].notes[0] if made else Note(standing)


def changes_of(card: Card) -> tuple[Change, ...]:
    """What a proposal would change: field by field, the old words and the new."""
    if card.proposal is None:
        return ()
    pairs = ((name, getattr(card, name), getattr(card.proposal, name)) for name in judging.TEXTS)
    return tuple((name, *difference(old, new)) for name, old, new in pairs if new and new != old)
