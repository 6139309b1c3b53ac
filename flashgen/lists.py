"""Finding reading lists: LIST is a list's file, its folder, or its name under decks/; none means all.

A file `reading-list.md` lives in its folder: that is its home, and its name. Another Markdown file, `papers.md`, is
named `papers`, and its home is the folder `papers/` beside it.
"""

from __future__ import annotations

import difflib
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from flashgen.errors import FileError, NoSuchList
from flashgen.settings import FILE_NAME as SETTINGS_FILE
from flashgen.types import ReadingList

FILE_NAME = "reading-list.md"
FOLDER = "decks"
Parse = Callable[[str, str], ReadingList]
"""From a list's text and its name to what stands in it."""

_MARKDOWN = (".md", ".markdown", ".mdown", ".mkd")


@dataclass(frozen=True, slots=True)
class ListPlace:
    """Where a reading list is: its name, its file, and the folder for its cards and ledger. All paths are absolute."""

    name: str
    path: Path
    home: Path


def workspace_root(cwd: Path, names: Sequence[str] = ()) -> Path:
    """The nearest folder with a flashgen.toml or decks/, upwards from `cwd`, else from `names`; else `cwd` itself."""
    starts = [cwd, *(cwd / name for name in names)]
    return next((root for start in starts if (root := _root_above(start.resolve()))), cwd.resolve())


def _root_above(start: Path) -> Path | None:
    for folder in (start, *start.parents):
        if (folder / SETTINGS_FILE).is_file() or (folder / FOLDER).is_dir():
            return folder
    return None


def find(root: Path, names: Sequence[str] = (), *, cwd: Path | None = None) -> list[ListPlace]:
    """The lists that `names` mean, each once, in order; with no names all under `root`/decks, by name.

    Paths are taken from `cwd`. Raises NoSuchList where a name means nothing, or two lists have the same name.
    """
    decks = root.resolve() / FOLDER
    if not names:
        places = _all(decks)
        if not places:
            raise NoSuchList(f"no reading list under {decks}; `flashgen init` makes a workspace with one")
    else:
        here = (cwd or Path.cwd()).resolve()
        places = [place for name in names for place in _named(name, here, decks)]
    unique = {place.path: place for place in places}
    _refuse_same_names(unique.values())
    return list(unique.values())


def every(root: Path) -> list[ListPlace]:
    """Every list under `root`/decks; none where there is none, or where two have the same name."""
    try:
        return find(root)
    except NoSuchList:
        return []


def read(place: ListPlace, parse: Parse | None = None) -> ReadingList:
    """The reading list at `place`. Raises FileError where it can't be read as text, or holds nothing to learn from."""
    found = glimpse(place, parse)
    if not found.links and not found.notes:
        raise FileError(place.path, "is empty: no link and no note in it; put links under headings, one on a line")
    return found


def glimpse(place: ListPlace, parse: Parse | None = None) -> ReadingList:
    """The reading list at `place`, also one that holds nothing; `parse` stands for the parser's own. Raises FileError
    where it can't be read as text."""
    from flashgen import reading_list

    return (parse or reading_list.parse)(_text(place.path), place.name)


def deserted(root: Path) -> list[ListPlace]:
    """Folders under `root`/decks whose list is gone, and whose cards and ledger are still there."""
    try:
        homes = sorted(path.parent for path in (root.resolve() / FOLDER).glob("*/sources.json"))
    except OSError:
        return []
    listed = {home.with_suffix(ending) for home in homes for ending in _MARKDOWN}
    beside = {path.with_suffix("") for path in listed if path.is_file()}
    return [
        ListPlace(home.name, home / FILE_NAME, home)
        for home in homes
        if not (home / FILE_NAME).exists() and home not in beside
    ]


def _text(path: Path) -> str:
    """The file's text. Raises FileError."""
    try:
        data = path.read_bytes()
    except OSError as error:
        raise FileError(path, f"can't be read: {error.strerror}") from None
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise FileError(path, "is UTF-16 text; save it as UTF-8")
    if b"\0" in data:
        raise FileError(path, "is a binary file; a reading list is Markdown text")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise FileError(path, "is not UTF-8 text; save it as UTF-8", line=line) from None


# --- names --------------------------------------------------------------------------------------


def _named(name: str, here: Path, decks: Path) -> list[ListPlace]:
    """The lists that one name means. What exists as a list wins over what merely exists."""
    path = here / name
    if path.is_dir() and path.resolve() in (decks, decks.parent) and not (path / FILE_NAME).is_file():
        return find(decks.parent)
    plain = name.strip("/\\")
    candidates = [path, decks / plain, decks / f"{plain}.md"] if plain else [path]
    for candidate in candidates:
        if place := _place(candidate):
            return [place]
    raise NoSuchList(_why_not(name, path, decks))


def _place(path: Path) -> ListPlace | None:
    """The list that is at `path`, if there is one."""
    if path.is_dir():
        path = path / FILE_NAME
    if not path.is_file():
        return None
    path = path.resolve()
    if path.name == FILE_NAME:
        return ListPlace(path.parent.name, path, path.parent)
    home = path.with_suffix("")
    if home == path or home.is_file():
        home = path.with_name(f"{path.name}.flashgen")
    return ListPlace(path.stem, path, home)


def _all(decks: Path) -> list[ListPlace]:
    try:
        folders = sorted(folder for folder in decks.iterdir() if (folder / FILE_NAME).is_file())
    except OSError:
        return []
    return [place for folder in folders if (place := _place(folder))]


def _refuse_same_names(places: Iterable[ListPlace]) -> None:
    """Two lists of one name would write the same decks."""
    seen: dict[str, ListPlace] = {}
    for place in places:
        other = seen.setdefault(place.name.casefold(), place)
        if other is not place:
            raise NoSuchList(
                f"{other.path} and {place.path} are both named {place.name!r}; rename one, or build one at a time"
            )


def _why_not(name: str, path: Path, decks: Path) -> str:
    if path.is_dir():
        markdown = sorted(file.name for file in _files(path) if file.suffix.lower() in _MARKDOWN)
        if not markdown:
            return f"{name} is a folder without a {FILE_NAME}, and no Markdown file is in it"
        return f"{name} is a folder without a {FILE_NAME}; name a file in it: {_listed(markdown)}"
    if path.exists():
        return f"{name} is not a file; a reading list is a Markdown file"
    known = [place.name for place in _all(decks)]
    if near := difflib.get_close_matches(Path(name).name.casefold(), {n.casefold(): n for n in known}, n=3, cutoff=0.5):
        return f"no reading list {name!r}; did you mean {_listed([n for n in known if n.casefold() in near])}?"
    there = f"there are {_listed(known)}" if known else f"there is none under {decks}"
    return f"no reading list {name!r}: neither a file, nor a folder, nor a name under decks/; {there}"


def _files(folder: Path) -> Iterator[Path]:
    try:
        yield from (path for path in folder.iterdir() if path.is_file())
    except OSError:
        return


def _listed(names: Sequence[str], most: int = 8) -> str:
    return ", ".join(names[:most]) + (f" and {len(names) - most} more" if len(names) > most else "")
