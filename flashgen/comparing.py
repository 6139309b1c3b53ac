"""What became of cards and links, told by comparing them before and after. Values only; `changes` says what they mean.

Old and new sentence stand side by side: what was quoted, and what today's passage has in its place, with the words
that differ marked.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from difflib import SequenceMatcher

from flashgen import sentences
from flashgen.changes import CardChange, CardEvent, LinkChange, LinkEvent, Wording
from flashgen.identity import same_place
from flashgen.ledger import LinkRecord, LinkState
from flashgen.refresh import Plan
from flashgen.text import fold, plain, words
from flashgen.types import Card, Status

_LIKE = 0.4
"""Share of a quote's words that a sentence must hold to stand where the quote stood."""
_TOKEN = re.compile(r"\s+|[^\s\w]|\w+(?:[-'’.]\w+)*")
_READ = (LinkState.CARDED, LinkState.EMPTY)


# --- cards --------------------------------------------------------------------------------------


def wording(card: Card) -> Wording:
    """What `card` says."""
    return Wording(card.question, card.answer, card.quote)


def changed_cards(before: Mapping[str, Card], after: Iterable[Card]) -> Iterator[CardChange]:
    """What became of the cards in `after`, beside what they were; rejected ones are not in a deck, and left out."""
    for card in after:
        old = before.get(card.id)
        if card.status is Status.REJECTED:
            continue
        if old is None:
            yield CardChange(CardEvent.ADDED, card.id, wording(card), section=card.section)
        elif old.status is Status.RETIRED and card.status is not Status.RETIRED:
            now = wording(card) if wording(card) != wording(old) else None
            yield CardChange(CardEvent.RETURNED, card.id, wording(old), now, section=card.section)
        elif card.proposal and card.proposal != old.proposal:
            offered = Wording(card.proposal.question, card.proposal.answer, card.proposal.quote)
            yield CardChange(CardEvent.PROPOSED, card.id, wording(old), offered, section=card.section)
        elif wording(card) != wording(old):
            yield CardChange(CardEvent.REVISED, card.id, wording(old), wording(card), section=card.section)


def waiting_cards(cards: Iterable[Card], texts: Iterable[str]) -> Iterator[CardChange]:
    """Cards that are to be retired, each with the sentence of `texts` (passages of today) that is nearest to it."""
    today = [(sentence, set(words(sentence))) for text in texts for sentence in sentences.split(text)]
    for card in cards:
        if card.status in (Status.ACTIVE, Status.DRAFT):
            near = nearest(card.quote, today)
            yield CardChange(CardEvent.WAITING, card.id, wording(card), sentence=near, section=card.section)


def nearest(quote: str, today: Sequence[tuple[str, set[str]]]) -> str:
    """Of sentences, each with its words, the one that shares most words with `quote`; '' where none is like it."""
    wanted = set(words(plain(quote)))

    def likeness(one: tuple[str, set[str]]) -> float:
        return len(wanted & one[1]) / max(1, len(wanted | one[1]))

    best = max(today, key=likeness, default=("", set[str]()))
    return best[0] if wanted and len(wanted & best[1]) >= _LIKE * len(wanted) else ""


# --- links --------------------------------------------------------------------------------------


def of_article(base: LinkRecord, after: LinkRecord, plan: Plan, cards: Sequence[CardChange], kept: int) -> LinkChange:
    """What is different about a link that gave an article. `base` is what was known of it before."""
    new = base.state not in _READ and not any(section.drafted for section in base.sections)
    added = sum(card.event is CardEvent.ADDED for card in cards)
    return LinkChange(
        after.url,
        after.title,
        after.topic,
        LinkEvent.NEW if new else _event(base, after),
        moved_to="" if new else _moved(base, after),
        sections=plan.passages if not new and _reads_anew(base, after) else (),
        cards=tuple(card for card in cards if not (new and card.event is CardEvent.ADDED)),
        kept=kept,
        added=added,
    )


def without_article(base: LinkRecord, after: LinkRecord, cards: tuple[CardChange, ...], kept: int) -> LinkChange | None:
    """What is different about a link that gave none; None if it gave none before either, and no card hangs on it."""
    if after.state is base.state and not cards:
        return None
    return LinkChange(after.url, after.title, after.topic, LinkEvent(after.state), after.reason, cards=cards, kept=kept)


def kept_by_archive(base: LinkRecord, after: LinkRecord, cards: tuple[CardChange, ...], kept: int) -> LinkChange | None:
    """A dead link whose cards stand in an archived copy, where that is news, and those that don't."""
    if base.reason == after.reason and not cards:
        return None
    return LinkChange(after.url, after.title, after.topic, LinkEvent.FAILED, after.reason, cards=cards, kept=kept)


def doubted(base: LinkRecord, after: LinkRecord, kept: int) -> LinkChange | None:
    """A page that is suspect, where that is news."""
    if base.suspect_since:
        return None
    return LinkChange(after.url, after.title, after.topic, LinkEvent.SUSPECT, after.reason, kept=kept)


def is_news(change: LinkChange) -> bool:
    """Whether there is anything to tell."""
    return change.event is not LinkEvent.KNOWN or bool(change.cards)


def _event(base: LinkRecord, after: LinkRecord) -> LinkEvent:
    if base.removed:
        return LinkEvent.RELISTED
    if base.state not in (*_READ, LinkState.PENDING):
        return LinkEvent.BACK
    if _reads_anew(base, after):
        return LinkEvent.CHANGED
    return LinkEvent.MOVED if _moved(base, after) else LinkEvent.KNOWN


def _reads_anew(base: LinkRecord, after: LinkRecord) -> bool:
    """Whether a passage is new, changed or gone. One that the model still owed an answer for is none of these."""
    old, new = ({section.fingerprint for section in record.sections} for record in (base, after))
    return old != new


def _moved(base: LinkRecord, after: LinkRecord) -> str:
    """The address that the link leads to now, if that is another article's place than before."""
    old, new = base.final_url, after.final_url
    return new if old and new and not same_place(old, new) else ""


# --- the end of a run ---------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Retired:
    """Cards that were retired at the end of a run, by link and id."""

    links: Mapping[str, LinkRecord]
    cards: Mapping[str, Mapping[str, Card]]

    def settled(self, change: LinkChange) -> LinkChange:
        """`change` with its cards that waited, retired; those that it doesn't know have waited since an earlier run."""
        retired = dict(self.cards.get(change.url, {}))
        cards = [
            replace(card, event=CardEvent.RETIRED) if card.event is CardEvent.WAITING and card.id in retired else card
            for card in change.cards
        ]
        told = {card.id for card in cards if card.event is CardEvent.RETIRED}
        earlier = [
            CardChange(CardEvent.RETIRED, card.id, wording(card), section=card.section)
            for card in retired.values()
            if card.id not in told
        ]
        return replace(change, cards=(*cards, *earlier), kept=max(0, change.kept - len(retired)))

    def known(self, url: str) -> LinkChange:
        """A link of which nothing was told so far."""
        record = self.links[url]
        gave_none = record.state in (LinkState.GONE, LinkState.FAILED)
        event = LinkEvent(record.state) if gave_none else LinkEvent.REMOVED if record.removed else LinkEvent.KNOWN
        return LinkChange(url, record.title, record.topic, event, record.reason if gave_none else "")


def with_retired(
    changes: Sequence[LinkChange], retired: Iterable[Card], links: Mapping[str, LinkRecord]
) -> list[LinkChange]:
    """`changes` after the end of a run, at which `retired` cards were retired."""
    by_link: dict[str, dict[str, Card]] = {}
    for card in retired:
        by_link.setdefault(card.source, {})[card.id] = card
    found = _Retired(links, by_link)
    told = {change.url for change in changes}
    return [found.settled(change) for change in (*changes, *map(found.known, sorted(by_link.keys() - told)))]


def without_duplicates(changes: Iterable[LinkChange], set_aside: Iterable[Card]) -> list[LinkChange]:
    """`changes` without added cards that were set aside after all, as another card of the list says the same."""
    ids = {card.id for card in set_aside}
    return [replace(one, cards=tuple(card for card in one.cards if card.id not in ids)) for one in changes]


def removed(record: LinkRecord, cards: Iterable[Card]) -> LinkChange:
    """A link that the reading list no longer has."""
    return LinkChange(record.url, record.title, record.topic, LinkEvent.REMOVED, cards=tuple(waiting_cards(cards, ())))


# --- words that differ --------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Run:
    """A stretch of a sentence; `differs` says that the other sentence has something else there, or nothing."""

    text: str
    differs: bool = False


def marked(old: str, new: str) -> tuple[list[Run], list[Run]]:
    """Two texts (Markdown) as a reader sees them, each cut where the words begin to differ and where they stop to.

    Letter case and quotation marks that only look different don't count.
    """
    one, other = (_TOKEN.findall(" ".join(plain(text).split())) for text in (old, new))
    left_keys, right_keys = ([fold(token) or " " for token in tokens] for tokens in (one, other))
    matcher = SequenceMatcher(None, left_keys, right_keys, autojunk=False)
    left: list[Run] = []
    right: list[Run] = []
    for tag, a, b, c, d in matcher.get_opcodes():
        left.append(Run("".join(one[a:b]), tag != "equal"))
        right.append(Run("".join(other[c:d]), tag != "equal"))
    return _closed(left), _closed(right)


def _closed(runs: Iterable[Run]) -> list[Run]:
    """`runs` without gaps of mere space between stretches that differ, and without empty ones."""
    kept: list[Run] = []
    for run in runs:
        if not run.text:
            continue
        if len(kept) > 1 and run.differs and kept[-2].differs and not kept[-1].text.strip():
            gap = kept.pop()
            kept[-1] = Run(kept[-1].text + gap.text + run.text, True)
        elif kept and kept[-1].differs == run.differs:
            kept[-1] = Run(kept[-1].text + run.text, run.differs)
        else:
            kept.append(run)
    return kept
