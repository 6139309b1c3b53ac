"""From the journal into the card files."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence

from flashgen.errors import FileError
from flashgen.ledger import LinkRecord
from flashgen.store.cards import CardFiles, Change
from flashgen.store.journal import Line
from flashgen.types import Topic


def fold(files: CardFiles, topics: Mapping[str, Topic], lines: Iterable[Line]) -> None:
    """Move and write the cards of `lines`; `topics` are those of their links as the saved ledger has them.

    Doing it again does no harm. A file that can't be written doesn't keep the others from it; then FileError is
    raised at the end.
    """
    records: dict[str, LinkRecord] = {}
    changes: dict[str, dict[str, Change]] = {}
    for line in lines:
        record = line.entry.record
        records[record.url] = record
        of_link = changes.setdefault(record.url, {})
        for card, before in zip(line.entry.cards, line.before, strict=True):
            base = of_link[card.id].base if card.id in of_link else before
            of_link[card.id] = Change(card, base)
    steps = [_moving(files, record, topics[url]) for url, record in records.items() if url in topics]
    by_topic: dict[Topic, list[Change]] = {}
    for url, record in records.items():
        by_topic.setdefault(record.topic, []).extend(changes[url].values())
    steps += [_writing(files, topic, of_topic) for topic, of_topic in by_topic.items() if of_topic]
    _all(steps)


def _all(steps: Sequence[Callable[[], None]]) -> None:
    """Every step, also after one that failed; then the first error."""
    failed: FileError | None = None
    for step in steps:
        try:
            step()
        except FileError as error:
            failed = failed or error
    if failed:
        raise failed


def _moving(files: CardFiles, record: LinkRecord, old: Topic) -> Callable[[], None]:
    def move() -> None:
        if old != record.topic:
            files.move({card.id for card in files.read(old) if card.source == record.url}, old, record.topic)

    return move


def _writing(files: CardFiles, topic: Topic, changes: Sequence[Change]) -> Callable[[], None]:
    def write() -> None:
        written = {card.id for card in files.upsert(topic, changes)}
        absent = {change.card.id: change for change in changes if change.card.id not in written}
        elsewhere: dict[Topic, list[Change]] = {}
        for card_id, other in files.where(absent).items():
            elsewhere.setdefault(other, []).append(absent[card_id])
        for other, of_other in elsewhere.items():
            files.upsert(other, of_other)

    return write
