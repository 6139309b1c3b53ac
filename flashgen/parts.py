"""What a run is made of: the steps that are handed in, and the work that goes through them."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from flashgen.agenda import Item
from flashgen.drafting import Drafter, Reviser, Selector
from flashgen.duplicates import Rules, Vectors
from flashgen.halt import Halt
from flashgen.ledger import LinkRecord, Spend
from flashgen.outcome import Emit
from flashgen.settings import Settings
from flashgen.study import Harvest, Reading
from flashgen.types import Card


@dataclass(frozen=True, slots=True)
class Job:
    """One item to work on, with what is known of it and the cards that were made from it."""

    item: Item
    record: LinkRecord | None
    cards: tuple[Card, ...] = ()


async def _at_once() -> None:
    """Nothing to wait for."""


Elsewhere = Callable[[Sequence[Item], Callable[[Item], Job], Callable[[Item, Harvest], None]], Awaitable[None]]
"""Work on items, each made a job when its turn comes, and hand over what came of each as it is done."""


@dataclass(frozen=True, slots=True)
class Parts:
    """What a run is made of.

    `spent` tells what months and models have cost with this run, `cost` what the run has (US dollars); `others` are
    the cards of all other lists; `confirm` asks a person whether to do something of weight; `workers` is how many items
    are in hand at a time, and so what memory is bounded by; `elsewhere` has the items worked on by other machines;
    `homes` names, by address, the list where a link of this one has its cards; `vectors` tell how near the meanings of
    texts are (`by_meaning` says that they will, where the work is done elsewhere), `foresee` is told of new cards, so
    that their vectors can be got ready, and `foreseen` waits until they are; `picture` brings a picture into the list's
    folder and returns its address there, '' for what can't be had or kept; `words_per_call` tells how many
    words of short sections one question may hold.
    """

    read: Callable[[Item, LinkRecord | None], Awaitable[Reading]]
    draft: Drafter
    revise: Reviser
    select: Selector
    settings: Settings
    emit: Emit
    clock: Callable[[], int]
    new_id: Callable[[], str]
    spent: Callable[[], Mapping[str, Spend]]
    cost: Callable[[], float | None]
    halt: Halt
    others: Callable[[], Iterable[Card]] = tuple
    confirm: Callable[[str], bool] = lambda question: False
    workers: int = 48
    elsewhere: Elsewhere | None = None
    homes: Mapping[str, str] = field(default_factory=dict)
    vectors: Vectors | None = None
    by_meaning: bool = False
    foresee: Callable[[Sequence[Card]], None] = lambda cards: None
    foreseen: Callable[[], Awaitable[None]] = _at_once
    picture: Callable[[str], Awaitable[str]] | None = None
    words_per_call: Callable[[], int] = lambda: 0

    @property
    def rules(self) -> Rules:
        """How cards are compared, to find those that say the same."""
        return Rules(self.vectors, self.settings.gates.get("duplicate", "warn"))

    @property
    def quick_rules(self) -> Rules:
        """How the cards of an article are compared while others are in hand: where meaning decides, which takes a
        model's time, word for word only. The rest is done at the end of the run, over the whole list."""
        return Rules(level="off") if self.by_meaning or self.vectors else self.rules
