"""With the real Anki: what a person did there survives every later import, and comes into the cards."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from deliveries import Desk
from real_anki import RealAnki

from flashgen.anki.collection import read_collection
from flashgen.hand import edited_fields, made_of
from flashgen.merge import at_risk, loses_marks
from flashgen.types import Card, Kind, Status

PAST = 1_760_000_000
SOURCE = "https://example.org/a"


def card(number: int, **values: object) -> Card:
    """A card of ours, months old."""
    plain = Card(
        f"card{number:012}",
        f"What does part {number} do?",
        f"It does `x{number}` & more.",
        f"Part {number} does x{number} and more.",
        SOURCE,
        tags=("disk",),
        created=PAST,
        changed=PAST,
    )
    made = replace(plain, **values)  # type: ignore[arg-type]
    return replace(made, made=made_of(made))


A, B, C, D, E, F = (f"card{number:012}" for number in range(1, 7))


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    cloze = card(6, question="{{c1::std::vector}} owns its {{c2::elements}}.", answer="", kind=Kind.CLOZE)
    return Desk(tmp_path, [*(card(number) for number in range(1, 6)), cloze], int(time.time()))


@pytest.fixture
def anki(tmp_path: Path, desk: Desk) -> Iterator[RealAnki]:
    with RealAnki(tmp_path / "profile") as anki:
        anki.take(desk.ship())
        yield anki


def assert_quiet(desk: Desk, anki: RealAnki) -> None:
    """Another reading finds nothing, and another package changes nothing."""
    merged = desk.read(anki.path)
    assert (merged.cards, merged.shipped, merged.taken_over, merged.conflicts) == ((), {}, (), ())
    before = {guid: anki.note(guid).fields + anki.note(guid).tags for guid in desk.cards if anki.has(guid)}
    log = anki.take(desk.ship())
    assert not log.new
    assert not log.updated
    assert not log.conflicting
    assert before == {guid: anki.note(guid).fields + anki.note(guid).tags for guid in desk.cards if anki.has(guid)}


def test_nothing_was_edited(desk: Desk, anki: RealAnki) -> None:
    """Right after an import, everything is as it was shipped."""
    merged = desk.read(anki.path)
    assert not merged.cards
    assert not merged.taken_over
    assert all(record.seen == desk.now for record in merged.shipped.values())
    assert_quiet(desk, anki)


def test_an_edit_is_taken_over(desk: Desk, anki: RealAnki) -> None:
    """A text that only the person changed comes into the card, is theirs, and stays as it is in Anki."""
    anki.edit(A, Answer="It does <b>y</b><div>and <code>z</code></div>")
    merged = desk.read(anki.path)
    assert [(taken.field, taken.after, taken.exact) for taken in merged.taken_over] == [
        ("answer", "It does **y**\nand `z`", True)
    ]
    assert desk.cards[A].answer == "It does **y**\nand `z`"
    assert edited_fields(desk.cards[A]) == {"answer"}
    assert_quiet(desk, anki)
    assert anki.fields(A)["Answer"] == "It does <b>y</b><div>and <code>z</code></div>"


def test_an_edit_of_letter_case_is_the_persons_too(desk: Desk, anki: RealAnki) -> None:
    """Fingerprints don't tell letter case apart; an edit of it in Anki counts all the same."""
    anki.edit(A, Question="What does PART 1 do?")
    desk.read(anki.path)
    assert desk.cards[A].question == "What does PART 1 do?"
    assert "question" in edited_fields(desk.cards[A])


def test_ours_is_written_beside_an_edit(desk: Desk, anki: RealAnki) -> None:
    """The model revised the question, the person the answer: both come together, in the card and in Anki."""
    anki.edit(A, Answer="my own answer")
    desk.made(A, question="What is part 1 for?")
    desk.made(B, answer="It does something else.")
    merged = desk.read(anki.path)
    assert not merged.conflicts
    assert (desk.cards[A].question, desk.cards[A].answer) == ("What is part 1 for?", "my own answer")
    log = anki.take(desk.ship())
    assert len(log.updated) == 2
    assert anki.fields(A)["Question"] == "What is part 1 for?"
    assert anki.fields(A)["Answer"] == "my own answer"
    assert anki.fields(B)["Answer"] == "It does something else."
    desk.read(anki.path)
    assert_quiet(desk, anki)


def test_both_changed_one_text(desk: Desk, anki: RealAnki) -> None:
    """The person's stays, ours waits as a proposal, is listed, and is shown in Anki."""
    anki.edit(A, Answer="mine")
    desk.made(A, answer="the model's")
    merged = desk.read(anki.path)
    assert [(c.field, c.ours, c.theirs) for c in merged.conflicts] == [("answer", "the model's", "mine")]
    assert desk.cards[A].answer == "mine"
    proposal = desk.cards[A].proposal
    assert proposal is not None
    assert proposal.answer == "the model's"
    assert not desk.read(anki.path).conflicts
    anki.take(desk.ship())
    assert anki.fields(A)["Answer"] == "mine"
    assert "the model's" in anki.fields(A)["Proposed"]
    desk.read(anki.path)
    assert_quiet(desk, anki)


def test_emptying_the_proposal_refuses_it(desk: Desk, anki: RealAnki) -> None:
    """A person who empties the field of a proposal in Anki has said no."""
    anki.edit(A, Answer="mine")
    desk.made(A, answer="the model's")
    desk.read(anki.path)
    anki.take(desk.ship())
    desk.read(anki.path)
    anki.edit(A, Proposed="")
    merged = desk.read(anki.path)
    assert [taken.field for taken in merged.taken_over] == ["proposal"]
    assert desk.cards[A].proposal is None
    assert_quiet(desk, anki)


def test_an_edit_in_the_card_file_and_in_anki(desk: Desk, anki: RealAnki) -> None:
    """Where the person edited one text in both places, neither is lost."""
    anki.edit(A, Question="from Anki?")
    desk.edit(A, question="from the file?")
    desk.read(anki.path)
    assert desk.cards[A].question == "from Anki?"
    proposal = desk.cards[A].proposal
    assert proposal is not None
    assert proposal.question == "from the file?"


def test_the_same_edit_twice_is_no_conflict(desk: Desk, anki: RealAnki) -> None:
    """Who makes the same edit in the card file and in Anki has made one edit."""
    anki.edit(A, Answer="the <b>same</b>")
    desk.edit(A, answer="the **same**")
    merged = desk.read(anki.path)
    assert not merged.conflicts
    assert not merged.taken_over
    assert desk.cards[A].proposal is None


def test_a_package_that_was_never_imported(desk: Desk, anki: RealAnki) -> None:
    """Anki still has the text before last: that is ours, no edit, and the newer one comes with the next import."""
    desk.read(anki.path)
    desk.made(A, answer="second")
    desk.ship()
    desk.made(A, answer="third")
    desk.now += 1
    merged = desk.read(anki.path)
    assert not merged.taken_over
    assert not merged.cards
    anki.take(desk.ship())
    assert anki.fields(A)["Answer"] == "third"


def test_an_edit_blocks_a_package_and_is_not_lost(desk: Desk, anki: RealAnki) -> None:
    """The question is edited between build and import, so that Anki skips the note: the next package has both."""
    desk.made(A, answer="second")
    package = desk.ship()
    anki.edit(A, Question="edited meanwhile?")
    anki.backdate(A, desk.now + 100)
    assert not anki.take(package).updated
    merged = desk.read(anki.path)
    assert [taken.field for taken in merged.taken_over] == ["question"]
    assert not merged.conflicts
    desk.now += 200
    assert len(anki.take(desk.ship()).updated) == 1
    assert anki.fields(A)["Question"] == "edited meanwhile?"
    assert anki.fields(A)["Answer"] == "second"
    desk.read(anki.path)
    assert_quiet(desk, anki)


def test_a_tag_blocks_a_package(desk: Desk, anki: RealAnki) -> None:
    """Also a tag moves the note's time: the text that Anki skipped is sent again, with a later time."""
    desk.made(A, answer="second")
    package = desk.ship()
    anki.tag(A, "mine")
    anki.backdate(A, desk.now + 100)
    assert not anki.take(package).updated
    desk.read(anki.path)
    anki.take(desk.ship())
    assert anki.fields(A)["Answer"] == "second"
    assert anki.tags(A) == {"disk", "flashgen::systems", "mine"}


def test_back_to_an_older_wording_by_hand(desk: Desk, anki: RealAnki) -> None:
    """Who saw our new wording in Anki and wrote the old one back wants the old one."""
    old = anki.fields(A)["Answer"]
    desk.made(A, answer="newer and worse")
    anki.take(desk.ship())
    desk.read(anki.path)
    anki.edit(A, Answer=old)
    anki.backdate(A, desk.now + 50)
    merged = desk.read(anki.path)
    assert [taken.field for taken in merged.taken_over] == ["answer"]
    assert desk.cards[A].answer == card(1).answer


def test_tags_of_their_own_stay(desk: Desk, anki: RealAnki) -> None:
    """Tags that the person added survive an update; they don't come into the card file."""
    anki.tag(A, "exam", "Jura::Staat")
    merged = desk.read(anki.path)
    assert set(merged.kept[A].tags) == {"exam", "Jura::Staat"}
    assert desk.cards[A].tags == ("disk",)
    desk.made(A, answer="new")
    anki.take(desk.ship())
    assert anki.fields(A)["Answer"] == "new"
    assert anki.tags(A) == {"disk", "flashgen::systems", "exam", "Jura::Staat"}
    anki.untag(A, "exam")
    assert desk.read(anki.path).kept[A].tags == ("Jura::Staat",)


def test_anki_strips_its_own_marks_from_packages(desk: Desk, anki: RealAnki) -> None:
    """`marked` and `leech` are kept and shipped, but a default import takes them off every note that it updates: such
    notes are named before."""
    anki.tag(A, "marked", "leech", "exam")
    anki.tag(B, "marked")
    desk.read(anki.path)
    assert set(desk.records[A].kept_tags) == {"marked", "leech", "exam"}
    desk.made(A, answer="new")
    assert [risk.id for risk in loses_marks(at_risk(desk.decks(), desk.records), desk.records)] == [A]
    anki.take(desk.ship())
    assert anki.tags(A) == {"disk", "flashgen::systems", "exam"}
    assert anki.tags(B) == {"disk", "flashgen::systems", "marked"}


def test_what_was_known_of_a_note_is_shipped_without_anki(desk: Desk, anki: RealAnki) -> None:
    """A run that can't read Anki ships the tags and notes that an earlier one saw there."""
    anki.tag(A, "exam")
    anki.edit(A, Notes="remember the <i>paper</i>")
    desk.read(anki.path)
    desk.made(A, answer="new")
    anki.take(desk.ship())
    assert "exam" in anki.tags(A)
    assert anki.fields(A)["Notes"] == "remember the <i>paper</i>"


def test_a_tag_taken_off_stays_off(desk: Desk, anki: RealAnki) -> None:
    """A tag of ours that the person removed in Anki leaves the card."""
    anki.untag(A, "disk")
    desk.read(anki.path)
    assert desk.cards[A].tags == ()
    assert "tags" in edited_fields(desk.cards[A])
    desk.made(A, answer="new")
    anki.take(desk.ship())
    assert anki.tags(A) == {"flashgen::systems"}


def test_a_tag_added_in_the_card_file(desk: Desk, anki: RealAnki) -> None:
    """A tag that was only just shipped is not taken for one that the person removed."""
    desk.read(anki.path)
    desk.edit(A, tags=("disk", "Net work"))
    desk.ship()
    anki.tag(A, "exam")
    anki.backdate(A, desk.now + 100)
    desk.read(anki.path)
    assert desk.cards[A].tags == ("disk", "Net work")
    anki.take(desk.ship())
    assert anki.tags(A) == {"disk", "Net_work", "exam", "flashgen::systems"}
    desk.read(anki.path)
    assert_quiet(desk, anki)


def test_one_note_deleted(desk: Desk, anki: RealAnki) -> None:
    """A note that the person deleted in Anki is rejected, for good."""
    desk.read(anki.path)
    anki.delete(A)
    merged = desk.read(anki.path)
    assert [card.id for card in merged.deleted] == [A]
    assert desk.cards[A].status is Status.REJECTED
    assert desk.cards[A].findings[-1].reason == "deleted in Anki"
    assert "status" in edited_fields(desk.cards[A])
    anki.take(desk.ship())
    assert not anki.has(A)
    assert not desk.read(anki.path).deleted


def test_taken_back_into_the_deck_by_hand(desk: Desk, anki: RealAnki) -> None:
    """Who sets the card active again in the card file gets it back, and it isn't rejected a second time."""
    desk.read(anki.path)
    anki.delete(A)
    desk.read(anki.path)
    desk.edit(A, status=Status.ACTIVE)
    assert not desk.read(anki.path).deleted
    anki.take(desk.ship())
    assert anki.has(A)


def test_most_of_the_deck_is_gone(desk: Desk, anki: RealAnki) -> None:
    """Most notes of a list missing at once is a question, no deletion; none of them there is another profile."""
    desk.read(anki.path)
    anki.delete(A, B, C, D)
    merged = desk.read(anki.path)
    assert not merged.deleted
    assert {card.id for card in merged.missing} == {A, B, C, D}
    anki.delete(E, F)
    assert not desk.read(anki.path).deleted


def test_never_imported_is_not_deleted(desk: Desk, anki: RealAnki) -> None:
    """A card that Anki never had was not deleted there."""
    desk.read(anki.path)
    new = card(7)
    desk.cards[new.id] = new
    desk.ship()
    merged = desk.read(anki.path)
    assert not merged.deleted
    assert not merged.missing


def test_moved_suspended_and_flagged(desk: Desk, anki: RealAnki) -> None:
    """Where a card lies and how it is studied is read, and no import changes it."""
    anki.move(A, "My::Own")
    anki.suspend(B)
    anki.flag(C, 4)
    seen = read_collection(anki.path)
    assert seen.notes[A].deck == "My::Own"
    assert seen.notes[B].suspended
    assert seen.notes[C].flag == 4
    assert seen.notes[D].deck == "Systems"
    assert [card.number for card in seen.notes[F].cards] == [0, 1]
    desk.read(anki.path)
    desk.made(A, answer="new")
    anki.take(desk.ship())
    seen = read_collection(anki.path)
    assert (seen.notes[A].deck, seen.notes[B].suspended, seen.notes[C].flag) == ("My::Own", True, 4)


def test_a_look_that_markdown_cannot_say(desk: Desk, anki: RealAnki) -> None:
    """Colours, pasted pictures and sounds stay in Anki to the letter, beside a text that can be read."""
    html = 'It is <span style="color: red;">red</span> <img src="paste-1.jpg">'
    anki.edit(A, Answer=html)
    merged = desk.read(anki.path)
    assert merged.taken_over[0].exact is False
    assert desk.cards[A].answer == "It is red ![](media:paste-1.jpg)"
    assert merged.kept[A].html == {"Answer": html}
    assert_quiet(desk, anki)
    desk.made(A, question="What else is it?")
    anki.take(desk.ship())
    assert anki.fields(A)["Question"] == "What else is it?"
    assert anki.fields(A)["Answer"] == html
    desk.edit(A, answer="Another text.")
    assert desk.read(anki.path).kept[A].html == {}
    anki.take(desk.ship())
    assert anki.fields(A)["Answer"] == "Another text."


def test_a_field_that_cards_have_no_place_for(desk: Desk, anki: RealAnki) -> None:
    """What the person wrote into Extra is kept too; what we wrote around a card is not taken for theirs."""
    anki.edit(A, Extra="my <b>hint</b>")
    assert desk.read(anki.path).kept[A].html == {"Extra": "my <b>hint</b>"}
    assert desk.read(anki.path).kept[B].html == {}
    desk.made(A, answer="new")
    anki.take(desk.ship())
    assert anki.fields(A)["Extra"] == "my <b>hint</b>"
    anki.edit(A, Extra="")
    assert desk.read(anki.path).kept[A].html == {}


def test_the_back_of_a_card(desk: Desk, anki: RealAnki) -> None:
    """A table that we put on a card's back is ours in Anki too, until the person writes something else there."""
    desk.made(A, extra="| a | b |\n|---|---|\n| 1 | 2 |")
    anki.take(desk.ship())
    assert anki.fields(A)["Extra"].startswith("<table>")
    assert desk.read(anki.path).kept[A].html == {}
    desk.made(A, extra="| a | b |\n|---|---|\n| 3 | 4 |")
    anki.take(desk.ship())
    assert "3" in anki.fields(A)["Extra"]
    assert desk.read(anki.path).kept[A].html == {}
    anki.edit(A, Extra="mine")
    assert desk.read(anki.path).kept[A].html == {"Extra": "mine"}
    desk.made(A, answer="newer")
    anki.take(desk.ship())
    assert anki.fields(A)["Extra"] == "mine"


def test_clozes(desk: Desk, anki: RealAnki) -> None:
    """Clozes and their hints come over as Anki means them."""
    anki.edit(F, Question="{{c1::std:<!-- -->:vector}} <b>owns</b> its {{c2::elements::what?}}.")
    desk.read(anki.path)
    assert desk.cards[F].question == "{{c1::std::vector}} **owns** its {{c2::elements::what?}}."
    assert_quiet(desk, anki)


def test_renamed_fields_and_note_types(desk: Desk, anki: RealAnki) -> None:
    """Fields are known by their ids, whatever the person calls them."""
    models = anki.collection.models
    model = models.by_name("flashgen basic")
    assert model
    model["name"] = "Fragen"
    models.rename_field(model, model["flds"][1], "Antwort")
    models.update_dict(model)
    anki.edit(A, Answer="umbenannt")
    desk.read(anki.path)
    assert desk.cards[A].answer == "umbenannt"


def test_a_note_of_another_type(desk: Desk, anki: RealAnki) -> None:
    """A note that the person gave a type of their own is neither deleted nor merged: Anki takes no update for it."""
    desk.read(anki.path)
    basic = anki.collection.models.by_name("Basic")
    assert basic
    note = anki.note(A)
    request = anki.collection.models.change_notetype_info(old_notetype_id=note.mid, new_notetype_id=basic["id"]).input
    request.note_ids.extend([note.id])
    anki.collection.models.change_notetype_of_notes(request)
    merged = desk.read(anki.path)
    assert not merged.deleted
    assert not merged.missing
    assert not merged.taken_over


def test_a_lost_ledger(desk: Desk, anki: RealAnki) -> None:
    """Without a ledger, fingerprints still tell our texts from edits, and no edit is lost."""
    anki.edit(A, Answer="mine")
    desk.made(B, answer="newer")
    desk.edit(C, answer="from the file")
    desk.records.clear()
    merged = desk.read(anki.path)
    assert desk.cards[A].answer == "mine"
    assert desk.cards[C].answer == "from the file"
    assert {taken.card.id for taken in merged.taken_over} == {A, B}  # B: who wrote the older text can't be known
    proposal = desk.cards[B].proposal
    assert proposal is not None
    assert proposal.answer == "newer"
