"""From the model's answers for one article to the entry that the store keeps. Values only."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from flashgen.agenda import Item
from flashgen.carding import Admitted, Origin, admit, card_of, object_to, revised, set_status
from flashgen.ledger import Entry, LinkRecord, LinkState
from flashgen.outcome import CardCounts
from flashgen.refresh import Plan, Work, records
from flashgen.settings import Settings
from flashgen.types import Article, Card, Finding, Judged, Section, Status, Validators, Verdict

NOTHING = "read, and nothing in it is worth a card"


@dataclass(frozen=True, slots=True)
class Reading:
    """An article as it was had, with what its servers gave to ask for changes with."""

    article: Article
    validators: Mapping[str, Validators] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Study:
    """One article, what was known of it (`base`, `cards`) and what is to be done about it."""

    item: Item
    base: LinkRecord
    cards: tuple[Card, ...]
    reading: Reading
    sections: tuple[Section, ...]
    plan: Plan


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
    """The entry of one article, and what it counts for in the run's result."""

    entry: Entry
    counts: CardCounts


def harvest(
    study: Study, answers: Sequence[Answer], settings: Settings, now: int, new_id: Callable[[], str]
) -> Harvest:
    """Apply the plan and the answers to the link's cards, and write down what is now known of it."""
    item, before = study.item, {card.id: card for card in study.cards}
    held = dict(before)
    held |= {card.id: _retired(card, now) for card in study.plan.lost}
    held |= {card.id: set_status(card, Status.ACTIVE, now) for card in study.plan.back}
    for answer in answers:
        held |= _reworded(answer, held, now)

    def make(judged: Judged, section: Section) -> Card:
        return card_of(judged, Origin(item.url, section, now), new_id(), review=settings.review == "required")

    admitted = admit(
        ((answer.work.section, answer.drafts) for answer in answers),
        tuple(held.values()),
        _tombstones(study.base, held),
        make,
        item.options.cards or settings.cards_per_article,
    )
    changed = tuple(card for card in held.values() if card != before[card.id])
    fresh = (*changed, *admitted.cards)
    record = _record(study, answers, {**held, **{card.id: card for card in fresh}}, now)
    return Harvest(Entry(record, fresh), _counts(before, changed, admitted))


def _counts(before: Mapping[str, Card], changed: Sequence[Card], admitted: Admitted) -> CardCounts:
    new = sum(card.status is not Status.REJECTED for card in admitted.cards)
    retired = sum(c.status is Status.RETIRED and before[c.id].status is not Status.RETIRED for c in changed)
    revised = sum(_content(card) != _content(before[card.id]) for card in changed)
    return CardCounts(
        new=new,
        rejected=len(admitted.cards) - new,
        duplicate=admitted.duplicates,
        retired=retired,
        revised=revised,
        kept=sum(card.status is Status.ACTIVE for card in before.values()) - retired - revised,
    )


def _content(card: Card) -> tuple[object, ...]:
    return card.question, card.answer, card.quote, card.proposal


def _retired(card: Card, now: int) -> Card:
    """A card whose passage is gone. What was never in a deck doesn't have to be kept there."""
    if card.status is Status.DRAFT:
        gone = Finding("quote", Verdict.REJECT, "its sentence is no longer in the article")
        return object_to(card, gone, Status.REJECTED, now)
    return set_status(card, Status.RETIRED, now)


def _reworded(answer: Answer, held: Mapping[str, Card], now: int) -> dict[str, Card]:
    reason = "the article's text changed"
    return {
        card_id: _retired(held[card_id], now)
        if judged is None
        else revised(held[card_id], judged, answer.work.section, now, reason)
        for card_id, judged in answer.reworded.items()
        if card_id in held
    }


def _tombstones(record: LinkRecord, held: Mapping[str, Card]) -> Iterable[str]:
    """Quotes of cards that the person deleted from the card file."""
    return [quote for card_id, quote in record.made.items() if card_id not in held]


def _record(study: Study, answers: Sequence[Answer], cards: Mapping[str, Card], now: int) -> LinkRecord:
    base, article = study.base, study.reading.article
    after = records(study.sections, [answer.work.section.fingerprint for answer in answers if answer.problem])
    moved = [old.fingerprint for old in base.sections] != [new.fingerprint for new in after]
    state, reason = _state(cards.values(), answers)
    return replace(
        base,
        state=state,
        reason=reason,
        kind=article.kind,
        title=article.title or base.title,
        author=article.author,
        date=article.date,
        language=article.language,
        final_url=article.final_url,
        canonical_url=article.canonical_url,
        sections=after,
        validators=study.reading.validators,
        made={**base.made, **{card.id: card.quote for card in cards.values()}},
        checked=now,
        changed=now if moved else base.changed,
        failing_since=0,
        failures=0,
        retry_at=0,
        suspect_since=0,
    )


def _state(cards: Iterable[Card], answers: Sequence[Answer]) -> tuple[LinkState, str]:
    """Carded as soon as one card came of it; empty when all was asked and nothing did."""
    if any(card.status is not Status.REJECTED for card in cards):
        return LinkState.CARDED, ""
    problems = [answer.problem for answer in answers if answer.problem]
    if problems:
        return LinkState.PENDING, problems[0]
    return LinkState.EMPTY, NOTHING


def most_cards(words: int) -> int:
    """How many cards a passage of so many words may ask for: about one for 130 words, at least one."""
    return max(1, math.ceil(words / 130))
