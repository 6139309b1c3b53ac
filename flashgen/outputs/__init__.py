"""Outputs: one module per format, found by its file's name; another package brings one by an entry point.

An output is a module (or any object) with

    NAME      how it is asked for: `--format NAME`
    SUFFIX    the ending of its files, with the dot; one that begins with / is a file in a folder of the list
    write(decks, path, options=…)
              writes `decks` to the file `path`: all of it or nothing, and the same bytes for the same decks
    INTO_ANKI false for what is only to be read; without it, the file counts as what Anki is given

An entry point of the group `flashgen.outputs` names such an object; a name that flashgen has itself stays flashgen's.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from importlib.metadata import EntryPoint, entry_points
from pathlib import Path
from typing import Protocol

from flashgen.decks import Deck
from flashgen.errors import UsageError
from flashgen.identity import topic_file

GROUP = "flashgen.outputs"


@dataclass(frozen=True, slots=True)
class Options:
    """What an output may need beside the decks.

    `type_in` asks for short answers to be typed (`[anki] type_in`). `media` maps an image's address, as it stands
    in the cards' text, to the file that holds it.
    """

    type_in: bool = False
    media: Mapping[str, Path] = field(default_factory=dict)


PLAIN = Options()
"""Nothing special."""


class Output(Protocol):
    """A format that decks can be written in. `write` raises FileError."""

    @property
    def NAME(self) -> str: ...

    @property
    def SUFFIX(self) -> str: ...

    def write(self, decks: Sequence[Deck], path: Path, options: Options = ..., /) -> None: ...


def goes_into_anki(form: Output) -> bool:
    """Whether files of this format are there to be taken in by Anki."""
    return bool(getattr(form, "INTO_ANKI", True))


def names() -> list[str]:
    """The formats there are, flashgen's own and those of other packages, sorted. Loads none of them."""
    return sorted({*_own(), *_foreign()})


def output(name: str) -> Output:
    """The output of that name.

    Raises UsageError with the names there are, or with what stops another package's output from loading.
    """
    if name in _own():
        module: Output = importlib.import_module(f"{__name__}.{name}")
        return module
    if entry := _foreign().get(name):
        try:
            found: Output = entry.load()
        except Exception as error:
            raise UsageError(f"the format {name!r} of {_package(entry)} can't be loaded: {error}") from error
        return found
    raise UsageError(f"no format {name!r}; there are {', '.join(names())}")


def files_for(
    decks: Sequence[Deck], list_name: str, suffix: str, *, split: bool = False
) -> dict[str, tuple[Deck, ...]]:
    """Which decks go into which file: all of a list into one, or, `split`, each topic into its own.

    Names are safe on any system and the same for the same decks.
    """
    if not split:
        return {f"{list_name}{suffix}": tuple(decks)}
    files: dict[str, tuple[Deck, ...]] = {}
    for deck in decks:
        stem = topic_file((list_name, *deck.topic), {name.removesuffix(suffix) for name in files})
        files[f"{stem}{suffix}"] = (deck,)
    return files


def _own() -> frozenset[str]:
    return frozenset(module.name for module in pkgutil.iter_modules(__path__) if not module.name.startswith("_"))


def _foreign() -> dict[str, EntryPoint]:
    return {entry.name: entry for entry in entry_points(group=GROUP)}


def _package(entry: EntryPoint) -> str:
    return entry.dist.name if entry.dist else entry.value
