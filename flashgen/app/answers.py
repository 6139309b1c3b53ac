"""A person's word on proposals: `flashgen feedback --accept` and `--reject`. Anki is not asked."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from flashgen import proposals
from flashgen.errors import UsageError
from flashgen.feedback import all_answered
from flashgen.judging import leave_proposal, take_proposal
from flashgen.lists import ListPlace
from flashgen.store import Store, locked
from flashgen.types import Card

ALL = "all"


@dataclass(frozen=True, slots=True)
class Answered:
    """A proposal that was said yes or no to, and the card as it is now."""

    card: Card
    yes: bool
    retired: bool = False
    second: Card | None = None


def answer(root: Path, places: Sequence[ListPlace], yes: Sequence[str], no: Sequence[str]) -> list[Answered]:
    """Say yes and no to proposals, by the ids of their cards, or "all". Raises UsageError for an id without one."""
    both = set(yes) & set(no)
    if both:
        raise UsageError(f"{', '.join(sorted(both))}: both accepted and rejected; say one of them")
    done: list[Answered] = []
    with locked(root / ".flashgen" / "lock", "flashgen feedback"):
        stores = [Store(place.home) for place in places]
        waiting = {card.id for store in stores for card in store.all_cards() if card.proposal}
        unknown = {*yes, *no} - waiting - {ALL}
        if unknown:
            raise UsageError(
                f"no proposal waits for {', '.join(sorted(unknown))}; "
                + (f"there are proposals for {', '.join(sorted(waiting))}" if waiting else "none waits at all")
            )
        for place in places:
            with Store(place.home) as store:
                done += _answer(store, set(yes), set(no))
    return done


def _answer(store: Store, yes: set[str], no: set[str]) -> list[Answered]:
    cards = {card.id: card for card in store.all_cards()}
    now = int(time.time())
    done: list[Answered] = []
    changed: list[Card] = []
    for card in cards.values():
        is_yes = card.id in yes or (ALL in yes and card.id not in no)
        if card.proposal is None or not (is_yes or card.id in no or ALL in no):
            continue
        after = (take_proposal if is_yes else leave_proposal)(card, now)
        record = store.ledger.shipped.get(card.id)
        half = cards.get(record.second) if record and record.second else None
        second = proposals.settled(half, now, yes=is_yes) if half else None
        changed += [after, second] if second else [after]
        done.append(Answered(after, is_yes, is_yes and proposals.retires(card.proposal), second))
        if record:
            store.ship({card.id: replace(record, second="", answered=all_answered(now))})
    store.upsert(changed)
    return done
