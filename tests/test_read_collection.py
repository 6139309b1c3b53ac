"""Reading a collection that belongs to Anki: found, copied whole even while Anki writes, read, never touched."""

from __future__ import annotations

import hashlib
import json
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from deliveries import Desk
from real_anki import RealAnki

from flashgen.anki.collection import read_collection
from flashgen.anki.folders import base_folders, collections
from flashgen.anki.reading_back import read_back
from flashgen.errors import AnkiError
from flashgen.settings import AnkiSettings
from flashgen.types import Card, Kind

PAST = 1_760_000_000
IDS = [f"card{number:012}" for number in range(20)]
NOBODY = "http://127.0.0.1:9"  # nothing answers there


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    plain = Card("", "What is it?", "A thing.", "It is a thing.", "https://example.org/a", created=PAST, changed=PAST)
    cards = [replace(plain, id=id_) for id_ in IDS]
    cards[3] = replace(cards[3], kind=Kind.CLOZE, question="{{c1::It}} is a {{c2::thing}}.", answer="")
    return Desk(tmp_path, cards, int(time.time()))


@pytest.fixture
def closed(tmp_path: Path, desk: Desk) -> Path:
    """A collection that has the notes, with Anki closed."""
    with RealAnki(tmp_path / "Anki2" / "User 1") as anki:
        anki.take(desk.ship())
        anki.tag(IDS[0], "mine")
        return anki.path


OPEN_ANKI = """
import sys
sys.path[:0] = {paths!r}
from pathlib import Path
from real_anki import RealAnki
anki = RealAnki(Path({folder!r}))
{work}
"""


@contextmanager
def another_process(folder: Path, work: str) -> Iterator[subprocess.Popen[str]]:
    """Anki in a process of its own, with the collection open; it says a line when `work` is under way."""
    code = OPEN_ANKI.format(paths=[str(Path(__file__).parent), *sys.path], folder=str(folder), work=work)
    process = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, stdin=subprocess.PIPE, text=True)
    try:
        assert process.stdout
        assert process.stdout.readline().strip() == "ready"
        yield process
    finally:
        process.kill()
        process.wait()


def test_a_closed_collection(closed: Path) -> None:
    """Notes, tags, decks, times and cards are read; the collection stays byte for byte as it was."""
    before = {path.name: hashlib.sha256(path.read_bytes()).digest() for path in closed.parent.glob("collection.anki2*")}
    seen = read_collection(closed, at=7)
    assert set(seen.notes) == set(IDS)
    first = seen.notes[IDS[0]]
    assert first.fields["Question"] == "What is it?"
    assert first.fields["FGID"] == IDS[0]
    assert set(first.tags) == {"flashgen::systems", "mine"}
    assert first.deck == "Systems"
    assert first.modified > PAST
    assert seen.notes[IDS[1]].modified == PAST
    assert seen.notes[IDS[3]].kind is Kind.CLOZE
    assert len(seen.notes[IDS[3]].cards) == 2
    assert (seen.at, seen.studied, seen.unnamed) == (7, True, 0)
    assert str(closed) in seen.where
    after = {path.name: hashlib.sha256(path.read_bytes()).digest() for path in closed.parent.glob("collection.anki2*")}
    assert after == before


def test_while_anki_has_it_open(closed: Path) -> None:
    """What stands only in Anki's write-ahead log is read too, while another process holds the lock."""
    work = f"anki.edit('{IDS[1]}', Answer='edited just now'); print('ready', flush=True); sys.stdin.read()"
    with another_process(closed.parent, work):
        with pytest.raises(sqlite3.OperationalError), closing(sqlite3.connect(closed, timeout=0)) as db:
            db.execute("select * from notes").fetchall()
        assert read_collection(closed).notes[IDS[1]].fields["Answer"] == "edited just now"


def test_while_anki_is_writing(closed: Path) -> None:
    """A copy taken while Anki writes is of one moment: never half of a change."""
    work = """
ids = anki.collection.find_notes('FGID:_*')
for turn in range(10**6):
    notes = [anki.collection.get_note(id_) for id_ in ids]
    for note in notes:
        note.fields[1] = f'turn {turn} ' + 'x' * 5000
    anki.collection.update_notes(notes)
    print('ready', flush=True)
"""
    turns = set()
    with another_process(closed.parent, work):
        for _ in range(12):
            seen = read_collection(closed)
            assert len(seen.notes) == len(IDS)
            (answer,) = {note.fields["Answer"] for note in seen.notes.values()}
            turns.add(answer)
    assert len(turns) > 1


def test_the_old_schema(closed: Path, tmp_path: Path) -> None:
    """Note types and decks as JSON, as old Ankis had them and other programs write them."""
    with RealAnki(closed.parent) as anki:
        anki.collection.close(downgrade=True)
    with closing(sqlite3.connect(closed)) as db:
        assert db.execute("select ver from col").fetchone() == (11,)
        models = json.loads(db.execute("select models from col").fetchone()[0])
        for model in models.values():
            for field in model["flds"]:
                field["name"] = {"Answer": "Antwort"}.get(field["name"], field["name"])
        db.execute("update col set models = ?", [json.dumps(models)])
        db.commit()
    seen = read_collection(closed)
    assert seen.notes[IDS[0]].fields["Answer"] == "A thing."
    assert seen.notes[IDS[0]].deck == "Systems"


@pytest.mark.parametrize(("version", "words"), [(19, "newer Anki"), (5, "open it in Anki once")])
def test_a_schema_nobody_knows(closed: Path, version: int, words: str) -> None:
    """A collection of another time is refused with a word that helps."""
    with closing(sqlite3.connect(closed)) as db:
        db.execute("update col set ver = ?", [version])
        db.commit()
    with pytest.raises(AnkiError, match=words):
        read_collection(closed)


def test_what_is_no_collection(tmp_path: Path) -> None:
    """Files that are none, broken or gone are told."""
    path = tmp_path / "collection.anki2"
    with pytest.raises(AnkiError, match="no such collection"):
        read_collection(path)
    path.write_bytes(b"not a database at all" * 100)
    with pytest.raises(AnkiError, match="can't be read"):
        read_collection(path)


def test_a_note_whose_type_was_changed(closed: Path) -> None:
    """Cards that were shipped are found by their GUID, whatever type the person gave their notes."""
    with closing(sqlite3.connect(closed)) as db:
        (other,) = db.execute("select id from notetypes where id not in (select mid from notes)").fetchone()
        db.execute("update notes set mid = ? where guid = ?", [other, IDS[5]])
        db.commit()
    assert IDS[5] not in read_collection(closed).notes
    assert read_collection(closed, IDS).notes[IDS[5]].kind is None


# --- where collections are ----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("system", "environ", "folder"),
    [
        ("linux", {}, "home/.local/share/Anki2"),
        ("linux", {}, "home/.var/app/net.ankiweb.Anki/data/Anki2"),
        ("linux", {"XDG_DATA_HOME": "/data"}, "/data/Anki2"),
        ("darwin", {}, "home/Library/Application Support/Anki2"),
        ("win32", {"APPDATA": "/roaming"}, "/roaming/Anki2"),
        ("linux", {"ANKI_BASE": "/elsewhere"}, "/elsewhere"),
    ],
)
def test_base_folders(system: str, environ: dict[str, str], folder: str) -> None:
    """Anki keeps its profiles in one folder a system; ANKI_BASE moves it."""
    assert Path(folder) in base_folders(system, environ, Path("home"))


def test_which_collection_is_meant(closed: Path, tmp_path: Path) -> None:
    """ "auto" is every profile; a path, a folder or a profile's name is one; "off" is none."""
    base = tmp_path / "Anki2"
    (base / "addons21").mkdir()
    RealAnki(base / "Work").close()
    both = [closed, base / "Work" / "collection.anki2"]
    assert sorted(collections("auto", [base])) == sorted(both)
    assert collections("User 1", [base]) == [closed]
    assert collections(str(closed), []) == [closed]
    assert collections(str(closed.parent), []) == [closed]
    assert collections("off", [base]) == []
    with pytest.raises(AnkiError, match="User 1, Work"):
        collections("Home", [base])


def test_profiles_that_anki_knows(closed: Path, tmp_path: Path) -> None:
    """A folder that is no profile of Anki's any more is left out."""
    base = tmp_path / "Anki2"
    RealAnki(base / "Backup of User 1").close()
    with closing(sqlite3.connect(base / "prefs21.db")) as db:
        db.execute("create table profiles (name text primary key, data blob not null)")
        db.executemany("insert into profiles values (?, '')", [("_global",), ("User 1",)])
        db.commit()
    assert collections("auto", [base]) == [closed]


def test_the_profile_with_our_notes_wins(closed: Path, tmp_path: Path) -> None:
    """Of several profiles, the one that has the cards is read."""
    base = tmp_path / "Anki2"
    RealAnki(base / "Another").close()
    back = read_back(AnkiSettings(url=NOBODY), IDS, bases=[base])
    assert back.seen is not None
    assert set(back.seen.notes) == set(IDS)
    assert back.troubles == ()


def test_no_anki_at_all(tmp_path: Path) -> None:
    """Without Anki there is nothing to see, and nothing wrong."""
    back = read_back(AnkiSettings(url=NOBODY), IDS, bases=[tmp_path])
    assert (back.seen, back.troubles) == (None, ())


def test_a_collection_that_was_named_and_is_not_there(tmp_path: Path) -> None:
    """A name that means nothing is told, and what is at risk can be named."""
    back = read_back(AnkiSettings(collection="Home", url=NOBODY), IDS, bases=[tmp_path])
    assert back.seen is None
    assert "Home" in back.troubles[0]


def test_nothing_was_shipped_yet(closed: Path, tmp_path: Path) -> None:
    """A list that never shipped a card has nothing to read back."""
    assert read_back(AnkiSettings(url=NOBODY), [], bases=[tmp_path / "Anki2"]).seen is None
