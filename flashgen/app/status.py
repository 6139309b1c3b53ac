"""Where a list stands, from its ledger and its card files; nothing is asked of anybody."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Self

from flashgen import tally
from flashgen.advice import advice
from flashgen.agenda import Item, items
from flashgen.app.homes import Known, at_home_elsewhere, neighbours
from flashgen.app.lists import read_list, store_of
from flashgen.collector import uncollected
from flashgen.coverage import STANDING, Counts, counted
from flashgen.ledger import Ledger, LinkRecord, Spend
from flashgen.lists import ListPlace
from flashgen.selection import IdeaCount
from flashgen.selection import counted as ideas_counted
from flashgen.store import Store
from flashgen.types import Card, Status, Topic


@dataclass(frozen=True, slots=True)
class LinkRow:
    """One link, or the notes under one heading. Times are ISO 8601 in UTC, or empty; at `retry` it is asked again.

    `coverage` is how much of its text a card touches; None where that is not known. `suggestion` is what to do
    about a link that is dead, can't be read or has moved. `ideas` are those that selection named in it.
    """

    url: str
    topic: Topic
    kind: str
    state: str
    reason: str
    cards: int
    checked: str
    changed: str
    retry: str = ""
    coverage: Counts | None = None
    suggestion: str = ""
    ideas: IdeaCount = IdeaCount()


@dataclass(frozen=True, slots=True)
class ListStatus:
    """One list: its sources, how many cards have which status, and what they cost so far."""

    name: str
    links: tuple[LinkRow, ...]
    notes: tuple[LinkRow, ...]
    cards: dict[str, int]
    spend: dict[str, float | int | None]
    rejected: tuple[Card, ...]
    coverage: Counts = field(default_factory=Counts)
    ideas: IdeaCount = IdeaCount()


@uncollected
def statuses(root: Path, places: Sequence[ListPlace]) -> list[ListStatus]:
    """Where each list stands. Raises FileError."""
    mine = [Known(place, read_list(place, root), store_of(root, place)) for place in places]
    elsewhere = at_home_elsewhere([*mine, *neighbours(root, places)])
    return [_status(one, elsewhere[one.place.home]) for one in mine]


def _status(one: Known, elsewhere: Mapping[str, str]) -> ListStatus:
    """Where one list stands; `elsewhere` names, by address, the list where a link of it is at home."""
    ledger, cards = one.store.ledger, _Cards.of(one.store)
    everything = items(one.reading_list, ledger, elsewhere)
    rows = [(item, _row(tally.state_of(item, ledger.links), item, cards, one.store)) for item in everything]
    return ListStatus(
        one.place.name,
        tuple(row for item, row in rows if not item.is_note),
        tuple(row for item, row in rows if item.is_note),
        {str(status): cards.by_status[status] for status in Status},
        _spend(ledger),
        tuple(cards.rejected),
        sum((row.coverage for _, row in rows if row.coverage), Counts()),
        sum((row.ideas for _, row in rows), IdeaCount()),
    )


@dataclass(frozen=True, slots=True)
class _Cards:
    """What is told of a list's cards, of which there may be more than memory should hold: how many have which status,
    how many that aren't rejected each source has, the ids of those that count for coverage; the rejected ones whole."""

    by_status: Counter[Status] = field(default_factory=Counter)
    by_source: Counter[str] = field(default_factory=Counter)
    standing: set[str] = field(default_factory=set)
    rejected: list[Card] = field(default_factory=list)

    @classmethod
    def of(cls, store: Store) -> Self:
        """Gathered in one look at each file."""
        found = cls()
        for _, cards in store.each_topic():
            rejected = [card for card in cards if card.status is Status.REJECTED]
            found.by_status.update(card.status for card in cards)
            found.by_source.update(card.source for card in cards)
            found.by_source.subtract(card.source for card in rejected)
            found.standing.update(card.id for card in cards if card.status in STANDING)
            found.rejected.extend(rejected)
        return found


def _row(record: LinkRecord, item: Item, cards: _Cards, store: Store) -> LinkRow:
    return LinkRow(
        item.url,
        item.topic,
        record.kind if record.checked else item.kind,
        str(record.state),
        record.reason,
        cards.by_source[item.url],
        _iso(record.checked),
        _iso(record.changed),
        _iso(record.retry_at),
        counted(record.sections, cards.standing),
        advice(record),
        ideas_counted(record.ideas, store.look_at(item.url)) if record.ideas else IdeaCount(),
    )


def _spend(ledger: Ledger) -> dict[str, float | int | None]:
    total = _sum(ledger.spend.values())
    return {"usd": total.usd, "prompt_tokens": total.prompt_tokens, "completion_tokens": total.completion_tokens}


def _sum(spends: Iterable[Spend]) -> Spend:
    total = Spend()
    for spend in spends:
        usd = None if total.usd is None or spend.usd is None else total.usd + spend.usd
        total = Spend(usd, total.prompt_tokens + spend.prompt_tokens, total.completion_tokens + spend.completion_tokens)
    return total


def _iso(seconds: int) -> str:
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%SZ") if seconds else ""
