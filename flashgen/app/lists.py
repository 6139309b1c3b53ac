"""Reading lists with the kind of each link, and what a person has to say before a run works on one."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from flashgen.errors import UsageError
from flashgen.lists import ListPlace, Parse, glimpse, read
from flashgen.sources import from_others, kind_of
from flashgen.store import Store
from flashgen.store.parsed_list import remembering
from flashgen.types import ReadingList


def read_list(place: ListPlace, root: Path | None = None) -> ReadingList:
    """The list at `place`; in a workspace at `root`, a long one is remembered as it was parsed. Raises FileError."""
    return read(place, _remembered(root) if root else _with_kinds)


def glimpse_list(place: ListPlace, root: Path) -> ReadingList:
    """`read_list`, also of a list that holds nothing."""
    return glimpse(place, _remembered(root))


def _remembered(root: Path) -> Parse:
    return remembering(_with_kinds, root / ".flashgen" / "lists", by=from_others())


def _with_kinds(text: str, name: str) -> ReadingList:
    from flashgen.reading_list import parse

    found = parse(text, name)
    return replace(found, links=tuple(replace(link, kind=kind_of(link.url)) for link in found.links))


def store_of(root: Path, place: ListPlace) -> Store:
    """What is kept of the list at `place`, in the workspace at `root`, where what was parsed is remembered. Raises
    FileError."""
    return Store(place.home, cache=root / ".flashgen" / "cards")


def settle_deletions(name: str, store: Store, confirm: Callable[[str], bool]) -> None:
    """Most of a file's cards missing at once is asked about; fewer are deletions. Raises UsageError."""
    doubtful = store.missing()
    count = sum(doubtful.values())
    if doubtful and not confirm(f"{count} cards of {name} are gone from their files: were they deleted"):
        files = "; ".join(f"{' / '.join(topic) or 'no topic'}: {count}" for topic, count in doubtful.items())
        raise UsageError(
            f"many cards of {name} are gone from their files at once ({files}). If you deleted them, say so "
            "with --yes, and they won't come back; if not, take the files from git or a backup"
        )
    store.accept_deletions()
