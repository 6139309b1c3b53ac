"""Drafts become cards: which are admitted, how a card is revised, retired and brought back. Values only.

`made` of a card remembers what flashgen itself wrote: a field or a status that no longer matches it is a person's,
and nothing here overwrites it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace

from flashgen.duplicates import BY_WORDS, Index, Rules
from flashgen.extras import extra, with_picture
from flashgen.hand import edited_fields, made_of
from flashgen.identity import canonical
from flashgen.quotes import stands
from flashgen.sections import anchor
from flashgen.text import fold, stems
from flashgen.types import Card, Draft, Finding, Judged, Proposal, Section, Status, Verdict

_SAME_WORDS = 0.75
"""Share of the shorter quote's stems that the other one has, where one is the other reworded."""


@dataclass(frozen=True, slots=True)
class Origin:
    """Where drafts come from: the link's address and the section, with the time (seconds since 1970) of making. With
    `images`, pictures of the article may go on a card's back."""

    source: str
    section: Section
    now: int
    images: bool = False


def card_of(judged: Judged, origin: Origin, card_id: str, *, review: bool) -> Card:
    """A new card from a draft that went through the gates. With `review`, it waits as a draft for a person's yes."""
    draft = judged.draft
    rejected = judged.verdict is Verdict.REJECT
    status = Status.REJECTED if rejected else Status.DRAFT if review else Status.ACTIVE
    card = Card(
        id=card_id,
        kind=draft.kind,
        question=draft.question,
        answer=draft.answer,
        quote=draft.quote,
        source=canonical(origin.source),
        section=origin.section.path,
        anchor=anchor(draft.quote, origin.section.text),
        status=status,
        importance=draft.importance,
        created=origin.now,
        changed=origin.now,
        findings=judged.findings,
        extra=extra(draft.quote, origin.section.text, images=origin.images),
    )
    return sealed(card)


def sealed(card: Card) -> Card:
    """`card` with `made` saying that its text and status are ours."""
    texts = ("question", "answer", "quote", "status", *(("extra",) if card.extra else ()))
    return replace(card, made=made_of(card, texts))


def set_status(card: Card, status: Status, now: int) -> Card:
    """`card` with a status of our choosing; one that a person set by hand holds."""
    if card.status is status or "status" in edited_fields(card):
        return card
    moved = replace(card, status=status, changed=max(now, card.changed + 1))
    return replace(moved, made={**card.made, **made_of(moved, ("status",))})


def object_to(card: Card, finding: Finding, status: Status, now: int) -> Card:
    """`card` with one more finding and the status that follows from it."""
    return set_status(replace(card, findings=(*card.findings, finding)), status, now)


def nearly(card: Card, question: str, now: int, rules: Rules) -> Card:
    """`card`, which says nearly what the card with `question` says: it waits as a draft, or is rejected."""
    verdict = Verdict.REJECT if rules.level == "reject" else Verdict.WARN
    why = Finding("duplicate", verdict, f"says nearly what another card says: {question}")
    return object_to(card, why, Status.REJECTED if verdict is Verdict.REJECT else Status.DRAFT, now)


# --- admitting ----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Admitted:
    """The new cards of one article, rejected ones included, and how many drafts were dropped as already there."""

    cards: tuple[Card, ...]
    duplicates: int = 0


def admit(
    answers: Iterable[tuple[Section, Sequence[Judged]]],
    existing: Sequence[Card],
    tombstones: Iterable[str],
    make: Callable[[Judged, Section], Card],
    most: int,
    rules: Rules = BY_WORDS,
) -> Admitted:
    """Cards from the drafts of an article's sections, in reading order.

    Dropped: a draft that says again what a card of the article says, also a rejected one, and a draft from the quote
    of a card that the person deleted (`tombstones`) or rejected, in whatever words. A near duplicate, or another answer
    to the same question, waits as a draft, or is treated as `rules` say. Of the rest the `most` important stay
    (`existing` ones counted); of equally important ones the first of each section before its second.
    """
    index = Index(rules)
    for card in existing:
        index.add(card.id, card.question, card.answer)
    said = {card.id: card for card in existing}
    asked = {fold(card.question): card.id for card in existing if card.status is not Status.REJECTED}
    is_unwanted = _unwanted((*tombstones, *(card.quote for card in existing if _is_rejected_by_hand(card))))
    fresh: list[Card] = []
    dropped = 0
    for section, judgements in answers:
        for judged in judgements:
            draft = judged.draft
            near = index.near(draft.question, draft.answer) if judged.verdict is not Verdict.REJECT else []
            if is_unwanted(draft.quote, section.text) or any(
                m.exact or said[m.key].status is Status.REJECTED for m in near
            ):
                dropped += 1
                continue
            card = make(judged, section)
            twin = near[0].key if near else asked.get(fold(draft.question), "") if rules.level != "off" else ""
            if twin and card.status is not Status.REJECTED:
                card = sealed(nearly(card, said[twin].question, card.created, rules))
            if card.status is not Status.REJECTED:
                index.add(card.id, card.question, card.answer)
                said[card.id] = card
                asked.setdefault(fold(draft.question), card.id)
            fresh.append(card)
    room = most - sum(card.status in (Status.ACTIVE, Status.DRAFT) for card in existing)
    return Admitted(_capped(fresh, room, most), dropped)


def _is_rejected_by_hand(card: Card) -> bool:
    return card.status is Status.REJECTED and "status" in edited_fields(card)


def _unwanted(quotes: Iterable[str]) -> Callable[[str, str], bool]:
    """Whether a quote, from a section's text, is one of those that the person wants no card of: the same, a part of it
    or more of it, or what it was reworded to. A sentence much like one that still stands is another sentence."""
    known = [(fold(quote), set(stems(quote)), quote) for quote in dict.fromkeys(quotes) if quote]

    def is_reworded(mine: set[str], said: set[str]) -> bool:
        shared = len(mine & said)
        return shared >= _SAME_WORDS * min(len(mine), len(said)) and 2 * shared >= len(mine | said)

    def unwanted(quote: str, text: str) -> bool:
        key, mine = fold(quote), set(stems(quote))
        return any(
            (bool(key) and (key in theirs or theirs in key)) or (is_reworded(mine, said) and not stands(old, text))
            for theirs, said, old in known
        )

    return unwanted


def _capped(cards: Sequence[Card], room: int, most: int) -> tuple[Card, ...]:
    """`cards` with all but the `room` most important of the admitted ones set aside."""
    turns: Counter[tuple[str, ...]] = Counter()
    standing = []
    for n, card in enumerate(cards):
        if card.status is not Status.REJECTED:
            standing.append((-card.importance, turns[card.section], n))
            turns[card.section] += 1
    kept = {n for _, _, n in sorted(standing)[: max(0, room)]}
    why = Finding("cap", Verdict.REJECT, f"the article already has its {most} most important cards (cards_per_article)")
    return tuple(
        card
        if n in kept or card.status is Status.REJECTED
        else sealed(object_to(card, why, Status.REJECTED, card.created))
        for n, card in enumerate(cards)
    )


# --- revising -----------------------------------------------------------------------------------


def revised(card: Card, judged: Judged, section: Section, now: int, reason: str) -> Card:
    """`card` with the wording that today's text asks for, under its id.

    What a person edited stays as it is: then the rewording waits beside it as a proposal. A rewording that a gate
    rejects waits too.
    """
    draft = judged.draft
    edited = edited_fields(card)
    if edited & {"question", "answer", "quote"} or judged.verdict is Verdict.REJECT:
        return replace(card, proposal=_proposal(draft, reason), changed=max(now, card.changed + 1))
    moved = replace(
        card,
        question=draft.question,
        answer=draft.answer,
        quote=draft.quote,
        section=section.path,
        anchor=anchor(draft.quote, section.text),
        findings=judged.findings,
        changed=max(now, card.changed + 1),
        extra=card.extra if "extra" in edited or "![" in card.extra else extra(draft.quote, section.text),
    )
    texts = ("question", "answer", "quote", *(("extra",) if card.extra != moved.extra else ()))
    return replace(moved, made={**card.made, **made_of(moved, texts)})


def illustrated(card: Card, url: str, address: str) -> Card:
    """`card` with the picture at `url` under its `address` in the list's folder; without it where that is ''."""
    shown = replace(card, extra=with_picture(card.extra, url, address))
    return replace(shown, made={**card.made, **made_of(shown, ("extra",))}) if "extra" in card.made else shown


def _proposal(draft: Draft, reason: str) -> Proposal:
    return Proposal(draft.question, draft.answer, draft.quote, reason)


def retired(card: Card, now: int) -> Card:
    """A card whose passage is gone: it stays in the deck, marked. What was never in a deck needn't be kept there."""
    if card.status is Status.DRAFT:
        gone = Finding("quote", Verdict.REJECT, "its sentence is no longer in the source")
        return object_to(card, gone, Status.REJECTED, now)
    return set_status(card, Status.RETIRED, now)


def can_be_retired(card: Card) -> bool:
    """Whether a card is to be retired when its passage is gone: a status that a person set holds."""
    return card.status in (Status.ACTIVE, Status.DRAFT) and "status" not in edited_fields(card)
