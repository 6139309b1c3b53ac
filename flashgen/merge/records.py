"""What is remembered of each note, so that an edit can be told from a text of our own.

Hashes of the HTML as it was shipped are kept, and not made anew from the card's text when they are needed: what Anki
holds was rendered by the flashgen of then, and a better renderer must not make an edit of every note.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import replace

from flashgen import hand
from flashgen.decks import Kept
from flashgen.identity import digest
from flashgen.ledger import ShippedRecord
from flashgen.merge.values import TEXTS
from flashgen.types import Card, Kind

_NOT_OURS = frozenset({"Notes", "FGID"})
_LENGTH = 10  # hex digits; hashes are only compared within one card's


def html_hash(name: str, html: str) -> str:
    """A hash of a note's field as it stands in Anki. It must stay what it is: ledgers hold it."""
    text = unicodedata.normalize("NFC", html.replace("&nbsp;", "\xa0")).strip()
    return digest((name, text))[:_LENGTH]


def text_hash(text: str) -> str:
    """A hash of a card's text, in which every character counts."""
    return digest((unicodedata.normalize("NFC", text),))[:_LENGTH]


def tag_key(tag: str) -> str:
    """What is the same for tags that are the same to Anki, which takes no account of letter case."""
    return unicodedata.normalize("NFC", tag).casefold()


def tag_hash(tag: str) -> str:
    """A hash of a tag as Anki has it."""
    return digest(("tag", tag_key(tag)))[:_LENGTH]


def kind_hash(kind: Kind) -> str:
    """A hash of what sort of note it is."""
    return digest(("kind", kind))[:_LENGTH]


def text_hashes(card: Card) -> dict[str, str]:
    """A hash of each text of a card that is a field of its note."""
    return {name: text_hash(getattr(card, name)) for name in TEXTS}


def shipped(
    card: Card, before: ShippedRecord | None, html: Mapping[str, str], tags: Iterable[str], around: str = ""
) -> ShippedRecord:
    """What is to be remembered once a card is shipped: `html` are the note's fields by name, `tags` its tags, `around`
    is a hash of what stands on it beside the card.

    What was shipped first is what Anki has if it has the note at all; what is shipped later is only on its way.
    """
    record = hand.ship(card, before, around)
    kept = set(map(tag_key, record.kept_tags))
    ours = [tag for tag in tags if tag_key(tag) not in kept]
    given = {name: html_hash(name, value) for name, value in html.items() if name not in _NOT_OURS}
    fresh = [given[name] for name in given if html[name] and name not in record.kept_html]
    hashes = (kind_hash(card.kind), *fresh, *map(tag_hash, ours))
    known = tuple(dict.fromkeys((*record.known, *hashes)))
    if before is None:
        base = {name: given[name] for name in (*TEXTS.values(), "Proposed") if html.get(name) or name in TEXTS.values()}
        return replace(record, texts=text_hashes(card), html=base, tags=tuple(ours), known=known)
    if (record.content, record.around) == (before.content, before.around):
        return replace(record, known=known)
    return replace(record, known=known, pending=tuple(dict.fromkeys((*before.pending, *hashes))))


def kept_of(card: Card, record: ShippedRecord | None) -> Kept:
    """What of a note is the person's own, to be shipped with `card`. HTML that was kept for a text goes with the text:
    where that was edited since, it is left out."""
    if record is None:
        return Kept()
    if not record.kept_html:
        return Kept(record.kept_tags, record.kept_notes)
    stale = {TEXTS[name] for name, text in text_hashes(card).items() if record.texts.get(name) != text}
    html = {name: value for name, value in record.kept_html.items() if name not in stale}
    return Kept(record.kept_tags, record.kept_notes, html)
