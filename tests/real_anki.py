"""A person with the real Anki: imports, edits, tags, moves, deletes through the `anki` package."""

from __future__ import annotations

import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Self

import anki.lang
from anki.collection import Collection, ImportAnkiPackageOptions, ImportAnkiPackageRequest

from flashgen.anki.note_types import FIELDS

anki.lang.set_lang("en_US")


class RealAnki:
    """One collection in a folder. Times are real: every edit happens now."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.path = folder / "collection.anki2"
        self.collection: Any = None
        self.reopen()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def reopen(self) -> None:
        self.collection = Collection(str(self.path))

    def close(self) -> None:
        if self.collection.db is not None:
            self.collection.close()

    def take(self, package: Path) -> Any:
        """Import a package as the desktop does by default; what it did with the notes."""
        request = ImportAnkiPackageRequest(package_path=str(package), options=ImportAnkiPackageOptions())
        return self.collection.import_anki_package(request).log

    def note(self, guid: str) -> Any:
        (number,) = self.collection.db.list("select id from notes where guid = ?", guid)
        return self.collection.get_note(number)

    def fields(self, guid: str) -> dict[str, str]:
        return dict(zip(FIELDS, self.note(guid).fields, strict=True))

    def tags(self, guid: str) -> set[str]:
        return set(self.note(guid).tags)

    def has(self, guid: str) -> bool:
        return bool(self.collection.db.list("select 1 from notes where guid = ?", guid))

    def edit(self, guid: str, **fields: str) -> None:
        """Write HTML into fields, by our names of them."""
        note = self.note(guid)
        for name, html in fields.items():
            note.fields[FIELDS.index(name)] = html
        self.collection.update_note(note)

    def tag(self, guid: str, *tags: str) -> None:
        self.collection.tags.bulk_add([self.note(guid).id], " ".join(tags))

    def untag(self, guid: str, *tags: str) -> None:
        self.collection.tags.bulk_remove([self.note(guid).id], " ".join(tags))

    def delete(self, *guids: str) -> None:
        self.collection.remove_notes([self.note(guid).id for guid in guids])

    def move(self, guid: str, deck: str) -> None:
        self.collection.set_deck(self.cards(guid), self.collection.decks.id(deck))

    def suspend(self, guid: str) -> None:
        self.collection.sched.suspend_cards(self.cards(guid))

    def unsuspend(self, guid: str) -> None:
        self.collection.sched.unsuspend_cards(self.cards(guid))

    def is_suspended(self, guid: str) -> bool:
        return all(self.collection.get_card(number).queue == -1 for number in self.cards(guid))

    def deck(self, guid: str) -> str:
        return str(self.collection.decks.name(self.collection.get_card(self.cards(guid)[0]).did))

    def flag(self, guid: str, flag: int) -> None:
        self.collection.set_user_flag_for_cards(flag, self.cards(guid))

    def cards(self, guid: str) -> Sequence[Any]:
        cards: Sequence[Any] = self.note(guid).card_ids()
        return cards

    def answer(self, guid: str, button: int, seconds: float = 0.0) -> None:
        """Answer the note's first card through the scheduler, whenever it is due, after so many seconds."""
        scheduler = self.collection.sched
        number = self.cards(guid)[0]
        scheduler.set_due_date([number], "0")  # this clears the queue too: any card may be answered then
        card = self.collection.get_card(number)
        card.timer_started = time.time() - seconds
        states = self.collection._backend.get_scheduling_states(number)
        scheduler.answer_card(scheduler.build_answer(card=card, states=states, rating=button - 1))

    def studied(self) -> list[Any]:
        """All that reviews leave behind: how the cards stand, without suspension, and the review log."""
        cards = "select c.id, n.guid, c.type, c.due, c.ivl, c.factor, c.reps, c.lapses from cards c, notes n"
        db = self.collection.db
        log = db.all("select id, cid, ease, ivl, time from revlog order by id")
        return [db.all(f"{cards} where n.id = c.nid order by c.id"), log]

    def review(self, rating: int = 2) -> list[str]:
        """Answer all cards that are due in all decks; the GUIDs of their notes."""
        done = []
        for deck in self.collection.decks.all_names_and_ids():
            self.collection.decks.select(deck.id)
            while queued := self.collection.sched.get_queued_cards(fetch_limit=1).cards:
                card = self.collection.get_card(queued[0].card.id)
                if card.note().guid in done:
                    break
                card.start_timer()
                states = queued[0].states
                self.collection.sched.answer_card(
                    self.collection.sched.build_answer(card=card, states=states, rating=rating)
                )
                done.append(card.note().guid)
        return done

    def backdate(self, guid: str, moment: int) -> None:
        """Pretend that the note was last edited at `moment`: a test has no weeks to wait."""
        self.collection.db.execute("update notes set mod = ? where guid = ?", moment, guid)
