"""What is to be done about a link, decided from values alone: what is due, new, changed, gone.

Acting on it is the pipeline's work.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import Enum

from flashgen.changes import SectionChange, SectionEvent
from flashgen.ledger import LinkRecord, LinkState, SectionRecord
from flashgen.text import plain, stems
from flashgen.types import Card, Section, Status

HOUR = 3600
DAY = 24 * HOUR
_BACKOFF = (HOUR, 4 * HOUR, DAY, 3 * DAY, 7 * DAY)
_SIGN = 3
"""So many reworded quotes at once, if they are most of an article's, may be another page in its place."""
_NEAR = 0.4
"""Share of a quote's stems that a passage must hold to be the one that the quote was in."""

Stands = Callable[[str, str], bool]
"""Whether a quote stands in a text: `quotes.stands`."""


@dataclass(frozen=True, slots=True)
class Work:
    """One question to the model: draft from `section`, or revise `cards` (all that belong to it) by it."""

    section: Section
    cards: tuple[Card, ...] = ()


@dataclass(frozen=True, slots=True)
class Plan:
    """What one article asks for. `lost` are the cards whose passage is gone; `back` are retired cards whose
    quote stands again; `passages` are the new, changed and gone ones; `suspect` says that most quotes are missing at
    once, and nothing should be believed yet."""

    work: tuple[Work, ...] = ()
    lost: tuple[Card, ...] = ()
    back: tuple[Card, ...] = ()
    passages: tuple[SectionChange, ...] = ()
    suspect: bool = False

    def count(self, event: SectionEvent) -> int:
        """How many passages are new, changed or gone."""
        return sum(passage.event is event for passage in self.passages)


class Reread(Enum):
    """Whether an article was read by another reader than last time, and whether its page has changed since then."""

    NO = ""
    UNCHANGED = "unchanged"
    CHANGED = "changed"

    def __bool__(self) -> bool:
        return self is not Reread.NO


def due(record: LinkRecord | None, now: int, *, asks_all: bool = False) -> bool:
    """Whether a link is to be asked in this run: it was never read, its time to be tried again has come, the
    model still owes an answer for it, or every known link is asked (a refresh)."""
    if record is None or record.removed or record.state is LinkState.PENDING:
        return True
    if record.state is LinkState.FAILED:
        return asks_all or record.retry_at <= now
    if record.state is LinkState.REFUSED:
        return False
    return asks_all or not all(section.drafted for section in record.sections)


def retry_time(failures: int, now: int, wish: float | None = None) -> int:
    """When a link that has failed `failures` times in a row is asked again; not before the server wishes."""
    wait = _BACKOFF[min(failures, len(_BACKOFF)) - 1]
    return now + max(wait, int(wish or 0))


def plan(
    record: LinkRecord | None,
    cards: Sequence[Card],
    sections: Sequence[Section],
    stands: Stands,
    reread: Reread = Reread.NO,
) -> Plan:
    """Sort today's `sections` into those to draft and to revise, and the link's `cards` into those that stand,
    are back, or are lost.

    A section whose fingerprint is known and drafted costs nothing, wherever it moved, and neither does one that is
    joined from such. A card whose quote stands anywhere in the article is left alone. Cards that a person rejected
    only serve to keep the model from offering them again.
    """
    before = record.sections if record else ()
    known = _fingerprints(section for section in before if section.drafted)
    fresh = [section for section in sections if not _made_of(section, known)]
    today = _fingerprints(sections)
    gone = [old for old in before if not _made_of(old, today)]
    shown = [card for card in cards if card.status is not Status.REJECTED]
    waiting = record.retiring if record else ()
    if not fresh and not gone and not waiting and not any(card.status is Status.RETIRED for card in shown):
        return Plan()
    whole = "\n\n".join(section.text for section in sections)
    standing = {card.id for card in shown if _stands(card, whole, stands)}
    missing = [card for card in shown if card.id not in standing and card.status is not Status.RETIRED]
    homes = {card.id: _home(card, fresh) for card in missing}
    if reread:
        homeless = [section for section in fresh if not any(home is section for home in homes.values())]
        fresh = [
            section for section in fresh if section not in homeless or _is_news(section, before, shown, stands, reread)
        ]
    work = tuple(Work(section, _companions(section, cards, homes, stands)) for section in fresh)
    newly = [card for card in missing if card.id not in waiting]
    return Plan(
        work=work,
        lost=tuple(card for card in missing if homes[card.id] is None),
        back=tuple(card for card in shown if card.status is Status.RETIRED and card.id in standing),
        passages=_passages(work, gone),
        suspect=_is_suspect(newly, homes, [card for card in shown if card.status is not Status.RETIRED]),
    )


def _is_suspect(missing: Sequence[Card], homes: Mapping[str, Section | None], alive: Sequence[Card]) -> bool:
    """Whether most quotes are missing at once. One or two of a short article that are only reworded are no sign."""
    reworded = len(missing) < _SIGN and all(homes[card.id] is not None for card in missing)
    return 2 * len(missing) > len(alive) and not reworded


def _fingerprints(sections: Iterable[Section | SectionRecord]) -> set[str]:
    return {print for section in sections for print in (section.fingerprint, *section.parts)}


def _made_of(section: Section | SectionRecord, known: Collection[str]) -> bool:
    """Whether a section, or everything that it was joined from, is `known`."""
    return section.fingerprint in known or (bool(section.parts) and all(part in known for part in section.parts))


def _is_news(
    section: Section, before: Sequence[SectionRecord], cards: Sequence[Card], stands: Stands, reread: Reread
) -> bool:
    """Whether a section that another reader gives is more than an old one with a new fingerprint."""
    olds = [old for old in before if old.path == section.path]
    if any(not old.drafted for old in olds):
        return True
    return reread is Reread.CHANGED and not olds and not any(_stands(card, section.text, stands) for card in cards)


def _stands(card: Card, text: str, stands: Stands) -> bool:
    """Whether the sentence of `card` stands in `text`, or that of the rewording that waits beside it."""
    if not card.quote:
        return True
    return stands(card.quote, text) or (card.proposal is not None and stands(card.proposal.quote, text))


def _passages(work: Iterable[Work], gone: Iterable[SectionRecord]) -> tuple[SectionChange, ...]:
    """A passage that is not known as it is has changed where one under its heading is gone, or where it lost cards."""
    left = [old.path for old in gone]
    paths = set(left)
    found = []
    for item in work:
        path = item.section.path
        known = path in paths or bool(item.cards)
        found.append(SectionChange(SectionEvent.CHANGED if known else SectionEvent.NEW, path))
        twin = next((old for old in (path, *(card.section for card in item.cards)) if old in left), None)
        if known and twin is not None:
            left.remove(twin)
    return (*found, *(SectionChange(SectionEvent.GONE, path) for path in left))


def _companions(
    section: Section, cards: Sequence[Card], homes: Mapping[str, Section | None], stands: Stands
) -> tuple[Card, ...]:
    """The cards that go to the model with `section`: those it lost, and those that still stand in it."""
    return tuple(
        card
        for card in cards
        if homes.get(card.id) is section or (card.id not in homes and card.quote and stands(card.quote, section.text))
    )


def _home(card: Card, fresh: Sequence[Section]) -> Section | None:
    """The new or changed section that `card` came from: the one that holds most of its quote, or has its heading."""
    wanted = set(stems(card.quote))
    if not fresh or not wanted:
        return None

    def nearness(section: Section) -> float:
        shared = len(wanted & set(stems(plain(section.text)))) / len(wanted)
        return shared + (0.2 if section.path == card.section else 0.0)

    best = max(fresh, key=nearness)
    return best if nearness(best) >= _NEAR else None


def records(sections: Sequence[Section], owed: Iterable[str]) -> tuple[SectionRecord, ...]:
    """What the ledger keeps of `sections`; `owed` are the fingerprints that the model has not answered for."""
    missing = set(owed)
    return tuple(SectionRecord(s.path, s.fingerprint, s.fingerprint not in missing, parts=s.parts) for s in sections)


def believed(record: LinkRecord, plan: Plan, now: int) -> bool:
    """Whether what `plan` says may be acted on. A page that lacks most of its quotes at once is believed only when it
    still does a day after that was first seen."""
    return not plan.suspect or bool(record.suspect_since and now - record.suspect_since >= DAY)


def overdue(record: LinkRecord, retire_after: int, now: int) -> bool:
    """Whether the cards of a link that gives no article are to be retired: it says that it is gone for good, or it has
    been failing for `retire_after` days, and at two attempts at least."""
    if record.state is LinkState.GONE:
        return True
    return bool(record.failures > 1 and now - record.failing_since >= retire_after * DAY)


def failed(record: LinkRecord, state: LinkState, reason: str, now: int, wish: float | None = None) -> LinkRecord:
    """`record` after an attempt that gave no article."""
    failures = record.failures + 1
    return replace(
        record,
        state=state,
        reason=reason,
        checked=now,
        failures=failures,
        failing_since=record.failing_since or now,
        retry_at=retry_time(failures, now, wish) if state is LinkState.FAILED else 0,
    )
