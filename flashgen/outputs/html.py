"""One page to read, search and test oneself with; it needs no program, no network and nothing beside it."""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Iterator, Mapping, Sequence
from html import escape
from pathlib import Path

from flashgen.anki import html, media, typeset
from flashgen.anki.note_types import colours
from flashgen.decks import Deck, Note
from flashgen.outputs import PLAIN, Options
from flashgen.store.atomic import replacing
from flashgen.types import Kind, Status

NAME = "html"
SUFFIX = ".html"
INTO_ANKI = False

_PARTS = Path(__file__).with_name("page")
_TYPES = {".jpg": "jpeg", ".jpeg": "jpeg"}


def write(decks: Sequence[Deck], path: Path, options: Options = PLAIN, /) -> None:
    """Write the page; pictures are in it. Raises FileError."""
    with replacing(path) as file:
        for piece in _page(decks, options.media):
            file.write(piece.encode("utf-8", "replace"))


def _page(decks: Sequence[Deck], pictures: Mapping[str, Path]) -> Iterator[str]:
    script, style = f"{typeset.script()}\n{_read('script.js')}", _style()
    title = decks[0].name.split("::")[0] if decks else "No cards yet"
    cards = sum(len(deck.notes) for deck in decks)
    policy = f"default-src 'none'; img-src data:; style-src {_hash(style)}; script-src {_hash(script)}; base-uri 'none'"
    yield (
        f'<!doctype html>\n<html lang="{_language(decks)}">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{policy}; form-action \'none\'">\n'
        '<meta name="viewport" content="width=device-width">\n<meta name="color-scheme" content="light dark">\n'
        f"<title>{escape(title)}</title>\n<style>{style}</style>\n</head>\n<body>\n<main>\n<h1>{escape(title)}</h1>\n"
        f'<p class="lead">{cards} cards. Answer in your mind, then open the card.</p>\n'
        '<form hidden><input type="search" name="search" placeholder="Search ( / )" aria-label="Search">'
        '<button type="button" name="toggle">Show answers</button>'
        '<button type="button" name="test">Test me</button></form>\n<p id="found" role="status"></p>\n'
        '<div id="test" hidden><span id="left" role="status"></span><button type="button" data-knew="yes">Knew it (1)'
        '</button><button type="button" data-knew="no">Again (2)</button></div>\n'
    )
    yield from _contents(decks)
    names = media.names(pictures)
    images = {names[address]: _data(path) for address, path in pictures.items() if address in names}
    for number, deck in enumerate(decks):
        yield f'<section id="t{number}">\n<h2>{_topic(deck)}</h2>\n'
        for note in deck.notes:
            yield _with_images(_card(note, names), images)
        yield "</section>\n"
    yield f"</main>\n<script>{script}</script>\n</body>\n</html>\n"


def _contents(decks: Sequence[Deck]) -> Iterator[str]:
    if len(decks) > 1:
        yield "<nav><details><summary>Topics</summary><ol>\n"
        for number, deck in enumerate(decks):
            yield f'<li><a href="#t{number}">{_topic(deck)}</a> {len(deck.notes)}</li>\n'
        yield "</ol></details></nav>\n"


def _topic(deck: Deck) -> str:
    *parents, name = deck.name.split("::")[1:] or [deck.name]
    return "".join(f"<span>{escape(parent)} › </span>" for parent in parents) + escape(name)


def _card(note: Note, names: Mapping[str, str]) -> str:
    card = note.card
    answer = html.page(card.answer, media=names)
    if card.kind is Kind.CLOZE:
        question, whole = html.sides(card.question, media=names)
        answer = f'<div dir="auto">{whole}</div>' + (f'<div dir="auto">{answer}</div>' if answer else "")
    else:
        question, answer = html.page(card.question, media=names), f'<div dir="auto">{answer}</div>'
    retired = '<span class="retired">retired</span>' if card.status is Status.RETIRED else ""
    answer += f'<div dir="auto">{html.page(card.extra, media=names)}</div>' if card.extra else ""
    quote = f'<blockquote dir="auto">{html.page(card.quote, media=names)}</blockquote>' if card.quote else ""
    return (
        f'<details class="card"><summary dir="auto">{retired}{question}</summary>\n'
        f'<div class="body">{answer}{quote}<div class="source" dir="auto">{_source(note)}</div></div></details>\n'
    )


def _source(note: Note) -> str:
    title = escape(note.title or note.site)
    link = (
        f'<a href="{escape(note.link)}" target="_blank" rel="noopener noreferrer">{title}</a>' if note.link else title
    )
    about = (link, escape(note.site) if note.title else "", escape(note.date))
    return " · ".join(part for part in about if part)


def _with_images(card: str, images: Mapping[str, str]) -> str:
    return re.sub(r'src="([^"]+)"', lambda found: f'src="{images[found[1]]}"', card) if images else card


def _data(path: Path) -> str:
    suffix = path.suffix.lower()
    return f"data:image/{_TYPES.get(suffix, suffix[1:])};base64,{base64.b64encode(path.read_bytes()).decode()}"


def _language(decks: Sequence[Deck]) -> str:
    known = [note.language for deck in decks for note in deck.notes if re.fullmatch(r"[a-z]{2,3}", note.language)]
    return max(sorted(set(known)), key=known.count, default="en")


def _style() -> str:
    light, night = colours("light"), colours("night")
    colour = f":root{{{light}}}\n@media(prefers-color-scheme:dark){{:root{{{night}}}}}"
    return f"{colour}\n{_read('style.css')}\n{typeset.css()}"


def _read(name: str) -> str:
    return (_PARTS / name).read_text(encoding="utf-8")


def _hash(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"
