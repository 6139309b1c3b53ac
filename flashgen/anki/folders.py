"""Where Anki keeps its collections: one base folder a system, in it a folder for each profile. And where ours are."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from contextlib import closing, suppress
from pathlib import Path

from flashgen.errors import AnkiError
from flashgen.identity import digest

AUTO, OFF = "auto", "off"
"""What `[anki] collection` can be beside a path and a profile's name."""

COLLECTION = "collection.anki2"


def collections(setting: str, bases: list[Path]) -> list[Path]:
    """The collections that `[anki] collection` means: all there are for "auto", none for "off".

    A setting can be a profile's name, a profile's folder or the file. Raises AnkiError where it is none of them.
    """
    if setting in (OFF, ""):
        return []
    known = [profile for base in bases for profile in profiles(base)]
    if setting == AUTO:
        return [folder / COLLECTION for folder in known]
    path = Path(setting).expanduser()
    for file in (path, path / COLLECTION):
        if file.is_file():
            return [file]
    named = [folder / COLLECTION for folder in known if folder.name == setting]
    if not named:
        names = ", ".join(sorted({folder.name for folder in known}))
        there = f"the profiles there are: {names}" if names else "and no profile of Anki was found either"
        raise AnkiError(f'[anki] collection = "{setting}" is no file and no profile of Anki; {there}')
    return named


def profiles(base: Path) -> list[Path]:
    """The folders of the profiles in a base folder that have a collection."""
    try:
        folders = sorted(path for path in base.iterdir() if (path / COLLECTION).is_file())
    except OSError:
        return []
    names = _names(base / "prefs21.db")
    return [folder for folder in folders if folder.name in names] or folders


def _names(prefs: Path) -> set[str]:
    """The profiles that Anki itself lists. Its rows are pickles: only the names are read."""
    with (
        suppress(sqlite3.Error, OSError),
        closing(sqlite3.connect(f"{prefs.absolute().as_uri()}?mode=ro", uri=True)) as db,
    ):
        return {str(name) for (name,) in db.execute("select name from profiles") if name != "_global"}
    return set()


def sync_folder(url: str, user: str) -> Path:
    """Where the collection of our own is that is kept in step with a sync server."""
    return _own() / digest((url, user))


def synced() -> list[Path]:
    """The collections of our own that are kept in step with sync servers, as far as they are."""
    return sorted(path for path in _own().glob(f"*/{COLLECTION}") if not unsynced(path).exists())


def unsynced(collection: Path) -> Path:
    """The file beside a collection of our own that tells that its server hasn't got all of it yet."""
    return collection.with_name("unsynced")


def _own() -> Path:
    from platformdirs import user_data_path

    return user_data_path("flashgen") / "sync"


def base_folders(system: str, environ: Mapping[str, str], home: Path) -> list[Path]:
    """Anki's base folders on a `system` (as `sys.platform` names it). ANKI_BASE, if it is set, is the only one."""
    if base := environ.get("ANKI_BASE"):
        return [Path(base).expanduser()]
    if system == "win32":
        return [Path(environ.get("APPDATA") or home / "AppData" / "Roaming") / "Anki2"]
    if system == "darwin":
        return [home / "Library" / "Application Support" / "Anki2"]
    data = Path(environ.get("XDG_DATA_HOME") or home / ".local" / "share")
    return [data / "Anki2", home / ".var" / "app" / "net.ankiweb.Anki" / "data" / "Anki2"]
