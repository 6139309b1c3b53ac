"""The last look before cards go into a deck: duplicates over the whole list and all lists.

It goes through the cards in the order of the list, whatever the order in which they were made, so that a run that
was broken off and taken up again ends with the same cards.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence

from flashgen.carding import object_to
from flashgen.duplicates import Index
from flashgen.types import Card, Finding, Status, Verdict


def settle(cards: Sequence[Card], shipped: Collection[str], others: Iterable[Card], now: int) -> tuple[Card, ...]:
    """Those of `cards` (in the order of the list) that have to change, changed.

    Only cards that Anki was never given are looked at: what says the same as another card is rejected, what says
    nearly the same waits as a draft. `others` are the cards of the other lists.
    """
    index = Index()
    questions: dict[str, str] = {}

    def add(card: Card) -> None:
        index.add(card.id, card.question, card.answer)
        questions[card.id] = card.question

    for card in others:
        if card.status in (Status.ACTIVE, Status.RETIRED):
            add(card)
    unshipped = [card for card in cards if card.id not in shipped and card.status is Status.ACTIVE]
    for card in cards:
        if card.id in shipped:
            add(card)
    changed = []
    for card in unshipped:
        near = index.near(card.question, card.answer)
        exact = next((match for match in near if match.exact), None)
        if exact:
            why = Finding("duplicate", Verdict.REJECT, f"another card says the same: {questions[exact.key]}")
            changed.append(object_to(card, why, Status.REJECTED, now))
        elif near:
            why = Finding("duplicate", Verdict.WARN, f"says nearly what another card says: {questions[near[0].key]}")
            changed.append(object_to(card, why, Status.DRAFT, now))
        else:
            add(card)
    return tuple(changed)
