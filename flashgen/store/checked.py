"""An edited card file is read before it is written: what can't be shown to be right is never put in place."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from flashgen.errors import FileError
from flashgen.store import card_file, marks
from flashgen.store.card_edit import Edit
from flashgen.store.card_file import CardFile
from flashgen.types import Card


@dataclass(frozen=True, slots=True)
class Outcome:
    """What the cards of a file should be after an edit: by their number before it, and the new ones."""

    changed: Mapping[int, Card] = field(default_factory=dict)
    fresh: Sequence[Card] = ()
    gone: frozenset[int] = frozenset()

    def holds(self, file: CardFile, numbers: Sequence[int], after: Sequence[Card]) -> bool:
        """Whether `after` is what should have become of those cards, with new ones anywhere between them."""
        fresh = {card.id: card for card in self.fresh}
        staying = [card for card in after if card.id not in fresh]
        wanted = [self.changed.get(number) or file.card(number) for number in numbers if number not in self.gone]
        return staying == wanted and all(fresh[card.id] == card for card in after if card.id in fresh)


def checked(edit: Edit, outcome: Outcome) -> str:
    """The text of `edit`, which reads as `outcome` says. Raises FileError where it would not.

    Only the cards around the changes are read again, where these can be read by themselves.
    """
    text = edit.text()
    try:
        right = _right_in_part(edit, text, outcome)
    except FileError:
        right = False
    if right or _right(edit, text, outcome):
        return text
    raise FileError(edit.file.path, "a card can't be changed here without harm to what stands around it; tidy the file")


def _right(edit: Edit, text: str, outcome: Outcome) -> bool:
    """Whether the whole of `text` holds the cards that it should."""
    after = card_file.parse(text, edit.file.path)
    cards = after.all_cards()
    complete = {card.id for card in outcome.fresh} <= {card.id for card in cards}
    return complete and after.topic == edit.file.topic and outcome.holds(edit.file, range(len(edit.file.items)), cards)


def _right_in_part(edit: Edit, text: str, outcome: Outcome) -> bool:
    """The same of the stretches of cards that have changes in them; False if that can't be told from them."""
    if outcome.gone or edit.file.cards is None or edit.file.cards.flow_style:
        return False
    cuts, made = edit.made(), 0
    found: set[str] = set()
    for number, start, end in _stretches(edit.file):
        moved = sum(len(cut.new) - (cut.end - cut.start) for cut in cuts[:made])
        begun = made
        while made < len(cuts) and start <= cuts[made].start and cuts[made].end <= end:
            made += 1
        if made == begun:
            continue
        grown = sum(len(cut.new) - (cut.end - cut.start) for cut in cuts[begun:made])
        after = card_file.parse(text[start + moved : end + moved + grown], edit.file.path).all_cards()
        if not outcome.holds(edit.file, [number], after):
            return False
        found |= {card.id for card in after}
    return made == len(cuts) and {card.id for card in outcome.fresh} <= found


def _stretches(file: CardFile) -> Iterator[tuple[int, int, int]]:
    """Number, beginning and end of the lines of each card up to the next one: all from the first card on."""
    if file.cards is not None:
        starts = [marks.line_start(file.text, marks.dash(file.text, file.cards, item)) for item in file.items]
        for number, start in enumerate(starts):
            yield number, start, starts[number + 1] if number + 1 < len(starts) else len(file.text)
