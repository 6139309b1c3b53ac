"""What counts as the person's, when a card counts as changed, and which missing cards count as deleted."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flashgen import hand
from flashgen.ledger import LinkRecord, ShippedRecord
from flashgen.types import Card, Kind, Proposal, Status

CARD = Card(
    "a", "What does fsync do?", "It writes the file's pages to the disk.", "fsync flushes", "https://example.org/a"
)
OURS = replace(CARD, made=hand.made_of(CARD), created=100, changed=100)


def test_a_fresh_card_is_ours() -> None:
    """A card as it was made has no edited fields."""
    assert hand.edited_fields(OURS) == set()


@pytest.mark.parametrize(
    ("edit", "field"),
    [
        ({"question": "What does fsync() do?"}, "question"),
        ({"answer": "It flushes."}, "answer"),
        ({"quote": "other"}, "quote"),
        ({"status": Status.REJECTED}, "status"),
        ({"tags": ("disk",)}, "tags"),
    ],
)
def test_an_edited_field_is_theirs(edit: dict[str, str], field: str) -> None:
    """A field whose text no longer matches its fingerprint was edited by the person."""
    assert hand.edited_fields(replace(OURS, **edit)) == {field}  # type: ignore[arg-type]


def test_spelling_of_quotes_and_spaces_is_no_edit() -> None:
    """An editor that re-wraps a text or changes quotes to typographic ones has edited nothing."""
    respelt = replace(OURS, answer="It writes  the file’s pages\nto the disk.")
    assert hand.edited_fields(respelt) == set()


def test_a_card_written_by_hand_is_all_theirs() -> None:
    """Without fingerprints everything is the person's, the status too."""
    assert hand.edited_fields(CARD) == {"question", "answer", "quote", "status"}
    assert hand.edited_fields(replace(CARD, quote="", tags=("x",))) == {"question", "answer", "status", "tags"}


def test_a_status_that_was_never_fingerprinted_is_ours() -> None:
    """Where only the texts are fingerprinted, the status is not taken for a person's."""
    assert hand.edited_fields(replace(CARD, made=hand.made_of(CARD, ("question", "answer", "quote")))) == set()


@pytest.mark.parametrize(
    "change",
    [
        {"question": "q"},
        {"answer": "a"},
        {"quote": "x"},
        {"source": "https://example.org/b"},
        {"anchor": "page=2"},
        {"section": ("Disks",)},
        {"kind": Kind.CLOZE},
        {"tags": ("disk",)},
        {"status": Status.RETIRED},
        {"proposal": Proposal("q", "a", "x")},
    ],
)
def test_what_a_note_shows_is_its_content(change: dict[str, object]) -> None:
    """Each thing that the note shows changes the hash."""
    assert hand.content_hash(replace(CARD, **change)) != hand.content_hash(CARD)  # type: ignore[arg-type]


def test_what_a_note_does_not_show_is_no_content() -> None:
    """Times, fingerprints, importance, the order of tags and Unicode's two spellings of é don't change the hash."""
    card = replace(CARD, tags=("b", "a"), answer="cafe\u0301")
    other = replace(
        card, created=1, changed=2, made={"question": "x"}, importance=5, tags=("a", "b"), answer="caf\u00e9"
    )
    assert hand.content_hash(other) == hand.content_hash(card)


def test_a_card_that_anki_has_as_it_is_keeps_the_time_of_then() -> None:
    """Unchanged content has the shipped time, whatever became of `changed` since."""
    shipped = hand.ship(OURS, None)
    assert hand.touch(replace(OURS, changed=500), 900, shipped).changed == 100


def test_an_edit_in_the_file_moves_the_time() -> None:
    """Content that differs from the shipped one, at an old time, is changed now, and never at the same second."""
    shipped = hand.ship(OURS, None)
    edited = replace(OURS, answer="It flushes.")
    assert hand.touch(edited, 900, shipped).changed == 900
    assert hand.touch(edited, 100, shipped).changed == 101
    assert hand.touch(edited, 50, shipped).changed == 101


def test_a_time_that_moved_already_stays() -> None:
    """A run that ships nothing doesn't move the time again and again."""
    edited = replace(OURS, answer="It flushes.", changed=300)
    assert hand.touch(edited, 900, hand.ship(OURS, None)) is edited


def test_a_card_never_shipped_keeps_its_time() -> None:
    """A card that Anki doesn't know needs no newer time; one without a time gets one."""
    assert hand.touch(OURS, 900, None) is OURS
    assert hand.touch(CARD, 900, None).changed == 900


def test_every_shipped_content_is_remembered() -> None:
    """What Anki may still have of ours is known by its hash, also after two changes and a change back."""
    first, second = OURS, replace(OURS, answer="It flushes.", changed=200)
    records = [hand.ship(first, None)]
    for card in (second, second, replace(first, changed=300)):
        records.append(hand.ship(card, records[-1]))
    one, two = hand.content_hash(first), hand.content_hash(second)
    assert records[1] == records[2] == ShippedRecord(two, 200, before=(one,))
    assert records[3] == ShippedRecord(one, 300, before=(two,))


@given(st.lists(st.tuples(st.sampled_from("abc"), st.integers(1, 50)), min_size=1))
def test_times_only_grow_where_content_differs(edits: list[tuple[str, int]]) -> None:
    """Over any edits, clocks going back included, a shipped card's time grows with every change of its content."""
    card, shipped = OURS, None
    for answer, now in edits:
        card = hand.touch(replace(card, answer=answer), now, shipped)
        after = hand.ship(card, shipped)
        if shipped:
            assert (after.changed > shipped.changed) == (after.content != shipped.content)
        shipped = after


RECORD = LinkRecord("https://example.org/a", made={"a": "one", "b": "two", "c": "three", "d": "four"})


def test_a_missing_card_was_deleted() -> None:
    """A card that was made and is not in the file any more leaves its quote as a tombstone."""
    assert hand.tombstones(RECORD, {"a", "c", "x"}) == {"b": "two", "d": "four"}


def test_deletions_are_asked_about_once() -> None:
    """What is known as deleted is not missing again; a card that was put back is forgotten as deleted."""
    known = hand.with_deletions(RECORD, {"a", "c"})
    assert known.deleted == ("b", "d")
    assert hand.newly_missing([known], {"a"}) == {"c": "three"}
    assert hand.with_deletions(known, {"a", "b", "c", "d"}).deleted == ()
    assert hand.with_deletions(known, {"a", "c"}) is known


@pytest.mark.parametrize(
    ("missing", "present", "obeyed"),
    [(0, 0, True), (1, 0, True), (2, 0, True), (3, 0, False), (3, 3, True), (4, 3, False)],
)
def test_most_of_a_file_at_once_is_not_obeyed(missing: int, present: int, obeyed: bool) -> None:
    """A few deletions are meant; three or more that are most of a file may be an accident."""
    gone = {str(number): "" for number in range(missing)}
    assert hand.obeyed(gone, [f"p{number}" for number in range(present)]) is obeyed
