"""The counts of a run's result, from what the ledger says of the list's links before and after."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from flashgen.agenda import Item
from flashgen.ledger import LinkRecord, LinkState
from flashgen.outcome import CardCounts, LinkCounts, ListResult, Problem, SectionCounts
from flashgen.study import Harvest
from flashgen.types import Card, Status, Topic

SKIPPED_BY_HAND = "skipped by hand in the reading list"

_COUNTED_AS = {
    LinkState.CARDED: "ok",
    LinkState.EMPTY: "ok",
    LinkState.SKIPPED: "skipped",
    LinkState.FAILED: "failed",
    LinkState.REFUSED: "failed",
    LinkState.GONE: "failed",
    LinkState.PENDING: "pending",
}


def state_of(item: Item, links: Mapping[str, LinkRecord]) -> LinkRecord:
    """What is known of a link today; a link that the person marked with skip is skipped, whatever it was before, and
    so is one that has its cards in another list."""
    record = links.get(item.url) or LinkRecord(item.url, item.topic, kind=item.kind, title=item.title)
    if item.options.skip:
        return LinkRecord(item.url, item.topic, LinkState.SKIPPED, SKIPPED_BY_HAND, item.kind, record.title)
    if item.elsewhere:
        reason = f"its cards are in the list {item.elsewhere}, where the link stands too"
        return LinkRecord(item.url, item.topic, LinkState.SKIPPED, reason, item.kind, record.title)
    return record


def add(result: ListResult, gathered: Harvest) -> None:
    """Count one item that was worked on, and tell what is different about it."""
    for name in SectionCounts.__slots__:
        setattr(result.sections, name, getattr(result.sections, name) + getattr(gathered.sections, name))
    for name in CardCounts.__slots__:
        setattr(result.cards, name, getattr(result.cards, name) + getattr(gathered.counts, name))
    if gathered.change:
        result.changes.append(gathered.change)


def learnt(before: LinkRecord | None, after: LinkRecord | None) -> str:
    """What was learnt of a link that was read, by the name that it is counted under."""
    if after is None:
        return ""
    if before is None or not before.sections:
        return "new"
    old, new = ({section.fingerprint for section in record.sections} for record in (before, after))
    return "changed" if old != new else "unchanged"


def standing(
    everything: Iterable[Item], after: Mapping[str, LinkRecord], worked: Mapping[str, str]
) -> tuple[LinkCounts, list[Problem]]:
    """Each link of the list in its state, and what was `learnt` of those that this run worked on.

    Then every item that gave no article or still lacks an answer, with the reason; and the cards that wait for a yes.
    """
    counts, found = LinkCounts(), []
    for item in everything:
        record = state_of(item, after)
        if not item.is_note:
            _count(counts, record, worked.get(item.url, ""))
        if problem := _problem(item, record):
            found.append(problem)
    if waiting := sum(len(record.retiring) for record in after.values()):
        many = "1 card has lost its sentence" if waiting == 1 else f"{waiting} cards have lost their sentences"
        found.append(Problem("", "", "waiting", f"{many}: --yes retires what the source no longer says"))
    return counts, found


def _count(counts: LinkCounts, record: LinkRecord, news: str) -> None:
    counts.total += 1
    name = _COUNTED_AS[record.state]
    setattr(counts, name, getattr(counts, name) + 1)
    if news and name not in ("failed", "skipped"):
        setattr(counts, news, getattr(counts, news) + 1)


def _problem(item: Item, record: LinkRecord) -> Problem | None:
    owed = "" if all(section.drafted for section in record.sections) else "some sections are not drafted yet"
    reason = record.reason or owed
    if not reason or record.state is LinkState.EMPTY:
        return None
    state = "suspect" if record.suspect_since else str(record.state)
    return Problem(item.url, " / ".join(item.topic), state, reason)


def in_deck(topics: Iterable[tuple[Topic, Iterable[Card]]]) -> int:
    """How many cards the deck has."""
    return sum(card.status in (Status.ACTIVE, Status.RETIRED) for _, cards in topics for card in cards)
