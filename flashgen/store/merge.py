"""Three versions of one card into one: as we last read it, as we want it, as the file has it now.

Where only one side changed a field, that side counts. Where both did, the file does, because a person works there;
our wording then waits beside theirs as a proposal. Without the version that was last read (after a crash), `made`
tells whose a text is.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from flashgen.hand import GENERATED, edited_fields
from flashgen.types import Card, Proposal

TEXTS = ("question", "answer", "quote")
_PLAIN = (
    "kind", *TEXTS, "extra", "source", "section", "anchor", "status", "tags", "importance", "proposal", "findings",
    "reviewed",
)  # fmt: skip
WHILE_EDITED = "written while you were editing this card"


def merged(base: Card | None, ours: Card, theirs: Card) -> Card:
    """`theirs` with what we changed, as far as the person did not change it too."""
    wins = {name: _winner(name, base, ours, theirs) for name in _PLAIN}
    values: dict[str, Any] = {name: getattr(winner, name) for name, winner in wins.items()}
    card = replace(
        theirs,
        **values,
        created=theirs.created or ours.created,
        changed=_changed(base, ours, theirs),
        made=_made(base, ours, theirs, wins),
    )
    if base is None or card.proposal is not None:
        return card
    both = [n for n in TEXTS if wins[n] is theirs and getattr(ours, n) not in (getattr(base, n), getattr(theirs, n))]
    return replace(card, proposal=Proposal(ours.question, ours.answer, ours.quote, WHILE_EDITED)) if both else card


def _winner(name: str, base: Card | None, ours: Card, theirs: Card) -> Card:
    if getattr(ours, name) == getattr(theirs, name):
        return ours
    if base is None:
        return theirs if name in edited_fields(theirs) else ours
    return ours if getattr(theirs, name) == getattr(base, name) else theirs


def _changed(base: Card | None, ours: Card, theirs: Card) -> int:
    if base is not None and ours.changed == base.changed:
        return theirs.changed
    return max(ours.changed, theirs.changed)


def _made(base: Card | None, ours: Card, theirs: Card, wins: dict[str, Card]) -> dict[str, str]:
    """Each fingerprint comes with its text; where both sides have the same text, from the side that changed it."""
    made = {}
    for name in dict.fromkeys((*GENERATED, *theirs.made, *ours.made)):
        side = ours
        if name in wins and getattr(ours, name) != getattr(theirs, name):
            side = wins[name]
        elif base is not None and ours.made.get(name) == base.made.get(name):
            side = theirs
        if name in side.made:
            made[name] = side.made[name]
    return made
