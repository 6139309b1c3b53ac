"""What is installed, what answers, and what to do about each: the checks behind `flashgen doctor`."""

from __future__ import annotations

import os
import platform
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Literal

from flashgen import __version__
from flashgen.anki import folders
from flashgen.errors import FlashgenError
from flashgen.settings import Settings


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that was looked at: how it stands, and what to do about it."""

    name: str
    state: Literal["ok", "warn", "fail"]
    detail: str
    advice: str = ""


def checks(
    root: Path, settings: Settings, model: Callable[[], str], answers: Callable[[str], bool] | None = None
) -> Iterator[Check]:
    """Look at everything in turn.

    `model` names the model that would write cards, or raises FlashgenError; `answers` tells whether something answers
    HTTP at an address.
    """
    yield Check("flashgen", "ok", f"{__version__} on Python {platform.python_version()}")
    yield _workspace(root)
    yield _model(model)
    yield _anki_package()
    yield _anki(settings, answers or _answers)
    yield _collections(settings)
    yield _browser()
    yield _embeddings()


def _workspace(root: Path) -> Check:
    lists = sorted(path.parent.name for path in (root / "decks").glob("*/reading-list.md"))
    if not lists:
        return Check("workspace", "warn", f"{root} has no reading list", "make one: flashgen init")
    if not os.access(root, os.W_OK):
        return Check("workspace", "fail", f"{root} can't be written to", "change its permissions, or work in a copy")
    return Check("workspace", "ok", f"{root}: {', '.join(lists)}")


def _model(model: Callable[[], str]) -> Check:
    try:
        return Check("model", "ok", model())
    except FlashgenError as error:
        return Check("model", "fail", str(error), "a model writes the cards; everything else works without one")


def _anki_package() -> Check:
    if find_spec("anki"):
        return Check("anki package", "ok", "installed")
    return Check(
        "anki package", "warn", "not installed", "only closed collections need it: pip install 'flashgen[anki]'"
    )


def _anki(settings: Settings, answers: Callable[[str], bool]) -> Check:
    if answers(settings.anki.url):
        return Check("Anki", "ok", f"AnkiConnect answers at {settings.anki.url}")
    advice = "start Anki with the AnkiConnect add-on (code 2055492159), or import the .apkg by hand"
    return Check("Anki", "warn", f"nothing answers at {settings.anki.url}", advice)


def _collections(settings: Settings) -> Check:
    """What is read back before a run writes, where no Anki answers."""
    if settings.anki.collection in (folders.OFF, ""):
        return Check(
            "collection", "warn", "is not read back (off)", "notes that an import writes over are named instead"
        )
    try:
        known = folders.base_folders(sys.platform, os.environ, Path.home())
        found = folders.collections(settings.anki.collection, known)
    except FlashgenError as error:
        return Check("collection", "fail", str(error), "set `collection` under [anki] in flashgen.toml")
    if found:
        return Check("collection", "ok", f"read back before every run: {', '.join(map(str, found))}")
    advice = "if Anki is on this machine, name its profile or file: `collection` under [anki] in flashgen.toml"
    return Check("collection", "warn", "no profile of Anki was found", advice)


def _answers(url: str) -> bool:
    from urllib.error import HTTPError, URLError
    from urllib.request import urlopen

    try:
        urlopen(url, timeout=2).close()
    except HTTPError:
        return True
    except (URLError, OSError, ValueError):
        return False
    return True


def _browser() -> Check:
    from flashgen.sources.browser import executable

    if found := executable():
        return Check("browser", "ok", f"{found}: pages that need scripts can be read")
    advice = "only pages that need scripts want it: pip install 'flashgen[browser]', and a Chromium"
    return Check("browser", "warn", "playwright or a Chromium is missing", advice)


def _embeddings() -> Check:
    from flashgen import embeddings

    if not embeddings.available():
        advice = "they find more cards that say the same: pip install 'flashgen[embeddings]' (Linux on x86-64)"
        return Check("embeddings", "warn", "not installed: duplicates are told by their words", advice)
    if why := embeddings.trouble():
        advice = "reinstall it: pip install --force-reinstall 'flashgen[embeddings]'; until then words decide"
        return Check("embeddings", "warn", f"installed, but can't run here: {why}", advice)
    return Check("embeddings", "ok", f"{embeddings.MODEL}: duplicates are told by meaning too")
