"""The entries of links that gave no text to draft from: unchanged, doubted, archived, or not to be had. Values only."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from flashgen import comparing
from flashgen.carding import can_be_retired
from flashgen.errors import Failed, LinkError, is_dead
from flashgen.identity import same_place
from flashgen.ledger import Entry, LinkRecord, LinkState
from flashgen.outcome import CardCounts
from flashgen.refresh import Plan, Stands, failed, overdue
from flashgen.settings import Settings
from flashgen.study import Answer, Harvest, Reading, Study
from flashgen.types import Article, Card, Status

NOTHING = "read, and nothing in it is worth a card"


def doubted(study: Study, now: int) -> Harvest:
    """The entry of an article that lacks most of its quotes at once: all stays as it is until a second look."""
    reason = "most of its cards' sentences are missing: nothing is done unless a refresh in a day finds the same"
    since = study.base.suspect_since or now
    record = replace(study.base, reason=reason, checked=now, suspect_since=since)
    kept = active(study.cards)
    return Harvest(Entry(record), CardCounts(kept=kept), change=comparing.doubted(study.base, record, kept))


def unchanged(base: LinkRecord, cards: Sequence[Card], now: int, final_url: str = "") -> Harvest:
    """The entry of a link that has not changed since it was last read, but for its address perhaps."""
    state, reason = state_of(cards, ())
    fresh = replace(base, state=state, reason=reason, checked=now, failures=0, failing_since=0, retry_at=0, removed=0)
    address = address_of(base, final_url or base.final_url)
    fresh = replace(fresh, suspect_since=0, final_url=address, dead=False, archived="")
    kept = active(cards)
    change = comparing.of_article(base, fresh, Plan(), (), kept)
    return Harvest(Entry(fresh), CardCounts(kept=kept), change=change if comparing.is_news(change) else None)


def kept_by_archive(
    base: LinkRecord, reading: Reading, cards: Sequence[Card], stands: Stands, settings: Settings, now: int
) -> Harvest:
    """The entry of a known link that is dead and archived: nothing is drafted anew, and what stands in the copy stays.

    The other cards go when they would without a copy.
    """
    state, _ = state_of(cards, ())
    reason = f"{reading.archived}; its cards stand in an archived copy: {reading.article.final_url}"
    record = failed(base, LinkState.GONE if reading.gone else LinkState.FAILED, reason, now)
    absent = [card for card in cards if can_be_retired(card) and not _stands(card, reading.article, stands)]
    due = tuple(card.id for card in absent) if overdue(record, settings.retire_after, now) else ()
    copy = reading.article.final_url
    record = replace(record, state=state, retry_at=0, retiring=due, removed=0, dead=True, archived=copy)
    kept = active(cards)
    lost = tuple(comparing.waiting_cards([card for card in absent if card.id in {*due} - {*base.retiring}], ()))
    return Harvest(Entry(record), CardCounts(kept=kept), change=comparing.kept_by_archive(base, record, lost, kept))


def _stands(card: Card, article: Article, stands: Stands) -> bool:
    return not card.quote or stands(card.quote, article.markdown)


def without_article(base: LinkRecord, error: LinkError, cards: Sequence[Card], settings: Settings, now: int) -> Harvest:
    """The entry of a link that gave no article. Its cards stay, unless it is gone for good or has failed too long."""
    wish = error.retry_after if isinstance(error, Failed) else None
    record = replace(failed(base, LinkState(error.state), error.reason, now, wish), removed=0, dead=is_dead(error))
    if overdue(record, settings.retire_after, now):
        record = replace(record, retiring=tuple(card.id for card in cards if can_be_retired(card)))
    lost = comparing.waiting_cards([card for card in cards if card.id in set(record.retiring) - set(base.retiring)], ())
    kept = active(cards)
    change = comparing.without_article(base, record, tuple(lost), kept)
    return Harvest(Entry(record), CardCounts(kept=kept), change=change)


def active(cards: Sequence[Card]) -> int:
    """How many of the cards are in the deck."""
    return sum(card.status is Status.ACTIVE for card in cards)


def address_of(base: LinkRecord, final_url: str) -> str:
    """Where the article is. A query that a server only sent us on with (a token of the visit) makes no other address:
    each refresh would write over the link on every note."""
    known = (base.url, base.final_url)
    return next((url for url in known if url and same_place(url, final_url)), final_url)


def state_of(cards: Iterable[Card], answers: Sequence[Answer]) -> tuple[LinkState, str]:
    """Carded as soon as one card came of it; empty when all was asked and nothing did."""
    if any(card.status is not Status.REJECTED for card in cards):
        return LinkState.CARDED, ""
    problems = [answer.problem for answer in answers if answer.problem]
    if problems:
        return LinkState.PENDING, problems[0]
    return LinkState.EMPTY, NOTHING
