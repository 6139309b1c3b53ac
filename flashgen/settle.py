"""The last look before cards go into a deck: duplicates over the whole list and all lists.

It goes through the cards in the order of the list, whatever the order in which they were made, so that a run that
was broken off and taken up again ends with the same cards.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable

from flashgen.carding import nearly, object_to
from flashgen.duplicates import BY_WORDS, Index, Rules
from flashgen.hand import is_reviewed
from flashgen.types import Card, Finding, Status, Verdict


def settle(
    cards: Iterable[Card], shipped: Collection[str], others: Iterable[Card], now: int, rules: Rules = BY_WORDS
) -> list[tuple[Card, Card]]:
    """Those of `cards` (in the order of the list; gone through twice) that have to change, and what they change to.

    Only cards that Anki was never given and nobody has said yes to are looked at: what says the same as another card
    is rejected, what says nearly the same waits as a draft, unless `rules` say otherwise. `others` are the cards of the
    other lists.
    """
    index = Index(rules)
    questions: dict[str, str] = {}

    def add(card: Card) -> None:
        index.add(card.id, card.question, card.answer)
        questions[card.id] = card.question

    for card in others:
        if card.status in (Status.ACTIVE, Status.RETIRED):
            add(card)
    settled = set()
    for card in cards:
        if card.id in shipped or (card.status is Status.ACTIVE and is_reviewed(card)):
            settled.add(card.id)
            add(card)
    changed = []
    for card in (card for card in cards if card.id not in settled and card.status is Status.ACTIVE):
        near = index.near(card.question, card.answer)
        exact = next((match for match in near if match.exact), None)
        if exact:
            why = Finding("duplicate", Verdict.REJECT, f"another card says the same: {questions[exact.key]}")
            changed.append((card, object_to(card, why, Status.REJECTED, now)))
        elif near:
            changed.append((card, nearly(card, questions[near[0].key], now, rules)))
        else:
            add(card)
    return changed
