"""The gates over the cards of any file."""

import json
import sqlite3
import zipfile
from importlib.util import find_spec
from pathlib import Path

import pytest
from workspaces import Workspace

from flashgen.errors import FileError, SettingsError
from flashgen.lint import LintCard, lint, read_cards
from flashgen.lint.fix import fixes, stored
from flashgen.store import card_file
from flashgen.types import Kind, Verdict

QUORUM = {"question": "What is a quorum?", "answer": "A majority of the nodes"}
PASSAGE = "A quorum is a majority of the nodes of a cluster. A read quorum meets a write quorum in one node at least."


def written(path: Path, text: str) -> Path:
    path.write_text(text, encoding="utf-8")
    return path


def found(path: Path) -> list[tuple[int, str, list[str]]]:
    """Line, verdict and the gates that objected, for each card."""
    return [(row.line, str(row.verdict), [finding.gate for finding in row.findings]) for row in lint(path, {})]


# --- JSON ---------------------------------------------------------------------------------------


def lines(path: Path, *cards: object) -> Path:
    return written(path, "\n".join(card if isinstance(card, str) else json.dumps(card) for card in cards))


def test_json_lines(tmp_path: Path) -> None:
    """One card a line; empty lines count as lines and hold no card."""
    path = lines(tmp_path / "a.jsonl", QUORUM, "", {"question": "Is it a majority?", "answer": "Yes"})
    assert found(path) == [(1, "pass", []), (3, "reject", ["yes-no"])]


def test_rows_as_json(tmp_path: Path) -> None:
    """A row has line, verdict and findings, each with gate, verdict and reason."""
    path = lines(tmp_path / "a.jsonl", {"question": "Describe Raft.", "answer": "A protocol"})
    row = lint(path, {})[0].as_json()
    assert row.pop("findings") == [{"gate": "vague", "verdict": "warn", "reason": lint(path, {})[0].findings[0].reason}]
    assert row == {"line": 1, "verdict": "warn"}


def test_quote_is_judged_where_it_is_known(tmp_path: Path) -> None:
    """A card without a quote is not held to have one; one with an empty or invented quote is."""
    path = lines(
        tmp_path / "a.jsonl",
        {**QUORUM, "passage": PASSAGE},
        {"question": "What do read and write quorums share?", "answer": "A node", "passage": PASSAGE, "quote": None},
        {"question": "What must a quorum hold?", "answer": "A majority", "passage": PASSAGE, "quote": ""},
        {
            "question": "What is a node of a quorum?",
            "answer": "A part",
            "passage": PASSAGE,
            "quote": "Nodes vote in turns.",
        },
        {"question": "How large is a quorum?", "answer": "A majority", "passage": PASSAGE, "quote": PASSAGE[:48]},
    )
    verdicts = [str(row.verdict) for row in lint(path, {"duplicate": "off"})]
    assert verdicts == ["pass", "pass", "reject", "reject", "pass"]


def test_fields_of_a_passage(tmp_path: Path) -> None:
    """Topic and section may be a text or a list; a number as an answer is a text."""
    card = {
        "question": "How many?",
        "answer": 3,
        "topic": "A",
        "section": ["B", "C"],
        "language": "en",
        "kind": "basic",
    }
    assert read_cards(lines(tmp_path / "a.jsonl", card))[0].passage.path == ("B", "C")
    assert read_cards(tmp_path / "a.jsonl")[0].draft.answer == "3"
    assert read_cards(tmp_path / "a.jsonl")[0].passage.topic == ("A",)


def test_names_of_other_tools(tmp_path: Path) -> None:
    """Front and back are question and answer."""
    assert found(lines(tmp_path / "a.jsonl", {"front": "What is a quorum?", "back": "A majority"})) == [(1, "pass", [])]


def test_json_document(tmp_path: Path) -> None:
    """A document holds a list of cards, alone or under `cards`."""
    path = written(tmp_path / "a.json", json.dumps({"cards": [QUORUM, {**QUORUM, "kind": "cloze"}]}))
    assert [row[1] for row in found(path)] == ["pass", "reject"]


@pytest.mark.parametrize(
    ("text", "line", "reason"),
    [
        ('{"question": "a", "answer": "b"}\n{oops', 2, "not valid JSON"),
        ("[1]", 1, "must be a JSON object"),
        ('{"title": "a"}', 1, "neither question nor answer"),
        ('{"question": "a", "answer": "b", "kind": "video"}', 1, "basic or cloze"),
        ('{"question": ["a"], "answer": "b"}', 1, "question must be a text"),
        ("[" * 100_000, 1, "not usable|not valid"),
    ],
)
def test_broken_json(tmp_path: Path, text: str, line: int, reason: str) -> None:
    """A broken file is an error that names the line."""
    with pytest.raises(FileError, match=reason) as error:
        read_cards(written(tmp_path / "a.jsonl", text))
    assert error.value.line == line


# --- duplicates ---------------------------------------------------------------------------------


def test_duplicates_in_one_file(tmp_path: Path) -> None:
    """A card that says what one before it says is warned of, and told where that stands."""
    near = {"question": "In a cluster, what does quorum mean?", "answer": "The majority of nodes"}
    path = lines(tmp_path / "a.jsonl", QUORUM, {"question": "What is Raft?", "answer": "A protocol"}, QUORUM, near)
    rows = lint(path, {})
    assert [[finding.gate for finding in row.findings] for row in rows] == [[], [], ["duplicate"], ["duplicate"]]
    assert rows[2].verdict is Verdict.WARN
    assert "word for word, as the card of line 1" in rows[2].findings[0].reason


def test_duplicate_has_a_level(tmp_path: Path) -> None:
    """Settings switch the comparison off, or set its verdict; a name that is no gate is refused."""
    path = lines(tmp_path / "a.jsonl", QUORUM, QUORUM)
    assert lint(path, {"duplicate": "off"})[1].verdict is Verdict.PASS
    assert lint(path, {"duplicate": "reject"})[1].verdict is Verdict.REJECT
    with pytest.raises(SettingsError, match="did you mean duplicate"):
        lint(path, {"duplicates": "off"})


# --- tables -------------------------------------------------------------------------------------


def test_csv_with_headings(tmp_path: Path) -> None:
    """Columns are found by their headings; a card's line is its row, the headings counted."""
    text = 'tags,answer,question\nx,"A majority, more or less","What is a\nquorum?"\ny,Yes,Is it?\n'
    assert [(row[0], row[1]) for row in found(written(tmp_path / "a.csv", text))] == [(2, "pass"), (3, "reject")]


def test_csv_without_headings(tmp_path: Path) -> None:
    """Without headings, question and answer are the first two columns; semicolons part columns too."""
    cards = read_cards(written(tmp_path / "a.csv", "What is a quorum?;A majority\n\nWhat is Raft?;A protocol\n"))
    assert [(card.line, card.draft.answer) for card in cards] == [(1, "A majority"), (3, "A protocol")]


def test_anki_text_export(tmp_path: Path) -> None:
    """Anki's header lines say what parts the columns, which hold something else, and that fields are HTML."""
    head = "#separator:tab\n#html:true\n#guid column:1\n#deck column:2\n#tags column:5\n"
    text = f"{head}id1\tD\tWhat is <b>a</b> quorum?\tA&nbsp;majority\ttag\n"
    card = read_cards(written(tmp_path / "a.txt", text))[0]
    assert (card.line, card.draft.question, card.draft.answer) == (6, "What is a quorum?", "A majority")


def test_table_with_passages(tmp_path: Path) -> None:
    """Quotes, passages and languages in columns of their own are used."""
    text = f"question\tanswer\tquote\tpassage\nWhat is a quorum?\tA majority\tNodes take turns to vote.\t{PASSAGE}\n"
    assert found(written(tmp_path / "a.tsv", text)) == [(2, "reject", ["quote"])]


def test_broken_table(tmp_path: Path) -> None:
    """A table of one column, or with bytes that are no UTF-8, is an error."""
    with pytest.raises(FileError, match="second column"):
        read_cards(written(tmp_path / "a.csv", "only\none\n"))
    (tmp_path / "b.csv").write_bytes(b"a,b\n\xff,c\n")
    with pytest.raises(FileError, match="UTF-8") as error:
        read_cards(tmp_path / "b.csv")
    assert error.value.line == 2
    assert read_cards(written(tmp_path / "c.csv", "")) == []


# --- our YAML -----------------------------------------------------------------------------------

CARDS = """\
version: 1
topic: [Databases]
cards:
- id: 1a
  question: What is a quorum?
  answer: A majority of the nodes

- id: 2b
  kind: cloze
  question: A quorum is a majority.
  answer: ''
- id: 3c
  status: rejected
  question: What is a quorum?
  answer: A majority of the nodes
"""


def test_card_file(tmp_path: Path) -> None:
    """Our cards are judged, each under the line it begins on; rejected ones are no duplicates of others."""
    assert found(written(tmp_path / "a.yaml", CARDS)) == [(4, "pass", []), (8, "reject", ["cloze"]), (12, "pass", [])]


def test_broken_card_file(tmp_path: Path) -> None:
    """A broken card file is an error that names the line."""
    with pytest.raises(FileError) as error:
        read_cards(written(tmp_path / "a.yaml", CARDS.replace("answer: ''", "answer: 'open")))
    assert error.value.line


# --- Anki packages ------------------------------------------------------------------------------


def collection(path: Path, *notes: str) -> bytes:
    """A collection with nothing but notes."""
    database = sqlite3.connect(path)
    database.execute("create table notes (id integer primary key, flds text)")
    database.executemany("insert into notes (flds) values (?)", [(note,) for note in notes])
    database.commit()
    database.close()
    return path.read_bytes()


def package(path: Path, **files: bytes) -> Path:
    with zipfile.ZipFile(path, "w") as packed:
        for name, data in files.items():
            packed.writestr(name.replace("_", "."), data)
    return path


NOTES = (
    "What is a quorum?\x1fA <b>majority</b><br>of nodes\x1fmore",
    "A {{c1::quorum}}\x1f",
    '<img src="a.jpg">\x1fA map',
)


def as_read(cards: list[LintCard]) -> list[tuple[int, str, str, Kind]]:
    return [(card.line, card.draft.question, card.draft.answer, card.draft.kind) for card in cards]


READ = [
    (1, "What is a quorum?", "A majority\nof nodes", Kind.BASIC),
    (2, "A {{c1::quorum}}", "", Kind.CLOZE),
    (3, "[image]", "A map", Kind.BASIC),
]


def test_package(tmp_path: Path) -> None:
    """The first two fields of each note are the card; the package is left as it was."""
    path = package(tmp_path / "a.apkg", collection_anki2=collection(tmp_path / "c", *NOTES))
    before = path.read_bytes()
    assert as_read(read_cards(path)) == READ
    assert path.read_bytes() == before
    assert [row[1] for row in found(path)] == ["pass", "pass", "pass"]


def test_package_with_two_collections(tmp_path: Path) -> None:
    """The newest collection counts: the old one only asks to update Anki."""
    old, new = collection(tmp_path / "o", "Please update\x1f"), collection(tmp_path / "n", *NOTES)
    assert as_read(read_cards(package(tmp_path / "a.apkg", collection_anki2=old, collection_anki21=new))) == READ


def test_newest_package(tmp_path: Path) -> None:
    """The newest format is read where Zstandard is at hand; else the message says what to do."""
    plain = collection(tmp_path / "n", *NOTES)
    header = bytes.fromhex("28b52ffd a0") + len(plain).to_bytes(4, "little")  # one segment, its size in four bytes
    block = (len(plain) << 3 | 1).to_bytes(3, "little") + plain  # the last block, stored as it is
    path = package(tmp_path / "a.apkg", collection_anki21b=header + block, collection_anki2=plain)
    if find_spec("zstandard") or find_spec("compression"):
        assert as_read(read_cards(path)) == READ
    else:
        with pytest.raises(FileError, match="pip install zstandard"):
            read_cards(path)


def test_broken_packages(tmp_path: Path) -> None:
    """What is no package, has no collection, or a damaged one, is an error in words."""
    with pytest.raises(FileError, match="not a readable Anki package"):
        read_cards(written(tmp_path / "a.apkg", "no zip"))
    with pytest.raises(FileError, match="no Anki collection"):
        read_cards(package(tmp_path / "b.apkg", media=b"{}"))
    with pytest.raises(FileError, match="can't be read"):
        read_cards(package(tmp_path / "c.apkg", collection_anki2=b"no database" * 100))
    with pytest.raises(FileError):
        read_cards(package(tmp_path / "d.apkg", collection_anki21b=b"no zstd"))


def test_unknown_kind_of_file(tmp_path: Path) -> None:
    """A file of another kind is an error that names the kinds there are."""
    with pytest.raises(FileError, match=r"\.jsonl"):
        read_cards(written(tmp_path / "a.docx", ""))
    with pytest.raises(FileError, match="can't be read"):
        read_cards(tmp_path / "missing.jsonl")


# --- putting right ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("given", "wanted"),
    [
        ({"question": "Question: what is a quorum?"}, ("What is a quorum?", "A majority of the nodes")),
        ({"answer": "Sure! Here is the answer: a majority"}, ("What is a quorum?", "A majority")),
        ({"answer": "```\nA majority\n```"}, ("What is a quorum?", "A majority")),
        ({"answer": "A&nbsp;majority &amp; more"}, ("What is a quorum?", "A majority & more")),
        ({"question": "What is a {{c1::quorum}}?"}, ("What is a quorum?", "A majority of the nodes")),
        ({"answer": "A <b>majority</b>"}, ("What is a quorum?", "A **majority**")),
        ({"question": "Вопрос: что такое кворум?", "answer": "Большинство"}, ("Что такое кворум?", "Большинство")),
    ],
)
def test_fix(tmp_path: Path, given: dict[str, str], wanted: tuple[str, str]) -> None:
    """Form is put right: labels, small talk, fences, entities, stray marks, HTML; then the gates have less to say."""
    (fix,) = fixes(lines(tmp_path / "a.jsonl", {**QUORUM, **given}), {})
    assert (fix.after.question, fix.after.answer, fix.left) == (*wanted, ())


def test_fix_of_a_quote(tmp_path: Path) -> None:
    """A quote that is nearly right gets the words of its passage."""
    card = {**QUORUM, "passage": PASSAGE, "quote": "a quorum is the majority of the nodes of a cluster"}
    (fix,) = fixes(lines(tmp_path / "a.jsonl", card), {})
    assert fix.after.quote == "A quorum is a majority of the nodes of a cluster."


@pytest.mark.parametrize(
    "card",
    [
        QUORUM,
        {"question": "What does `&amp;` show in HTML?", "answer": "`&`"},
        {"question": "How do you count rows?", "answer": "```sql\nSELECT count(*) FROM t;\n```"},
        {"question": "Is it a majority?", "answer": "Yes"},
    ],
)
def test_nothing_to_fix(tmp_path: Path, card: dict[str, str]) -> None:
    """A good card is left alone, and so is one whose fault is not its form."""
    assert fixes(lines(tmp_path / "a.jsonl", card), {}) == []


OURS = """\
# mine
version: 1
topic: [Consensus]
cards:
- id: aaaaaaaaaaaaaaaa
  kind: basic
  question: 'Question: what is a quorum?'   # keep me
  answer: A majority
  status: active
- question: What is a leader?
  answer: The node that orders writes
- question: 'Q: what is a term?'
  answer: A period with one leader
  proposal: {question: What is a term in Raft?, answer: A period with one leader, quote: ''}
"""


def test_fixes_wait_as_proposals(tmp_path: Path) -> None:
    """In our own card files a better form is laid beside the card, which stays to the letter; what waits is kept."""
    path = written(tmp_path / "consensus.yaml", OURS)
    found = fixes(path, {})
    assert [fix.line for fix in found] == [5, 12]
    assert stored(path, found) == 1
    text = path.read_text(encoding="utf-8")
    first, _, third = card_file.read(path).all_cards()
    assert (first.question, first.proposal and first.proposal.question) == (
        "Question: what is a quorum?",
        "What is a quorum?",
    )
    assert third.proposal
    assert third.proposal.question == "What is a term in Raft?"
    assert all(line in text.splitlines() for line in OURS.splitlines())
    assert stored(path, fixes(path, {})) == 0
    assert path.read_text(encoding="utf-8") == text


def test_fixes_of_other_files_are_only_shown(tmp_path: Path) -> None:
    """A file that isn't ours stays as it is; the better form is printed, and stands in the JSON."""
    path = lines(tmp_path / "a.jsonl", {**QUORUM, "question": "Question: what is a quorum?"})
    before, workspace = path.read_bytes(), Workspace(tmp_path)
    shown = workspace.run("lint", "--fix", str(path))
    assert "- question: Question: what is a quorum?\n+ question: What is a quorum?" in shown.stdout
    (row,) = json.loads(workspace.run("lint", "--fix", "--json", str(path)).stdout)
    assert row["fix"]["question"] == "What is a quorum?"
    assert "fix" not in json.loads(workspace.run("lint", "--json", str(path)).stdout)[0]
    assert path.read_bytes() == before


def test_cards_in_other_languages_are_named(tmp_path: Path) -> None:
    """Where gates don't know the words of a card, that is said; where all are heard, nothing is."""
    german = {"question": "Wann antwortet der Cache?", "answer": "Sobald der Eintrag im Speicher ist"}
    workspace = Workspace(tmp_path)
    said = workspace.run("lint", str(lines(tmp_path / "a.jsonl", QUORUM, {**german, "language": "de"}, german))).stderr
    assert said.startswith("2 of the cards seem to be in another language: the gates compound, context")
    assert not workspace.run("lint", str(lines(tmp_path / "b.jsonl", QUORUM))).stderr
