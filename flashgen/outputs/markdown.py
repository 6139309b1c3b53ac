"""Markdown to read, print or keep: topics as headings, each card with its quote and where it comes from."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from pathlib import Path

from flashgen.anki import cloze
from flashgen.decks import Deck, Note
from flashgen.outputs import PLAIN, Options
from flashgen.store.atomic import replacing
from flashgen.types import Card, Kind, Status

NAME = "markdown"
SUFFIX = ".md"
INTO_ANKI = False

_CODE = re.compile(r"(^[ \t]*(`{3,}|~{3,}).*?(?:^[ \t]*\2[`~]*[ \t]*$|\Z)|(`+)(?!`).*?(?<!`)\3(?!`))", re.M | re.S)
_HTML = re.compile(r"[<&](?=[A-Za-z/!?#])")
_BLOCK = re.compile(r"^(?=[ \t]*(?:#{1,6}[ \t]|>|={2,}[ \t]*$|-{2,}[ \t]*$|\[[^\]]+\]:))", re.M)


def write(decks: Sequence[Deck], path: Path, options: Options = PLAIN, /) -> None:
    """Write a page with all cards. Raises FileError."""
    with replacing(path) as file:
        for line in _lines(decks):
            file.write(f"{line}\n".encode("utf-8", "replace"))


def _lines(decks: Sequence[Deck]) -> Iterator[str]:
    above: list[str] = []
    for deck in decks:
        levels = deck.name.split("::")
        shared = next((n for n, pair in enumerate(zip(levels, above, strict=False)) if pair[0] != pair[1]), len(above))
        for depth, name in enumerate(levels[shared:], shared):
            yield f"{'#' * min(depth + 1, 6)} {_escaped(name)}\n"
        above = levels
        for note in deck.notes:
            yield from _card(note)


def _card(note: Note) -> Iterator[str]:
    card = note.card
    question, answer = _sides(card)
    yield _labelled("Q", question, "*(retired)* " if card.status is Status.RETIRED else "")
    yield _labelled("A", answer)
    if card.extra:
        yield f"{_portable(card.extra)}\n"
    if card.quote:
        yield "\n".join(f"> {line}".rstrip() for line in _portable(card.quote).split("\n")) + "\n>"
    source = f"[{_escaped(note.title) or 'source'}](<{note.link}>)" if note.link else _escaped(note.title)
    about = ", ".join(filter(None, (source, _escaped(note.site), note.date)))
    yield f"> — {about}\n" if card.quote else f"— {about}\n"
    yield "---\n"


def _sides(card: Card) -> tuple[str, str]:
    if card.kind is Kind.BASIC:
        return card.question, card.answer
    marked = cloze.mark(card.question)
    whole = cloze.replace(marked, lambda text, _: text)
    return cloze.replace(marked, lambda _, hint: f"[{hint or '…'}]"), f"{whole}\n\n{card.answer}".strip()


def _labelled(label: str, text: str, before: str = "") -> str:
    """A text of several lines begins on a line of its own: it may be code, a list or a table."""
    text = _portable(text)
    gap = "\n\n" if "\n" in text else " "
    return f"**{label}.** {before}{text}\n" if gap == " " else f"**{label}.** {before}".rstrip() + f"{gap}{text}\n"


def _portable(text: str) -> str:
    """A card's text for any Markdown program: what is only text in a card (HTML, headings, rules) is text there too."""
    parts = _CODE.split(text.strip())
    kept = [_BLOCK.sub(r"\\", _HTML.sub(r"\\\g<0>", part)) for part in parts[::4]]
    return "".join(piece + code for piece, code in zip(kept, [*(code or "" for code in parts[1::4]), ""], strict=True))


def _escaped(words: str) -> str:
    return re.sub(r"[\\`*_\[\]<>&#|]", r"\\\g<0>", " ".join(words.split()))
