"""An article drafted again, with today's prompt or model: which new card takes the place of which old one. Values only.

A new card belongs to the old one whose sentence it quotes, word for word or nearly; of several, to the one that asks
the likest question. It then goes on under that card's id, so that no review is lost.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from flashgen.carding import retired
from flashgen.hand import edited_fields
from flashgen.harvest import harvest
from flashgen.identity import field_fingerprint
from flashgen.quotes import stands
from flashgen.refresh import Plan, Work
from flashgen.settings import Settings
from flashgen.study import Answer, Harvest, Study
from flashgen.text import fold
from flashgen.types import Card, Draft, Judged, Section, Status, Verdict
from flashgen.vocabulary import content

_NEAR = 0.6
"""Jaccard of two quotes' stems from which they are the same sentence, or most of it."""
REASON = "drafted again, with another prompt or model"


@dataclass(frozen=True, slots=True)
class Text:
    """What of a card is compared."""

    question: str
    answer: str
    quote: str


@dataclass(frozen=True, slots=True)
class Pair:
    """An old card and the new one for the same sentence; one of them may be missing."""

    old: Card | None = None
    new: Judged | None = None

    @property
    def same(self) -> bool:
        """Whether the new one asks and answers in the words of the old one, or in those that it had when it was made: a
        person who changed them knows them."""
        if not (self.old and self.new):
            return False
        draft, made = self.new.draft, self.old.made
        again = made.get("question") == field_fingerprint(draft.question)
        again = again and made.get("answer") == field_fingerprint(draft.answer)
        return again or _said(self.old) == _said(draft)


@dataclass(frozen=True, slots=True)
class Redraft:
    """What drafting again would do to the cards of one link, and the entry that does it."""

    url: str
    title: str
    pairs: tuple[Pair, ...]
    harvest: Harvest
    rejected: int = 0

    @property
    def changes(self) -> bool:
        """Whether any card would change, come or go."""
        return bool(self.harvest.entry.cards)


def matched(old: Sequence[Text], new: Sequence[Text]) -> dict[int, int]:
    """Which of `new` belongs to which of `old`, by their numbers: the likest pairs first, each card once."""
    likeness = {(i, j): like for i, one in enumerate(old) for j, other in enumerate(new) if (like := _like(one, other))}
    found: dict[int, int] = {}
    for i, j in sorted(likeness, key=lambda pair: (-likeness[pair], pair)):
        if i not in found and j not in found.values():
            found[i] = j
    return found


def _like(one: Text, other: Text) -> float:
    """How surely both are cards of one sentence: 0, or from 1 on."""
    if not one.quote or not other.quote:
        return 0.0
    within = stands(one.quote, other.quote) or stands(other.quote, one.quote)
    quotes = 1.0 if within else _shared(one.quote, other.quote)
    if quotes < _NEAR:
        return 0.0
    return 1 + quotes + _shared(f"{one.question} {one.answer}", f"{other.question} {other.answer}")


def _shared(one: str, other: str) -> float:
    first, second = set(content(one)), set(content(other))
    return len(first & second) / max(1, len(first | second))


def _said(card: Card | Draft) -> tuple[str, str]:
    return fold(card.question), fold(card.answer)


def _text(card: Card | Draft) -> Text:
    return Text(card.question, card.answer, card.quote)


# --- the plan ---------------------------------------------------------------------------------------


def redraft(
    study: Study,
    drafted: Mapping[str, Sequence[Judged]],
    settings: Settings,
    now: int,
    new_id: Callable[[], str],
    *,
    replacing: bool = False,
) -> Redraft:
    """What becomes of a link's cards; `drafted` are the drafts of each section, by its fingerprint.

    A card whose sentence is quoted again is reworded under its id; where a person edited it, the rewording waits as a
    proposal. New cards are admitted as in a build, but for what the gates reject. A card that nothing quotes stays, or
    with `replacing` is retired, unless a person wrote or edited it.
    """
    old = [card for card in study.cards if card.status in (Status.ACTIVE, Status.DRAFT)]
    good = [
        (section, one)
        for section in study.sections
        for one in drafted.get(section.fingerprint, ())
        if one.verdict is not Verdict.REJECT
    ]
    found = matched([_text(card) for card in old], [_text(one.draft) for _, one in good])
    pairs = [Pair(card, good[found[n]][1] if n in found else None) for n, card in enumerate(old)]
    taken = set(found.values())
    fresh = [(section, one) for n, (section, one) in enumerate(good) if n not in taken]
    homes = {old[i].id: good[j][0] for i, j in found.items()}
    answers = [_answer(section, fresh, pairs, homes) for section in study.sections]
    known = replace(study, plan=Plan(tuple(answer.work for answer in answers)), reason=REASON)
    made = harvest(known, answers, settings, now, new_id)
    if replacing:
        made = _without(made, [pair.old for pair in pairs if pair.old and not pair.new], now)
    rejected = sum(map(len, drafted.values())) - len(good)
    shown = (*pairs, *(Pair(new=one) for _, one in fresh))
    title = study.reading.article.title or study.item.url
    return Redraft(study.item.url, title, shown, made, rejected)


def _answer(
    section: Section, fresh: Sequence[tuple[Section, Judged]], pairs: Sequence[Pair], homes: Mapping[str, Section]
) -> Answer:
    reworded: dict[str, Judged | None] = {
        pair.old.id: pair.new
        for pair in pairs
        if pair.old and pair.new and not pair.same and homes[pair.old.id] is section
    }
    return Answer(Work(section), tuple(one for home, one in fresh if home is section), reworded)


def _without(made: Harvest, left: Sequence[Card], now: int) -> Harvest:
    """`made` with the cards that nothing quotes any more retired; those with a person's hand in them stay."""
    gone = [retired(card, now) for card in left if not edited_fields(card)]
    counts = replace(made.counts, retired=len(gone))
    return replace(made, entry=replace(made.entry, cards=(*made.entry.cards, *gone)), counts=counts)
