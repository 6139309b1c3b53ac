"""What becomes of a card file's text: cards changed, added, moved in or out. Texts in, texts out, all checked."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace

import yaml

from flashgen.errors import FileError
from flashgen.store import card_fields, marks
from flashgen.store.card_edit import Edit, Fields
from flashgen.store.card_file import CardFile
from flashgen.store.checked import Outcome, checked
from flashgen.store.merge import merged
from flashgen.store.yaml_text import Data
from flashgen.types import Card


@dataclass(frozen=True, slots=True)
class Change:
    """A card as it should be. `base` is the card as it was when the change was decided, None for a new card.

    A new card goes behind the card with the id `after`, else behind the last one of its source.
    """

    card: Card
    base: Card | None = None
    after: str = ""


@dataclass(frozen=True, slots=True)
class Plan:
    """What is to change in one file: cards by their number in it, and new ones."""

    changed: Mapping[int, Card]
    fresh: Sequence[Change] = ()

    @property
    def cards(self) -> tuple[Card, ...]:
        """The cards as they will be."""
        return (*self.changed.values(), *(change.card for change in self.fresh))


def upserting(file: CardFile, changes: Sequence[Change], *, add: bool) -> Plan:
    """Each change merged with what the file has now.

    A known card that is not there was deleted by the person and is left out, as are new ones unless `add`.
    """
    places = file.places
    changed: dict[int, Card] = {}
    fresh: dict[str, Change] = {}
    for change in changes:
        card = card_fields.clean(change.card)
        if (number := places.get(card.id)) is not None:
            changed[number] = merged(change.base, card, changed.get(number) or file.card(number))
        elif change.base is None and add:
            fresh[card.id] = replace(change, card=card)
    return Plan(changed, list(fresh.values()))


def rewritten(file: CardFile, plan: Plan) -> str | None:
    """The text of `file` after `plan`; None if that changes nothing. Raises FileError."""
    outcome = Outcome(plan.changed, [change.card for change in plan.fresh])
    differences = {number: difference(file.card(number), card) for number, card in plan.changed.items()}
    if not plan.fresh and not any(differences.values()):
        return None

    def edit(*, inline: bool) -> Edit:
        edit = Edit(file, inline)
        for number, fields in differences.items():
            _change(edit, number, fields)
        for place, cards in _places(file, plan.fresh).items():
            edit.append([card_fields.fields(card) for card in cards], place)
        return edit

    try:
        return checked(edit(inline=False), outcome)
    except FileError:
        return checked(edit(inline=True), outcome)


def without(file: CardFile, ids: Collection[str]) -> str:
    """The text of `file` without these cards. Raises FileError."""
    edit = Edit(file)
    numbers = frozenset(file.places[card_id] for card_id in ids)
    for number in sorted(numbers):
        edit.remove(number)
    return checked(edit, Outcome(gone=numbers))


def moved(origin: CardFile, goal: CardFile, ids: Collection[str]) -> tuple[str | None, str]:
    """The texts of two files after cards of the first went into the second, None where that has them all already.

    They take their comments along. A card that is in both was left there by a killed run. Raises FileError.
    """
    here, there = origin.places, goal.places
    removal, arrival = Edit(origin), Edit(goal)
    changed: dict[int, Card] = {}
    fresh: list[Card] = []
    items: list[str | Mapping[str, Data]] = []
    for card_id in ids:
        lines = removal.remove(here[card_id])
        card = origin.card(here[card_id])
        if card_id in there:
            theirs = goal.card(there[card_id])
            changed[there[card_id]] = merged(None, theirs, card)
            _change(arrival, there[card_id], difference(theirs, changed[there[card_id]]))
        else:
            fresh.append(card)
            items.append(lines or _whole(origin.items[here[card_id]]))
    if items:
        arrival.append(items)
    arrived = checked(arrival, Outcome(changed, fresh)) if arrival.cuts else None
    return arrived, checked(removal, Outcome(gone=frozenset(here[card_id] for card_id in ids)))


def difference(old: Card, new: Card) -> Fields:
    """The fields to write so that `old` becomes `new`."""
    before, after = card_fields.fields(old), card_fields.fields(new)
    changed: dict[str, Data | None] = {name: data for name, data in after.items() if before.get(name) != data}
    return changed | {name: None for name in before if name not in after}


def _change(edit: Edit, number: int, fields: Fields) -> None:
    item = edit.file.items[number]
    if fields and isinstance(item, yaml.MappingNode):
        edit.change(item, fields)


def _whole(item: yaml.Node) -> Mapping[str, Data]:
    """A card with all its keys, for a list that can't take its lines."""
    whole = marks.data(item)
    return whole if isinstance(whole, Mapping) else {}


def _places(file: CardFile, fresh: Sequence[Change]) -> dict[int | None, list[Card]]:
    """New cards by the card that they go behind, None for the end of the file."""
    by_id = file.places
    by_source = {card_fields.scalar(item, "source"): number for number, item in enumerate(file.items)}
    groups: dict[int | None, list[Card]] = {}
    for change in fresh:
        place = by_id.get(change.after)
        if place is None and change.card.source:
            place = by_source.get(change.card.source)
        groups.setdefault(place, []).append(change.card)
    return groups
