"""What a run tells while it goes (events) and at its end (results). The edge turns them into text or JSON."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from flashgen.changes import LinkChange
from flashgen.types import AnkiNews, Usage

# --- while it goes ------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class ListStarted:
    """A list is about to be worked on: how many of its links and notes are asked in this run."""

    name: str
    due: int


@dataclass(frozen=True, slots=True)
class LinkRead:
    """An article was read, or the attempt failed; `sections` of it go to the model."""

    url: str
    sections: int = 0


@dataclass(frozen=True, slots=True)
class SectionDrafted:
    """The model has answered for one section, and `cards` of its drafts got through; `cost_usd` is what the run has
    cost so far, None where the price is not known."""

    url: str
    cards: int
    cost_usd: float | None = None


@dataclass(frozen=True, slots=True)
class LinkDone:
    """One link has its state for this run."""

    url: str
    state: str
    reason: str = ""
    cards: int = 0


@dataclass(frozen=True, slots=True)
class Said:
    """Something a person should know now: which model is at work, how long it will take. `urgent` is what they should
    know of a run by the clock too."""

    text: str
    urgent: bool = False


Event = ListStarted | LinkRead | SectionDrafted | LinkDone | Said
Emit = Callable[[Event], None]


# --- at its end ---------------------------------------------------------------------------------


@dataclass(slots=True)
class LinkCounts:
    """Unique links of a list: `ok` + `failed` + `skipped` + `pending` = `total`; the rest tells of this run."""

    total: int = 0
    ok: int = 0
    failed: int = 0
    skipped: int = 0
    pending: int = 0
    new: int = 0
    changed: int = 0
    unchanged: int = 0


@dataclass(slots=True)
class SectionCounts:
    """Sections of the articles that were read in this run."""

    total: int = 0
    new: int = 0
    changed: int = 0
    gone: int = 0


@dataclass(slots=True)
class CardCounts:
    """What this run did to the cards; `total` are those in the deck afterwards."""

    total: int = 0
    new: int = 0
    revised: int = 0
    kept: int = 0
    retired: int = 0
    rejected: int = 0
    duplicate: int = 0


@dataclass(frozen=True, slots=True)
class Problem:
    """A link that gave no article, or a section that gave no answer, and why."""

    url: str
    topic: str
    state: str
    reason: str


@dataclass(slots=True)
class ListResult:
    """All that a run did to one list. Its fields are the JSON of `build` and `refresh` (design, section 4).

    `changes` tells it link by link; `report` is the path of the page that shows them, '' where none was written;
    `anki` is what was learnt of Anki.
    """

    name: str
    topics: int = 0
    links: LinkCounts = field(default_factory=LinkCounts)
    sections: SectionCounts = field(default_factory=SectionCounts)
    cards: CardCounts = field(default_factory=CardCounts)
    llm: Usage = Usage()
    problems: list[Problem] = field(default_factory=list)
    outputs: list[str] = field(default_factory=list)
    changes: list[LinkChange] = field(default_factory=list)
    report: str = ""
    anki: AnkiNews = AnkiNews()


@dataclass(slots=True)
class RunResult:
    """A whole run. `stopped` says why it ended early, in words; `exit_status` as the design has it; `idle` is until
    when (seconds since 1970) a build of the same has nothing to do, 0 where it has."""

    lists: list[ListResult] = field(default_factory=list)
    seconds: float = 0.0
    stopped: str = ""
    exit_status: int = 0
    idle: int = 0
