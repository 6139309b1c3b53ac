"""Runs that are killed: at every write, and at random moments. The next run goes on, and nothing is lost or doubled."""

from __future__ import annotations

import os
import random
import shutil
import signal
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import replace
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from flashgen.app.homes import Known, follow
from flashgen.hand import made_of, newly_missing
from flashgen.ledger import Entry, LinkRecord, LinkState, ShippedRecord
from flashgen.lists import ListPlace
from flashgen.store import Store
from flashgen.store.atomic import Write
from flashgen.store.card_file import read
from flashgen.store.cards import CardFiles
from flashgen.store.ledger_file import LedgerFile
from flashgen.types import Card, Link, ReadingList, Topic

pytestmark = pytest.mark.skipif(os.name == "nt", reason="needs fork and signals")

STAGES = 3


def run(home: Path, links: int, write: Write = os.write) -> None:
    """A run over some links in three stages: cards are made, one is reworded, the link moves and has one more.

    What is done stands in the ledger; each step that is begun is noted in `begun`, as paid calls would be.
    """
    with Store(home, clock=lambda: 1, write=write) as kept:
        for stage in range(1, STAGES + 1):
            for number in range(links):
                url = f"https://example.org/{number}"
                record = kept.ledger.links.get(url)
                if record is None or record.reader < stage:
                    with (home / "begun").open("a") as begun:
                        begun.write(f"{stage} {number}\n")
                    kept.record(step(url, number, stage, kept.cards_from(url), record))
                if number % 4 == 3:
                    kept.checkpoint()


def step(url: str, number: int, stage: int, cards: tuple[Card, ...], record: LinkRecord | None) -> Entry:
    made = dict(record.made) if record else {}
    if stage == 1:
        changed = [fresh(f"{number}-a", url), fresh(f"{number}-b", url)]
    elif stage == 2:
        changed = [reworded(card) for card in cards if card.id.endswith("a")]
    else:
        changed = [fresh(f"{number}-c", url)]
    made |= {card.id: card.quote for card in changed}
    return Entry(LinkRecord(url, home_of(number, stage), LinkState.CARDED, made=made, reader=stage), tuple(changed))


def home_of(number: int, stage: int) -> Topic:
    """Links stand under two topics, and half of them are moved to a third one in the last stage."""
    return ("Moved",) if stage == STAGES and number % 2 else (f"Topic {number % 3 % 2}",)


def fresh(card_id: str, url: str) -> Card:
    card = Card(card_id, f"What is {card_id}?", "First.", f"{card_id} is.", url, created=1, changed=1)
    return replace(card, made=made_of(card, ("question", "answer", "quote", "status")))


def reworded(card: Card) -> Card:
    card = replace(card, answer="Second.", changed=2)
    return replace(card, made={**card.made, **made_of(card, ("answer",))})


def check_end(home: Path, links: int, edits: dict[str, str]) -> None:
    """Each card once, in its file, with our last answer and the person's last question."""
    found = CardFiles(home / "cards").read_all()
    where = {card.id: (topic, card) for topic, cards in found.items() for card in cards}
    assert sum(map(len, found.values())) == len(where)
    assert set(where) == {f"{number}-{letter}" for number in range(links) for letter in "abc"}
    for card_id, (topic, card) in where.items():
        assert topic == home_of(int(card_id.split("-")[0]), STAGES)
        assert card.answer == ("Second." if card_id.endswith("a") else "First.")
        assert card.question == edits.get(card_id, f"What is {card_id}?")
    assert not (home / "sources.journal").exists()


def check_in_between(home: Path) -> None:
    """Whenever a run was killed, every file can be read, and so can the whole."""
    LedgerFile(home / "sources.json").load()
    for path in (home / "cards").glob("*.yaml"):
        read(path).all_cards()
    cards = [card.id for card in Store(home).all_cards()]
    assert len(cards) == len(set(cards))


def in_child(work: Callable[[], None]) -> int:
    """Begin `work` in a process of its own; its number."""
    child = os.fork()
    if child == 0:
        status = 1
        try:
            work()
            status = 0
        finally:
            os._exit(status)
    return child


def killing(at: int) -> Write:
    """An os.write that writes half and kills the process at the `at`th call (from 0)."""
    calls = iter(range(at))

    def write(descriptor: int, data: bytes) -> int:
        if next(calls, None) is None:
            os.write(descriptor, bytes(data)[: len(data) // 2])
            os.kill(os.getpid(), signal.SIGKILL)
        return os.write(descriptor, data)

    return write


@pytest.fixture
def folder() -> Iterator[Path]:
    """A folder in memory where the system has one: a disk that others use too makes a thousand fsyncs slow."""
    memory = Path("/dev/shm")
    with TemporaryDirectory(dir=memory if os.access(memory, os.W_OK) else None) as name:
        yield Path(name)


@pytest.mark.parametrize("every", [7, pytest.param(1, marks=pytest.mark.slow)])
def test_a_run_killed_at_any_write_is_gone_on_with(folder: Path, every: int) -> None:
    """For every single write of a run, or every seventh one: killed in the middle of it, all files are whole, and the
    next run goes on."""
    at = 0
    while True:
        home = folder / str(at)
        home.mkdir()
        status = os.waitpid(in_child(partial(run, home, 4, killing(at))), 0)[1]
        check_in_between(home)
        run(home, 4)
        check_end(home, 4, {})
        assert all(count <= 2 for count in Counter((home / "begun").read_text().split("\n")[:-1]).values())
        if not status:
            break
        at += every
    assert at > 20, "a run has many writes"


def random_kills(home: Path, seed: int, links: int, kills: int) -> int:
    """Kill a run at random moments until it gets through, a person editing in between; then look at all of it.

    How often it was killed, which is `kills` unless it got through before.
    """
    home.mkdir()
    chance = random.Random(seed)
    edits: dict[str, str] = {}
    killed = 0
    while True:
        child = in_child(partial(run, home, links))
        if killed < kills:
            time.sleep(chance.uniform(0, 0.04))
            os.kill(child, signal.SIGKILL)
        if os.waitpid(child, 0)[1] == 0:
            break
        killed += 1
        check_in_between(home)
        edit(home, chance, killed, edits)
    check_end(home, links, edits)
    begun = Counter((home / "begun").read_text().split("\n")[:-1])
    assert set(begun) == {f"{stage} {number}" for stage in range(1, STAGES + 1) for number in range(links)}
    assert sum(begun.values()) - len(begun) <= killed, "at most what was in hand at a kill is done again"
    return killed


def edit(home: Path, chance: random.Random, number: int, edits: dict[str, str]) -> None:
    """A person gives a card another question, in the file, with any editor."""
    texts = {path: path.read_text() for path in (home / "cards").glob("*.yaml")}
    lines = [
        (path, line) for path, text in texts.items() for line in text.split("\n") if line.startswith("  question: ")
    ]
    if not lines or chance.random() < 0.5:
        return
    path, line = chance.choice(lines)
    before = texts[path].split("\n")
    card_id = next(before[n][6:] for n in range(before.index(line), 0, -1) if before[n].startswith("- id: "))
    if sum(f"- id: {card_id}\n" in text for text in texts.values()) == 1:
        edits[card_id] = f"Mine {number}"
        path.write_text(texts[path].replace(line, f"  question: Mine {number}"))


def test_runs_killed_at_random_moments(folder: Path) -> None:
    """Twelve random kills, edits in between: no card lost or doubled, no edit lost, one step done again at each."""
    kills = turn = 0
    while kills < 12:
        kills += random_kills(folder / str(turn), turn, links=8, kills=12)
        turn += 1


@pytest.mark.slow
def test_runs_killed_very_often(folder: Path) -> None:
    """Four hundred kills more."""
    kills = turn = 0
    while kills < 400:
        kills += random_kills(folder / str(turn), 100 + turn, links=12, kills=20)
        turn += 1


# --- from list to list ---------------------------------------------------------------------------


def lists(folder: Path, write: Write = os.write) -> list[Known]:
    """Two lists, the second of which has two links of the first now, one under the address that it had moved to."""
    names = {"one": ("https://example.org/0",), "two": ("https://example.org/1", "https://example.org/new")}
    return [
        Known(
            ListPlace(name, folder / name / "reading-list.md", folder / name),
            ReadingList(name, (("T",),), tuple(Link(url, ("T",), 1) for url in urls)),
            Store(folder / name, clock=lambda: 1, write=write),
        )
        for name, urls in names.items()
    ]


def follow_links(folder: Path, write: Write = os.write) -> None:
    """A run that has the cards follow their links from list to list."""
    known = lists(folder, write)
    with ExitStack() as stack:
        for one in known:
            stack.enter_context(one.store)
        follow(known, lambda event: None)


@pytest.mark.parametrize("every", [4, pytest.param(1, marks=pytest.mark.slow)])
def test_a_move_between_lists_killed_at_any_write_is_gone_on_with(folder: Path, every: int) -> None:
    """Killed at whatever write, each card is in one of the lists at least, and the next run ends the move: cards,
    ledger and what Anki was given are in the new list, once, and no deletion is seen in what was on its way."""
    with Store(folder / "one", clock=lambda: 1) as kept:
        for number in range(3):
            url = f"https://example.org/{number}"
            cards = (fresh(f"{number}-a", url), fresh(f"{number}-b", url))
            made = {card.id: card.quote for card in cards}
            last = "https://example.org/new" if number == 2 else url
            kept.record(Entry(LinkRecord(url, ("T",), LinkState.CARDED, made=made, final_url=last), cards))
            kept.ship({card.id: ShippedRecord("x", 1) for card in cards})
    at = 0
    while True:
        copy = folder / f"at-{at}"
        shutil.copytree(folder / "one", copy / "one")
        status = os.waitpid(in_child(partial(follow_links, copy, killing(at))), 0)[1]
        there = [card.id for name in ("one", "two") for card in Store(copy / name).all_cards()]
        assert set(there) == {f"{number}-{letter}" for number in range(3) for letter in "ab"}
        follow_links(copy)
        one, two = Store(copy / "one"), Store(copy / "two")
        assert {card.id for card in one.all_cards()} == set(one.ledger.shipped) == {"0-a", "0-b"}
        assert sorted(card.id for card in two.all_cards()) == sorted(two.ledger.shipped) == ["1-a", "1-b", "2-a", "2-b"]
        assert set(one.ledger.links) == {"https://example.org/0"}
        assert set(two.ledger.links) == {"https://example.org/1", "https://example.org/new"}
        assert not newly_missing(two.ledger.links.values(), {card.id for card in two.all_cards()})
        if not status:
            break
        at += every
    assert at > 5, "a move has some writes"
