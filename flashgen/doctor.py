"""What is installed, what answers, and what to do about each: the checks behind `flashgen doctor`."""

from __future__ import annotations

import os
import platform
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Literal

from flashgen import __version__
from flashgen.errors import FlashgenError
from flashgen.settings import Settings


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that was looked at: how it stands, and what to do about it."""

    name: str
    state: Literal["ok", "warn", "fail"]
    detail: str
    advice: str = ""


Answers = Callable[[str], bool]
"""Whether something answers HTTP at an address."""


def checks(root: Path, settings: Settings, model: Callable[[], str], answers: Answers) -> Iterator[Check]:
    """Look at everything in turn. `model` names the model that would write cards, or raises FlashgenError."""
    yield Check("flashgen", "ok", f"{__version__} on Python {platform.python_version()}")
    yield _workspace(root)
    yield _model(model)
    yield _anki_package()
    yield _anki(settings, answers)
    yield _browser()


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


def _anki(settings: Settings, answers: Answers) -> Check:
    if answers(settings.anki.url):
        return Check("Anki", "ok", f"AnkiConnect answers at {settings.anki.url}")
    advice = "start Anki with the AnkiConnect add-on (code 2055492159), or import the .apkg by hand"
    return Check("Anki", "warn", f"nothing answers at {settings.anki.url}", advice)


def _browser() -> Check:
    found = next(
        (path for name in ("chromium", "chromium-browser", "google-chrome") if (path := shutil.which(name))), ""
    )
    if found and find_spec("playwright"):
        return Check("browser", "ok", f"{found}: pages that need scripts can be read")
    missing = "playwright is not installed" if found else "no Chromium was found"
    return Check("browser", "warn", missing, "only pages that need scripts want it: pip install 'flashgen[browser]'")
