"""Reading back what Anki holds before anything is written: by whichever way there is."""

from __future__ import annotations

import os
import socket
import sys
import time
from collections.abc import Callable, Collection
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from flashgen.anki import folders
from flashgen.anki.collection import read_collection
from flashgen.anki.connect import AnkiConnect, NotRunning
from flashgen.anki.running import read_running
from flashgen.errors import AnkiError
from flashgen.seen import Seen
from flashgen.settings import AnkiSettings

_PATIENCE = 0.5
"""Seconds for a connection. Anki runs on this machine or beside it; where nobody listens, Windows would try for two."""

_ANSWER = 5.0
"""Seconds for the first answer: with a dialog open, Anki answers when it is closed."""


@dataclass(frozen=True, slots=True)
class ReadBack:
    """What was seen, None where Anki can't be read; `troubles` say what was tried in vain, in words for a person."""

    seen: Seen | None = None
    troubles: tuple[str, ...] = ()


def read_back(
    settings: AnkiSettings,
    ids: Collection[str],
    *,
    studied: bool = False,
    reviews: bool = False,
    patience: float = _ANSWER,
    clock: Callable[[], float] = time.time,
    bases: list[Path] | None = None,
) -> ReadBack:
    """What Anki holds of our notes: from a running Anki if it answers, else from a copy of the collection.

    `ids` are the cards that were ever shipped; of several profiles the one with most of them counts. Where `[anki]
    collection` names one, only that is read; "off" reads nothing. With "auto", what is kept in step with a sync server
    counts as a profile too. `studied` asks a running Anki for the state of study too (a collection always has it),
    `reviews` for the review log. A running Anki gets `patience` seconds for its first answer. `bases` are Anki's base
    folders, by default this system's.
    """
    if not ids or settings.collection in (folders.OFF, ""):
        return ReadBack()
    troubles: list[str] = []
    found: list[Seen] = []

    def attempt(read: Callable[[], Seen]) -> None:
        try:
            found.append(read())
        except NotRunning:
            pass  # the everyday case, and no trouble
        except AnkiError as error:
            troubles.append(str(error))

    at = int(clock())
    if settings.collection == folders.AUTO and is_listening(settings.url):
        attempt(lambda: _running(settings, patience, at, studied, reviews))
    if not any(_ours(seen, ids) for seen in found):
        for path in _collections(settings, bases, troubles):
            attempt(lambda path=path: read_collection(path, ids, at=at, reviews=reviews))  # type: ignore[misc]
    best = max(found, key=lambda seen: _ours(seen, ids), default=None)
    is_sure = best is not None and (_ours(best, ids) > 0 or not troubles)
    return ReadBack(best if is_sure else None, tuple(troubles))


def where(settings: AnkiSettings, *, bases: list[Path] | None = None) -> list[Path] | None:
    """The files that `read_back` would read; None where it would ask a running Anki, or can't tell."""
    if settings.collection in (folders.OFF, ""):
        return []
    if settings.collection == folders.AUTO and is_listening(settings.url):
        return None
    troubles: list[str] = []
    found = _collections(settings, bases, troubles)
    return None if troubles else found


def is_listening(url: str) -> bool:
    """Whether anybody takes a connection at `url`: known at once, and without what it takes to speak HTTP."""
    try:
        parts = urlsplit(url)
        port = parts.port or (443 if parts.scheme == "https" else 80)
        socket.create_connection((parts.hostname or "", port), _PATIENCE).close()
    except (OSError, ValueError):
        return False
    return True


def _running(settings: AnkiSettings, patience: float, at: int, studied: bool, reviews: bool) -> Seen:
    with closing(AnkiConnect(settings.url, settings.key, patience=patience)) as quick:
        quick.check()
    with closing(AnkiConnect(settings.url, settings.key)) as connect:
        return read_running(connect, at=at, studied=studied, reviews=reviews)


def _collections(settings: AnkiSettings, bases: list[Path] | None, troubles: list[str]) -> list[Path]:
    known = bases if bases is not None else folders.base_folders(sys.platform, os.environ, Path.home())
    ours = folders.synced() if settings.collection == folders.AUTO and bases is None else []
    try:
        return [*folders.collections(settings.collection, known), *ours]
    except AnkiError as error:
        troubles.append(str(error))
        return []


def _ours(seen: Seen, ids: Collection[str]) -> int:
    """How many of the cards' notes are there."""
    return sum(id_ in seen.notes for id_ in ids)
