"""A card as Anki shows it, for a page of our own: the note type's own templates and CSS, filled in by us."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path

from flashgen.anki import html, typeset
from flashgen.anki.fields import RETIRED
from flashgen.anki.note_types import colours, note_types
from flashgen.decks import Note
from flashgen.types import Kind, Status

_SECTION = re.compile(r"\{\{([#^])(\w+)\}\}(.*?)\{\{/\2\}\}", re.S)
_FIELD = re.compile(r"\{\{(?:\w+:)*(\w+)\}\}")


def previews(note: Note) -> tuple[str, ...]:
    """The HTML of each card that Anki makes of a note: the answer side, where the question stands above the answer.

    Of a cloze text it makes one card for each number, of which both sides are given.
    """
    card = note.card
    fields = {
        "Question": html.page(card.question),
        "Answer": html.page(card.answer),
        "Extra": html.page(card.extra),
        "Context": html.plain(note.context),
        "Retired": RETIRED if card.status is Status.RETIRED else "",
    }
    sides = note_types()[card.kind]
    if card.kind is not Kind.CLOZE:
        return (_filled(sides.answer, fields),)
    made = []
    for number in html.numbers(card.question) or (0,):
        hidden, shown = html.sides(card.question, number)
        back = {"Question": shown, "Answer": fields["Answer"], "Extra": fields["Extra"]}
        made.append(_filled(sides.question, {**fields, "Question": hidden}) + "<hr>" + _filled(sides.answer, back))
    return tuple(made)


@lru_cache(maxsize=1)
def css() -> str:
    """The CSS of the note types, and of formulas, for a page that follows the system's choice of light and dark."""
    style = (Path(__file__).with_name("templates") / "card.css").read_text(encoding="utf-8")
    night = f"@media (prefers-color-scheme: dark) {{ .card {{ color-scheme: dark; {colours('night')} }} }}"
    return f".card {{ {colours('light')} }}\n{style}\n{night}\n{typeset.css()}"


def _filled(template: str, fields: Mapping[str, str]) -> str:
    def section(found: re.Match[str]) -> str:
        return found[3] if bool(fields.get(found[2])) == (found[1] == "#") else ""

    return _FIELD.sub(lambda found: fields.get(found[1], ""), _SECTION.sub(section, template)).replace(
        ' id="answer"', ""
    )
