"""From the model's answers for one article to the entry that the store keeps. Values only."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from flashgen import comparing
from flashgen.carding import Admitted, Origin, admit, can_be_retired, card_of, revised, set_status
from flashgen.changes import SectionEvent
from flashgen.coverage import noted
from flashgen.duplicates import BY_WORDS, Rules
from flashgen.hand import tombstones
from flashgen.ledger import Entry, LinkRecord
from flashgen.outcome import CardCounts, SectionCounts
from flashgen.refresh import records
from flashgen.settings import Settings
from flashgen.study import Answer, Harvest, Study
from flashgen.types import Card, Judged, Section, Status
from flashgen.unharvested import active, address_of, state_of


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


def _counts(before: Mapping[str, Card], changed: Sequence[Card], admitted: Admitted) -> CardCounts:
    new = sum(card.status is not Status.REJECTED for card in admitted.cards)
    revised = sum(_content(card) != _content(before[card.id]) for card in changed)
    return CardCounts(
        new=new,
        rejected=len(admitted.cards) - new,
        duplicate=admitted.duplicates,
        revised=revised,
        kept=active(tuple(before.values())) - revised,
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
    state, reason = state_of(cards.values(), answers)
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
        final_url=address_of(base, article.final_url),
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
