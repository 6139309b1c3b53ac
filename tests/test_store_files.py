"""The single files of a list: written whole or not at all, read with care, locked for one run at a time."""

from __future__ import annotations

import contextlib
import errno
import json
import os
import resource
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import asdict, replace
from pathlib import Path
from tempfile import mkdtemp

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flashgen.errors import FileError, Locked
from flashgen.ledger import Entry, Ledger, LinkRecord, LinkState, SectionRecord, ShippedRecord, Spend
from flashgen.store import atomic
from flashgen.store.journal import Journal, Left, Line
from flashgen.store.ledger_file import LedgerFile
from flashgen.store.lock import Holder, locked
from flashgen.types import Card, Finding, Kind, Proposal, Status, Validators, Verdict

posix = pytest.mark.skipif(os.name == "nt", reason="needs fork and signals")


def failing(code: int, after: int = 0) -> atomic.Write:
    """An os.write that fails with `code` once `after` bytes are written."""
    left = after

    def write(descriptor: int, data: bytes) -> int:
        nonlocal left
        if left <= 0:
            raise OSError(code, os.strerror(code))
        written = os.write(descriptor, bytes(data)[:left])
        left -= written
        return written

    return write


def in_child(work: Callable[[], None]) -> int:
    """Do `work` in a process of its own; the signal that ended it, or its exit status (0: it raised nothing)."""
    child = os.fork()
    if child == 0:
        status = 1
        try:
            work()
            status = 0
        finally:
            os._exit(status)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


# --- atomic writing -----------------------------------------------------------------------------


def test_a_file_is_replaced_whole_and_keeps_its_mode(tmp_path: Path) -> None:
    """The new bytes stand where the old ones stood, with the rights that the file had; nothing else is left."""
    path = tmp_path / "new" / "file"
    atomic.write_text(path, "old")
    path.chmod(0o640)
    atomic.write_text(path, "neu\nкэш\r\n")
    assert path.read_bytes() == "neu\nкэш\r\n".encode()
    assert path.stat().st_mode & 0o777 == 0o640
    assert os.listdir(path.parent) == ["file"]


@pytest.mark.parametrize(
    ("code", "words"),
    [(errno.ENOSPC, "the disk is full"), (errno.EDQUOT, "quota"), (errno.EROFS, "read-only"), (errno.EIO, "error")],
)
def test_what_cannot_be_written_leaves_the_old_file(tmp_path: Path, code: int, words: str) -> None:
    """A write that fails half way is one sentence, the old file is whole, and the temporary file is gone."""
    path = tmp_path / "file"
    path.write_text("old")
    with pytest.raises(FileError, match=words) as caught:
        atomic.write_bytes(path, b"x" * 1000, write=failing(code, after=500))
    assert caught.value.path == path
    assert path.read_text() == "old"
    assert os.listdir(tmp_path) == ["file"]


def test_a_short_write_is_gone_on_with(tmp_path: Path) -> None:
    """A system that takes some bytes at a time gets them all."""
    atomic.write_bytes(tmp_path / "file", b"0123456789", write=lambda fd, data: os.write(fd, bytes(data)[:3]))
    assert (tmp_path / "file").read_bytes() == b"0123456789"


def test_a_link_stays_a_link(tmp_path: Path) -> None:
    """A symbolic link to a file somewhere else is written through."""
    (tmp_path / "real").write_text("old")
    (tmp_path / "link").symlink_to(tmp_path / "real")
    atomic.write_text(tmp_path / "link", "new")
    assert (tmp_path / "link").is_symlink()
    assert (tmp_path / "real").read_text() == "new"


def test_a_folder_that_is_a_file_is_told(tmp_path: Path) -> None:
    """A path through a file can't be written, and the sentence says why."""
    (tmp_path / "a").write_text("")
    with pytest.raises(FileError, match="can't be written"):
        atomic.write_text(tmp_path / "a" / "b", "x")


@posix
def test_a_folder_without_the_right_to_write() -> None:
    """In a folder that may only be read, nothing is written and the sentence says so."""
    folder = Path(mkdtemp(dir="/tmp"))
    path = folder / "file"
    path.write_text("old")
    path.chmod(0o644)
    folder.chmod(0o555)

    def work() -> None:
        if os.geteuid() == 0:
            os.setuid(65534)
        with pytest.raises(FileError, match="no permission"):
            atomic.write_text(path, "new")
        with pytest.raises(FileError, match="no permission"):
            atomic.remove(path)
        assert path.read_text() == "old"

    try:
        assert in_child(work) == 0
    finally:
        folder.chmod(0o755)
        path.unlink()
        folder.rmdir()


@posix
def test_a_limit_of_the_system_on_file_size(tmp_path: Path) -> None:
    """The real system's refusal (here a limit on file size) leaves the old file whole."""
    path = tmp_path / "file"
    path.write_text("old")

    def work() -> None:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (4096, 4096))
        with pytest.raises(FileError, match="larger than this system allows"):
            atomic.write_bytes(path, b"x" * 10_000)

    assert in_child(work) == 0
    assert path.read_text() == "old"
    assert os.listdir(tmp_path) == ["file"]


@pytest.mark.slow
@posix
def test_a_disk_that_is_really_full(tmp_path: Path) -> None:
    """On a file system of 64 KB the second file doesn't fit: it is told, and the first is whole."""
    if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", tmp_path], capture_output=True).returncode:
        pytest.skip("no right to mount")
    try:
        atomic.write_bytes(tmp_path / "file", b"a" * 40_000)
        with pytest.raises(FileError, match="the disk is full"):
            atomic.write_bytes(tmp_path / "file", b"b" * 40_000)
        assert (tmp_path / "file").read_bytes() == b"a" * 40_000
        assert os.listdir(tmp_path) == ["file"]
    finally:
        subprocess.run(["umount", tmp_path], check=True)


def test_what_a_killed_run_left_is_swept_up(tmp_path: Path) -> None:
    """Old temporary files go, young ones and all others stay."""
    for name, age in ((".tmp-old", 4000), (".tmp-young", 10), ("other", 4000)):
        (tmp_path / name).touch()
        os.utime(tmp_path / name, (time.time() - age, time.time() - age))
    atomic.sweep(tmp_path)
    atomic.sweep(tmp_path / "nowhere")
    assert sorted(os.listdir(tmp_path)) == [".tmp-young", "other"]


def test_what_a_killed_run_left_of_a_deck_goes_with_the_next_one(tmp_path: Path) -> None:
    """Decks may be written into a folder that others use: what is not ours stays there."""
    with contextlib.suppress(KeyboardInterrupt), atomic.replacing(tmp_path / "deck.apkg"):
        (half,) = tmp_path.iterdir()
        left = half.rename(half.with_name(f"{half.name}0"))
        (tmp_path / ".tmp-of-others").touch()
        for path in (left, tmp_path / ".tmp-of-others"):
            os.utime(path, (1, 1))
        raise KeyboardInterrupt
    with atomic.replacing(tmp_path / "deck.apkg") as file:
        file.write(b"whole")
    assert not left.exists()
    assert (tmp_path / "deck.apkg").read_bytes() == b"whole"
    assert sorted(os.listdir(tmp_path)) == [".tmp-of-others", "deck.apkg"]


@given(st.text(st.characters()))
def test_any_text_is_encoded(text: str) -> None:
    """Text is UTF-8 as it is; a lone surrogate becomes the replacement character."""
    wanted = "".join("\ufffd" if "\ud800" <= char <= "\udfff" else char for char in text)
    assert atomic.encode(text).decode() == wanted


# --- the lock -----------------------------------------------------------------------------------


@pytest.fixture
def other_run(tmp_path: Path) -> Iterator[subprocess.Popen[str]]:
    """Another process that holds the lock at tmp_path/lock."""
    code = (
        "import sys, pathlib\nfrom flashgen.store.lock import locked\n"
        "with locked(pathlib.Path(sys.argv[1]), 'flashgen build decks/kafka'):\n"
        "    print('held', flush=True)\n    sys.stdin.read()"
    )
    args = [sys.executable, "-c", code, str(tmp_path / "lock")]
    process = subprocess.Popen(args, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert process.stdout
    assert process.stdout.readline() == "held\n"
    yield process
    process.kill()
    process.communicate()


def test_the_second_run_is_told_who_holds_the_lock(tmp_path: Path, other_run: subprocess.Popen[str]) -> None:
    """Two runs never work at once: the second names the first, its process, its machine and since when."""
    with pytest.raises(Locked) as caught, locked(tmp_path / "lock", "flashgen build"):
        pass
    words = str(caught.value)
    assert f"`flashgen build decks/kafka` (process {other_run.pid} on {socket.gethostname()}, since " in words
    assert caught.value.exit_status == 1


def test_a_run_that_was_killed_holds_nothing(tmp_path: Path, other_run: subprocess.Popen[str]) -> None:
    """The file that a killed run leaves behind keeps nobody out."""
    other_run.kill()
    other_run.wait()
    assert (tmp_path / "lock").exists()
    with locked(tmp_path / "lock", "flashgen build"):
        there = Holder(**json.loads((tmp_path / "lock").read_text()))
        assert (there.pid, there.host, there.command) == (os.getpid(), socket.gethostname(), "flashgen build")
    assert not (tmp_path / "lock").exists()


@posix
def test_workers_of_a_killed_run_do_not_keep_its_lock(tmp_path: Path) -> None:
    """A process that the run forked may outlive it; the lock does not."""
    seen, write = os.pipe()

    def work() -> None:
        with locked(tmp_path / "lock", "first"):
            if os.fork() == 0:
                os.write(write, str(os.getpid()).encode())
                time.sleep(60)
                os._exit(0)
            time.sleep(0.05)
            os.kill(os.getpid(), signal.SIGKILL)

    assert in_child(work) == -signal.SIGKILL
    try:
        with locked(tmp_path / "lock", "second"):
            pass
    finally:
        os.kill(int(os.read(seen, 20)), signal.SIGKILL)


def test_the_same_process_cannot_take_the_lock_twice(tmp_path: Path) -> None:
    """Also within a process there is one run at a time; afterwards the lock can be taken again."""
    for _ in range(2):
        with locked(tmp_path / "sub" / "lock", "one"), pytest.raises(Locked), locked(tmp_path / "sub" / "lock", "two"):
            pass


@pytest.mark.parametrize("text", ["", "no json", "{}", '{"pid": 1}'])
def test_a_lock_file_that_says_nothing_keeps_nobody_out(tmp_path: Path, text: str) -> None:
    """Only a lock that the system holds, or a known holder elsewhere, counts."""
    (tmp_path / "lock").write_text(text)
    with locked(tmp_path / "lock", "flashgen build"):
        pass


def test_a_lock_of_this_machine_without_a_process_is_stale(tmp_path: Path) -> None:
    """A number that belongs to another process by now (this one) is no sign of life: the system has no lock."""
    stale = Holder(os.getpid(), socket.gethostname(), 1, "flashgen build", boot="another", born="1")
    (tmp_path / "lock").write_text(json.dumps(asdict(stale)))
    with locked(tmp_path / "lock", "flashgen build"):
        pass


def test_a_lock_of_another_machine_counts_while_it_is_fresh(tmp_path: Path) -> None:
    """On a folder that two machines share, a lock of the other holds for an hour after its last sign of life."""
    path = tmp_path / "lock"
    path.write_text(json.dumps(asdict(Holder(1, "other.example.org", int(time.time()), "flashgen build"))))
    with pytest.raises(Locked, match=r"process 1 on other\.example\.org"), locked(path, "flashgen build"):
        pass
    os.utime(path, (time.time() - 4000, time.time() - 4000))
    with locked(path, "flashgen build"):
        pass


def test_a_lock_that_cannot_be_made_is_told(tmp_path: Path) -> None:
    """A place for the lock that is no folder is an error of that file."""
    (tmp_path / "file").write_text("")
    with pytest.raises(FileError, match="can't be written"), locked(tmp_path / "file" / "lock", "flashgen build"):
        pass


# --- the ledger ---------------------------------------------------------------------------------

LEDGER = Ledger(
    links={
        "https://example.org/b": LinkRecord(
            "https://example.org/b",
            topic=("Системы", "Queues"),
            state=LinkState.CARDED,
            title="Back pressure",
            sections=(SectionRecord(("Back pressure",), "0123456789abcdef"), SectionRecord((), "f", drafted=False)),
            validators={"https://example.org/b": Validators('"x"', "")},
            made={"z": "one", "a": "two"},
            checked=1_700_000_000,
            deleted=("z",),
        ),
        "https://example.org/a": LinkRecord("https://example.org/a", failures=2, retry_at=1_700_000_001),
    },
    shipped={"a": ShippedRecord("0123", 1_700_000_000, before=("4567",))},
    spend={"2026-11 small": Spend(0.25, 10, 20), "2026-11 large": Spend(None, 1, 2)},
)


def test_a_ledger_reads_well(tmp_path: Path) -> None:
    """The file is sorted and indented, has no empty fields, and times that a person can read."""
    LedgerFile(tmp_path / "sources.json").save(LEDGER)
    text = (tmp_path / "sources.json").read_text(encoding="utf-8")
    assert json.loads(text)["links"]["https://example.org/a"] == {
        "failures": 2, "kind": "web", "retry_at": "2023-11-14T22:13:21Z", "state": "pending"
    }  # fmt: skip
    assert text.startswith('{\n "version": 1,\n "links": {\n  "https://example.org/a": {\n   "failures": 2,\n')
    assert '  "a": {"before": ["4567"], "changed": "2023-11-14T22:13:20Z", "content": "0123"}\n' in text
    assert "Системы" in text


def test_a_ledger_comes_back_and_stays_the_same(tmp_path: Path) -> None:
    """What is saved is what is loaded, and saving it again gives the same bytes."""
    path = tmp_path / "sources.json"
    LedgerFile(path).save(LEDGER)
    before = path.read_bytes()
    loaded = LedgerFile(path).load()
    assert loaded == LEDGER
    for ledger in (loaded, LEDGER):
        LedgerFile(path).save(ledger)
        assert path.read_bytes() == before
    assert LedgerFile(tmp_path / "none.json").load() == Ledger()


records = st.builds(
    LinkRecord,
    url=st.text(),
    topic=st.lists(st.text(), max_size=2).map(tuple),
    state=st.sampled_from(LinkState),
    reason=st.text(),
    sections=st.lists(st.builds(SectionRecord, st.lists(st.text(), max_size=2).map(tuple), st.text()), max_size=2).map(
        tuple
    ),
    validators=st.dictionaries(st.text(), st.builds(Validators, st.text(), st.text()), max_size=2),
    made=st.dictionaries(st.text(), st.text(), max_size=2),
    checked=st.integers(0, 2_000_000_000),
    failures=st.integers(0, 9),
    deleted=st.lists(st.text(), max_size=2).map(tuple),
)
ledgers = st.builds(
    Ledger,
    links=st.lists(records, max_size=3).map(lambda found: {record.url: record for record in found}),
    shipped=st.dictionaries(st.text(), st.builds(ShippedRecord, st.text(), st.integers(0, 2_000_000_000)), max_size=2),
    spend=st.dictionaries(st.text(), st.builds(Spend, st.none() | st.floats(0, 9), st.integers(0, 9)), max_size=2),
)


@given(ledgers)
def test_any_ledger_comes_back(tmp_path_factory: pytest.TempPathFactory, ledger: Ledger) -> None:
    """Any content survives the file."""
    path = tmp_path_factory.mktemp("ledger") / "sources.json"
    LedgerFile(path).save(ledger)
    assert LedgerFile(path).load() == ledger


@pytest.mark.parametrize("indent", [None, 0, 4, "\t"])
def test_a_ledger_is_read_in_any_form(tmp_path: Path, indent: int | str | None) -> None:
    """However an editor or a merge left the JSON laid out, it says the same."""
    path = tmp_path / "sources.json"
    LedgerFile(path).save(LEDGER)
    path.write_text(json.dumps(json.loads(path.read_text(encoding="utf-8")), indent=indent), encoding="utf-8")
    assert LedgerFile(path).load() == LEDGER


@given(st.data())
def test_half_a_ledger_is_no_ledger(tmp_path_factory: pytest.TempPathFactory, data: st.DataObject) -> None:
    """A file that was cut anywhere, or has a character too many, is told and not read in part."""
    path = tmp_path_factory.mktemp("ledger") / "sources.json"
    LedgerFile(path).save(LEDGER)
    text = path.read_text(encoding="utf-8")
    place = data.draw(st.integers(1, len(text) - 2))
    path.write_text(text[:place] if data.draw(st.booleans()) else f"{text}]", encoding="utf-8")
    with pytest.raises(FileError, match="is broken"):
        LedgerFile(path).load()


def test_a_ledger_holds_its_values_as_texts(tmp_path: Path) -> None:
    """What is looked up is equal to what was put in, however many others were since; `changed` tells of changes."""
    file = LedgerFile(tmp_path / "sources.json")
    links = file.links
    records = [replace(LEDGER.links["https://example.org/b"], url=f"https://example.org/{n}") for n in range(1200)]
    for record in records:
        links[record.url] = record
    assert (list(links.values()), links.changed) == (records, True)
    links.changed = False
    links[records[0].url] = records[0]
    assert not links.changed
    del links[records[0].url]
    assert links.changed
    assert (records[0].url in links, len(links)) == (False, 1199)


def test_keys_of_others_stay(tmp_path: Path) -> None:
    """What this version doesn't know is kept: in the file, and at the link and card it belongs to."""
    path = tmp_path / "sources.json"
    path.write_text(
        '{"version": 1, "mine": [1, {"a": 2}], "links": {"https://example.org/a": {"state": "empty", "note": "x"}},'
        ' "shipped": {"c": {"content": "0", "by": "me"}}, "spend": {}}'
    )
    file = LedgerFile(path)
    ledger = file.load()
    link = replace(ledger.links["https://example.org/a"], title="T")
    file.save(Ledger({link.url: link, "https://example.org/b": LinkRecord("https://example.org/b")}, ledger.shipped))
    data = json.loads(path.read_text())
    assert data["mine"] == [1, {"a": 2}]
    assert data["links"]["https://example.org/a"] == {"kind": "web", "note": "x", "state": "empty", "title": "T"}
    assert data["shipped"]["c"] == {"by": "me", "content": "0"}


def test_only_changes_are_written_out_anew(tmp_path: Path) -> None:
    """A save after a change to one link shows that change in the file, and only that."""
    file = LedgerFile(tmp_path / "sources.json")
    file.save(LEDGER)
    before = (tmp_path / "sources.json").read_text().splitlines()
    changed = replace(LEDGER.links["https://example.org/a"], failures=3)
    file.save(replace(LEDGER, links={**LEDGER.links, changed.url: changed}))
    after = (tmp_path / "sources.json").read_text().splitlines()
    assert [(old, new) for old, new in zip(before, after, strict=True) if old != new] == [
        ('   "failures": 2,', '   "failures": 3,')
    ]


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ('{\n "version": 1,\n "links": {\n', 4, "is broken.*git or a backup"),
        ("[]", None, "is broken"),
        ('{"links": {"u": 3}}', None, "is broken"),
        ('{"links": {"u": {"state": "done"}}}', None, "is broken"),
        ('{"links": {"u": {"checked": "soon"}}}', None, "is broken"),
        ('{\n<<<<<<< HEAD\n "version": 1\n}', 2, "git merge"),
        ('{"version": 2}', None, "newer flashgen.*update flashgen"),
        ('{"version": "x"}', None, "is not known"),
    ],
)
def test_a_ledger_that_cannot_be_read_is_told(tmp_path: Path, text: str, line: int | None, words: str) -> None:
    """A broken ledger is never guessed at; the sentence says where and what to do."""
    path = tmp_path / "sources.json"
    path.write_text(text)
    with pytest.raises(FileError, match=words) as caught:
        LedgerFile(path).load()
    assert (caught.value.path, caught.value.line) == (path, line)
    assert path.read_text() == text


def test_a_ledger_in_another_writing(tmp_path: Path) -> None:
    """A mark of the byte order does no harm, nor do escapes that no UTF-8 can hold; other writings are told."""
    path = tmp_path / "sources.json"
    LedgerFile(path).save(LEDGER)
    path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes())
    assert LedgerFile(path).load() == LEDGER
    path.write_text('{"links": {"u": {"title": "a\\ud800", "mine": 1}}, "version": 1}')
    file = LedgerFile(path)
    assert file.load().links["u"].title == "a\ufffd"
    file.links["u"] = replace(file.links["u"], title="b")
    file.save(file.load())
    path.write_bytes(b'{"version": 1, "links": {"u": {"mine": "\xff"}}}')
    with pytest.raises(FileError, match="not UTF-8"):
        LedgerFile(path).load()


def test_an_older_ledger_is_migrated(tmp_path: Path) -> None:
    """A ledger of an older version is read as today's."""
    path = tmp_path / "sources.json"
    path.write_text('{"version": 0, "urls": ["https://example.org/a"]}')
    steps = {0: lambda old: {"version": 1, "links": {url: {"state": "empty"} for url in old["urls"]}}}
    assert LedgerFile(path, migrations=steps).load().links["https://example.org/a"].state is LinkState.EMPTY


# --- the journal --------------------------------------------------------------------------------

CARD = Card(
    id="id",
    question="q\ud800",
    answer="a\nb",
    quote="quote",
    source="https://example.org/a",
    section=("S",),
    anchor="page=2",
    kind=Kind.CLOZE,
    status=Status.DRAFT,
    tags=("t",),
    importance=5,
    created=1,
    changed=2,
    made={"question": "x"},
    proposal=Proposal("q", "a", "x", "r"),
    findings=(Finding("leak", Verdict.WARN, "r"),),
)
LINE = Line(Entry(LEDGER.links["https://example.org/b"], (CARD, replace(CARD, id="other")), LEDGER.spend), (None, CARD))


def test_lines_come_back_in_order(tmp_path: Path) -> None:
    """The journal gives back what was put in, cards whole."""
    journal = Journal(tmp_path / "sources.journal")
    other = Line(Entry(LinkRecord("https://example.org/c")))
    for line in (LINE, other):
        journal.append(line)
    assert Journal(tmp_path / "sources.journal").read() == Left((LINE, other))
    journal.mark_folded()
    assert Journal(tmp_path / "sources.journal").read() == Left((LINE, other), folded=True)
    journal.remove()
    assert Journal(tmp_path / "sources.journal").read() == Left()


def test_a_torn_line_is_no_line(tmp_path: Path) -> None:
    """Wherever the file was cut off, the whole lines before count, and the next line is put behind them."""
    path = tmp_path / "sources.journal"
    journal = Journal(path)
    journal.append(LINE)
    one = path.stat().st_size
    journal.append(LINE)
    journal.close()
    whole = path.read_bytes()
    for size in (0, 1, 9, one - 1, one, one + 1, one + 9, len(whole) - 1, len(whole)):
        path.write_bytes(whole[:size])
        assert Journal(path).read().lines == (LINE,) * ((size >= one) + (size >= len(whole)))
    path.write_bytes(whole[:-5])
    again = Journal(path)
    again.append(LINE)
    again.close()
    assert path.read_bytes() == whole


def test_a_damaged_line_costs_only_itself(tmp_path: Path) -> None:
    """A line whose checksum is wrong is passed over."""
    path = tmp_path / "sources.journal"
    journal = Journal(path)
    for _ in range(3):
        journal.append(LINE)
    lines = path.read_bytes().split(b"\n")
    lines[1] = lines[1].replace(b"page=2", b"page=3")
    path.write_bytes(b"\n".join(lines))
    assert len(Journal(path).read().lines) == 2


def test_a_journal_on_a_full_disk_ends_as_before(tmp_path: Path) -> None:
    """A line that doesn't fit is taken back, so that the journal stays whole."""
    path = tmp_path / "sources.journal"
    journal = Journal(path)
    journal.append(LINE)
    journal.close()
    before = path.read_bytes()
    full = Journal(path, write=failing(errno.ENOSPC, after=100))
    with pytest.raises(FileError, match="the disk is full"):
        full.append(LINE)
    assert path.read_bytes() == before


def test_a_journal_of_a_newer_flashgen_is_refused(tmp_path: Path) -> None:
    """Lines of the future are not guessed at."""
    path = tmp_path / "sources.journal"
    journal = Journal(path)
    journal._append({"version": 2})
    with pytest.raises(FileError, match="newer flashgen"):
        Journal(path).read()
