"""Where lists stand in numbers: cards, coverage, links, growth, spend, rejections, load and retention. Values only."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from flashgen.coverage import STANDING, Counts, counted
from flashgen.ledger import Ledger, LinkRecord, LinkState
from flashgen.load import Load
from flashgen.seen import Seen, SeenNote, Step
from flashgen.selection import IdeaCount
from flashgen.selection import counted as ideas_counted
from flashgen.types import Card, Status, Topic

WORST = 20
"""So many of the cards that were forgotten most often are named."""


@dataclass(frozen=True, slots=True)
class Money:
    """What one month cost with one model; `usd` is None where the price is not known."""

    month: str
    model: str
    usd: float | None
    prompt_tokens: int
    completion_tokens: int


@dataclass(frozen=True, slots=True)
class Retention:
    """Reviews of learnt cards in Anki, and how many of them were recalled."""

    reviews: int = 0
    recalled: int = 0

    @property
    def rate(self) -> float | None:
        """The share that was recalled; None without a review."""
        return self.recalled / self.reviews if self.reviews else None


@dataclass(frozen=True, slots=True)
class Worst:
    """A card that was forgotten often."""

    topic: Topic
    question: str
    lapses: int
    reviews: int


@dataclass(frozen=True, slots=True)
class TopicStats:
    """One topic: its cards by status, how much of its text a card touches, how many of the ideas that selection named
    a card is about, and what Anki knows of its cards."""

    list_name: str
    topic: Topic
    cards: Mapping[Status, int]
    coverage: Counts = Counts()
    retention: Retention = Retention()
    ideas: IdeaCount = IdeaCount()


@dataclass(frozen=True, slots=True)
class Source:
    """One list as the numbers are taken from it: `states` are its links as they stand today."""

    name: str
    ledger: Ledger
    cards: Mapping[Topic, Sequence[Card]]
    states: Sequence[LinkRecord]


@dataclass(frozen=True, slots=True)
class Stats:
    """All of it. `growth` counts the cards in use by the month they were made in; `read` says where Anki was read, ''
    where it wasn't; `load` is what the cards cost in reviews from today."""

    lists: tuple[str, ...]
    topics: tuple[TopicStats, ...]
    links: Mapping[LinkState, int]
    growth: Mapping[str, int]
    spend: tuple[Money, ...]
    rejected: Mapping[str, int]
    load: Load
    read: str = ""
    worst: tuple[Worst, ...] = ()
    cards: Mapping[Status, int] = field(default_factory=dict)
    coverage: Counts = Counts()
    retention: Retention = Retention()
    ideas: IdeaCount = IdeaCount()


def stats(sources: Sequence[Source], load: Load, seen: Seen | None) -> Stats:
    """The numbers of some lists. `seen` is what Anki holds, with the reviews."""
    notes = seen.notes if seen else {}
    topics = [row for source in sources for row in _topics(source, notes)]
    cards = [card for source in sources for of_topic in source.cards.values() for card in of_topic]
    return Stats(
        lists=tuple(source.name for source in sources),
        topics=tuple(topics),
        links=_by_state(record.state for source in sources for record in source.states),
        growth=_growth(cards),
        spend=tuple(_spend(source.ledger for source in sources)),
        rejected=_rejected(cards),
        load=load,
        read=seen.where if seen else "",
        worst=_worst(sources, notes),
        cards=_by_status(cards),
        coverage=sum((row.coverage for row in topics), Counts()),
        retention=_sum(row.retention for row in topics),
        ideas=sum((row.ideas for row in topics), IdeaCount()),
    )


def waiting(cards: Iterable[Card], seen: Seen | None) -> tuple[int, tuple[int, ...]]:
    """How many cards of the deck are new to the person, and the intervals, in days, of those that they have learnt.

    A card that Anki doesn't have yet is new; suspended ones cost nothing.
    """
    new, learnt = 0, []
    for card in cards:
        if card.status is not Status.ACTIVE:
            continue
        note = seen.notes.get(card.id) if seen else None
        if note is None or not seen or not seen.studied:
            new += 1
            continue
        standing = [each for each in note.cards if not each.suspended]
        new += sum(not each.type for each in standing)
        learnt += [max(1, each.interval) for each in standing if each.type]
    return new, tuple(learnt)


def _topics(source: Source, notes: Mapping[str, SeenNote]) -> Iterable[TopicStats]:
    standing = {card.id for cards in source.cards.values() for card in cards if card.status in STANDING}
    by_link: dict[str, list[Card]] = {}
    for cards in source.cards.values():
        for card in cards:
            by_link.setdefault(card.source, []).append(card)
    read: dict[Topic, Counts] = {}
    ideas: dict[Topic, IdeaCount] = {}
    for record in source.ledger.links.values():
        if counts := counted(record.sections, standing):
            read[record.topic] = read.get(record.topic, Counts()) + counts
        if record.ideas:
            of_link = ideas_counted(record.ideas, by_link.get(record.url, ()))
            ideas[record.topic] = ideas.get(record.topic, IdeaCount()) + of_link
    for topic in dict.fromkeys((*source.cards, *read, *ideas)):
        of_topic = source.cards.get(topic, ())
        recalled = _sum(_retention(notes[card.id]) for card in of_topic if card.id in notes)
        named = ideas.get(topic, IdeaCount())
        yield TopicStats(source.name, topic, _by_status(of_topic), read.get(topic, Counts()), recalled, named)


def _by_status(cards: Iterable[Card]) -> dict[Status, int]:
    counts = Counter(card.status for card in cards)
    return {status: counts[status] for status in Status}


def _by_state(states: Iterable[LinkState]) -> dict[LinkState, int]:
    counts = Counter(states)
    return {state: counts[state] for state in LinkState}


def _growth(cards: Iterable[Card]) -> dict[str, int]:
    """Cards in use at the end of each month from the first to the last, those without a time in the first."""
    made = Counter(
        time.strftime("%Y-%m", time.gmtime(card.created)) if card.created else ""
        for card in cards
        if card.status in (Status.ACTIVE, Status.DRAFT, Status.RETIRED)
    )
    total = made.pop("", 0)
    growth = {}
    for month in _months(made):
        total += made[month]
        growth[month] = total
    return growth


def _months(known: Iterable[str]) -> Iterable[str]:
    months = sorted(known)
    if not months:
        return
    year, month = map(int, months[0].split("-"))
    while (name := f"{year:04}-{month:02}") <= months[-1]:
        yield name
        year, month = (year + 1, 1) if month == 12 else (year, month + 1)


def _spend(ledgers: Iterable[Ledger]) -> Iterable[Money]:
    """By month and model, over all lists."""
    summed: dict[tuple[str, str], Money] = {}
    for ledger in ledgers:
        for key, spend in ledger.spend.items():
            month, _, model = key.partition(" ")
            old = summed.get((month, model), Money(month, model, 0.0, 0, 0))
            usd = None if old.usd is None or spend.usd is None else old.usd + spend.usd
            sent, answered = old.prompt_tokens + spend.prompt_tokens, old.completion_tokens + spend.completion_tokens
            summed[month, model] = Money(month, model, usd, sent, answered)
    return (summed[key] for key in sorted(summed))


def _rejected(cards: Iterable[Card]) -> dict[str, int]:
    """Rejected cards by the gate that objected last: a person's no comes after the gates'."""
    gates = Counter(
        card.findings[-1].gate if card.findings else "person" for card in cards if card.status is Status.REJECTED
    )
    return dict(sorted(gates.items(), key=lambda pair: (-pair[1], pair[0])))


def _retention(note: SeenNote) -> Retention:
    reviews = [review for card in note.cards for review in card.reviews if review.step is Step.REVIEW]
    return Retention(len(reviews), sum(review.button > 1 for review in reviews))


def _sum(parts: Iterable[Retention]) -> Retention:
    found = list(parts)
    return Retention(sum(one.reviews for one in found), sum(one.recalled for one in found))


def _worst(sources: Iterable[Source], notes: Mapping[str, SeenNote]) -> tuple[Worst, ...]:
    found = [
        Worst(topic, card.question, sum(each.lapses for each in note.cards), sum(each.reps for each in note.cards))
        for source in sources
        for topic, cards in source.cards.items()
        for card in cards
        if (note := notes.get(card.id))
    ]
    forgotten = [one for one in found if one.lapses]
    return tuple(sorted(forgotten, key=lambda one: (-one.lapses, one.topic, one.question))[:WORST])
