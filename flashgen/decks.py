"""From cards to decks: which notes there are, in which deck, in which order, and what stands around each.

Pure: cards, the reading list and the ledger's records in, frozen values out. What a note looks like in Anki or in
a file is the business of the outputs.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from flashgen import deep_link, text
from flashgen.errors import FlashgenError
from flashgen.identity import canonical
from flashgen.ledger import LinkRecord
from flashgen.types import Card, Kind, ReadingList, Status, Topic

SHIPPED = frozenset({Status.ACTIVE, Status.RETIRED})
"""The cards that are in the deck. A retired one stays in it, marked: Anki would keep the note anyway."""

_RIGHT_TO_LEFT = frozenset({"ARABIC", "HEBREW", "SYRIAC", "THAANA", "NKO", "ADLAM"})
_LONGEST_HEADING = 80
_CLOZE = re.compile(r"\{\{c(?:[1-4]\d\d|[1-9]\d?)::(?!\s*(?:::|\}\})).+?\}\}", re.S)


@dataclass(frozen=True, slots=True)
class Kept:
    """What Anki holds of a note that is the person's own: `tags` they added, and their Notes field (HTML).

    An import replaces tags and fields of every note it updates, so what is known of them is shipped back.
    """

    tags: tuple[str, ...] = ()
    notes: str = ""


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


@dataclass(frozen=True, slots=True)
class Deck:
    """The notes of one topic. `name` is Anki's: `List::Parent::Child`."""

    name: str
    notes: tuple[Note, ...] = ()
    topic: Topic = ()


def decks(
    reading_list: ReadingList,
    cards: Mapping[Topic, Sequence[Card]],
    records: Mapping[str, LinkRecord],
    *,
    kept: Mapping[str, Kept] | None = None,
) -> tuple[Deck, ...]:
    """The decks of a list: topics and links as in the list, then sections as in the article, then importance.

    Left out are drafts, rejected cards and those that `unshippable` objects to; decks without notes are not there.
    Topics that differ only in letter case, which Anki can't keep apart, share a deck. `kept` is keyed by card id.
    Raises FlashgenError where two cards have one id.
    """
    places = _link_places(reading_list)
    sections = {
        url: {section.path: i for i, section in reversed([*enumerate(r.sections)])} for url, r in records.items()
    }
    by_name: dict[str, tuple[str, Topic, list[Note]]] = {}
    due = 0
    _assert_unique(cards)
    for topic in _topic_order(reading_list, cards):
        chosen = [card for card in cards[topic] if card.status in SHIPPED and not unshippable(card)]
        name = deck_name(reading_list.name, topic)
        for card in sorted(chosen, key=lambda card: _place(card, places, sections)):
            due += 1
            note = _note(card, topic, reading_list.name, records.get(card.source), places, due, kept or {})
            by_name.setdefault(name.casefold(), (name, topic, []))[2].append(note)
    return tuple(Deck(name, tuple(notes), topic) for name, topic, notes in by_name.values())


def unshippable(card: Card) -> str:
    """Why a card can't be a note (Anki would show nothing, or offer to delete it); '' for a sound one."""
    if not text.normalise(card.question):
        return "its question is empty"
    if card.kind is Kind.CLOZE and not _CLOZE.search(card.question):
        return "it is a cloze card without {{c1::…}} in its question"
    if card.kind is Kind.BASIC and not text.normalise(card.answer):
        return "its answer is empty"
    if not card.id.strip():
        return "it has no id"
    return ""


def list_title(name: str) -> str:
    """A list's name as people read it: "system-design" → "System design". One with capitals or spaces stays."""
    if name != name.lower() or " " in name:
        return _component(name)
    title = re.sub(r"[-_]+", " ", name).strip() or name
    return _component(title[:1].upper() + title[1:])


def deck_name(list_name: str, topic: Topic) -> str:
    """Anki's name of a topic's deck. It is the same for the same headings, for ever: a deck renamed is a deck lost."""
    return "::".join(map(_component, _levels(list_name, topic)))


def _levels(list_name: str, topic: Topic) -> list[str]:
    """The list and its headings; a first heading that only repeats the list's name is the list itself."""
    title = list_title(list_name)
    return [title, *(topic[1:] if topic and text.fold(topic[0]) == text.fold(title) else topic)]


def _component(heading: str) -> str:
    """A heading as one level of a deck's name.

    `::` would open a level, control characters are dropped by Anki, `"` can't be searched for, `<` may be taken
    for markup by a page that shows the name.
    """
    name = unicodedata.normalize("NFC", re.sub(r"[\x00-\x1f\x7f\u200b\u2060\ufeff]+", " ", heading))
    name = re.sub(r":{2,}", ":", name).translate(str.maketrans('"<>', "'‹›"))
    name = re.sub(r"\s+", " ", name).strip(" :")
    if len(name) > _LONGEST_HEADING:
        name = name[:_LONGEST_HEADING].rpartition(" ")[0].rstrip(" :,;-") or name[:_LONGEST_HEADING]
        name += "…"
    return name or "Untitled"


def _assert_unique(cards: Mapping[Topic, Sequence[Card]]) -> None:
    """Two notes with one GUID in a file would corrupt the collection that takes it in."""
    seen: dict[str, Card] = {}
    for card in (card for topic in cards for card in cards[topic]):
        if card.id in seen and card.status in SHIPPED and seen[card.id].status in SHIPPED:
            raise FlashgenError(
                f"two cards have the id {card.id} ({_start(seen[card.id])} and {_start(card)}); "
                "delete the `id` line of the newer one, it will get its own"
            )
        if card.id not in seen or card.status in SHIPPED:
            seen[card.id] = card


def _start(card: Card) -> str:
    return f"“{card.question[:50]}…”" if len(card.question) > 50 else f"“{card.question}”"


def _topic_order(reading_list: ReadingList, cards: Mapping[Topic, Sequence[Card]]) -> list[Topic]:
    """The list's own order; topics that are in it no more come last, by name."""
    listed = dict.fromkeys((*reading_list.topics, *(link.topic for link in reading_list.links)))
    first = [()] if () in cards and () not in listed else []
    return [*first, *(t for t in listed if t in cards), *sorted(t for t in cards if t and t not in listed)]


@dataclass(frozen=True, slots=True)
class _LinkPlace:
    """Where a link stands in the list, and what the person called it there."""

    line: int
    title: str = field(compare=False, default="")


def _link_places(reading_list: ReadingList) -> dict[str, _LinkPlace]:
    places: dict[str, _LinkPlace] = {}
    for link in reading_list.links:
        places.setdefault(canonical(link.url), _LinkPlace(link.line, link.title))
    return places


def _place(
    card: Card, places: Mapping[str, _LinkPlace], sections: Mapping[str, Mapping[tuple[str, ...], int]]
) -> tuple[bool, int, str, int, int]:
    """The sort key of a card within its topic: the link's line, the section's place in the article, importance.

    The person's own notes come first, links that left the list last. Cards that tie stay in the order of their file.
    """
    place = places.get(card.source)
    own = card.source.startswith("list:")
    known = sections.get(card.source, {})
    line = place.line if place else 0
    return (place is None and not own, line, card.source, known.get(card.section, len(known)), -card.importance)


def _note(
    card: Card,
    topic: Topic,
    list_name: str,
    record: LinkRecord | None,
    places: Mapping[str, _LinkPlace],
    due: int,
    kept: Mapping[str, Kept],
) -> Note:
    known = record or LinkRecord(card.source)
    opened = known.final_url or card.source
    link = deep_link.deep_link(opened, card.quote, kind=known.kind, anchor=card.anchor)
    listed = places.get(card.source)
    title = _one_line(known.title) or _one_line(listed.title if listed else "")
    return Note(
        card=card,
        context=_context(card, topic, list_name, title),
        title=title,
        site=_site(link) if link else deep_link.place(card.source, section=card.section, anchor=card.anchor),
        date=known.date[:10],
        link=link,
        language=known.language,
        direction="rtl" if text.script(card.question) in _RIGHT_TO_LEFT else "ltr",
        due=due,
        list_name=list_name,
        kept=kept.get(card.id, Kept()),
    )


def _context(card: Card, topic: Topic, list_name: str, title: str) -> str:
    """Names from wide to narrow; a heading that only repeats the article's title or the topic is left out."""
    named = _levels(list_name, topic)
    if not card.source.startswith("list:"):
        known = {text.fold(name) for name in (title, *topic)}
        headings = [text.plain(heading) for heading in card.section[-1:]]
        named += [heading for heading in headings if text.fold(heading) not in known]
    return " › ".join(filter(None, map(_one_line, named)))


def _one_line(title: str) -> str:
    line = re.sub(r"\s+", " ", title).strip()
    return line if len(line) <= 200 else f"{line[:199].rstrip()}…"


def _site(link: str) -> str:
    return (urlsplit(link).hostname or "").removeprefix("www.")
