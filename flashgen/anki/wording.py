"""Between a card's text and a note's fields, both ways: what merging needs to know of Anki."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping

from flashgen.anki import fields, html
from flashgen.anki.look import look
from flashgen.anki.look.markdown import markdown, without_words
from flashgen.anki.note_types import FIELDS
from flashgen.decks import Note
from flashgen.merge import Reading
from flashgen.types import Card, Kind

_ESCAPES = ("", "*", "`", "*`[]", "`*_[]|#~<>")
"""What may have to be hidden from the Markdown in a text that came from Anki; the nicest text that is true is taken."""

_SHOWN = ("Question", "Answer", "Quote", "Proposed", "Retired")


def note_html(note: Note, *, type_in: bool = False, media: Mapping[str, str] | None = None) -> dict[str, str]:
    """The fields of a note by name as they are shipped, to be remembered with `flashgen.merge.shipped`."""
    return dict(zip(FIELDS, fields.fields(note, type_in=type_in, media=media), strict=True))


class AnkiWording:
    """How cards are written in Anki. `media` maps an image's address to the name of its file in the deck."""

    def __init__(self, media: Mapping[str, str] | None = None) -> None:
        self._media = dict(media or {})
        self._addresses = {name: address for address, name in self._media.items()}

    def html(self, card: Card) -> dict[str, str]:
        """The fields that hang on the card alone, as they are shipped."""
        values = note_html(Note(card), media=self._media)
        return {name: values[name] for name in _SHOWN}

    def tags(self, card: Card) -> tuple[str, ...]:
        """The card's tags as Anki has them, and the mark of a retired card."""
        return fields.tags(Note(card))

    def tag(self, name: str) -> str:
        """One tag of a card as Anki has it; '' where nothing is left of it."""
        return next(iter(fields.tags(Note(Card("", "", "", "", "", tags=(name,))))), "")

    def text(self, html: str, name: str, kind: Kind) -> Reading:
        """A field of a note as the text of a card. It is exact if it looks the same once it is rendered again."""
        marks = kind is Kind.CLOZE and name == "Question"
        wanted = without_words(look(html, marks=marks))
        drafts = [_tidy(markdown(look(html, marks=marks), self._address, escape=escape)) for escape in _ESCAPES]
        for text in dict.fromkeys(drafts):
            if without_words(look(self._rendered(text, marks), marks=marks)) == wanted:
                return Reading(text, exact=True)
        return Reading(drafts[0], exact=False)

    def same(self, one: str, other: str, name: str, kind: Kind) -> bool:
        """Whether two fields look the same."""
        marks = kind is Kind.CLOZE and name == "Question"
        return one == other or without_words(look(one, marks=marks)) == without_words(look(other, marks=marks))

    def _rendered(self, text: str, marks: bool) -> str:
        return html.field(text, marks=marks, media=self._media)

    def _address(self, name: str) -> str:
        return self._addresses.get(name, f"media:{name}")


def _tidy(text: str) -> str:
    lines = unicodedata.normalize("NFC", text).split("\n")
    return "\n".join(line.rstrip() for line in lines).strip("\n")
