"""The note types are final: what may never change, and what must move when their look does."""

from __future__ import annotations

import re
import time

from flashgen.anki import note_types as ours
from flashgen.anki.highlight import CLASSES
from flashgen.types import Kind


def test_ids_and_fields_are_for_ever() -> None:
    """Anki matches by these; a change here makes every note in the world a conflict."""
    types = ours.note_types()
    assert {kind: (one.id, one.name, one.is_cloze) for kind, one in types.items()} == {
        Kind.BASIC: (1763900000101, "flashgen basic", False),
        Kind.CLOZE: (1763900000102, "flashgen cloze", True),
    }
    for one in types.values():
        made = one.to_json()
        assert [field["name"] for field in made["flds"]] == [
            "Question", "Answer", "Extra", "Quote", "Source", "Context",
            "Notes", "Proposed", "Retired", "Reserved1", "Reserved2", "FGID",
        ]  # fmt: skip
        assert [field["id"] for field in made["flds"]] == [one.id * 100 + n for n in range(1, 13)]
        assert [(template["id"], template["name"]) for template in made["tmpls"]] == [(one.id * 100 + 51, "Card")]


def test_a_new_look_moves_the_time_of_change() -> None:
    """Who changes a template or the CSS sets MODIFIED to today and DIGEST to what this test says."""
    assert ours.digest() == ours.DIGEST, (
        "templates or CSS changed: move MODIFIED and DIGEST in flashgen/anki/note_types.py"
    )
    assert time.time() > ours.MODIFIED


def test_fgid_is_out_of_the_way() -> None:
    """The name of the card is collapsed in the editor and not found by ordinary searches."""
    field = ours.note_types()[Kind.BASIC].to_json()["flds"][-1]
    assert (field["collapsed"], field["excludeFromSearch"], field["preventDeletion"]) == (True, True, True)


def test_templates_fetch_and_run_nothing() -> None:
    """No script, no address, no import: a card needs nothing but itself."""
    for one in ours.note_types().values():
        assert not re.search(r"<script|https?:|@import|url\(|on\w+=", one.question + one.answer + one.css, re.I)


def test_templates_name_only_fields() -> None:
    """Every replacement is a field of the note type, so that no card shows a template error."""
    for one in ours.note_types().values():
        names = re.findall(r"\{\{[#^/]?(?:[a-z]+:)*(\w+)\}\}", one.question + one.answer)
        assert set(names) <= set(ours.FIELDS)


def test_every_colour_of_code_has_a_day_and_a_night() -> None:
    """Each class that the highlighter writes is coloured, and each colour is known in light and dark."""
    css = ours.note_types()[Kind.BASIC].css
    for name in set(CLASSES.values()):
        assert re.search(rf"\.fg \.{name}\b", css), name
    used = set(re.findall(r"var\((--[\w-]+)\)", css)) - {"--under"}
    for time_of_day in ("light", "night"):
        assert used <= set(re.findall(r"(--[\w-]+):", ours.colours(time_of_day)))
