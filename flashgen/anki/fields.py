"""What a note is in Anki: its fields, its tags, its time. The same for every way into Anki."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from functools import lru_cache
from html import escape

from flashgen.anki import html
from flashgen.anki.note_types import FIELDS
from flashgen.decks import Kept, Note
from flashgen.identity import digest
from flashgen.proposals import retires
from flashgen.types import Card, Kind, Proposal, Status

RETIRED = "Retired: the source no longer says this. Suspend the card if you have no more use for it."
"""The banner of a retired card."""

RETIRED_TAG = "flashgen::retired"

_EARLIEST = 1_577_836_800  # 2020: Anki's database check stumbles over times near 0
_TYPED = 60  # characters: longer answers are no fun to type
_BLOCK = ("<p>", "<ul>", "<ol", "<pre>", "<table>")


def fields(note: Note, *, type_in: bool = False, media: Mapping[str, str] | None = None) -> tuple[str, ...]:
    """The fields in the order of `note_types.FIELDS`, as HTML in NFC.

    `type_in` asks for short answers to be typed. `media` maps an image's address to the name of its file. What the
    person keeps in Anki (`note.kept`) stands as it is there, save in FGID.
    """
    card = note.card
    made = (
        html.field(card.question, marks=card.kind is Kind.CLOZE, media=media),
        html.field(card.answer, media=media),
        html.field(card.extra, media=media) if card.extra else "",
        html.field(card.quote, media=media),
        _source(note),
        _words(note.context),
        note.kept.notes,
        _proposed(card.proposal) if card.proposal else "",
        RETIRED if card.status is Status.RETIRED else "",
        "1" if type_in and _is_short(card) else "",
        "",
        card.id if card.id.isalnum() else html.plain(card.id),
    )
    return _with_kept(made, note.kept) if note.kept.notes or note.kept.html else made


def _with_kept(made: tuple[str, ...], kept: Kept) -> tuple[str, ...]:
    theirs = {name: html for name, html in {**kept.html, "Notes": kept.notes}.items() if name != "FGID"}
    named = zip(FIELDS, made, strict=True)
    return tuple(unicodedata.normalize("NFC", theirs.get(name, ours)).replace("\x1f", " ") for name, ours in named)


def tags(note: Note) -> tuple[str, ...]:
    """The tags in Anki's form and order: the card's own, the list's, the mark of a retired card, the person's."""
    return _tags(note.card.tags, note.kept.tags, note.list_name, note.card.status is Status.RETIRED)


@lru_cache(maxsize=1024)
def _tags(own: tuple[str, ...], kept: tuple[str, ...], list_name: str, retired: bool) -> tuple[str, ...]:
    named = [*own, *(name for name in kept if name != RETIRED_TAG)]
    named += [f"flashgen::{list_name}"] if list_name else []
    named += [RETIRED_TAG] if retired else []
    unique = {tag.casefold(): tag for tag in reversed([*map(_tag, named)]) if tag}
    return tuple(unique[key] for key in sorted(unique))


def around(note: Note, *, type_in: bool = False) -> str:
    """A hash of what the note shows beside the card; whether the answer is asked to be typed is part of it."""
    return digest((note.around, "typed")) if type_in and _is_short(note.card) else note.around


def modified(card: Card) -> int:
    """The note's modification time: when the card's content last changed, in seconds since 1970."""
    return max(card.changed or card.created, _EARLIEST)


def born(card: Card) -> int:
    """When the card was made, in seconds since 1970."""
    return max(card.created or card.changed, _EARLIEST)


def content_hash(values: tuple[str, ...], tagged: tuple[str, ...]) -> str:
    """A hash of a note's fields and tags as shipped, the person's Notes field (the seventh) left out."""
    return digest((*values[:6], *values[7:], " ".join(tagged)))


def _source(note: Note) -> str:
    """Title, site and date; the title opens the source at the quote."""
    if note.link:
        title = note.title or re.sub(r"^https?://(?:www\.)?|#.*$", "", note.link)[:80]
        named = f'<a href="{escape(note.link)}">{_words(title)}</a>'
    else:
        named = "" if note.card.source.startswith("list:") else _words(note.title)
    return " · ".join(part for part in (named, _words(note.site), _words(note.date)) if part)


_words = lru_cache(maxsize=4096)(html.plain)  # titles, sites and contexts come again and again


def _proposed(proposal: Proposal) -> str:
    """The waiting words, one under the other."""
    question, answer = html.field(proposal.question), html.field(proposal.answer)
    if retires(proposal):
        question = "Retire this card"
    parts = [question if question.startswith(_BLOCK) else f"<strong>{question}</strong>", answer]
    parts += [f"<em>{html.plain(proposal.reason)}</em>"] if proposal.reason else []
    return "".join(part if part.startswith(_BLOCK) else f"<p>{part}</p>" for part in parts if part)


def _is_short(card: Card) -> bool:
    """Whether typing the answer makes sense: a few words on one line, and no formula."""
    typed = re.findall(r"\{\{c\d+::(.*?)\}\}", card.question, re.S) if card.kind is Kind.CLOZE else [card.answer]
    return all(len(words) <= _TYPED and "\n" not in words and "\\" not in words for words in typed)


def _tag(name: str) -> str:
    """A tag that Anki takes as it is: no spaces or control characters, no empty level, NFC."""
    joined = re.sub(r"[\s\x00-\x1f\x7f\ud800-\udfff\"]+", "_", unicodedata.normalize("NFC", name.strip()))
    return "::".join(filter(None, (level.strip("_:") for level in joined.split("::"))))
