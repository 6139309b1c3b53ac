"""All cards of some lists in one SQLite file, so that any of them is at hand without reading YAML.

The card files are the truth: a file whose stamp differs is read again, and deleting the index loses a few seconds. What
can't be read (a slip in a file) is told, and the other files go on.
"""

from __future__ import annotations

import contextlib
import dataclasses
import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from flashgen.desk.database import opened, transaction
from flashgen.errors import Conflict, FileError, UsageError
from flashgen.judging import rank
from flashgen.ledger import LinkRecord
from flashgen.lists import ListPlace
from flashgen.store import journal, ledger_file
from flashgen.store.book import CARDS, LEDGER
from flashgen.store.cards import CardFiles
from flashgen.store.parsed import stamp_of
from flashgen.text import stems
from flashgen.types import Card, Topic

_MOST_ALIKE = 40
_BY_ID = "SELECT number FROM card WHERE list = ? AND id = ?"
_BY_FILE = "SELECT number FROM card WHERE list = ? AND path = ?"


@dataclass(frozen=True, slots=True)
class Found:
    """A card of the index: its list, its topic, and its place in the queue's order."""

    list_name: str
    topic: Topic
    card: Card
    place: tuple[int, str, str, int]


class Index:
    """The index at `path` over the lists at `places`. For one thread."""

    def __init__(self, path: Path, places: Sequence[ListPlace]) -> None:
        self.places = {place.name: place for place in places}
        self.files = {place.name: CardFiles(place.home / CARDS) for place in places}
        self.problems: tuple[str, ...] = ()
        self.db = opened(path)

    def close(self) -> None:
        """Let go of the file."""
        self.db.close()

    def sync(self) -> None:
        """Take over what changed in the files since the last time. A list that is asked for no more stays indexed."""
        problems: list[str] = []
        with transaction(self.db):
            for name, place in self.places.items():
                problems += self._sync_cards(name)
                with contextlib.suppress(FileError):
                    self._sync_ledger(name, place.home / LEDGER)
        self.problems = tuple(problems)

    def _sync_cards(self, name: str) -> Iterator[str]:
        known = dict(self.db.execute("SELECT path, stamp FROM file WHERE list = ?", (name,)))
        files = self.files[name]
        for path in files.paths():
            stamp = str(stamp_of(path))
            if known.pop(path.name, "") != stamp:
                try:
                    topic, cards = files.read_file(path)
                except FileError as error:
                    yield str(error)
                    continue
                self._take(name, path.name, topic, cards)
                self.db.execute(
                    "INSERT OR REPLACE INTO file VALUES (?, ?, ?, ?)", (name, path.name, stamp, json.dumps(topic))
                )
        for gone in known:
            self._forget(name, gone)

    def _forget(self, name: str, path: str) -> None:
        where = (name, path)
        self._delete([row[0] for row in self.db.execute(_BY_FILE, where)])
        self.db.execute("DELETE FROM file WHERE list = ? AND path = ?", where)

    def _take(self, name: str, path: str, topic: Topic, cards: Sequence[Card]) -> None:
        """Make the rows of one file those of `cards`; rows that say so already are left alone."""
        place = json.dumps(topic, ensure_ascii=False)
        old = {
            (card_id, seq, was, content): number
            for card_id, seq, was, content, number in self.db.execute(
                "SELECT id, seq, topic, body, number FROM card JOIN content USING (number) WHERE list = ? AND path = ?",
                (name, path),
            )
        }
        fresh = []
        for seq, card in enumerate(cards):
            if card.id and old.pop((card.id, seq, place, content := body(card)), None) is None:
                fresh.append((seq, card, content))
        self._delete(old.values())
        for seq, card, content in fresh:
            self._delete(row[0] for row in self.db.execute(_BY_ID, (name, card.id)).fetchall())
            gates = " ".join(("", *(finding.gate for finding in card.findings), ""))
            row = (name, path, seq, card.id, rank(card), str(card.status), place, card.source, gates)
            inserted = "INSERT INTO card VALUES (NULL, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
            number = self.db.execute(inserted, row).lastrowid
            words = " ".join((card.question, card.answer, card.quote, *card.tags)).casefold()
            self.db.execute("INSERT INTO content VALUES (?, ?, ?)", (number, words, content))
            self.db.execute("INSERT INTO said (rowid, stems) VALUES (?, ?)", (number, " ".join(_tokens(card))))

    def _delete(self, numbers: Iterable[int]) -> None:
        for number in numbers:
            for table, key in (("said", "rowid"), ("content", "number"), ("card", "number")):
                self.db.execute(f"DELETE FROM {table} WHERE {key} = ?", (number,))

    def _sync_ledger(self, name: str, path: Path) -> None:
        stamp = str(stamp_of(path)) if path.exists() else ""
        known = self.db.execute("SELECT stamp FROM ledger WHERE list = ?", (name,)).fetchone()
        if known == (stamp,):
            return
        file = ledger_file.LedgerFile(path)
        ledger = file.load()
        for table in ("link", "shipped", "ledger"):
            self.db.execute(f"DELETE FROM {table} WHERE list = ?", (name,))
        links = [(name, url, text) for url, text in file.links.texts.items()]
        self.db.executemany("INSERT INTO link VALUES (?, ?, ?)", links)
        self.db.executemany("INSERT INTO shipped VALUES (?, ?)", [(name, card_id) for card_id in ledger.shipped])
        self.db.execute("INSERT INTO ledger VALUES (?, ?)", (name, stamp))

    # --- looking up -----------------------------------------------------------------------------

    def find(self, list_name: str, card_id: str) -> Found | None:
        """One card; None if it stands in no file."""
        return next(self.select("list = ? AND id = ?", (list_name, card_id)), None)

    def named(self, list_name: str, card_id: str) -> Found:
        """One card. Raises Conflict where it is in no file any more, UsageError for a list that is not here."""
        if list_name not in self.places:
            raise UsageError(f"the list {list_name!r} is not on this desk")
        found = self.find(list_name, card_id)
        if found is None:
            raise Conflict(card_id, "this card is in no file any more")
        return found

    def file_of(self, found: Found) -> Path:
        """The card file that a card stands in."""
        return self.files[found.list_name].folder / found.place[2]

    def select(self, where: str, values: Sequence[object], order: str = "") -> Iterator[Found]:
        """The cards that an SQL condition holds for."""
        order = f" ORDER BY {order}" if order else ""
        selected = "SELECT list, topic, rank, path, seq, body FROM card JOIN content USING (number)"
        for row in self.db.execute(f"{selected} WHERE {where}{order}", values):
            yield _found(row)

    def of_source(self, list_name: str, source: str) -> list[Found]:
        """All cards of one source, in the order of their files."""
        return list(self.select("list = ? AND source = ?", (list_name, source), "path, seq"))

    def in_anki(self, list_name: str, card_id: str) -> bool:
        """Whether Anki was given the card."""
        row = self.db.execute("SELECT 1 FROM shipped WHERE list = ? AND id = ?", (list_name, card_id)).fetchone()
        return row is not None

    def record(self, list_name: str, url: str) -> LinkRecord:
        """What the ledger knows of a link; an empty record where it knows nothing."""
        row = self.db.execute("SELECT record FROM link WHERE list = ? AND url = ?", (list_name, url)).fetchone()
        return ledger_file.record(url, row[0]) if row else LinkRecord(url)

    def records(self, list_name: str) -> dict[str, LinkRecord]:
        """What the ledger knows of the links of a list."""
        rows = self.db.execute("SELECT url, record FROM link WHERE list = ?", (list_name,))
        return {url: ledger_file.record(url, record) for url, record in rows}

    def counts(self, list_name: str) -> dict[str, dict[str, int]]:
        """How many cards each source has, by status."""
        counted: dict[str, dict[str, int]] = {}
        grouped = "SELECT source, status, count(*) FROM card WHERE list = ? GROUP BY source, status"
        for source, status, count in self.db.execute(grouped, (list_name,)):
            counted.setdefault(source, {})[status] = count
        return counted

    def alike(self, card: Card) -> list[Found]:
        """Cards in use that share many words with `card`, the likest first."""
        tokens = _tokens(card)
        if not tokens:
            return []
        wanted = " OR ".join(f'"{token}"' for token in tokens)
        rows = self.db.execute(
            "SELECT list, topic, card.rank, path, seq, body FROM said JOIN card ON card.number = said.rowid "
            "JOIN content ON content.number = said.rowid "
            "WHERE said MATCH ? AND status IN ('active', 'draft') AND id <> ? ORDER BY bm25(said) LIMIT ?",
            (wanted, card.id, _MOST_ALIKE),
        )
        return [_found(row) for row in rows]


def _found(row: tuple[str, str, int, str, int, str]) -> Found:
    list_name, topic, place, path, seq, body = row
    return Found(list_name, tuple(json.loads(topic)), journal.card(json.loads(body)), (place, list_name, path, seq))


def body(card: Card) -> str:
    """The card as JSON; `dataclasses.asdict` would copy it to the last leaf first."""
    fields = {field.name: getattr(card, field.name) for field in dataclasses.fields(card)}
    fields["proposal"] = card.proposal and dataclasses.asdict(card.proposal)
    fields["findings"] = [dataclasses.asdict(finding) for finding in card.findings]
    return json.dumps(fields, ensure_ascii=False)


def _tokens(card: Card) -> list[str]:
    """The stems of question and answer, each once, as the full-text index takes them."""
    cleaned = ("".join(filter(str.isalnum, stem)) for stem in (*stems(card.question), *stems(card.answer)))
    return list(dict.fromkeys(filter(None, cleaned)))
