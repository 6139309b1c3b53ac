"""From the model's answers for one article to the entry that the store keeps. Values only."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from flashgen import comparing
from flashgen.agenda import Item
from flashgen.carding import Admitted, Origin, admit, card_of, object_to, revised, set_status
from flashgen.changes import LinkChange, SectionEvent
from flashgen.coverage import noted
from flashgen.duplicates import BY_WORDS, Rules
from flashgen.errors import Failed, LinkError, is_dead
from flashgen.hand import edited_fields, tombstones
from flashgen.identity import same_place
from flashgen.ledger import Entry, LinkRecord, LinkState
from flashgen.outcome import CardCounts, SectionCounts
from flashgen.refresh import Plan, Reread, Stands, Work, failed, overdue, records
from flashgen.selection import EVERYTHING, Selection
from flashgen.settings import Settings
from flashgen.types import Article, Card, Finding, Judged, Section, Status, Validators, Verdict

NOTHING = "read, and nothing in it is worth a card"


@dataclass(frozen=True, slots=True)
class Reading:
    """An article as it was had, with what its servers gave to ask for changes with, and the reader's version.

    `archived` is why the page itself gave none, where this is an archived copy of it; `gone` says that it is so for
    good. `unchanged` is a page that its servers call unchanged, and that was read anew nevertheless.
    """

    article: Article
    validators: Mapping[str, Validators] = field(default_factory=dict)
    reader: int = 0
    archived: str = ""
    gone: bool = False
    unchanged: bool = False

    def reread(self, record: LinkRecord | None) -> Reread:
        """Whether another reader than last time read it."""
        if record is None or record.reader in (0, self.reader):
            return Reread.NO
        return Reread.UNCHANGED if self.unchanged else Reread.CHANGED


@dataclass(frozen=True, slots=True)
class Study:
    """One article, what was known of it (`base`, `cards`) and what is to be done about it. `reason` is why cards are
    reworded."""

    item: Item
    base: LinkRecord
    cards: tuple[Card, ...]
    reading: Reading
    sections: tuple[Section, ...]
    plan: Plan
    selection: Selection = EVERYTHING
    reason: str = "the article's text changed"


@dataclass(frozen=True, slots=True)
class Answer:
    """What the model said of one section.

    `reworded` maps the id of a card whose quote is gone to its new wording, None where it is to be retired;
    `problem` says why the section has to be asked again another time.
    """

    work: Work
    drafts: tuple[Judged, ...] = ()
    reworded: Mapping[str, Judged | None] = field(default_factory=dict)
    problem: str = ""


@dataclass(frozen=True, slots=True)
class Harvest:
    """The entry of one item, what it counts for in the run's result, and what is to be told of it there."""

    entry: Entry
    counts: CardCounts = field(default_factory=CardCounts)
    sections: SectionCounts = field(default_factory=SectionCounts)
    change: LinkChange | None = None


def harvest(
    study: Study,
    answers: Sequence[Answer],
    settings: Settings,
    now: int,
    new_id: Callable[[], str],
    rules: Rules = BY_WORDS,
) -> Harvest:
    """Apply the plan and the answers to the link's cards, and write down what is now known of it.

    Cards that are to be retired are only noted: that is done at the end of a run, when it is known how many they are.
    """
    item, before = study.item, {card.id: card for card in study.cards}
    held = {**before, **{card.id: set_status(card, Status.ACTIVE, now) for card in study.plan.back}}
    retiring = [card.id for card in study.plan.lost]
    for answer in answers:
        retiring += [card_id for card_id, judged in answer.reworded.items() if judged is None]
        held |= _reworded(answer, held, now, study.reason)

    def make(judged: Judged, section: Section) -> Card:
        origin = Origin(item.url, section, now, settings.images)
        return card_of(judged, origin, new_id(), review=settings.review == "required")

    admitted = admit(
        ((answer.work.section, answer.drafts) for answer in answers),
        tuple(held.values()),
        tombstones(study.base, held).values(),
        make,
        item.options.cards or settings.cards_per_article,
        rules,
    )
    changed = tuple(card for card in held.values() if card != before[card.id])
    fresh = (*changed, *admitted.cards)
    record = _record(study, answers, {**held, **{card.id: card for card in fresh}}, now)
    counts = _counts(before, changed, admitted)
    retiring = [card_id for card_id in retiring if can_be_retired(held[card_id])]
    lost = [card for card in study.cards if card.id in retiring and card.id not in study.base.retiring]
    texts = [work.section.text for work in study.plan.work]
    cards = (*comparing.changed_cards(before, fresh), *comparing.waiting_cards(lost, texts))
    change = comparing.of_article(study.base, record, study.plan, cards, counts.kept)
    return Harvest(
        Entry(replace(record, retiring=tuple(retiring)), fresh),
        counts,
        SectionCounts(len(study.sections), *map(study.plan.count, SectionEvent)),
        change if comparing.is_news(change) else None,
    )


def doubted(study: Study, now: int) -> Harvest:
    """The entry of an article that lacks most of its quotes at once: all stays as it is until a second look."""
    reason = "most of its cards' sentences are missing: nothing is done unless a refresh in a day finds the same"
    since = study.base.suspect_since or now
    record = replace(study.base, reason=reason, checked=now, suspect_since=since)
    kept = _active(study.cards)
    return Harvest(Entry(record), CardCounts(kept=kept), change=comparing.doubted(study.base, record, kept))


def unchanged(base: LinkRecord, cards: Sequence[Card], now: int, final_url: str = "") -> Harvest:
    """The entry of a link that has not changed since it was last read, but for its address perhaps."""
    state, reason = _state(cards, ())
    fresh = replace(base, state=state, reason=reason, checked=now, failures=0, failing_since=0, retry_at=0, removed=0)
    address = _address(base, final_url or base.final_url)
    fresh = replace(fresh, suspect_since=0, final_url=address, dead=False, archived="")
    kept = _active(cards)
    change = comparing.of_article(base, fresh, Plan(), (), kept)
    return Harvest(Entry(fresh), CardCounts(kept=kept), change=change if comparing.is_news(change) else None)


def kept_by_archive(
    base: LinkRecord, reading: Reading, cards: Sequence[Card], stands: Stands, settings: Settings, now: int
) -> Harvest:
    """The entry of a known link that is dead and archived: nothing is drafted anew, and what stands in the copy stays.

    The other cards go when they would without a copy.
    """
    state, _ = _state(cards, ())
    reason = f"{reading.archived}; its cards stand in an archived copy: {reading.article.final_url}"
    record = failed(base, LinkState.GONE if reading.gone else LinkState.FAILED, reason, now)
    absent = [card for card in cards if can_be_retired(card) and not _stands(card, reading.article, stands)]
    due = tuple(card.id for card in absent) if overdue(record, settings.retire_after, now) else ()
    copy = reading.article.final_url
    record = replace(record, state=state, retry_at=0, retiring=due, removed=0, dead=True, archived=copy)
    kept = _active(cards)
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
    kept = _active(cards)
    change = comparing.without_article(base, record, tuple(lost), kept)
    return Harvest(Entry(record), CardCounts(kept=kept), change=change)


def retired(card: Card, now: int) -> Card:
    """A card whose passage is gone: it stays in the deck, marked. What was never in a deck needn't be kept there."""
    if card.status is Status.DRAFT:
        gone = Finding("quote", Verdict.REJECT, "its sentence is no longer in the source")
        return object_to(card, gone, Status.REJECTED, now)
    return set_status(card, Status.RETIRED, now)


def can_be_retired(card: Card) -> bool:
    """Whether a card is to be retired when its passage is gone: a status that a person set holds."""
    return card.status in (Status.ACTIVE, Status.DRAFT) and "status" not in edited_fields(card)


def _active(cards: Sequence[Card]) -> int:
    return sum(card.status is Status.ACTIVE for card in cards)


def _counts(before: Mapping[str, Card], changed: Sequence[Card], admitted: Admitted) -> CardCounts:
    new = sum(card.status is not Status.REJECTED for card in admitted.cards)
    revised = sum(_content(card) != _content(before[card.id]) for card in changed)
    return CardCounts(
        new=new,
        rejected=len(admitted.cards) - new,
        duplicate=admitted.duplicates,
        revised=revised,
        kept=_active(tuple(before.values())) - revised,
    )


def _content(card: Card) -> tuple[object, ...]:
    return card.question, card.answer, card.quote, card.proposal


def _reworded(answer: Answer, held: Mapping[str, Card], now: int, reason: str) -> dict[str, Card]:
    section = answer.work.section
    return {
        card_id: revised(held[card_id], judged, section, now, reason)
        for card_id, judged in answer.reworded.items()
        if judged is not None and card_id in held
    }


def _record(study: Study, answers: Sequence[Answer], cards: Mapping[str, Card], now: int) -> LinkRecord:
    base, article = study.base, study.reading.article
    owed = [answer.work.section.fingerprint for answer in answers if answer.problem]
    after = noted(records(study.sections, owed), study.sections, cards.values())
    moved = [old.fingerprint for old in base.sections] != [new.fingerprint for new in after]
    state, reason = _state(cards.values(), answers)
    if study.reading.archived:
        reason = f"{study.reading.archived}; read from an archived copy: {article.final_url}"
    return replace(
        base,
        state=state,
        reason=reason,
        kind=article.kind,
        title=article.title or base.title,
        author=article.author,
        date=article.date if moved or not base.date else base.date,
        language=article.language,
        final_url=_address(base, article.final_url),
        canonical_url=article.canonical_url,
        sections=after,
        validators=study.reading.validators,
        reader=study.reading.reader,
        made={**base.made, **{card.id: card.quote for card in cards.values()}},
        checked=now,
        changed=now if moved else base.changed,
        failing_since=0,
        failures=0,
        retry_at=0,
        suspect_since=0,
        removed=0,
        dead=bool(study.reading.archived),
        archived=article.final_url if study.reading.archived else "",
        ideas=study.selection.ideas or base.ideas,
    )


def _address(base: LinkRecord, final_url: str) -> str:
    """Where the article is. A query that a server only sent us on with (a token of the visit) makes no other address:
    each refresh would write over the link on every note."""
    known = (base.url, base.final_url)
    return next((url for url in known if url and same_place(url, final_url)), final_url)


def _state(cards: Iterable[Card], answers: Sequence[Answer]) -> tuple[LinkState, str]:
    """Carded as soon as one card came of it; empty when all was asked and nothing did."""
    if any(card.status is not Status.REJECTED for card in cards):
        return LinkState.CARDED, ""
    problems = [answer.problem for answer in answers if answer.problem]
    if problems:
        return LinkState.PENDING, problems[0]
    return LinkState.EMPTY, NOTHING


def most_cards(words: int) -> int:
    """How many cards a passage of so many words may give at most: twice what it is good for on average (about one
    for 130 words), and three where it is short and dense."""
    return max(3, math.ceil(words / 65))
