"""The formats: the registry, what is in each file, and that a file is whole or not there."""

from __future__ import annotations

import csv
import json
import os
import re
import subprocess
import sys
import zipfile
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import pytest
from deck_samples import CACHING, POLICIES, READING_LIST, RECORDS, card, sample
from fields import objections
from markdown_it import MarkdownIt

from flashgen.anki.fields import RETIRED, content_hash, fields, modified, tags
from flashgen.anki.note_types import FIELDS
from flashgen.decks import Deck, Kept, Note, decks
from flashgen.errors import FileError, UsageError
from flashgen.outputs import Options, files_for, names, output
from flashgen.types import Kind, Status

ALL = ["apkg", "crowdanki", "csv", "html", "jsonl", "markdown", "tsv"]


def note(**changes: object) -> Note:
    [deck] = decks(READING_LIST, {CACHING: [card(1, **changes)]}, RECORDS)
    return deck.notes[0]


# --- the registry -------------------------------------------------------------------------------


def test_formats_are_found_by_their_files() -> None:
    """Each module of the folder is a format, and knows its own name."""
    assert names() == ALL
    assert [output(name).NAME for name in ALL] == ALL
    assert len({output(name).SUFFIX for name in ALL}) == len(ALL)


def test_an_unknown_format_names_the_known_ones() -> None:
    """A typo is answered with the list."""
    with pytest.raises(UsageError, match=r"no format 'pdf'; there are apkg, crowdanki, csv"):
        output("pdf")


OTHER_PACKAGE = """\
from flashgen.errors import FlashgenError

class Cards:
    NAME, SUFFIX = "plain", ".txt"

    def write(self, decks, path, options=None, /):
        path.write_text("".join(f"{note.card.question}\\n" for deck in decks for note in deck.notes))

OUTPUT = Cards()
"""


def test_another_package_brings_a_format(tmp_path: Path) -> None:
    """A package that is installed with an entry point of `flashgen.outputs` is asked for by its name, cards and all;
    it can't take the place of a format of ours, and one that is broken is named."""
    (tmp_path / "plain_cards.py").write_text(OTHER_PACKAGE)
    info = tmp_path / "plain_cards-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: plain-cards\nVersion: 1.0\n")
    (info / "entry_points.txt").write_text(
        "[flashgen.outputs]\nplain = plain_cards:OUTPUT\ncsv = plain_cards:OUTPUT\nbroken = plain_cards:NOTHING\n"
    )
    code = (
        "import sys\nfrom pathlib import Path\nfrom deck_samples import sample\nfrom flashgen import outputs\n"
        "outputs.output('plain').write(sample(), Path(sys.argv[1]))\n"
        "print(outputs.output('csv').SUFFIX, 'plain' in outputs.names())\n"
        "try:\n    outputs.output('broken')\nexcept Exception as error:\n    print(error)\n"
    )
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join((str(tmp_path), str(Path(__file__).parent), *sys.path))}
    call = [sys.executable, "-c", code, str(tmp_path / "x.txt")]
    done = subprocess.run(call, check=True, env=environment, capture_output=True, text=True)
    assert len((tmp_path / "x.txt").read_text(encoding="utf-8").splitlines()) == 11
    first, second = done.stdout.splitlines()
    assert first == ".csv True"
    assert second.startswith("the format 'broken' of plain-cards can't be loaded")


def test_one_file_for_a_list_or_one_for_each_topic() -> None:
    """`--split` gives every deck a file of its own, whose name any system takes."""
    made = sample()
    assert files_for(made, "system-design", ".apkg") == {"system-design.apkg": made}
    split = files_for(made, "system-design", ".csv", split=True)
    assert list(split) == [
        "system-design.csv",
        "system-design-caching.csv",
        "system-design-caching-write-policies.csv",
        "system-design-c-std-vector.csv",
        "system-design-left-the-list.csv",
    ]
    assert [decks_ for (decks_,) in split.values()] == list(made)


def test_split_files_never_share_a_name() -> None:
    """Topics that make the same slug get a hash of their path."""
    split = files_for([Deck("L::A b", topic=("A b",)), Deck("L::A::B", topic=("A", "B"))], "l", ".md", split=True)
    assert len(split) == 2


# --- every format -------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ALL)
def test_the_same_decks_give_the_same_bytes(name: str, tmp_path: Path) -> None:
    """A file that didn't change can be told by comparing it."""
    for path in ("1", "2"):
        output(name).write(sample(), tmp_path / path)
    assert (tmp_path / "1").read_bytes() == (tmp_path / "2").read_bytes()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["1", "2"]


def test_a_package_is_the_same_from_every_process(tmp_path: Path) -> None:
    """Neither the process, nor the order of hashes, nor the clock leaves a trace in the bytes."""
    code = "import sys; from pathlib import Path; from deck_samples import sample; from flashgen.outputs import output;"
    code += "output('apkg').write(sample(), Path(sys.argv[1]))"
    for seed in ("1", "2"):
        environment = {**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": str(Path(__file__).parent)}
        subprocess.run([sys.executable, "-c", code, str(tmp_path / seed)], check=True, env=environment)
    assert (tmp_path / "1").read_bytes() == (tmp_path / "2").read_bytes()


@pytest.mark.parametrize("name", ALL)
def test_whatever_stands_in_a_card_is_written(name: str, tmp_path: Path) -> None:
    """Half a surrogate, a field separator or a NUL in any text stops no build."""
    odd = "a\ud800b\x1f\x00\u202e\U000f0001 x"
    texts = {"question": odd, "answer": odd, "quote": odd, "section": (odd,), "tags": (odd,)}
    record = replace(RECORDS[card(1).source], title=odd, date=odd, final_url=f"https://a.example/{odd}")
    made = decks(READING_LIST, {(odd,): [card(1, **texts), card(2)]}, {card(1).source: record})
    output(name).write(made, tmp_path / "x")
    assert (tmp_path / "x").stat().st_size


@pytest.mark.parametrize("name", ALL)
def test_no_cards_make_a_file_all_the_same(name: str, tmp_path: Path) -> None:
    """An empty list is written without an error."""
    output(name).write((), tmp_path / "x")
    assert (tmp_path / "x").exists()


@pytest.mark.parametrize("name", ALL)
def test_a_file_that_can_not_be_written_is_said(name: str, tmp_path: Path) -> None:
    """The path and the reason, and no rest left behind."""
    (tmp_path / "x").mkdir()
    (tmp_path / "x" / "inside").touch()
    with pytest.raises(FileError, match=re.escape(str(tmp_path / "x"))):
        output(name).write(sample(), tmp_path / "x")
    assert [path.name for path in tmp_path.iterdir()] == ["x"]


@pytest.mark.parametrize("name", ALL)
def test_the_old_file_stays_until_the_new_one_is_whole(name: str, tmp_path: Path) -> None:
    """An error while writing leaves what was there."""
    path = tmp_path / "x"
    path.write_bytes(b"old")
    broken = (Deck("X", (None,)),)  # type: ignore[arg-type]
    with pytest.raises(AttributeError):
        output(name).write(broken, path)
    assert path.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [path]


# --- fields and tags ----------------------------------------------------------------------------


def test_fields_are_where_the_note_type_has_them() -> None:
    """The order of the fields is that of the note type, and the person's own are left empty."""
    made = dict(zip(FIELDS, fields(note(section=("Why",))), strict=True))
    assert made["Question"] == "What does part 1 do with <code>put(1)</code>?"
    assert made["Source"] == (
        '<a href="https://www.a.example/caching#:~:text=Part%20number%201%20writes%20every%20item%20through%20to%20the%20'
        'store.">Caching &lt;strategies&gt;</a> · a.example · 2025-03-14'
    )
    assert made["Context"] == "System design › Caching › Why"
    assert made["FGID"] == "card000000000001"
    assert [name for name in FIELDS if not made[name]] == [
        "Extra", "Notes", "Proposed", "Retired", "Reserved1", "Reserved2",
    ]  # fmt: skip


def test_every_field_of_every_note_is_safe() -> None:
    """Fields that are put together, too, hold nothing but quiet markup."""
    for deck in sample():
        for one in deck.notes:
            for name, value in zip(FIELDS, fields(one, type_in=True), strict=True):
                assert objections(value, cloze=one.card.kind is Kind.CLOZE and name == "Question") == []


def test_what_the_person_keeps_stands_as_it_is() -> None:
    """Their Notes and the fields they formatted in Anki are shipped to the letter; the card's name is not theirs."""
    kept = Kept(notes="<b>n</b>", html={"Answer": "<i>a</i>\x1f", "FGID": "other"})
    [deck] = decks(READING_LIST, {CACHING: [card(1)]}, RECORDS, kept=lambda _: kept)
    made = dict(zip(FIELDS, fields(deck.notes[0]), strict=True))
    assert (made["Notes"], made["Answer"], made["FGID"]) == ("<b>n</b>", "<i>a</i> ", card(1).id)


def test_a_hostile_title_is_only_a_title() -> None:
    """What a page calls itself can't leave the source line."""
    records = {card(1).source: RECORDS[card(1).source]}
    title = '"><img src=x onerror=alert(1)>[sound:x]{{Answer}}\\(\\href{javascript:1}{x}\\)'
    records = {url: replace(record, title=title, date="<b>2025") for url, record in records.items()}
    [deck] = decks(READING_LIST, {CACHING: [card(1, section=(title,))]}, records)
    for value in fields(deck.notes[0]):
        assert objections(value) == []


def test_a_retired_card_says_so() -> None:
    """Banner and tag, and nothing else changes."""
    retired = note(status=Status.RETIRED)
    assert fields(retired)[FIELDS.index("Retired")] == RETIRED
    assert "flashgen::retired" in tags(retired)
    assert fields(retired)[:8] == fields(note())[:8]


@pytest.mark.parametrize(
    ("answer", "asked"), [("Raft", "1"), ("a" * 61, ""), ("a\nb", ""), ("\\(x\\)", ""), ("`git rebase`", "1")]
)
def test_only_short_answers_are_typed(answer: str, asked: str) -> None:
    """`type_in` asks for a few words, not for an essay or a formula."""
    place = FIELDS.index("Reserved1")
    assert fields(note(answer=answer), type_in=True)[place] == asked
    assert fields(note(answer=answer))[place] == ""


def test_tags_are_what_anki_takes() -> None:
    """No spaces, no empty levels, the list's tag added, each once whatever its case; the person's own come too."""
    made = note(tags=("web cache", "A::B", "a::b", "::x:: ::y", " ", 'q"'))
    assert tags(made) == ("A::B", "flashgen::system-design", "q", "web_cache", "x::y")
    kept = Kept(("mine", "flashgen::retired"), "n")
    [deck] = decks(READING_LIST, {CACHING: [card(1)]}, RECORDS, kept=lambda _: kept)
    assert tags(deck.notes[0]) == ("flashgen::system-design", "mine")


def test_the_hash_is_of_content() -> None:
    """It moves with fields and tags, not with what is the person's."""
    first = content_hash(fields(note()), tags(note()))
    assert first == content_hash(fields(note()), tags(note()))
    assert first != content_hash(fields(note(answer="other")), tags(note()))
    assert first != content_hash(fields(note()), ("x",))
    own = list(fields(note()))
    own[FIELDS.index("Notes")] = "mine"
    assert first == content_hash(tuple(own), tags(note()))


def test_times_are_never_near_zero() -> None:
    """A card without times gets one that Anki's database check survives."""
    assert modified(card(1, changed=0, created=0)) > 1_500_000_000
    assert modified(card(1, changed=0, created=1_790_000_000)) == 1_790_000_000


# --- the formats --------------------------------------------------------------------------------


def test_jsonl_has_all_of_a_card(tmp_path: Path) -> None:
    """One object per card, in order, with the words as they are on file."""
    output("jsonl").write(sample(), tmp_path / "x")
    rows = [json.loads(line) for line in (tmp_path / "x").read_text(encoding="utf-8").splitlines()]
    assert len(rows) == 11
    row = next(row for row in rows if row["id"] == "card000000000003")
    assert row["question"] == "What does part 3 do with `put(3)`?"
    assert (row["topic"], row["deck"], row["status"]) == (["Caching"], "System design::Caching", "active")
    assert row["tags"] == ["web cache", "a::b"]


@pytest.mark.parametrize(("name", "separator", "word"), [("csv", ",", "Comma"), ("tsv", "\t", "Tab")])
def test_tables_are_read_back_cell_by_cell(name: str, separator: str, word: str, tmp_path: Path) -> None:
    """Headers, then one row per note; no cell begins what a spreadsheet would run."""
    hostile = decks(READING_LIST, {CACHING: [card(1, question='=HYPERLINK("x")', answer='a\nb,\t"c"')]}, RECORDS)
    output(name).write(hostile, tmp_path / "x")
    lines = (tmp_path / "x").read_text(encoding="utf-8")
    headers, body = re.match(r"((?:#[^\n]*\n)*)(.*)", lines, re.S).groups()  # type: ignore[union-attr]
    assert f"#separator:{word}\n" in headers
    [row] = csv.reader(body.splitlines(keepends=True), delimiter=separator)
    assert row[:3] == ["card000000000001", "flashgen basic", "System design::Caching"]
    assert row[3] == '&#61;HYPERLINK("x")'
    assert len(row) == 3 + len(FIELDS) + 1


def test_markdown_shows_every_card(tmp_path: Path) -> None:
    """Topics as headings, each card with its quote and link, clozes hidden in the question and open in the answer."""
    output("markdown").write(sample(), tmp_path / "x")
    text = (tmp_path / "x").read_text(encoding="utf-8")
    assert [line for line in text.splitlines() if line.startswith("#")] == [
        "# System design", "## Caching", "### Write policies", "## C++ std:vector", "## Left the list",
    ]  # fmt: skip
    assert text.count("**Q.**") == 11
    assert "**Q.** A […] keeps [what?] of `std::map`." in text
    assert "**A.** A cache keeps copies of `std::map`." in text
    assert "*(retired)*" in text
    assert "> — [Caching \\<strategies\\>](<https://www.a.example/caching#:~:text=" in text


def test_markdown_is_text_elsewhere_too(tmp_path: Path) -> None:
    """What is only text on a card is only text in another Markdown program."""
    source = "<script>alert(1)</script> &amp; `<b>`\n# no heading\n> no quote\n[x]: y\n\n```\n<i>\n```"
    output("markdown").write(decks(READING_LIST, {CACHING: [card(1, answer=source)]}, RECORDS), tmp_path / "x")
    shown = MarkdownIt("commonmark").render((tmp_path / "x").read_text(encoding="utf-8"))
    assert "<script" not in shown
    assert "&lt;script&gt;alert(1)&lt;/script&gt; &amp;amp; <code>&lt;b&gt;</code>" in shown
    assert "# no heading" in shown
    assert "[x]: y" in shown
    assert "<pre><code>&lt;i&gt;\n</code></pre>" in shown


class _Page(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))


def test_the_page_runs_its_own_script_and_fetches_nothing(tmp_path: Path) -> None:
    """The policy allows one script and one style by their hashes, and pictures only from within."""
    output("html").write(sample(), tmp_path / "x")
    page = _Page()
    page.feed((tmp_path / "x").read_text(encoding="utf-8"))
    policy = next(a["content"] for tag, a in page.tags if a.get("http-equiv") == "Content-Security-Policy") or ""
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert [tag for tag, _ in page.tags].count("script") == 1
    assert not [a for tag, a in page.tags if a.get("src") or tag in ("link", "iframe", "object")]
    assert len([a for tag, a in page.tags if tag == "details" and a.get("class") == "card"]) == 11


def test_pictures_are_in_the_page_and_the_package(tmp_path: Path) -> None:
    """An image of a card travels with the deck, named by its bytes; an SVG, which could run, does not."""
    png = tmp_path / "d.png"
    png.write_bytes(b"\x89PNG pretend")
    svg = tmp_path / "d.svg"
    svg.write_text("<svg/>")
    made = decks(READING_LIST, {POLICIES: [card(1, answer="![d](https://a.example/d.png) ![s](media:d.svg)")]}, RECORDS)
    options = Options(media={"https://a.example/d.png": png, "media:d.svg": svg})
    output("html").write(made, tmp_path / "x.html", options)
    page = (tmp_path / "x.html").read_text(encoding="utf-8")
    assert page.count('src="data:image/png;base64,') == 1
    assert "svg+xml" not in page
    output("apkg").write(made, tmp_path / "x.apkg", options)
    with zipfile.ZipFile(tmp_path / "x.apkg") as archive:
        [name] = json.loads(archive.read("media")).values()
        assert re.fullmatch(r"flashgen-[0-9a-f]{20}\.png", name)
        assert archive.read("0") == png.read_bytes()
