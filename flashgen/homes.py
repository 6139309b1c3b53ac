"""Where each source of cards is at home, over all lists of a workspace, and which ones have moved. Values only.

A link has one home, also where several lists have it: the list that made its cards, for as long as it is listed there.
What left its list and stands in another one, or in its own list under another address or heading, is known again and
moves with its cards.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from flashgen.agenda import Item
from flashgen.identity import canonical
from flashgen.ledger import LinkRecord
from flashgen.text import plain, stems

_ALIKE = 0.5
"""Share of a note's quotes that a text must hold to be the same note under another heading."""
_SAME_PLACE = 0.3
"""What the same heading counts for beside that share."""


@dataclass(frozen=True, slots=True)
class Listing:
    """One list as its file and its ledger have it. `key` tells the lists apart; `asked` says that this run works on
    it. An item that its person marked with skip asks for no home."""

    key: str
    items: Sequence[Item]
    links: Mapping[str, LinkRecord]
    asked: bool = True
    places: Mapping[str, Item] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "places", {item.url: item for item in self.items if not item.options.skip})


@dataclass(frozen=True, slots=True)
class Move:
    """What the list `source` knows as `url` is `item` of the list `target` now."""

    source: str
    url: str
    target: str
    item: Item


def elsewhere(listings: Sequence[Listing]) -> dict[str, dict[str, str]]:
    """For each list, the links in it that are at home in another one, with the key of that one."""
    homes = _homes(listings)
    return {
        one.key: {url: homes[url].key for url in one.places if homes[url] is not one and url not in one.links}
        for one in listings
    }


def moves(listings: Sequence[Listing]) -> tuple[Move, ...]:
    """What has moved, in an order in which each target is free when its turn comes."""
    homes = _homes(listings)
    left = [(one, one.links[url]) for one in listings for url in one.links if url not in one.places]
    twins = _twins(listings) if left else {}
    found: list[Move] = []
    unplaced: list[tuple[Listing, LinkRecord]] = []
    for one, record in left:
        twin = next((twins[card_id] for card_id in record.made if card_id in twins), None)
        goal = homes.get(record.url) or (twin[0] if twin and twin[0] is not one else None)
        url = record.url if record.url in homes or not twin else twin[1]
        if goal is not None and url in goal.places:
            found.append(Move(one.key, record.url, goal.key, goal.places[url]))
        else:
            unplaced.append((one, record))
    found += _by_address(unplaced, listings, homes)
    found += _notes(listings, {(move.source, move.url) for move in found})
    return tuple(_in_order(found, {one.key: one.links for one in listings}))


def _homes(listings: Sequence[Listing]) -> dict[str, Listing]:
    """The home of every address that stands in a list: who has its cards, else the first of this run, else the first.

    The person's notes are at home where they are written.
    """
    found: dict[str, tuple[tuple[bool, bool], Listing]] = {}
    for one in listings:
        for url in one.places:
            rank = (url in one.links, one.asked)
            if url not in found or rank > found[url][0]:
                found[url] = (rank, one)
    return {url: one for url, (_, one) in found.items()}


def _twins(listings: Sequence[Listing]) -> dict[str, tuple[Listing, str]]:
    """Where the maker of a card stands in a list: a move that was killed half-way leaves the card to two records."""
    return {
        card_id: (one, url)
        for one in listings
        for url, record in one.links.items()
        if url in one.places
        for card_id in record.made
    }


def _by_address(
    left: Iterable[tuple[Listing, LinkRecord]], listings: Sequence[Listing], homes: Mapping[str, Listing]
) -> Iterator[Move]:
    """Links whose person wrote down the address that they had moved to. An address that several claim is nobody's."""
    free = {url: one for url, one in homes.items() if url not in one.links and not one.places[url].is_note}
    claims = []
    for one, record in left:
        addresses = [canonical(url) for url in (record.final_url, record.canonical_url) if url]
        if goal := next((url for url in addresses if url in free), None):
            claims.append((one, record, goal))
    count = Counter(goal for _, _, goal in claims)
    for one, record, goal in claims:
        if count[goal] == 1:
            yield Move(one.key, record.url, free[goal].key, free[goal].places[goal])


# --- notes --------------------------------------------------------------------------------------


def _notes(listings: Sequence[Listing], gone: set[tuple[str, str]]) -> Iterator[Move]:
    """Notes that stand under another heading, the likest first. A note that is as it was has not moved."""
    records = [
        (one, record)
        for one in listings
        for url in one.links
        if url.startswith("list:") and (one.key, url) not in gone
        if not _as_it_was(one.places.get(url), record := one.links[url])
    ]
    if not records:
        return
    items = [
        (one, item)
        for one in listings
        for item in one.places.values()
        if item.is_note and not _as_it_was(item, one.links.get(item.url))
    ]
    pairs = sorted(_pairs(records, items), key=lambda pair: -pair[0])
    taken: set[tuple[str, str, str]] = set()
    for _, (one, record), (goal, item) in pairs:
        old, new = ("record", one.key, record.url), ("item", goal.key, item.url)
        if old not in taken and new not in taken:
            taken |= {old, new}
            if one is not goal or record.url != item.url:
                yield Move(one.key, record.url, goal.key, item)


def _as_it_was(item: Item | None, record: LinkRecord | None) -> bool:
    return item is not None and record is not None and record.validators == item.validators


_Pair = tuple[float, tuple[Listing, LinkRecord], tuple[Listing, Item]]


def _pairs(records: Sequence[tuple[Listing, LinkRecord]], items: Sequence[tuple[Listing, Item]]) -> Iterator[_Pair]:
    for goal, item in items:
        said = set(stems(plain(item.text)))
        for one, record in records:
            alike = 1.0 if [*record.validators.values()] == [*item.validators.values()] else _alike(record, said)
            same = one is goal and record.url == item.url
            if alike >= _ALIKE or same:
                yield alike + (_SAME_PLACE if same else 0.0), (one, record), (goal, item)


def _alike(record: LinkRecord, said: set[str]) -> float:
    """How much of what the note's cards quote is in a text: of each quote the share of its stems, from half on."""
    if not record.made:
        return 0.0
    shares = [len(wanted & said) / len(wanted) for quote in record.made.values() if (wanted := set(stems(quote)))]
    return sum(share for share in shares if share >= _ALIKE) / len(record.made)


def _in_order(found: Sequence[Move], links: Mapping[str, Mapping[str, LinkRecord]]) -> Iterator[Move]:
    """The moves, those first whose place another one needs. Notes that changed places in a ring stay where they are:
    their texts have changed then."""
    waiting = list(found)
    occupied = {(move.source, move.url) for move in waiting}
    while waiting:
        ready = [move for move in waiting if (move.target, move.item.url) not in occupied]
        if not ready:
            return
        for move in ready:
            waiting.remove(move)
            occupied.discard((move.source, move.url))
        yield from ready
