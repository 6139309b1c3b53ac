"""How the person learns: FSRS parameters, retention and new cards a day of the preset that a deck has in their Anki."""

from __future__ import annotations

import json
import os
import sqlite3
import struct
import sys
from collections.abc import Mapping
from contextlib import closing, suppress
from pathlib import Path
from typing import Any

from flashgen.anki import folders
from flashgen.anki.connect import AnkiConnect, NotRunning
from flashgen.anki.protobuf import fields
from flashgen.anki.snapshot import snapshot
from flashgen.errors import AnkiError
from flashgen.load import ANKIS, NEW_PER_DAY, RETENTION, Memory
from flashgen.settings import AnkiSettings

_DEFAULT = 1  # the preset, and the deck, that every collection has
_PARAMETERS = (6, 5, 3)  # numbers of fsrs_params_6, _5 and _4 in Anki's message DeckConfig.Config
_NEW_PER_DAY, _RETENTION = 9, 37
_NORMAL, _PRESET, _OWN_RETENTION = 1, 1, 10  # in Deck.KindContainer and Deck.Normal


def memory(settings: AnkiSettings, deck: str, *, bases: list[Path] | None = None) -> Memory:
    """How the person learns in `deck` (`List::Topic`) or the nearest deck above it that they have.

    A running Anki is asked, else the collection that `[anki] collection` names, or the only one there is, is read.
    Anki's defaults where none can be read: nothing depends on it but an estimate. `bases` are Anki's base folders.
    """
    with suppress(AnkiError):
        if settings.collection == folders.AUTO:
            with suppress(NotRunning), closing(AnkiConnect(settings.url, settings.key)) as connect:
                return running(connect, deck)
        known = bases if bases is not None else folders.base_folders(sys.platform, os.environ, Path.home())
        found = folders.collections(settings.collection, known)
        if len(found) == 1:
            return in_collection(found[0], deck)
    return ANKIS


def running(connect: AnkiConnect, deck: str) -> Memory:
    """How the person learns, from a running Anki. Raises AnkiError."""
    presets = connect.multi([("getDeckConfig", {"deck": name}) for name in (*_upwards(deck), "Default")])
    return _from_json(next((preset for preset in presets if preset), {}))


def in_collection(collection: Path, deck: str) -> Memory:
    """How the person learns, from a copy of a collection. Raises AnkiError."""
    with snapshot(collection) as copy:
        try:
            with closing(sqlite3.connect(copy)) as db:
                db.create_collation(
                    "unicase", lambda a, b: (a.casefold() > b.casefold()) - (a.casefold() < b.casefold())
                )
                (version,) = db.execute("select ver from col").fetchone()
                return _from_tables(db, deck) if version >= 15 else _from_old(db, deck)
        except (sqlite3.Error, ValueError, KeyError, TypeError, struct.error) as error:
            raise AnkiError(f"{collection}: the deck presets can't be read: {error}") from None


def _upwards(deck: str) -> list[str]:
    levels = deck.split("::")
    return ["::".join(levels[:count]) for count in range(len(levels), 0, -1)]


def _from_old(db: sqlite3.Connection, deck: str) -> Memory:
    """Schema 11: JSON."""
    decks, presets = map(json.loads, db.execute("select decks, dconf from col").fetchone())
    by_name = {one["name"].casefold(): one.get("conf", _DEFAULT) for one in decks.values()}
    wanted = next((by_name[name.casefold()] for name in _upwards(deck) if name.casefold() in by_name), _DEFAULT)
    return _from_json(presets.get(str(wanted)) or {})


def _from_json(preset: Mapping[str, Any]) -> Memory:
    """A preset as Anki's older schema and AnkiConnect give it."""
    parameters = next((preset[name] for name in ("fsrsParams6", "fsrsParams5", "fsrsWeights") if preset.get(name)), ())
    retention = float(preset.get("desiredRetention") or RETENTION)
    per_day = int((preset.get("new") or {}).get("perDay", NEW_PER_DAY))
    return Memory(tuple(map(float, parameters)), retention, per_day, is_own=bool(parameters))


def _from_tables(db: sqlite3.Connection, deck: str) -> Memory:
    """Schemas 15 to 18: protobuf messages in tables."""
    kinds = {name.replace("\x1f", "::").casefold(): kind for name, kind in db.execute("select name, kind from decks")}
    found = next((kinds[name.casefold()] for name in _upwards(deck) if name.casefold() in kinds), b"")
    normal = dict(fields(dict(fields(found)).get(_NORMAL, b"")))
    row = db.execute("select config from deck_config where id = ?", (normal.get(_PRESET, _DEFAULT),)).fetchone()
    preset = dict(fields(row[0] if row else b""))
    packed = next((preset[number] for number in _PARAMETERS if preset.get(number)), b"")
    parameters = struct.unpack(f"<{len(packed) // 4}f", packed)
    retention = normal.get(_OWN_RETENTION) or preset.get(_RETENTION)
    return Memory(
        parameters,
        round(struct.unpack("<f", retention)[0], 4) if retention else RETENTION,
        preset.get(_NEW_PER_DAY, 0),
        is_own=bool(parameters),
    )
