"""What was parsed of card files is remembered, and never believed where a file may be another."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path

import pytest

from flashgen.reading_list import parse
from flashgen.store import Store
from flashgen.store.cards import CardFiles, Change
from flashgen.store.glance import Glance
from flashgen.store.parsed import ParsedFiles, stamp_of
from flashgen.store.parsed_list import remembering
from flashgen.types import Card, Finding, Kind, Proposal, ReadingList, Status, Verdict

TOPIC = ("Caches",)
CARDS = (
    Card("a", "What is a cache?", "A copy\nnear by", "A cache is a copy.", "https://example.org/1"),
    Card(
        "b",
        "{{c1::Ещё}} один?",
        "",
        "Ещё один.",
        "https://example.org/1",
        section=("One", "Two"),
        anchor="x",
        kind=Kind.CLOZE,
        status=Status.REJECTED,
        tags=("no", "2"),
        importance=5,
        created=7,
        changed=8,
        made={"question": "abc"},
        proposal=Proposal("q", "a", "s", "why"),
        findings=(Finding("length", Verdict.WARN, "long"),),
        reviewed="r",
        extra="| a |\n|---|",
    ),
)
LONG_AGO = 1_700_000_000


def written(home: Path) -> Path:
    """A card file that was last changed long ago."""
    files = CardFiles(home / "cards")
    files.upsert(TOPIC, [Change(card) for card in CARDS])
    path = files.path(TOPIC)
    os.utime(path, (LONG_AGO, LONG_AGO))
    return path


def read(home: Path) -> list[Card]:
    return Store(home, cache=home / "cache").all_cards()


def test_cards_come_back_as_they_were(tmp_path: Path) -> None:
    """Every field of a card is remembered."""
    path = written(tmp_path)
    first = read(tmp_path)
    assert [replace(card, made={}) for card in first] == [replace(card, made={}) for card in CARDS]
    kept = ParsedFiles(tmp_path / "cache", tmp_path / "cards").get(path, stamp_of(path))
    assert kept == tuple(first)
    assert read(tmp_path) == first


def test_a_changed_file_is_read_again(tmp_path: Path) -> None:
    """A hand in the file counts at once, with the same length too, and so does a file put in its place."""
    path = written(tmp_path)
    read(tmp_path)
    path.write_text(path.read_text().replace("A copy", "A COPY"))
    assert read(tmp_path)[0].answer == "A COPY\nnear by"
    other = path.with_name("other.yaml")
    other.write_text(path.read_text().replace("A COPY", "a copy"))
    os.utime(other, ns=(path.stat().st_mtime_ns,) * 2)
    other.replace(path)
    assert read(tmp_path)[0].answer == "a copy\nnear by"


def test_what_changed_just_now_is_not_remembered(tmp_path: Path) -> None:
    """A file could change once more within the grain of its time stamp: it is kept in memory only."""
    path = written(tmp_path)
    os.utime(path)
    read(tmp_path)
    assert not list((tmp_path / "cache").rglob("*.json"))


@pytest.mark.parametrize("spoilt", ["", "{}", "[1]", '{"form": 1, "stamp": [], "cards": []}', "\x00"])
def test_a_spoilt_memory_is_no_error(tmp_path: Path, spoilt: str) -> None:
    """Whatever stands in the cache, the card file counts."""
    written(tmp_path)
    first = read(tmp_path)
    (kept,) = (tmp_path / "cache").rglob("*.json")
    kept.write_text(spoilt)
    assert read(tmp_path) == first


def test_what_is_gone_is_forgotten(tmp_path: Path) -> None:
    """Of files that are gone nothing is kept."""
    path = written(tmp_path)
    read(tmp_path)
    path.rename(path.with_name("renamed.yaml"))
    read(tmp_path)
    assert [kept.name for kept in (tmp_path / "cache").rglob("*.json")] == ["renamed.yaml.json"]


def test_a_long_list_is_parsed_once(tmp_path: Path) -> None:
    """What was parsed of a long list comes back whole for the same text, and for that alone."""
    asked: list[str] = []

    def counting(text: str, name: str) -> ReadingList:
        asked.append(text)
        return parse(text, name)

    known = remembering(counting, tmp_path)
    links = "".join(f"- [Статья {n}](https://example.org/{n}) <!-- flashgen: cards=5 -->\n" for n in range(2000))
    text = (
        f"https://example.org/first\n\n# One\n\n## Two\n\n{links}\nMy own words, many of them.\n\n[x]: https://x.org\n"
    )
    first = known(text, "demo")
    assert first == parse(text, "demo")
    assert first.problems
    assert first.notes
    assert known(text, "demo") == first
    assert len(asked) == 1
    assert known(text + "\nMore.", "demo") == parse(text + "\nMore.", "demo")
    assert len(asked) == 2


def test_a_short_list_is_not_kept(tmp_path: Path) -> None:
    """The lists of every day leave nothing behind."""
    remembering(parse, tmp_path)("# One\n\n- https://example.org\n", "demo")
    assert not list(tmp_path.iterdir())


def test_ids_and_sources_are_known_without_reading_cards(tmp_path: Path) -> None:
    """What is remembered tells them exactly, and of no other version of the file."""
    path = written(tmp_path)
    read(tmp_path)
    kept = ParsedFiles(tmp_path / "cache", tmp_path / "cards")
    assert kept.glance(path, stamp_of(path)) == Glance(frozenset("ab"), frozenset({"https://example.org/1"}))
    assert kept.glance(path, (0, 0, 0)) is None


def test_however_many_are_remembered_at_once(tmp_path: Path) -> None:
    """Cards that are not at hand are read again: from the cache, or unpacked where it has nothing of them."""
    path = written(tmp_path)
    for cache in (tmp_path / "cache", None):
        files = CardFiles(tmp_path / "cards", cache=cache, at_hand=1)
        first = files.read(TOPIC)
        assert [card.id for card in first] == ["a", "b"]
        assert files.read(TOPIC) == first
        path.write_text(path.read_text().replace("near by", "nearer by"))
        os.utime(path, (LONG_AGO + 9, LONG_AGO + 9))
        assert files.read(TOPIC)[0].answer == "A copy\nnearer by"
        path.write_text(path.read_text().replace("nearer by", "near by"))
        os.utime(path, (LONG_AGO, LONG_AGO))
