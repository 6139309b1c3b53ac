"""The card files of one list: which topic is in which file, and changing cards without harming a person's work.

Every change reads the file again, merges per field with what stands there now, checks the result by reading it, and
replaces the file whole. A file's own `topic:` says which topic it holds, whatever its name.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Collection, Sequence
from dataclasses import replace
from pathlib import Path

from flashgen import identity
from flashgen.collector import uncollected
from flashgen.errors import Conflict, FileError
from flashgen.judging import Step, may_follow
from flashgen.store import atomic, card_file
from flashgen.store.card_file import MIGRATIONS, CardFile, Migrations
from flashgen.store.card_plan import Change, Plan, moved, rewritten, upserting, without
from flashgen.store.glance import Glance
from flashgen.store.parsed import ParsedFiles
from flashgen.store.readings import AT_HAND, Readings
from flashgen.types import Card, Topic

__all__ = ["CardFiles", "Change"]


class CardFiles:
    """The folder of card files of one list. Not for use by several threads at a time.

    In the folder `cache` is kept what was read of them, so that unchanged files needn't be parsed again.
    """

    def __init__(
        self,
        folder: Path,
        *,
        new_id: Callable[[], str] = identity.new_card_id,
        write: atomic.Write = os.write,
        migrations: Migrations = MIGRATIONS,
        cache: Path | None = None,
        at_hand: int = AT_HAND,
    ) -> None:
        self.folder = folder
        self._new_id = new_id
        self._write = write
        self._migrations = migrations
        known = ParsedFiles(cache, folder) if cache else None
        self._readings = Readings(lambda path: self._open(path).all_cards(), self._topic_of, known, at_hand)

    # --- files and topics -----------------------------------------------------------------------

    def files(self) -> dict[Topic, Path]:
        """The file of each topic that has one. Raises FileError, also for two files of one topic."""
        found: dict[Topic, Path] = {}
        for path in self.paths():
            topic = self._readings.topic(path)
            if topic in found:
                name = " > ".join(topic) or "no topic"
                raise FileError(
                    path, f"holds the same topic ({name}) as {found[topic].name}: put the cards into one file"
                )
            found[topic] = path
        return found

    def path(self, topic: Topic) -> Path:
        """The file of a topic, or the name that its file will have. Raises FileError."""
        files = self.files()
        if topic in files:
            return files[topic]
        taken = {path.stem.casefold() for path in files.values()}
        return self.folder / f"{identity.topic_file(topic, taken)}.yaml"

    def paths(self) -> list[Path]:
        """The card files, by name. Raises FileError."""
        try:
            names = sorted(os.listdir(self.folder))
        except FileNotFoundError:
            return []
        except OSError as error:
            raise FileError(self.folder, f"can't be read: {atomic.reason(error)}") from None
        return [self.folder / name for name in names if name.endswith((".yaml", ".yml")) and not name.startswith(".")]

    # --- reading --------------------------------------------------------------------------------

    def read(self, topic: Topic) -> tuple[Card, ...]:
        """The cards of a topic, in the order of the file; a card that has no id yet has ''. Raises FileError."""
        path = self.files().get(topic)
        return self._cards(path) if path else ()

    def read_all(self) -> dict[Topic, tuple[Card, ...]]:
        """All cards, by topic. Raises FileError, also for an id that stands in two files."""
        everything: dict[Topic, tuple[Card, ...]] = {}
        homes: dict[str, Path] = {}
        for topic, path in self.files().items():
            everything[topic] = self._cards(path)
            for card in everything[topic]:
                other = homes.setdefault(card.id, path) if card.id else path
                if other != path:
                    why = f"the id {card.id} also stands in {other.name}: delete one of the cards, or the id of a copy"
                    raise FileError(path, why)
        return everything

    @uncollected
    def read_file(self, path: Path) -> tuple[Topic, tuple[Card, ...]]:
        """The topic and the cards of one file. Raises FileError."""
        file = self._open(path)
        return file.topic, file.all_cards()

    def where(self, ids: Collection[str]) -> dict[str, Topic]:
        """The topics in whose files the cards with these ids stand; ids that stand nowhere are left out."""
        about = self.about() if ids else {}
        return {card_id: topic for topic, seen in about.items() for card_id in ids if card_id in seen.ids}

    def about(self) -> dict[Topic, Glance]:
        """Which ids and sources each file holds, mostly without reading them as cards. Raises FileError."""
        return {topic: self._readings.glance(path) for topic, path in self.files().items()}

    @uncollected
    def _cards(self, path: Path) -> tuple[Card, ...]:
        return self._readings.cards(path)

    # --- writing --------------------------------------------------------------------------------

    @uncollected
    def adopt(self, topic: Topic, now: int) -> tuple[Card, ...]:
        """`read`, after cards written by hand were given what they lack: an id, and the time. Raises FileError."""
        cards = self.read(topic)
        if all(card.id for card in cards):
            return cards
        with atomic.exclusive(self.folder):
            file = self._open_or_new(topic)
            changed = {}
            for number, card in enumerate(file.all_cards()):
                if not card.id:
                    created, edited = card.created or now, card.changed or now
                    changed[number] = replace(card, id=self._new_id(), created=created, changed=edited)
            self._write_text(file, rewritten(file, Plan(changed)))
        return self.read(topic)

    @uncollected
    def upsert(self, topic: Topic, changes: Sequence[Change], *, add: bool = True) -> tuple[Card, ...]:
        """Make changes to the cards of a topic; those cards as they are in the file then.

        A known card that is not in the file any more was deleted by the person and stays away, and so do new cards
        unless `add`. Raises FileError; then the file is as it was.
        """
        with atomic.exclusive(self.folder):
            file = self._open_or_new(topic)
            plan = upserting(file, changes, add=add)
            self._write_text(file, rewritten(file, plan))
        return plan.cards

    @uncollected
    def decide(self, path: Path, steps: Sequence[Step]) -> None:
        """Write what a person decided on cards of one file, whatever is wrong with other files.

        Raises Conflict where a card is not any more what they were shown, and FileError; then the file is as it was.
        """
        with atomic.exclusive(self.folder):
            file = self._open(path)
            for step in steps:
                _refuse_conflict(file, step)
            changes = [Change(step.after, step.before) for step in steps if step.after]
            self._write_text(file, rewritten(file, upserting(file, changes, add=True)))
            gone = [step.before.id for step in steps if step.before and step.after is None]
            if gone:
                file = self._open(path)
                self._leave(file, without(file, gone))

    @uncollected
    def move(self, ids: Collection[str], source: Topic, target: Topic) -> set[str]:
        """Move cards, with their comments, into the file of another topic; the ids that were moved.

        The target is written before the source: a run killed in between leaves the cards in both files, and moving
        them again takes them out of the source. Raises FileError.
        """
        with atomic.exclusive(self.folder):
            if source not in self.files() or source == target:
                return set()
            return self._bring(ids, self, source, target)

    def take(self, donor: CardFiles, url: str, new: str, topic: Topic, now: int) -> None:
        """The cards of a source of another list, with their comments, into the file of `topic`; their source is `new`
        then.

        The target is written before the source: killed in between, it is to be done again. Raises FileError.
        """
        for home in donor._holding(url):
            ids = {card.id for card in donor.adopt(home, now) if card.source == url}
            with atomic.exclusive(self.folder), atomic.exclusive(donor.folder):
                self._bring(ids, donor, home, topic)
        self.rename(url, new)

    def rename(self, url: str, new: str) -> None:
        """Give the cards of a source its new address. Raises FileError."""
        for home in self._holding(url) if url != new else ():
            cards = [card for card in self.read(home) if card.source == url and card.id]
            self.upsert(home, [Change(replace(card, source=new), card) for card in cards])

    def _holding(self, url: str) -> list[Topic]:
        """The topics whose files may hold cards of a source."""
        return [topic for topic, seen in self.about().items() if url in seen.sources]

    def _bring(self, ids: Collection[str], donor: CardFiles, source: Topic, topic: Topic) -> set[str]:
        """Cards from a file of `donor` into one of ours; the ids that were there to be moved."""
        origin, goal = donor._open_or_new(source), self._open_or_new(topic)
        going = [card_id for card_id in origin.places if card_id in set(ids)]
        if going:
            arrived, left = moved(origin, goal, going)
            self._write_text(goal, arrived)
            donor._leave(origin, left)
        return set(going)

    def _topic_of(self, path: Path) -> Topic:
        return card_file.topic_of(path, migrations=self._migrations)

    def _open(self, path: Path) -> CardFile:
        return card_file.read(path, migrations=self._migrations)

    def _open_or_new(self, topic: Topic) -> CardFile:
        path = self.path(topic)
        return self._open(path) if path.exists() else card_file.parse(card_file.new_text(topic), path)

    def _write_text(self, file: CardFile, text: str | None) -> None:
        if text is not None:
            self._readings.forget(file.path)
            atomic.write_text(file.path, ("\ufeff" if file.mark else "") + text, write=self._write)

    def _leave(self, file: CardFile, text: str) -> None:
        """Write a file that cards were taken from; delete it if nothing of a person's is left in it."""
        if text.split() == card_file.new_text(file.topic).replace(" []", "").split():
            self._readings.forget(file.path)
            atomic.remove(file.path)
        else:
            self._write_text(file, text)


def _refuse_conflict(file: CardFile, step: Step) -> None:
    """Raise Conflict unless a decision may be written over what the file has now."""
    before = step.before
    if before is None:
        return
    if before.id not in file.places:
        raise Conflict(before.id, "this card was deleted from its file meanwhile")
    if not may_follow(step, file.card(file.places[before.id])):
        raise Conflict(before.id, "this card was changed elsewhere meanwhile")
