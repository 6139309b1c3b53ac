"""Reads our notes from a running Anki, through AnkiConnect."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from flashgen.anki.collection import FIELD_NAMES, KINDS
from flashgen.anki.connect import AnkiConnect
from flashgen.anki.note_types import note_types
from flashgen.seen import Seen, SeenCard, SeenNote, review
from flashgen.types import Kind

_LOGS = 2000
_CARDS = 200  # whose state is asked for at a time: Anki renders each of them for it
_TAG = "flashgen::*"
_FLAGS = [f"flag:{number}" for number in range(1, 8)]


def read_running(connect: AnkiConnect, *, at: int = 0, studied: bool = False, reviews: bool = False) -> Seen:
    """Our notes in the profile that is open in Anki. `at` is the time of reading.

    Suspension and flags are always read; `studied` asks for decks and the state of study too, which takes Anki a
    millisecond or two a card, `reviews` for the review log. Raises AnkiError.
    """
    connect.check()
    profile, names = _profile_and_names(connect)
    query = " OR ".join([*(f"mid:{id_}" for id_ in KINDS), "FGID:_*"])
    infos, unnamed, suspended, flags = _notes(connect, query)
    cards = {id_: SeenCard(id_, suspended=id_ in suspended, flag=flags.get(id_, 0)) for id_ in _card_ids(infos)}
    if studied:
        cards |= _studied(connect, cards)
    if reviews:
        cards = _reviewed(connect, cards)
    found = [_note(info, names, cards) for info in sorted(infos, key=lambda info: -int(info["noteId"]))]
    notes = {note.guid: note for note in found if note.guid}  # of copies made in Anki, the oldest is ours
    nameless = sum(not note.guid for note in found)
    return Seen(notes, f"Anki{profile and f' (profile {profile})'}", at, len(unnamed) + nameless, studied, reviews)


def _profile_and_names(connect: AnkiConnect) -> tuple[str, Mapping[str, tuple[Kind, Mapping[str, str]]]]:
    """The open profile, and for each of our note types by its name today, our names of its fields by theirs.

    Older add-ons can't tell; then names are taken to be what they were at first.
    """
    asked = [("getActiveProfile", {}), *(("findModelsById", {"modelIds": [id_]}) for id_ in KINDS)]
    profile, *models = connect.replies(asked)
    names: dict[str, tuple[Kind, Mapping[str, str]]] = {t.name: (kind, {}) for kind, t in note_types().items()}
    for reply in models:
        for model in reply.get("result") or ():
            fields = {field["name"]: FIELD_NAMES.get(field.get("id") or 0, field["name"]) for field in model["flds"]}
            names[model["name"]] = (KINDS[int(model["id"])], fields)
    return str(profile.get("result") or ""), names


def _notes(connect: AnkiConnect, query: str) -> tuple[list[Any], list[int], set[int], dict[int, int]]:
    """The notes, those that carry our tag without being found as ours, and which cards are suspended and flagged."""
    states = [("findCards", {"query": f"({query}) {state}"}) for state in ("is:suspended", *_FLAGS)]
    found = [("findNotes", {"query": f"tag:{_TAG} -({query})"}), *states]
    infos, unnamed, suspended, *flagged = connect.replies([("notesInfo", {"query": query}), *found])
    unnamed, suspended, *flagged = (connect.result("findCards", reply) for reply in (unnamed, suspended, *flagged))
    listed = _with_times(connect, query, infos)
    flags = {card: number for number, cards in enumerate(flagged, start=1) for card in cards}
    return listed, unnamed, set(suspended), flags


def _with_times(connect: AnkiConnect, query: str, reply: Any) -> list[Any]:
    """The notes with their times of change, in as many steps as the add-on's age asks for. Raises AnkiError."""
    if reply.get("error"):
        ids = connect.call("findNotes", query=query)
        listed = connect.call("notesInfo", notes=ids)
    else:
        listed = reply["result"]
    listed = [info for info in listed if info]
    if any("mod" not in info for info in listed):
        times = connect.call("notesModTime", notes=[info["noteId"] for info in listed])
        modified = {row["noteId"]: row["mod"] for row in times if row}
        listed = [{**info, "mod": modified[info["noteId"]]} for info in listed if info["noteId"] in modified]
    return listed


def _card_ids(infos: Iterable[Mapping[str, Any]]) -> list[int]:
    return [int(id_) for info in infos for id_ in info["cards"]]


def _studied(connect: AnkiConnect, cards: Mapping[int, SeenCard]) -> dict[int, SeenCard]:
    found: dict[int, SeenCard] = {}
    ids = list(cards)
    for start in range(0, len(ids), _CARDS):
        for row in filter(None, connect.call("cardsInfo", cards=ids[start : start + _CARDS])):
            id_ = int(row["cardId"])
            found[id_] = SeenCard(
                id=id_,
                number=row["ord"],
                suspended=cards[id_].suspended,
                flag=cards[id_].flag,
                deck=row["deckName"],
                type=row["type"],
                queue=row["queue"],
                due=row["due"],
                interval=row["interval"],
                reps=row["reps"],
                lapses=row["lapses"],
            )
    return found


def _reviewed(connect: AnkiConnect, cards: Mapping[int, SeenCard]) -> dict[int, SeenCard]:
    """The cards with their reviews, oldest first. They are asked for in as few requests as the add-on answers fast."""
    found = dict(cards)
    ids = list(cards)
    for start in range(0, len(ids), _LOGS):
        logs = connect.call("getReviewsOfCards", cards=ids[start : start + _LOGS])
        for id_, rows in logs.items():
            ordered = sorted(rows, key=lambda row: int(row["id"]))
            made = (review(row["id"], row["ease"], row["time"], row["type"]) for row in ordered)
            found[int(id_)] = replace(found[int(id_)], reviews=tuple(filter(None, made)))
    return found


def _note(
    info: Mapping[str, Any], names: Mapping[str, tuple[Kind, Mapping[str, str]]], cards: Mapping[int, SeenCard]
) -> SeenNote:
    kind, ours = names.get(info["modelName"], (None, {}))
    fields = {
        ours.get(name, name): unicodedata.normalize("NFC", field["value"]) for name, field in info["fields"].items()
    }
    return SeenNote(
        guid=fields.get("FGID", "").strip(),
        fields=fields,
        tags=tuple(unicodedata.normalize("NFC", tag) for tag in info["tags"]),
        modified=int(info["mod"]),
        kind=kind,
        id=int(info["noteId"]),
        cards=tuple(cards[int(id_)] for id_ in info["cards"]),
    )
