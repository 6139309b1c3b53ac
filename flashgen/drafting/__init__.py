"""Drafting: the model asked for cards, its drafts judged at once.

Two strategies share this seam: `passage` lets the model choose, quote and write from a whole passage; `sentence`
chooses the sentence in code and asks a small model for one card. Both give judged drafts, rejected ones included.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field

from flashgen.drafting.article import Context
from flashgen.selection import Selection
from flashgen.types import Card, Draft, Judged, Passage, Section


@dataclass(frozen=True, slots=True)
class Drafted:
    """What came of one passage. `problem` says why the model gave no usable answer; the passage is asked again then."""

    judged: tuple[Judged, ...] = ()
    problem: str = ""


@dataclass(frozen=True, slots=True)
class Revised:
    """What came of a passage that changed under its cards.

    `reworded` maps the id of a card whose quote no longer stands to its new wording, or to None where it is to be
    retired; cards that stay as they are don't appear. `judged` are drafts of new cards.
    """

    reworded: Mapping[str, Judged | None] = field(default_factory=dict)
    judged: tuple[Judged, ...] = ()
    problem: str = ""


Judge = Callable[[Draft, Passage], Judged]
"""The gates: `gates.judge` with the person's levels."""

Drafter = Callable[[Passage, int], Awaitable[Drafted]]
"""Cards from a passage, at most so many. A bad answer is a `problem`. Raises ModelError, OverBudget, Interrupted;
Deferred where the answer comes with a later run."""

Reviser = Callable[[Passage, Sequence[Card], int], Awaitable[Revised]]
"""The cards that belong to a passage, held against its new text, and at most so many new ones. Raises as a Drafter."""

Selector = Callable[[Context, Sequence[Section], int], Awaitable[Selection]]
"""What of an article of these sections deserves one of so many cards. A question that gives nothing usable selects
nothing. Raises ModelError, OverBudget, Interrupted; Deferred where the answer comes with a later run."""
