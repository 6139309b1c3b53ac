"""What goes to and fro between flashgen and Anki, told in values that can be shown and written as JSON."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class NamedNote:
    """A note, named for a person. `deck` is '' where it doesn't matter."""

    id: str
    question: str
    deck: str = ""


@dataclass(frozen=True, slots=True)
class TakenOver:
    """An edit that the person made in Anki and that is in the card file now; `field` is the card's.

    `exact` is false where Markdown can't say all of it: Anki's HTML is then kept beside the text.
    """

    id: str
    question: str
    field: str
    before: str
    after: str
    exact: bool = True


@dataclass(frozen=True, slots=True)
class BothChanged:
    """A field that was changed here and in Anki: `theirs`, from Anki, counts, `ours` waits as a proposal."""

    id: str
    question: str
    field: str
    ours: str
    theirs: str


@dataclass(frozen=True, slots=True)
class AnkiNews:
    """What a run learnt of Anki, and what it means for the notes there.

    `read` says in words where the notes were read, '' where nothing could be; `troubles` say why not. `deleted` are
    cards that were rejected because the person deleted their notes, `missing` those whose notes are gone too, but so
    many at once that it was not believed. An import of the new decks writes over `at_risk`, whatever was edited in
    them, and takes the tags `marked` and `leech` off `unmarked`.
    """

    read: str = ""
    troubles: Sequence[str] = ()
    taken_over: Sequence[TakenOver] = ()
    conflicts: Sequence[BothChanged] = ()
    deleted: Sequence[NamedNote] = ()
    missing: Sequence[NamedNote] = ()
    at_risk: Sequence[NamedNote] = ()
    unmarked: Sequence[NamedNote] = ()


@dataclass(frozen=True, slots=True)
class PushResult:
    """What a push did to the notes of one list, or with `dry_run` would do.

    `where` says in words which Anki it was. `unchanged` counts the notes that were as they should be. `suspended` are
    retired cards and those that left the deck, `unsuspended` those of them that came back, `moved` cards whose topic
    has another deck now; what the person suspended, took back or moved is left alone. `refused` are notes that the
    person gave another note type: Anki takes no update for them. `proposals` wait for a yes. `decks` are those that
    hold the list's notes. `backup` is the folder with the backup that was made before, '' where none was. `anki` tells
    what was taken over first: edits, conflicts, deletions. `load` says in words what the added notes will cost in daily
    reviews.
    """

    name: str
    where: str = ""
    dry_run: bool = False
    added: Sequence[NamedNote] = ()
    updated: Sequence[NamedNote] = ()
    unchanged: int = 0
    suspended: Sequence[NamedNote] = ()
    unsuspended: Sequence[NamedNote] = ()
    moved: Sequence[NamedNote] = ()
    refused: Sequence[NamedNote] = ()
    proposals: Sequence[NamedNote] = ()
    decks: Sequence[str] = ()
    backup: str = ""
    anki: AnkiNews = AnkiNews()
    load: str = ""
