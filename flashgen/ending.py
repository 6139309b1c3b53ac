"""What can only be done when all links of a list are: pictures fetched, cards retired, duplicates set aside.

Whatever stops it, what is in the store is whole, and the next run goes on.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace

from flashgen import comparing, tally
from flashgen.agenda import Item, Request, within
from flashgen.carding import can_be_retired, illustrated, retired
from flashgen.changes import LinkChange
from flashgen.errors import FlashgenError
from flashgen.extras import pictures
from flashgen.ledger import Entry
from flashgen.outcome import ListResult
from flashgen.parts import Parts
from flashgen.settle import settle
from flashgen.store import Store
from flashgen.types import Card, Status


async def illustrate(store: Store, parts: Parts) -> None:
    """Have the pictures that new cards show in the list's folder; a card whose picture can't be had is without it."""
    if not parts.picture:
        return
    for card in [card for _, cards in store.each_topic() for card in cards if pictures(card.extra)]:
        if parts.halt:
            return
        shown = card
        for url in pictures(card.extra):
            shown = illustrated(shown, url, await parts.picture(url))
        store.checkpoint()
        store.amend([(card, shown)])


def end(
    result: ListResult,
    everything: Sequence[Item],
    store: Store,
    parts: Parts,
    request: Request,
    worked: Collection[str],
) -> None:
    """What can only be done when all links are: retire cards, set duplicates aside, and count it."""
    if request.refresh and not parts.halt:
        result.changes += _miss(everything, store, parts, request)
    gone = _retire(store, parts)
    result.cards.retired = sum(card.status is Status.RETIRED for card in gone)
    result.cards.kept -= sum(card.status is Status.RETIRED and card.source in worked for card in gone)
    twins = _settle(everything, store, parts)
    result.cards.duplicate += len(twins)
    told = comparing.with_retired(result.changes, gone, store.ledger.links)
    result.changes = comparing.without_duplicates(told, twins)


def keep(entry: Entry, store: Store, parts: Parts) -> None:
    """Enter what became of one link. Where that fails (a full disk), the run ends; what was entered before stays."""
    try:
        store.record(replace(entry, spend=parts.spent()))
    except FlashgenError as error:
        parts.halt.set(error)


def _miss(everything: Sequence[Item], store: Store, parts: Parts, request: Request) -> list[LinkChange]:
    """Links that the list no longer has, found so for the first time: their cards are to be retired. A run over a part
    of the list leaves those alone that it does not look at."""
    if request.limit is not None:
        return []
    listed = {item.url for item in everything}
    missed = []
    for url, record in list(store.ledger.links.items()):
        asked = not request.topic or within(record.topic, request.topic)
        if asked and url not in listed and not record.removed:
            cards = store.cards_from(url)
            ids = tuple(card.id for card in cards if card.status is Status.ACTIVE and can_be_retired(card))
            keep(Entry(replace(record, removed=parts.clock(), retiring=ids)), store, parts)
            missed.append(comparing.removed(record, cards))
    return missed


def _retire(store: Store, parts: Parts) -> list[Card]:
    """Retire the cards that wait for it, and return them. Over a tenth of the list's cards at once needs a yes."""
    waiting = {url: record for url, record in store.ledger.links.items() if record.retiring}
    cards = [card for url, r in waiting.items() for card in store.cards_from(url) if card.id in r.retiring]
    cards = [card for card in cards if can_be_retired(card)]
    total = tally.in_deck(store.each_topic()) if cards else 0
    if 10 * len(cards) > total and not parts.confirm(f"retire {len(cards)} of {total} cards"):
        return []
    store.checkpoint()
    changed = [retired(card, parts.clock()) for card in cards]
    store.upsert(changed)
    for record in waiting.values():
        keep(Entry(replace(record, retiring=())), store, parts)
    return changed


def _settle(everything: Sequence[Item], store: Store, parts: Parts) -> Sequence[Card]:
    """Look for duplicates over the whole list, in its order; the cards that were set aside."""
    shipped = store.ledger.shipped.keys()
    if all(card.id in shipped for _, cards in store.each_topic() for card in cards):
        return ()
    changed = settle(_InOrder(everything, store), shipped, parts.others(), parts.clock(), parts.rules)
    store.checkpoint()
    store.amend(changed)
    return [after for _, after in changed]


@dataclass(frozen=True, slots=True)
class _InOrder:
    """The cards of a list in the order of its links, read anew each time that they are gone through: all of them
    together may be more than memory should hold."""

    items: Sequence[Item]
    store: Store

    def __iter__(self) -> Iterator[Card]:
        for item in self.items:
            yield from self.store.look_at(item.url)
