"""How long cards and ledger take to read and to change, against the YAML and JSON libraries alone.

    python tests/bench/store.py [TOPICS] [CARDS_PER_TOPIC]

CPU seconds, the best of three; on a machine with other work wall time says little. The files are written by the store
itself, from sentences put together with a fixed seed.
"""

from __future__ import annotations

import json
import random
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TypeVar

import yaml

from flashgen.hand import made_of
from flashgen.ledger import Ledger, LinkRecord, LinkState, SectionRecord, ShippedRecord
from flashgen.store.cards import CardFiles, Change
from flashgen.store.ledger_file import LedgerFile
from flashgen.types import Card

T = TypeVar("T")
WORDS = [
    "cache",
    "server",
    "queue",
    "leader",
    "log",
    "index",
    "replica",
    "shard",
    "quorum",
    "lease",
    "clock",
    "broker",
    "topic",
    "offset",
    "batch",
    "данные",
    "узел",
]
CARDS_PER_LINK = 10


def main(topics: int, per_topic: int) -> None:
    """Print one line for each thing that is timed."""
    chance = random.Random(1)
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        for number in range(topics):
            CardFiles(home).upsert((f"Topic {number}",), [Change(card(chance, number, n)) for n in range(per_topic)])
        texts = [path.read_text(encoding="utf-8") for path in sorted(home.glob("*.yaml"))]
        print(f"{topics * per_topic:,} cards in {topics} files, {sum(map(len, texts)) / 1e6:.1f} MB")
        timed("PyYAML's CBaseLoader alone", lambda: [yaml.load(text, yaml.CBaseLoader) for text in texts])
        cards = timed("all cards read and checked", lambda: CardFiles(home).read_all())
        timed("ids and sources at a glance", lambda: CardFiles(home).about())
        topic, of_topic = next(iter(cards.items()))
        timed(f"one file of {per_topic:,} read", lambda: CardFiles(home).read(topic))
        timed(f"one card of {per_topic:,} changed", lambda: change(home, of_topic[per_topic // 2], chance))
        time_ledger(home / "sources.json", [each for found in cards.values() for each in found])


def change(home: Path, old: Card, chance: random.Random) -> None:
    files = CardFiles(home)
    topic = next(iter(files.files()))
    files.upsert(topic, [Change(replace(old, answer=sentence(chance, 12)), old)])


def time_ledger(path: Path, cards: list[Card]) -> None:
    links: dict[str, LinkRecord] = {}
    for begin in range(0, len(cards), CARDS_PER_LINK):
        made = {each.id: each.quote for each in cards[begin : begin + CARDS_PER_LINK]}
        sections = tuple(SectionRecord(("Title", f"Section {n}"), f"{n:016x}") for n in range(8))
        url = f"https://example.org/{begin}"
        links[url] = LinkRecord(url, ("Topic",), LinkState.CARDED, sections=sections, made=made, checked=1_700_000_000)
    shipped = {each.id: ShippedRecord("0123456789abcdef", 1_700_000_000) for each in cards}
    ledger = Ledger(links, shipped)
    file = LedgerFile(path)
    timed(f"ledger of {len(links):,} links saved", lambda: LedgerFile(path).save(ledger))
    file.save(ledger)
    kept, some = file.load(), next(iter(links))

    def again() -> None:
        file.links[some] = replace(file.links[some], failures=file.links[some].failures + 1)
        file.save(kept)

    timed("ledger saved again, one link changed", again)
    timed("json.loads of it alone", lambda: json.loads(path.read_text(encoding="utf-8")))
    timed("ledger loaded", lambda: LedgerFile(path).load())


def timed(name: str, work: Callable[[], T]) -> T:
    best = float("inf")
    for _ in range(3):
        begun = time.process_time()
        result = work()
        best = min(best, time.process_time() - begun)
    print(f"{best:8.3f} s  {name}")
    return result


def card(chance: random.Random, topic: int, number: int) -> Card:
    made = Card(
        id=f"{topic:06d}x{number:09d}",
        question=f"What {sentence(chance, 10)}?",
        answer=sentence(chance, 12),
        quote=sentence(chance, 24),
        source=f"https://example.org/{topic}/{number // CARDS_PER_LINK}",
        section=(sentence(chance, 2), sentence(chance, 3)),
        created=1_700_000_000,
        changed=1_700_000_000,
    )
    return replace(made, made=made_of(made, ("question", "answer", "quote", "status")))


def sentence(chance: random.Random, words: int) -> str:
    return " ".join(chance.choice(WORDS) for _ in range(words))


if __name__ == "__main__":
    main(*(int(argument) for argument in sys.argv[1:]) if len(sys.argv) == 3 else (20, 1000))
