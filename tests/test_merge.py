"""The merge's decisions that need no Anki: clocks that differ, old collections, what is at risk."""

from __future__ import annotations

from dataclasses import replace

import pytest

from flashgen import hand
from flashgen.anki.fields import modified, tags
from flashgen.anki.wording import AnkiWording, note_html
from flashgen.decks import Deck, Note
from flashgen.ledger import ShippedRecord
from flashgen.merge import at_risk, kept_of, merge, shipped
from flashgen.seen import Seen, SeenNote
from flashgen.types import Card, Kind, Status

NOW = 1_795_000_000
PAST = NOW - 10_000_000
WORDING = AnkiWording()
PLAIN = Card("card1", "What is it?", "A thing.", "It is a thing.", "https://example.org/a", created=PAST, changed=PAST)
CARD = replace(PLAIN, made=hand.made_of(PLAIN))


def shipped_note(card: Card, record: ShippedRecord | None = None) -> tuple[SeenNote, ShippedRecord]:
    """A card as it is in Anki once its package was imported, and what is remembered of it."""
    note = Note(card, list_name="list", kept=kept_of(card, record))
    fields, tagged = note_html(note), tags(note)
    return SeenNote(card.id, fields, tagged, modified(card)), shipped(card, record, fields, tagged, note.around)


def edited(note: SeenNote, at: int, **fields: str) -> SeenNote:
    return replace(note, fields={**note.fields, **fields}, modified=at)


def seen(*notes: SeenNote) -> Seen:
    return Seen({note.guid: note for note in notes})


def test_a_clock_that_is_ahead() -> None:
    """An edit from a phone whose clock is ahead is taken over, and what follows is later still: Anki takes it."""
    note, record = shipped_note(CARD)
    ahead = edited(note, NOW + 3600, Answer="from the phone")
    merged = merge([CARD], {CARD.id: record}, seen(ahead), WORDING, NOW)
    (card,) = merged.cards
    assert card.answer == "from the phone"
    revised = replace(card, question="What is it today?")
    assert hand.touch(revised, NOW, merged.shipped[CARD.id]).changed > NOW + 3600


def test_an_older_collection() -> None:
    """A collection restored from a backup holds our text of then: that is no edit, and today's is still newer."""
    old, record = shipped_note(CARD)
    second = hand.touch(replace(CARD, answer="Two things."), NOW - 500, record)
    note, record = shipped_note(second, record)
    record = merge([second], {CARD.id: record}, seen(note), WORDING, NOW - 400).shipped[CARD.id]
    merged = merge([second], {CARD.id: record}, seen(old), WORDING, NOW)
    assert (merged.cards, merged.taken_over, merged.conflicts) == ((), (), ())
    after = merged.shipped.get(CARD.id, record)
    assert hand.touch(second, NOW, after).changed > old.modified


def test_a_record_of_before_there_were_bases() -> None:
    """A record that knows no more than content and time: the card's own text in Anki is no edit, another one is."""
    note, _ = shipped_note(CARD)
    record = ShippedRecord(hand.content_hash(CARD), PAST)
    assert not merge([CARD], {CARD.id: record}, seen(note), WORDING, NOW).taken_over
    merged = merge([CARD], {CARD.id: record}, seen(edited(note, NOW - 5, Answer="mine")), WORDING, NOW)
    assert [taken.after for taken in merged.taken_over] == ["mine"]
    assert not merged.conflicts


def test_the_only_card_of_a_list() -> None:
    """Where no note of a list is there, nothing is deleted: it may be another profile."""
    note, record = shipped_note(CARD)
    record = merge([CARD], {CARD.id: record}, seen(note), WORDING, NOW).shipped[CARD.id]
    merged = merge([CARD], {CARD.id: record}, Seen(), WORDING, NOW)
    assert (merged.deleted, merged.missing) == ((), (CARD,))


def test_a_retired_card_that_was_deleted_does_not_come_back() -> None:
    """Retired cards are shipped too; one that was deleted in Anki is not."""
    cards = [replace(CARD, id=f"card{n}", status=Status.RETIRED) for n in range(4)]
    notes, records = zip(*map(shipped_note, cards), strict=True)
    known = dict(zip((card.id for card in cards), records, strict=True))
    known |= merge(cards, known, seen(*notes), WORDING, NOW).shipped
    merged = merge(cards, known, seen(*notes[1:]), WORDING, NOW)
    assert [(card.id, card.status) for card in merged.deleted] == [("card0", Status.REJECTED)]


@pytest.mark.parametrize("field", ["question", "answer", "quote"])
def test_proposals_stack_up(field: str) -> None:
    """Conflict after conflict: what waited before is told in the reason, so that no text of the person's is lost."""
    note, record = shipped_note(CARD)
    card, name = CARD, field.capitalize()
    for turn in range(3):
        card = replace(card, **{field: f"file {turn}"})  # type: ignore[arg-type]
        note = edited(note, NOW + turn, **{name: f"anki {turn}"})
        merged = merge([card], {CARD.id: record}, seen(note), WORDING, NOW + turn)
        (card,) = merged.cards
        record = merged.shipped[CARD.id]
    assert getattr(card, field) == "anki 2"
    assert getattr(card.proposal, field) == "file 2"
    assert card.proposal is not None
    assert "file 0" in card.proposal.reason
    assert "file 1" in card.proposal.reason


def test_a_note_made_a_cloze() -> None:
    """Who changes a note to our cloze type has changed the card's kind."""
    note, record = shipped_note(CARD)
    cloze = replace(edited(note, NOW - 1, Question="It is a {{c1::thing}}.", Answer=""), kind=Kind.CLOZE)
    (card,) = merge([CARD], {CARD.id: record}, seen(cloze), WORDING, NOW).cards
    assert (card.kind, card.question, card.answer) == (Kind.CLOZE, "It is a {{c1::thing}}.", "")


def test_what_is_at_risk() -> None:
    """Where Anki can't be read: the notes that the import changes, and none that it leaves alone or adds."""
    cards = [replace(CARD, id=f"card{n}") for n in range(3)]
    records = {card.id: shipped_note(card)[1] for card in cards[:2]}
    cards[1] = replace(cards[1], answer="Another.")
    risks = at_risk([Deck("List::Topic", tuple(Note(card, list_name="list") for card in cards))], records)
    assert [(risk.id, risk.question, risk.deck) for risk in risks] == [("card1", "What is it?", "List::Topic")]
