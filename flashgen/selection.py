"""What of an article deserves a card: when that is asked before drafting, and what follows. Values only.

An article that holds no more than its cap allows is drafted section by section as it is. Of a longer one somebody has
to choose, and who sees one section at a time can't: there a first look over the whole names the ideas that matter.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from flashgen.ledger import LinkRecord
from flashgen.sections import word_count
from flashgen.types import Card, Draft, Idea, Judged, Section, Status
from flashgen.vocabulary import content

WORDS_PER_CARD = 135
"""A card for so many words of substance, on average."""
_SAME = 0.5
"""Share of an idea's stems that a card and its quote must have to be about it."""
_BESIDE = 3
_ABOUT = 2
"""The most that a card can matter that is about none of the ideas, and the least for one that is about one: what was
named matters more than what was not."""
_MOST_HEADINGS = 60


@dataclass(frozen=True, slots=True)
class Selection:
    """What to draft of an article.

    `ideas` are the most important first; `rooms` says by a section's fingerprint how many cards it may give at most (0:
    it is not asked at all; not named: as many as its length allows); `outline` are the article's headings. `problem`
    says why nothing can be drafted yet.
    """

    ideas: tuple[Idea, ...] = ()
    rooms: Mapping[str, int] = field(default_factory=dict)
    outline: tuple[str, ...] = ()
    problem: str = ""

    def room(self, section: Section, most: int) -> int:
        """How many cards a section may give at most, where its length allows `most`."""
        return min(most, self.rooms.get(section.fingerprint, most))

    def here(self, section: Section) -> tuple[str, ...]:
        """The ideas of a section, the most important first."""
        return tuple(idea.text for idea in self.ideas if idea.at == section.fingerprint)


EVERYTHING = Selection()
"""No choice made: every section gives what its length allows."""


def worth(section: Section) -> int:
    """How many cards a section of this length is good for."""
    return max(1, round(word_count(section.text) / WORDS_PER_CARD))


def crowded(sections: Sequence[Section], cap: int) -> bool:
    """Whether an article has more to say than its `cap` of cards allows, so that somebody has to choose."""
    return len(sections) > 1 and sum(map(worth, sections)) > cap


def outline(sections: Iterable[Section]) -> tuple[str, ...]:
    """The headings of an article in order, each with those above it."""
    return tuple(dict.fromkeys(" / ".join(section.path) for section in sections if section.path))[:_MOST_HEADINGS]


def chosen(ideas: Sequence[Idea], sections: Sequence[Section], *, whole: bool) -> Selection:
    """The selection that follows from the ideas that were named.

    A section gives a card for each of its ideas and one beside them. One without ideas gives none where the `whole`
    text was looked at, or enough was named (the caller knows), else one. Without a single idea there is no selection: a
    model that names none in a long article has not done what it was asked.
    """
    if not ideas:
        return EVERYTHING
    counts = {section.fingerprint: sum(idea.at == section.fingerprint for idea in ideas) for section in sections}
    rooms = {at: count + 1 if count else int(not whole) for at, count in counts.items()}
    return Selection(tuple(ideas), rooms, outline(sections))


def recalled(record: LinkRecord, sections: Sequence[Section]) -> Selection:
    """The selection of an article that was selected from before, for what of it is new or still owed.

    Ideas whose section has changed go with today's section of the same headings.
    """
    if not record.ideas:
        return EVERYTHING
    today = {section.fingerprint for section in sections}
    heirs = {section.path: section.fingerprint for section in reversed(sections)}
    ideas = tuple(
        idea if idea.at in today else replace(idea, at=heirs.get(idea.section, idea.at)) for idea in record.ideas
    )
    return Selection(ideas, {}, outline(sections))


# --- cards and ideas --------------------------------------------------------------------------------


def weighed(drafts: Iterable[Judged], ideas: Sequence[Idea]) -> tuple[Judged, ...]:
    """`drafts` with the importance that their ideas have in the whole article, so that cards of different sections can
    be compared; what is about none of them matters less."""
    if not ideas:
        return tuple(drafts)
    stems = [frozenset(content(idea.text)) for idea in ideas]
    return tuple(replace(one, draft=_weighed(one.draft, ideas, stems)) for one in drafts)


def _weighed(draft: Draft, ideas: Sequence[Idea], stems: Sequence[frozenset[str]]) -> Draft:
    said = frozenset(content(f"{draft.question} {draft.answer} {draft.quote}"))
    about = [idea.importance for idea, wanted in zip(ideas, stems, strict=True) if _is_about(said, wanted)]
    if about:
        return replace(draft, importance=max(_ABOUT, *about))
    least = min(max(_ABOUT, idea.importance) for idea in ideas)
    return replace(draft, importance=min(draft.importance, _BESIDE, least - 1))


def covered(ideas: Iterable[Idea], cards: Iterable[Card]) -> tuple[Idea, ...]:
    """Those of `ideas` that a card in the deck, or one that waits for a yes, is about."""
    standing = [card for card in cards if card.status in (Status.ACTIVE, Status.DRAFT)]
    said = [frozenset(content(f"{card.question} {card.answer} {card.quote}")) for card in standing]
    return tuple(idea for idea in ideas if any(_is_about(one, frozenset(content(idea.text))) for one in said))


@dataclass(frozen=True, slots=True)
class IdeaCount:
    """How many ideas selection named, how many of them a card is about, and those that no card is about."""

    named: int = 0
    covered: int = 0
    missing: tuple[str, ...] = ()

    def __add__(self, other: IdeaCount) -> IdeaCount:
        return IdeaCount(self.named + other.named, self.covered + other.covered, (*self.missing, *other.missing))


def counted(ideas: Sequence[Idea], cards: Iterable[Card]) -> IdeaCount:
    """An article's ideas in numbers."""
    if not ideas:
        return IdeaCount()
    found = covered(ideas, cards)
    return IdeaCount(len(ideas), len(found), tuple(idea.text for idea in ideas if idea not in found))


def _is_about(said: frozenset[str], wanted: frozenset[str]) -> bool:
    return bool(wanted) and len(said & wanted) >= _SAME * len(wanted)
