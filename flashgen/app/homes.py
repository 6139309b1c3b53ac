"""All lists of a workspace looked at together: which of them has a link's cards, and cards that follow their link."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from flashgen.agenda import items
from flashgen.app.lists import glimpse_list, store_of
from flashgen.errors import FileError
from flashgen.homes import Listing, Move, elsewhere, moves
from flashgen.lists import ListPlace, deserted, every
from flashgen.outcome import Emit, Said
from flashgen.store import Store
from flashgen.types import ReadingList


@dataclass(frozen=True, slots=True)
class Known:
    """One list, read, with what is kept of it. `asked` says that this run works on it."""

    place: ListPlace
    reading_list: ReadingList
    store: Store
    asked: bool = True

    @property
    def listing(self) -> Listing:
        """The list as moves are decided on."""
        ledger = self.store.ledger
        return Listing(str(self.place.home), items(self.reading_list, ledger), ledger.links, self.asked)


def neighbours(root: Path, asked: Iterable[ListPlace]) -> list[Known]:
    """The other lists of the workspace, also those whose file is gone. One that can't be read takes no part."""
    mine = {place.home for place in asked}
    found = []
    for place in (*every(root), *deserted(root)):
        if place.home in mine:
            continue
        try:
            found.append(Known(place, _read(place, root), store_of(root, place), asked=False))
        except FileError:
            continue
    return found


def follow(known: Sequence[Known], emit: Emit) -> None:
    """Have cards follow their link to the list, or to the address, where it stands now. Raises FileError."""
    by_key = {str(one.place.home): one for one in known}
    made = moves([one.listing for one in known])
    with ExitStack() as stack:
        for key in {key for move in made for key in (move.source, move.target)}:
            if not by_key[key].asked:
                stack.enter_context(by_key[key].store)
        counts: Counter[tuple[str, str]] = Counter()
        for move in made:
            counts[move.source, move.target] += _follow(move, by_key)
    for (source, target), cards in counts.items():
        one, other = by_key[source].place.name, by_key[target].place.name
        where = f"from the list {one} to {other}" if source != target else f"in {one}, where its place has a new name"
        emit(Said(f"{cards} cards follow their source {where}."))


def _follow(move: Move, by_key: Mapping[str, Known]) -> int:
    donor, goal = by_key[move.source].store, by_key[move.target].store
    return goal.adopt(donor, move.url, move.item.url, move.item.topic)


def at_home_elsewhere(known: Sequence[Known], *, foreseen: bool = False) -> dict[Path, dict[str, str]]:
    """By the home folder of a list, its links that have their cards in another list, with the name of that; with
    `foreseen`, those too whose cards are still to follow them."""
    if len(known) == 1 and not foreseen:
        return {known[0].place.home: {}}
    names = {str(one.place.home): one.place.name for one in known}
    listings = [one.listing for one in known]
    found = elsewhere(listings)
    for move in moves(listings) if foreseen else ():
        found[move.target].setdefault(move.item.url, move.source)
    return {Path(key): {url: names[other] for url, other in of_list.items()} for key, of_list in found.items()}


def _read(place: ListPlace, root: Path) -> ReadingList:
    return glimpse_list(place, root) if place.path.exists() else ReadingList(place.name)
