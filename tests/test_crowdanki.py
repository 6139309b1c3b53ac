"""CrowdAnki's folder, taken in by the real Anki the way the add-on does it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from deck_samples import READING_LIST, RECORDS, card, sample
from real_anki import RealAnki

from flashgen.decks import decks
from flashgen.outputs import Options, files_for, output


def take(collection: Any, document: Mapping[str, Any]) -> None:
    """What the add-on does with a new deck: presets, note types, then decks from the outermost, each with its notes.

    After `representation/deck.py`, `note_model.py` and `note.py` of CrowdAnki; known again by UUID are only GUIDs here.
    """
    presets = {}
    for preset in document["deck_configurations"]:
        made = collection.decks.add_config(preset["name"])
        made.update({key: value for key, value in preset.items() if key != "__type__"})
        collection.decks.update_config(made)
        presets[preset["crowdanki_uuid"]] = made["id"]
    models = {}
    for model in document["note_models"]:
        merged = {**collection.models.new(model["name"]), **{k: v for k, v in model.items() if k != "__type__"}}
        collection.models.add(merged)
        models[model["crowdanki_uuid"]] = collection.models.by_name(model["name"])
    _take_deck(collection, document, "", presets, models)


def _take_deck(collection: Any, deck: Mapping[str, Any], above: str, presets: Any, models: Any) -> None:
    name = f"{above}::{deck['name']}" if above else deck["name"]
    made = collection.decks.get(collection.decks.id(name))
    made["conf"] = presets[deck["deck_config_uuid"]]
    collection.decks.save(made)
    for child in deck["children"]:
        _take_deck(collection, child, name, presets, models)
    for note in deck["notes"]:
        new = collection.new_note(models[note["note_model_uuid"]])
        new.__dict__.update({key: note[key] for key in ("fields", "guid", "tags")})
        collection.add_note(new, made["id"])


def written(folder: Path, **options: Any) -> Any:
    [(name, part)] = files_for(sample(), "system-design", output("crowdanki").SUFFIX).items()
    output("crowdanki").write(part, folder / name, Options(**options))
    assert name == "system-design/deck.json"
    return json.loads((folder / name).read_text(encoding="utf-8"))


def test_all_of_it_arrives(tmp_path: Path) -> None:
    """Every note with its GUID, fields and tags, in its deck; each card shows something, and new cards keep order."""
    document = written(tmp_path)
    with RealAnki(tmp_path / "anki") as anki:
        take(anki.collection, document)
        for deck in sample():
            for note in deck.notes:
                there = anki.note(note.card.id)
                (first, *_) = there.cards()
                assert anki.collection.decks.name(first.did) == deck.name
                assert first.render_output().question_text
        assert anki.tags(card(3).id) == {"a::b", "flashgen::system-design", "web_cache"}
        assert not anki.collection.get_empty_cards().notes


def test_names_of_decks_are_those_of_one_level(tmp_path: Path) -> None:
    """Decks are nested, not named in full; the outermost carries note types and a preset."""
    document = written(tmp_path)
    assert document["name"] == "System design"
    assert [child["name"] for child in document["children"]] == ["C++ std:vector", "Caching", "Left the list"]
    assert [child["name"] for child in document["children"][1]["children"]] == ["Write policies"]
    assert {model["name"] for model in document["note_models"]} == {"flashgen basic", "flashgen cloze"}
    assert "note_models" not in document["children"][0]


def test_pictures_lie_beside_the_deck(tmp_path: Path) -> None:
    """In the folder `media`, and named by the deck that shows them."""
    (tmp_path / "d.png").write_bytes(b"\x89PNG pretend")
    made = decks(READING_LIST, {("T",): [card(1, answer="![d](https://a.example/d.png)")]}, RECORDS)
    options = Options(media={"https://a.example/d.png": tmp_path / "d.png"})
    output("crowdanki").write(made, tmp_path / "out" / "deck.json", options)
    document = json.loads((tmp_path / "out" / "deck.json").read_text(encoding="utf-8"))
    [name] = document["children"][0]["media_files"]
    assert (tmp_path / "out" / "media" / name).read_bytes() == b"\x89PNG pretend"
    assert document["media_files"] == []


@pytest.mark.parametrize("made", [(), sample()[:1], sample()])
def test_uuids_are_the_same_every_time(made: Any, tmp_path: Path) -> None:
    """Things are known again by them."""
    for name in ("1", "2"):
        output("crowdanki").write(made, tmp_path / name / "deck.json")
    texts = {(tmp_path / name / "deck.json").read_bytes() for name in ("1", "2")}
    assert len(texts) == 1
    uuids = [line for line in texts.pop().decode().splitlines() if '"crowdanki_uuid"' in line]
    assert len(uuids) == len(set(uuids)) >= 4
