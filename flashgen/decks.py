"""From cards to decks: which notes there are, in which deck, in which order, and what stands around each.

Pure: cards, the reading list and the ledger's records in, frozen values out. What a note looks like in Anki or in
a file is the business of the outputs.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache, partial

from flashgen import deep_link, text
from flashgen.collector import uncollected
from flashgen.deck_names import deck_name, levels
from flashgen.definitions import is_definition
from flashgen.errors import FlashgenError
from flashgen.identity import canonical, digest
from flashgen.ledger import LinkRecord
from flashgen.types import Card, Kind, Link, ReadingList, Status, Topic

SHIPPED = frozenset({Status.ACTIVE, Status.RETIRED})
"""The cards that are in the deck. A retired one stays in it, marked: Anki would keep the note anyway."""

_RIGHT_TO_LEFT = frozenset({"ARABIC", "HEBREW", "SYRIAC", "THAANA", "NKO", "ADLAM"})
_RTL_LETTER = re.compile("[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc\U00010800-\U00010fff\U0001e800-\U0001efff]")
_WORD = re.compile(r"\w")
_MOST_MARKS = 100
_CLOZE = re.compile(r"\{\{c(?:[1-4]\d\d|[1-9]\d?)::(?!\s*(?:::|\}\})).+?\}\}", re.S)


@dataclass(frozen=True, slots=True)
class Kept:
    """What Anki holds of a note that is the person's own: `tags` they added, and their Notes field (HTML).

    `html` holds, by name, other fields that they edited in a way that a card's text can't say; they stay to the letter.
    An import replaces tags and fields of every note it updates, so what is known of them is shipped back.
    """

    tags: tuple[str, ...] = ()
    notes: str = ""
    html: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Note:
    """One card and what stands around it.

    `context` is "list › topic › heading"; `link` opens the source at the quote, '' where nothing can be opened,
    and `site` then says in words where it is; `direction` is "ltr" or "rtl"; `due` is the position among the new
    cards of the list, from 1; `list_name` is the name of the list's folder.
    """

    card: Card
    context: str = ""
    title: str = ""
    site: str = ""
    date: str = ""
    link: str = ""
    language: str = ""
    direction: str = "ltr"
    due: int = 1
    list_name: str = ""
    kept: Kept = Kept()

    @property
    def around(self) -> str:
        """A hash of what the note shows beside the card."""
        return digest((self.context, self.title, self.site, self.date, self.link, self.direction))


@dataclass(frozen=True, slots=True)
class Deck:
    """The notes of one topic. `name` is Anki's: `List::Parent::Child`."""

    name: str
    notes: Sequence[Note] = ()
    topic: Topic = ()


@uncollected
def decks(
    reading_list: ReadingList,
    cards: Mapping[Topic, Sequence[Card]],
    records: Mapping[str, LinkRecord],
    *,
    kept: Callable[[Card], Kept] = lambda card: Kept(),
    hold: Callable[[list[Note]], Sequence[Note]] = tuple,
) -> tuple[Deck, ...]:
    """The decks of a list: topics and links as in the list; of each, definitions first, then as in the article.

    Left out are drafts, rejected cards and those that `unshippable` objects to; decks without notes are not there.
    Topics that differ only in letter case, which Anki can't keep apart, share a deck. `kept` tells what of a card's
    note is the person's own. Each topic's cards are asked for once, and `hold` makes of its notes what is kept of them:
    a list may have more cards than memory should hold. Raises FlashgenError where two cards have one id.
    """
    listed: dict[str, Link] = {}
    for link in reading_list.links:
        listed.setdefault(canonical(link.url), link)
    by_name: dict[str, Deck] = {}
    ids: set[str] = set()
    due = itertools.count(1)
    for topic in _topic_order(reading_list, cards):
        context = lru_cache(maxsize=None)(partial(_context, levels(reading_list.name, topic)))
        standing = [card for card in cards[topic] if card.status in SHIPPED]
        _assert_unique(standing, ids, cards)
        chosen = [card for card in standing if not unshippable(card)]
        sources = _sources({card.source for card in chosen}, listed, records)
        notes = []
        for card in sorted(chosen, key=lambda card: sources[card.source].order(card)):
            source = sources[card.source]
            around, own = context(source, card.section), kept(card)
            notes.append(_note(card, source, around, list_name=reading_list.name, due=next(due), kept=own))
        if notes:
            name = deck_name(reading_list.name, topic)
            deck = by_name.setdefault(name.casefold(), Deck(name, (), topic))
            by_name[name.casefold()] = replace(deck, notes=hold([*deck.notes, *notes]))
    return tuple(by_name.values())


def unshippable(card: Card) -> str:
    """Why a card can't be a note (Anki would show nothing, or offer to delete it); '' for a sound one."""
    if _is_empty(card.question):
        return "its question is empty"
    if card.kind is Kind.CLOZE and not _CLOZE.search(card.question):
        return "it is a cloze card without {{c1::…}} in its question"
    if card.kind is Kind.CLOZE and card.question.count("{{c") > _MOST_MARKS:
        return f"it has more than {_MOST_MARKS} cloze marks"
    if card.kind is Kind.BASIC and _is_empty(card.answer):
        return "its answer is empty"
    if not card.id.strip():
        return "it has no id"
    return ""


def _is_empty(side: str) -> bool:
    return not _WORD.search(side) and not text.normalise(side)


def _assert_unique(standing: Iterable[Card], ids: set[str], cards: Mapping[Topic, Iterable[Card]]) -> None:
    """Two notes with one GUID in a file would corrupt the collection that takes it in. `ids` are those of the topics
    before, and then of these cards too."""
    for card in standing:
        if card.id in ids:
            everything = (one for of_topic in cards.values() for one in of_topic)
            first, second = [one for one in everything if one.id == card.id and one.status in SHIPPED][:2]
            raise FlashgenError(
                f"two cards have the id {card.id} ({_start(first)} and {_start(second)}); "
                "delete the `id` line of the newer one, it will get its own"
            )
        ids.add(card.id)


def _start(card: Card) -> str:
    return f"“{card.question[:50]}…”" if len(card.question) > 50 else f"“{card.question}”"


def _topic_order(reading_list: ReadingList, cards: Mapping[Topic, Sequence[Card]]) -> list[Topic]:
    """The list's own order; topics that are in it no more come last, by name."""
    listed = dict.fromkeys((*reading_list.topics, *(link.topic for link in reading_list.links)))
    first = [()] if () in cards and () not in listed else []
    return [*first, *(t for t in listed if t in cards), *sorted(t for t in cards if t and t not in listed)]


@dataclass(frozen=True, slots=True, eq=False)
class _Source:
    """What all cards of one source share. `line` is the link's in the list, None where it left the list."""

    url: str
    line: int | None
    record: LinkRecord
    title: str
    sections: Mapping[tuple[str, ...], int]

    def order(self, card: Card) -> tuple[bool, int, str, bool, int, int]:
        """The sort key of a card within its topic: the link's line, definitions, the section's place in the article,
        importance.

        The person's own notes come first, links that left the list last. Cards that tie stay as in their file.
        """
        section = self.sections.get(card.section, len(self.sections))
        return (self.line is None, self.line or 0, self.url, not is_definition(card), section, -card.importance)


def _sources(
    urls: Collection[str], listed: Mapping[str, Link], records: Mapping[str, LinkRecord]
) -> dict[str, _Source]:
    sources: dict[str, _Source] = {}
    for url in urls:
        found = listed.get(url)
        record = records.get(url) or LinkRecord(url)
        title = _one_line(record.title) or _one_line(found.title if found else "")
        places = {section.path: place for place, section in reversed([*enumerate(record.sections)])}
        line = 0 if url.startswith("list:") else found.line if found else None
        sources[url] = _Source(url, line, record, title, places)
    return sources


def _note(card: Card, source: _Source, context: str, *, list_name: str, due: int, kept: Kept) -> Note:
    record = source.record
    # What GitHub shows is the page; the text was read from the raw file. A dead page is opened as it was archived.
    page = record.archived or (card.source if record.kind == "github" else record.final_url or card.source)
    link = deep_link.deep_link(page, card.quote, kind=record.kind, anchor=card.anchor)
    rtl = _RTL_LETTER.search(card.question) and text.script(card.question) in _RIGHT_TO_LEFT
    return Note(
        card=card,
        context=context,
        title=source.title,
        site=_site(link) if link else deep_link.place(card.source, section=card.section, anchor=card.anchor),
        date=record.date[:10],
        link=link,
        language=record.language,
        direction="rtl" if rtl else "ltr",
        due=due,
        list_name=list_name,
        kept=kept,
    )


def _context(above: Sequence[str], source: _Source, section: tuple[str, ...]) -> str:
    """Names from wide to narrow; a heading that only repeats the article's title or the topic is left out."""
    named = list(above)
    if not source.url.startswith("list:"):
        known = {text.fold(name) for name in (source.title, *above[1:])}
        headings = [text.plain(heading) for heading in section[-1:]]
        named += [heading for heading in headings if text.fold(heading) not in known]
    return " › ".join(filter(None, map(_one_line, named)))


def _one_line(title: str) -> str:
    line = " ".join(title.split())
    return line if len(line) <= 200 else f"{line[:199].rstrip()}…"


def _site(link: str) -> str:
    return link.split("/", 3)[2].rpartition("@")[2].partition(":")[0].lower().removeprefix("www.")
