"""Whatever happens in whatever order: nobody's edit is lost, our texts are never edits, merging twice is merging once.

Anki is a few lines here, with the rules of its importer as they were seen in the real one: notes match by GUID, one
with a newer time replaces fields and tags, any other changes nothing.
"""

from __future__ import annotations

import random
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from real_anki import RealAnki

from flashgen import hand
from flashgen.anki.collection import read_collection
from flashgen.anki.fields import modified, tags
from flashgen.anki.note_types import FIELDS
from flashgen.anki.wording import AnkiWording, note_html
from flashgen.decks import SHIPPED, Deck, Note
from flashgen.ledger import ShippedRecord
from flashgen.merge import Merged, kept_of, merge, shipped
from flashgen.merge.values import TEXTS
from flashgen.outputs import apkg
from flashgen.seen import Seen, SeenNote
from flashgen.types import Card, Status

START = 1_760_000_000
IDS = ("card1", "card2", "card3")
NAMES = tuple(TEXTS)
WORDING = AnkiWording()


@dataclass
class World:
    """Three cards, their records, a package, an Anki, and what the person must find again."""

    clock: int = START
    counter: int = 0
    cards: dict[str, Card] = field(default_factory=dict)
    records: dict[str, ShippedRecord] = field(default_factory=dict)
    package: dict[str, SeenNote] = field(default_factory=dict)
    anki: dict[str, SeenNote] = field(default_factory=dict)
    owed: dict[str, set[str]] = field(default_factory=lambda: {id_: set() for id_ in IDS})
    their_tags: dict[str, set[str]] = field(default_factory=lambda: {id_: set() for id_ in IDS})
    read: dict[str, SeenNote] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for id_ in IDS:
            card = Card(id_, f"q of {id_}", f"a of {id_}", f"quote of {id_}", "https://example.org/a", tags=("t",))
            self.cards[id_] = replace(card, created=START, changed=START, made=hand.made_of(card))
        self.run()
        self.take()
        self.merge()

    def fresh(self, who: str) -> str:
        self.counter += 1
        return f"{who} wrote {self.counter}."

    # --- what the program does ------------------------------------------------------------------

    def merge(self) -> Merged:
        self.read = dict(self.anki)
        merged = merge(self.cards.values(), self.records, Seen(self.read), WORDING, self.clock)
        self.cards |= {card.id: card for card in merged.cards}
        self.records |= merged.shipped
        return merged

    def run(self) -> None:
        """One run: Anki is read back, and a package written."""
        self.merge()
        self.package = {}
        for id_, card in self.cards.items():
            self.cards[id_] = card = hand.touch(card, self.clock, self.records.get(id_))
            if card.status in SHIPPED:
                note = Note(card, list_name="list", kept=kept_of(card, self.records.get(id_)))
                self.package[id_] = SeenNote(id_, note_html(note), tags(note), modified(card))
                self.records[id_] = shipped(card, self.records.get(id_), note_html(note), tags(note))

    def revise(self, id_: str, name: str) -> None:
        """The model rewords what is still ours."""
        if name not in hand.edited_fields(self.cards[id_]):
            card = replace(self.cards[id_], **{name: self.fresh("model")})  # type: ignore[arg-type]
            self.cards[id_] = replace(card, made={**card.made, **hand.made_of(card, (name,))})

    # --- what the person does -------------------------------------------------------------------

    def take(self) -> None:
        """Import the newest package."""
        for id_, note in self.package.items():
            if id_ not in self.anki or note.modified > self.anki[id_].modified:
                self.anki[id_] = note

    def edit_anki(self, id_: str, name: str, text: str) -> None:
        if note := self.anki.get(id_):
            self.owed[id_].discard(note.fields[TEXTS[name]])
            if id_ not in self.read or self.read[id_].fields[TEXTS[name]] != text:
                self.owed[id_].add(text)  # what was there when it was last read is no edit
            self._touch(id_, fields={**note.fields, TEXTS[name]: text})

    def edit_file(self, id_: str, name: str) -> None:
        text = self.fresh("file")
        self.owed[id_].discard(getattr(self.cards[id_], name))
        self.owed[id_].add(text)
        self.cards[id_] = replace(self.cards[id_], **{name: text})  # type: ignore[arg-type]

    def tag(self, id_: str) -> None:
        if note := self.anki.get(id_):
            self.their_tags[id_].add(tag := f"mine{self.counter}")
            self.counter += 1
            self._touch(id_, tags=(*note.tags, tag))

    def untag(self, id_: str) -> None:
        if note := self.anki.get(id_):
            self.their_tags[id_] -= set(note.tags[-1:])
            self._touch(id_, tags=note.tags[:-1])

    def _touch(self, id_: str, **values: object) -> None:
        self.anki[id_] = replace(self.anki[id_], modified=self.clock, **values)  # type: ignore[arg-type]

    def do(self, action: str, id_: str, name: str) -> None:
        self.clock += 1
        if action == "run":
            self.run()
        elif action == "merge":
            self.merge()
        elif action == "take":
            self.take()
        elif action == "revise":
            self.revise(id_, name)
        elif action == "edit anki":
            self.edit_anki(id_, name, self.fresh("anki"))
        elif action == "revert":
            self.edit_anki(id_, name, f"{name[0]} of {id_}" if name != "quote" else f"quote of {id_}")
        elif action == "edit file":
            self.edit_file(id_, name)
        elif action == "tag":
            self.tag(id_)
        elif action == "untag":
            self.untag(id_)
        elif action == "extra" and id_ in self.anki:
            self._touch(
                id_, fields={**self.anki[id_].fields, "Extra": self.fresh("extra"), "Notes": self.fresh("note")}
            )
        elif action == "delete":
            self.anki.pop(id_, None)


def actions(*names: str) -> st.SearchStrategy[list[tuple[str, str, str]]]:
    one = st.tuples(st.sampled_from(names), st.sampled_from(IDS), st.sampled_from(NAMES))
    return st.lists(one, max_size=14)


ALL = ("run", "run", "take", "take", "merge", "revise", "edit anki", "revert", "edit file", "tag", "untag", "extra")


@given(actions(*ALL))
def test_nobodys_edit_is_lost(done: list[tuple[str, str, str]]) -> None:
    """Every text that the person wrote, in Anki or in the card file, and did not replace themselves, is in the card or
    waits in its proposal; tags, notes and extras of theirs are in Anki. In the end, Anki shows what the cards say."""
    world = World()
    for action, id_, name in done:
        world.do(action, id_, name)
    check_that_nothing_is_lost(world)


def check_that_nothing_is_lost(world: World) -> None:
    """After one more run and import, what the person wrote is there, and Anki shows what the cards say."""
    theirs = {id_: (note.fields["Notes"], note.fields["Extra"]) for id_, note in world.anki.items()}
    world.clock += 1
    world.run()
    world.take()
    for id_, card in world.cards.items():
        everywhere = repr(card)
        assert all(text in everywhere for text in world.owed[id_])
        note = world.anki[id_]
        assert (note.fields["Notes"], note.fields["Extra"]) == theirs[id_]
        assert world.their_tags[id_] <= set(note.tags)
        ours = WORDING.html(card)
        assert {name: note.fields[name] for name in ours} == dict(ours)


@given(actions("run", "run", "take", "take", "merge", "revise", "edit file"))
def test_our_texts_never_count_as_edits(done: list[tuple[str, str, str]]) -> None:
    """As long as nobody edits in Anki, merging takes nothing over, whatever was shipped, imported or not."""
    world = World()
    for action, id_, name in done:
        world.do(action, id_, name)
        before = dict(world.cards)
        merged = world.merge()
        assert not merged.taken_over
        assert not merged.conflicts
        assert world.cards == before


@given(actions(*ALL, "delete"))
def test_merging_twice_is_merging_once(done: list[tuple[str, str, str]]) -> None:
    """A second reading of the same Anki finds nothing, and a second package changes nothing in it."""
    world = World()
    for action, id_, name in done:
        world.do(action, id_, name)
    world.merge()
    again = world.merge()
    assert (again.cards, again.shipped, again.taken_over, again.conflicts, again.deleted) == ((), {}, (), (), ())
    world.run()
    world.take()
    world.merge()
    before = dict(world.anki)
    world.clock += 100
    world.run()
    world.take()
    assert world.anki == before


@given(actions("run", "take", "merge", "revise", "edit anki", "edit file"), st.sampled_from(IDS))
def test_a_deleted_note_stays_deleted(done: list[tuple[str, str, str]], gone: str) -> None:
    """A note that was seen and then deleted in Anki is rejected, and nothing that follows brings it back."""
    world = World()
    world.merge()
    world.anki.pop(gone)
    world.clock += 1
    world.run()
    assert world.cards[gone].status is Status.REJECTED
    for action, id_, name in done:
        world.do(action, id_, name)
    assert world.cards[gone].status is Status.REJECTED
    assert gone not in world.anki


class RealWorld(World):
    """The same world with the real Anki in it; its times are the world's."""

    def __init__(self, folder: Path, real: RealAnki) -> None:
        self.real, self.folder = real, folder
        super().__init__()

    def take(self) -> None:
        decked = [Note(card, list_name="list", kept=kept_of(card, self.records[id_])) for id_, card in self._shipped()]
        apkg.write([Deck("List", tuple(decked))], self.folder / "list.apkg")
        self.real.take(self.folder / "list.apkg")
        self.look()

    def _shipped(self) -> list[tuple[str, Card]]:
        return [(id_, card) for id_, card in self.packed.items() if card.status in SHIPPED]

    def run(self) -> None:
        super().run()
        self.packed = dict(self.cards)

    def look(self) -> None:
        self.anki = dict(read_collection(self.real.path).notes)

    def _touch(self, id_: str, **values: object) -> None:
        super()._touch(id_, **values)
        note = self.real.note(id_)
        note.fields = [self.anki[id_].fields[name] for name in FIELDS]
        note.tags = list(self.anki[id_].tags)
        self.real.collection.update_note(note)
        self.real.backdate(id_, self.clock)
        self.look()


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(12))
def test_with_the_real_anki(tmp_path: Path, seed: int) -> None:
    """The rules of the importer above are the real one's: the same holds with the real Anki."""
    dice = random.Random(seed)
    with RealAnki(tmp_path / "profile") as real:
        world = RealWorld(tmp_path, real)
        for _ in range(30):
            world.do(dice.choice(ALL), dice.choice(IDS), dice.choice(NAMES))
        check_that_nothing_is_lost(world)
