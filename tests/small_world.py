"""A small world for whole runs in memory: lists, articles, a web, a model and a person, all in a few lines each.

Every sentence has a number, and says so in words of its own; a version of it differs in one word.
"""

from __future__ import annotations

import asyncio
import itertools
import sqlite3
import tempfile
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from pathlib import Path

from flashgen.agenda import Item, Request
from flashgen.app import Output, packing
from flashgen.app.homes import Known, at_home_elsewhere, follow
from flashgen.drafting import Drafted, Revised
from flashgen.drafting.article import Context
from flashgen.errors import Failed, Gone, NotModified
from flashgen.halt import Halt
from flashgen.identity import digest
from flashgen.ledger import LinkRecord
from flashgen.lists import ListPlace
from flashgen.outcome import ListResult
from flashgen.parts import Parts
from flashgen.pipeline import run
from flashgen.quotes import stands
from flashgen.selection import EVERYTHING, Selection
from flashgen.settings import Settings
from flashgen.store import Store
from flashgen.study import Reading
from flashgen.types import (
    Article,
    Card,
    Draft,
    Judged,
    Link,
    Note,
    Passage,
    ReadingList,
    Section,
    Status,
    Topic,
    Validators,
)

START = 1_760_000_000
LETTERS = "bcdfghklmnprtvwz"
MANY = Settings(cards_per_article=1000)


def word(number: int, place: int) -> str:
    """A word that no other sentence has."""
    return f"{LETTERS[place % 16]}o{LETTERS[number // 16 % 16]}u{LETTERS[number % 16]}ak{LETTERS[number // 256 % 16]}"


def sentence(number: int, version: int = 0) -> str:
    """The sentence of this number, in one of its versions."""
    changing = f"v{LETTERS[version % 16]}i{LETTERS[version // 16 % 16]}ox"
    return " ".join([*(word(number, place) for place in range(8)), changing]).capitalize() + "."


def number_of(quote: str) -> int:
    """Which sentence a quote is of."""
    letters = quote.lower().split()[0]
    return LETTERS.index(letters[2]) * 16 + LETTERS.index(letters[4]) + LETTERS.index(letters[7]) * 256


@dataclass
class Page:
    """One article: headings with numbers of sentences under them, their versions, and what its server says."""

    sections: list[tuple[str, list[int]]]
    versions: dict[int, int] = field(default_factory=dict)
    state: str = "up"
    final_url: str = ""
    chrome: int = 0

    def text(self, number: int) -> str:
        return sentence(number, self.versions.get(number, 0))

    @property
    def numbers(self) -> list[int]:
        return [number for _, numbers in self.sections for number in numbers]

    @property
    def markdown(self) -> str:
        parts = [[f"## {name}", *map(self.text, numbers)] for name, numbers in self.sections]
        return "\n\n".join(itertools.chain.from_iterable(parts))


@dataclass
class Books:
    """One reading list: links and notes (numbers of sentences) by topic. `versions` are those of the notes."""

    links: list[tuple[str, Topic]] = field(default_factory=list)
    notes: dict[Topic, list[int]] = field(default_factory=dict)
    versions: dict[int, int] = field(default_factory=dict)

    def read(self, name: str) -> ReadingList:
        topics = tuple(dict.fromkeys([topic for _, topic in self.links] + list(self.notes)))
        links = tuple(Link(url, topic, line) for line, (url, topic) in enumerate(self.links, 1))
        texts = {
            topic: "\n\n".join(sentence(number, self.versions.get(number, 0)) for number in numbers)
            for topic, numbers in self.notes.items()
        }
        return ReadingList(name, topics, links, tuple(Note(topic, 1, text) for topic, text in texts.items()))


class World:
    """Two lists in a folder, a web in a dict, and runs over both."""

    def __init__(self) -> None:
        memory = Path("/dev/shm")
        self.folder = tempfile.TemporaryDirectory(dir=memory if memory.is_dir() else None)
        self.root = Path(self.folder.name)
        self.clock = START
        self.ids = itertools.count(1)
        self.pages: dict[str, Page] = {}
        self.lists = {"one": Books(), "two": Books()}
        self.calls = 0
        self.words_per_call = 0
        self.wordings = itertools.count(1)

    # --- a run ----------------------------------------------------------------------------------

    def run(self, *, refresh: bool, yes: bool) -> None:
        """A run over both lists, as `flashgen build` or `refresh` makes it."""
        with ExitStack() as stack:
            known = [self._known(name, stack) for name in self.lists]
            follow(known, lambda event: None)
            homes = at_home_elsewhere(known)
            for one in known:
                one.store.accept_deletions()
            for one in known:
                others = [other.store for other in known if other is not one]
                parts = self._parts(homes[one.place.home], others, yes=yes)
                result = ListResult(one.place.name)
                asyncio.run(run(one.reading_list, one.store, parts, Request(refresh=refresh), result))
                assert not parts.halt, parts.halt.error
                made = packing.ready(one.reading_list, one.store, self.clock, type_in=False)
                packing.ship(made.changed, one.store, type_in=False)
                packing.write(made.decks, one.place.name, self.root / "build", Output(), type_in=False)

    def _known(self, name: str, stack: ExitStack) -> Known:
        home = self.root / "decks" / name
        store = stack.enter_context(Store(home, clock=lambda: self.clock, new_id=self.new_id))
        return Known(ListPlace(name, home / "reading-list.md", home), self.lists[name].read(name), store)

    def new_id(self) -> str:
        return f"card{next(self.ids):012}"

    def _parts(self, homes: dict[str, str], others: Sequence[Store], *, yes: bool) -> Parts:
        return Parts(
            read=self.read,
            draft=self.draft,
            revise=self.revise,
            select=self.select,
            settings=MANY,
            emit=lambda event: None,
            clock=lambda: self.clock,
            new_id=self.new_id,
            spent=dict,
            cost=lambda: None,
            halt=Halt(),
            others=lambda: [card for store in others for card in store.all_cards()],
            confirm=lambda question: yes,
            homes=homes,
            words_per_call=lambda: self.words_per_call,
        )

    # --- its web --------------------------------------------------------------------------------

    async def read(self, item: Item, record: LinkRecord | None) -> Reading:
        if item.is_note:
            return Reading(Article(item.url, item.url, "note", item.text, title=item.title), item.validators)
        page = self.pages[item.url]
        if page.state == "down":
            raise Failed(item.url, "answers 500")
        if page.state == "gone":
            raise Gone(item.url, "answers 410")
        text = "This is another page altogether, and nobody knows what it is for." if page.state == "wall" else ""
        etag = {item.url: Validators(digest([text or page.markdown, str(page.chrome)]))}
        settled = record is not None and not record.failures and not record.removed
        if record and settled and record.validators == etag and all(section.drafted for section in record.sections):
            raise NotModified(item.url, page.final_url or item.url)
        final = page.final_url or item.url
        return Reading(Article(item.url, final, "web", text or page.markdown, title="A page"), etag, 1)

    # --- its model, which offers a card of every sentence, each time in other words unless it is shown one -----------

    async def select(self, context: Context, sections: Sequence[Section], most: int) -> Selection:
        return EVERYTHING

    async def draft(self, passage: Passage, most: int) -> Drafted:
        self.calls += 1
        return Drafted(tuple(self._offers(passage.text, ())))

    async def revise(self, passage: Passage, cards: Sequence[Card], most: int) -> Revised:
        self.calls += 1
        today = {number_of(text): text for text in _sentences(passage.text)}
        reworded: dict[str, Judged | None] = {}
        for card in cards:
            if card.quote and not stands(card.quote, passage.text):
                new = today.get(number_of(card.quote))
                reworded[card.id] = Judged(_draft(new, next(self.wordings))) if new else None
        return Revised(reworded, tuple(self._offers(passage.text, [number_of(card.quote) for card in cards])))

    def _offers(self, text: str, shown: Iterable[int]) -> Iterator[Judged]:
        for one in _sentences(text):
            if number_of(one) not in shown:
                yield Judged(_draft(one, next(self.wordings)))

    # --- what there is --------------------------------------------------------------------------

    def cards(self) -> dict[str, dict[str, Card]]:
        """By list and id, as they stand in the files. No id stands there twice."""
        found = {}
        for name in self.lists:
            cards = Store(self.root / "decks" / name).all_cards()
            found[name] = {card.id: card for card in cards}
            assert len(found[name]) == len(cards)
        assert not found["one"].keys() & found["two"].keys()
        return found

    def files(self) -> dict[str, bytes]:
        """Card files and decks, to the letter."""
        paths = [*self.root.glob("decks/*/cards/*"), *self.root.glob("build/*.apkg")]
        return {str(path.relative_to(self.root)): path.read_bytes() for path in paths}

    def notes(self, name: str) -> dict[str, str]:
        """By GUID, the question of each note of a list's deck."""
        path = self.root / "build" / f"{name}.apkg"
        if not path.exists():
            return {}
        data = zipfile.ZipFile(path).read("collection.anki2")
        with tempfile.NamedTemporaryFile(dir=self.root) as file:
            Path(file.name).write_bytes(data)
            db = sqlite3.connect(file.name)
            rows = db.execute("SELECT guid, flds FROM notes").fetchall()
            db.close()
        assert len({guid for guid, _ in rows}) == len(rows)
        return {guid: fields.split("\x1f")[0] for guid, fields in rows}

    def card_file(self, card_id: str) -> Path:
        """The file that a card stands in."""
        paths = self.root.glob("decks/*/cards/*.yaml")
        return next(path for path in paths if f"id: {card_id}\n" in path.read_text())


def _sentences(text: str) -> list[str]:
    return [f"{line.strip()}" for line in text.splitlines() if line.endswith(".") and not line.startswith("#")]


def _draft(text: str, wording: int) -> Draft:
    first, second, *_ = text.rstrip(".").split()
    style = ("What is said of", "Tell about", "Which thing is known of", "Name what goes with")[wording % 4]
    return Draft(f"{style} {first} {second}?", text.rstrip(".").split()[2], text)


def deck_cards(cards: Iterable[Card]) -> set[str]:
    """The ids that a deck has."""
    return {card.id for card in cards if card.status in (Status.ACTIVE, Status.RETIRED)}


__all__ = ["Books", "Page", "World", "deck_cards", "number_of", "replace", "sentence"]
