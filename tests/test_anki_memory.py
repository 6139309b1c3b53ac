"""How the person learns, read from the real Anki: the preset of the nearest deck."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from ankiconnect_server import AnkiConnectServer
from real_anki import RealAnki

from flashgen.anki.memory import in_collection, memory
from flashgen.errors import AnkiError
from flashgen.load import ANKIS, Memory
from flashgen.settings import AnkiSettings

OWN = Memory((0.5,) * 21, 0.87, 7, is_own=True)
NOBODY = "http://127.0.0.1:9"  # nothing answers there


def with_preset(anki: RealAnki, deck: str) -> None:
    """Give a deck a preset of its own, with FSRS parameters."""
    decks: Any = anki.collection.decks
    preset = decks.add_config("mine")
    preset["new"]["perDay"], preset["desiredRetention"], preset["fsrsParams6"] = 7, 0.87, [0.5] * 21
    decks.update_config(preset)
    decks.set_config_id_for_deck_dict(decks.get(decks.id(deck)), preset["id"])


def test_the_preset_of_the_nearest_deck_counts(tmp_path: Path) -> None:
    """A deck that isn't there yet will be under the list's own, and any deck has Anki's defaults at first."""
    with RealAnki(tmp_path) as anki:
        with_preset(anki, "Systems")
        assert in_collection(anki.path, "Systems::Caching") == OWN
        assert in_collection(anki.path, "Other") == ANKIS


def test_the_old_schema_has_the_same_presets(tmp_path: Path) -> None:
    """Decks and presets as JSON, as old Ankis had them."""
    with RealAnki(tmp_path) as anki:
        with_preset(anki, "Systems")
        anki.collection.close(downgrade=True)
    assert in_collection(tmp_path / "collection.anki2", "Systems::Caching") == OWN


def test_a_running_anki_is_asked(tmp_path: Path) -> None:
    """AnkiConnect gives the preset of a deck."""
    with RealAnki(tmp_path) as anki:
        with_preset(anki, "Systems")
        with AnkiConnectServer(anki).serving() as url:
            assert memory(AnkiSettings(url=url), "Systems::Caching") == OWN
            assert memory(AnkiSettings(url=url), "Other") == ANKIS


def test_without_anki_its_defaults_are_taken(tmp_path: Path) -> None:
    """An estimate is no reason to stop: nobody answers, nothing can be read, nothing is asked for."""
    (tmp_path / "User 1").mkdir()
    (tmp_path / "User 1" / "collection.anki2").write_bytes(b"not a database")
    assert memory(AnkiSettings(url=NOBODY), "Systems", bases=[tmp_path]) == ANKIS
    assert memory(AnkiSettings("off", url=NOBODY), "Systems", bases=[tmp_path]) == ANKIS
    with pytest.raises(AnkiError, match="presets can't be read"):
        in_collection(tmp_path / "User 1" / "collection.anki2", "Systems")
