"""What of a run needs a person: all that a refresh by the clock prints. Values only."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from flashgen.changes import CardEvent, LinkChange, LinkEvent
from flashgen.outcome import ListResult

_TROUBLE = (LinkEvent.FAILED, LinkEvent.GONE, LinkEvent.REFUSED, LinkEvent.SUSPECT)


@dataclass(frozen=True, slots=True)
class Matter:
    """One thing to see to: `what` it is in a word, `where` (an address, a card's question; '' for the list), and
    `why`, with what can be done about it."""

    what: str
    where: str
    why: str


def matters(result: ListResult) -> tuple[Matter, ...]:
    """What a run found that its list's person should see to.

    Links that gave no article are news once, when they begin to; cards that wait for a yes are named for as long as
    they wait.
    """
    return tuple(_matters(result))


def _matters(result: ListResult) -> Iterator[Matter]:
    for change in result.changes:
        if change.event in _TROUBLE:
            yield Matter(str(change.event), change.url, change.reason)
    for change in result.changes:
        yield from _proposals(change)
    for both in result.anki.conflicts:
        yield Matter(
            "conflict", both.question, f"its {both.field} was changed here and in Anki; yours stays, ours waits"
        )
    if result.anki.missing:
        why = f"{len(result.anki.missing)} notes are gone from Anki at once: if you deleted them, say so with --yes"
        yield Matter("missing", "", why)
    for problem in result.problems:
        if problem.state == "waiting":
            yield Matter("waiting", "", problem.reason)


def _proposals(change: LinkChange) -> Iterator[Matter]:
    for card in change.cards:
        if card.event is CardEvent.PROPOSED:
            why = "its source changed; the new wording waits beside it as a proposal, in its card file"
            yield Matter("proposed", card.was.question, why)
